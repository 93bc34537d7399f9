//! Checks what the documents name: every path and every link leads somewhere.

use std::fs;
use std::path::{Path, PathBuf};

use super::none;

/// Folders that hold what others wrote, or what is made.
const LEFT_OUT: [&str; 4] = [".git", ".cache", "node_modules", "target"];

/// What a path of the repository begins with, where a document names it in backticks.
const TOPS: [&str; 8] =
    ["src/", "tests/", "docs/", "profiles/", "migrations/", "benches/", "examples/", ".ci/"];

fn top() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The Markdown files, in order.
fn documents() -> Vec<PathBuf> {
    let (mut folders, mut found) = (vec![top().to_owned()], Vec::new());
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if path.is_dir() && !LEFT_OUT.contains(&name) {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The lines of a text outside fenced blocks, with their numbers.
fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut is_fenced = false;
    text.lines().zip(1..).filter_map(move |(line, at)| {
        let is_fence = line.trim_start().starts_with("```");
        is_fenced ^= is_fence;
        (!is_fenced && !is_fence).then_some((at, line))
    })
}

/// What stands between backticks.
fn codes(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// Where the links of a line lead.
fn links(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| rest.split(')').next())
}

/// What a heading is called in a link.
fn anchor(heading: &str) -> String {
    let heading = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || [' ', '-', '_'].contains(c));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// The part of a path before what stands for several names.
fn certain(path: &str) -> &str {
    let end = path.find(['*', '<', '[', '{', '…', ' ', ':']).unwrap_or(path.len());
    match path.split_at(end) {
        (whole, "") => whole,
        (before, rest) if rest.starts_with([' ', ':']) => before,
        (before, _) => before.rsplit_once('/').map_or("", |(folder, _)| folder),
    }
}

#[test]
fn paths_and_links_of_documents_lead_somewhere() {
    let mut faults = Vec::new();
    for document in documents() {
        let text = fs::read_to_string(&document).unwrap();
        let folder = document.parent().unwrap();
        let name = document.strip_prefix(top()).unwrap().display().to_string();
        for (at, line) in prose(&text) {
            let paths = codes(line).filter(|code| TOPS.iter().any(|top| code.starts_with(top)));
            let is_there = |top: &Path, path: &str| top.join(certain(path)).exists();
            let gone = paths.filter(|path| !is_there(top(), path) && !is_there(folder, path));
            faults.extend(gone.map(|path| format!("{name}:{at}: there is no {path}")));
            for link in links(line).filter(|link| !link.contains(':') && !link.is_empty()) {
                let (path, heading) = link.split_once('#').unwrap_or((link, ""));
                let target = if path.is_empty() { document.clone() } else { folder.join(path) };
                let is_there = match heading {
                    "" => target.exists(),
                    _ => fs::read_to_string(&target).is_ok_and(|text| {
                        let mut headings = text.lines().filter(|line| line.starts_with('#'));
                        headings.any(|line| anchor(line) == heading)
                    }),
                };
                if !is_there {
                    faults.push(format!("{name}:{at}: the link {link} leads nowhere"));
                }
            }
        }
    }
    none(&faults);
}

#[test]
fn what_a_document_names_is_found_in_it() {
    assert_eq!(codes("a `src/a.rs` b `c`").collect::<Vec<_>>(), ["src/a.rs", "c"]);
    assert_eq!(links("[a](b.md#c) [d](e)").collect::<Vec<_>>(), ["b.md#c", "e"]);
    assert_eq!(anchor("### JSON và XML / JSON and XML"), "json-và-xml--json-and-xml");
    assert_eq!(prose("a\n```sh\nb\n```\nc").collect::<Vec<_>>(), [(1, "a"), (5, "c")]);
    assert_eq!(
        ["src/a.rs", "src/a/*.rs", "src/a.rs:12"].map(certain),
        ["src/a.rs", "src/a", "src/a.rs"]
    );
}
