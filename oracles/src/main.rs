//! Asks two engines of `FHIRPath` the same and tells where they differ: Mebe, run as
//! `mebe fhirpath --lines`, and rh-fhirpath, <https://crates.io/crates/rh-fhirpath>.
//!
//! What is asked are all official search parameters and all invariants of R4, on the official
//! examples and on the sample families. `differences.txt` has the differences that are known, each
//! with its reason; any other ends the run with an error.
//!
//! `cargo run -- MEBE EXAMPLES`: the binary, and a folder with `hl7.fhir.r4.examples` unpacked.

mod answer;
mod difference;
mod example;
mod question;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::ExitCode;

use answer::{Answer, mebe, second};
use example::examples;
use question::questions;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (Some(binary), Some(folder)) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: mebe-oracles MEBE EXAMPLES");
        return ExitCode::from(2);
    };
    match compare(Path::new(&binary), Path::new(&folder)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

/// Whether there is no difference that is not known.
fn compare(binary: &Path, folder: &Path) -> Result<bool, Box<dyn std::error::Error>> {
    let examples = examples(folder)?;
    let questions = questions(folder)?;
    let asked: Vec<_> = examples
        .iter()
        .flat_map(|example| questions.of(&example.kind).map(move |question| (example, question)))
        .collect();
    let first = mebe(binary, &asked)?;
    let second = second(&asked);
    let known = difference::known(include_str!("../differences.txt"));
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut found: BTreeMap<String, (usize, String)> = BTreeMap::new();
    let mut compiled = BTreeSet::new();
    let mut unsupported: BTreeMap<String, String> = BTreeMap::new();
    for (((example, question), first), second) in asked.iter().zip(&first).zip(&second) {
        let what = match (first, second) {
            (Answer::Wrong(_), _) => "refused by Mebe",
            (_, Answer::Wrong(error)) => {
                unsupported.entry(question.name.clone()).or_insert_with(|| error.clone());
                "refused by the second engine"
            }
            (first, second) if first == second => "same",
            _ => "different",
        };
        *counts.entry(what).or_default() += 1;
        if !matches!(first, Answer::Wrong(_)) {
            compiled.insert(&question.name);
        }
        if matches!(what, "refused by Mebe" | "different") {
            let shown = || {
                format!(
                    "{}\n      {}\n      {first:?}\n      {second:?}",
                    example.file.display(),
                    question.text
                )
            };
            let entry = found.entry(question.name.clone()).or_insert_with(|| (0, shown()));
            entry.0 += 1;
        }
    }
    println!(
        "{} examples, {} questions, {} evaluations",
        examples.len(),
        questions.names().len(),
        asked.len()
    );
    println!(
        "{} of {} asked evaluate in Mebe",
        compiled.len(),
        asked.iter().map(|(_, question)| &question.name).collect::<BTreeSet<_>>().len()
    );
    for (what, count) in &counts {
        println!("{count:>8} {what}");
    }
    println!("{} questions are not supported by the second engine somewhere", unsupported.len());
    for (name, error) in
        unsupported.iter().take(if std::env::var_os("ALL").is_some() { 9999 } else { 12 })
    {
        println!("      {name}: {error}");
    }
    let mut is_good = true;
    for (name, (count, shown)) in &found {
        match known.iter().find(|known| known.is_of(name)) {
            Some(known) => println!("known: {name} ({count}): {}", known.reason),
            None => {
                is_good = false;
                println!("NEW: {name} ({count}): {shown}");
            }
        }
    }
    for gone in known.iter().filter(|known| !found.keys().any(|name| known.is_of(name))) {
        is_good = false;
        println!(
            "GONE: {}: it does not differ any more, take it out of differences.txt",
            gone.name
        );
    }
    Ok(is_good)
}
