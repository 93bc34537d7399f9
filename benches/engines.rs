//! The engines alone, on one core and on records that were read: gestation, growth, doses.
//!
//! ```text
//! cargo bench --bench engines -- [SECONDS]
//! ```
//!
//! Nothing is run without a number of seconds for each.
#![expect(clippy::expect_used, clippy::print_stdout, reason = "a program for developers")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use mebe::fhir::date::Zone;
use mebe::fhir::time::Instant as Moment;
use mebe::mch::gestation::gestations;
use mebe::mch::growth::score::{Measured, scores};
use mebe::mch::growth::standard::Sex;
use mebe::mch::immunization::chart::Chart;
use mebe::mch::record::days::Days;
use mebe::mch::record::records::{Record, Records};
use serde_json::{Value, json};

/// A day in microseconds.
const DAY: i64 = 86_400_000_000;
/// People of each kind: more than fit into a processor's cache.
const PEOPLE: i64 = 2_000;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|it| it != "--bench").collect();
    let Some(seconds) = arguments.first() else {
        println!("skipped: no number of seconds given, see the head of benches/engines.rs");
        return;
    };
    let time = Duration::from_secs(seconds.parse().expect("a number of seconds"));
    let today = Days::of(Some(&json!("2026-12-01")), Zone::default()).expect("a day").first;
    let children: Vec<_> = (0..PEOPLE).map(|at| child(today, at)).collect();
    let of = |all: &'static [(String, Value)]| {
        let records = all.iter().map(|(address, resource)| Record { address, resource });
        Records::new(records, "http://x/fhir", Zone::default(), today * DAY).put_together()
    };
    let children: Vec<_> = children.into_iter().map(|one| of(one.leak())).collect();
    run("forecast, children", time, children.len(), |at| {
        let records = children.get(at).expect("a child");
        let chart = Chart::of(records, "Patient/p", today).expect("a chart");
        let history = chart.evaluate();
        chart.forecast(&history, false).len()
    });
    let women: Vec<_> = (0..PEOPLE).map(|at| of(woman(today, at).leak())).collect();
    run("gestation, pregnancies", time, women.len(), |at| {
        let all = gestations(women.get(at).expect("a woman"), "Patient/p", today);
        usize::from(all.first().is_some_and(|one| one.age.is_some()))
    });
    let measured: Vec<_> = (0..1_800_i32).map(measured).collect();
    run("growth, z-scores", time, measured.len(), |at| {
        let (age, measured) = measured.get(at).expect("a measurement");
        scores(if at % 2 == 0 { Sex::Male } else { Sex::Female }, *age, measured).len()
    });
}

/// Asks again and again for a while, and tells how many answers came in a second.
fn run(what: &str, time: Duration, count: usize, ask: impl Fn(usize) -> usize) {
    let (start, mut done, mut at) = (Instant::now(), 0_usize, 0_usize);
    let per = |found: usize| if what.starts_with("growth") { found } else { 1 };
    while start.elapsed() < time {
        for _ in 0..64 {
            done += per(black_box(ask(at)));
            at = (at + 1) % count;
        }
    }
    let done = f64::from(u32::try_from(done).expect("a count"));
    println!("{what:<24} {:>12.0}/s", done / start.elapsed().as_secs_f64());
}

/// A day as it is written.
fn iso(day: i64) -> String {
    let text = Moment::from_micros(day * DAY).format(Zone::default());
    text.split('T').next().expect("a day").to_owned()
}

/// A child of up to two years with the doses of its age.
fn child(today: i64, at: i64) -> Vec<(String, Value)> {
    let born = today - 30 - (at * 37) % 700;
    let patient =
        json!({ "resourceType": "Patient", "id": "p", "gender": "female", "birthDate": iso(born) });
    let mut all = vec![("Patient/p".to_owned(), patient)];
    let doses = [
        ("08", 0),
        ("19", 1),
        ("198", 61),
        ("178", 61),
        ("122", 61),
        ("152", 61),
        ("198", 92),
        ("178", 92),
        ("122", 92),
        ("198", 125),
        ("178", 125),
        ("152", 125),
        ("10", 155),
        ("05", 280),
    ];
    for (cvx, days) in doses {
        if born + days > today {
            break;
        }
        let id = format!("d{}", all.len());
        let coding = json!({ "system": "http://hl7.org/fhir/sid/cvx", "code": cvx });
        let dose = json!({ "resourceType": "Immunization", "id": id, "status": "completed", "vaccineCode": { "coding": [coding] },
            "patient": { "reference": "Patient/p" }, "occurrenceDateTime": iso(born + days) });
        all.push((format!("Immunization/{id}"), dose));
    }
    all
}

/// A woman with a last period, a scan and two visits.
fn woman(today: i64, at: i64) -> Vec<(String, Value)> {
    let start = today - 20 - (at * 13) % 250;
    let base = "https://mebe.example/fhir/CodeSystem";
    let told = |code: &str, day: i64, value: i64| {
        json!({ "resourceType": "Observation", "status": "final", "subject": { "reference": "Patient/p" },
            "code": { "coding": [{ "system": "http://loinc.org", "code": code }] },
            "effectiveDateTime": iso(day), "valueDateTime": iso(value) })
    };
    let episode = json!({ "resourceType": "EpisodeOfCare", "status": "active", "patient": { "reference": "Patient/p" },
        "type": [{ "coding": [{ "system": format!("{base}/mch-episode-type"), "code": "pregnancy" }] }],
        "period": { "start": iso(start + 40) } });
    let patient = json!({ "resourceType": "Patient", "id": "p", "gender": "female", "birthDate": "1998-03-04" });
    let weight = json!({ "resourceType": "Observation", "status": "final", "subject": { "reference": "Patient/p" },
        "code": { "coding": [{ "system": "http://loinc.org", "code": "29463-7" }] },
        "effectiveDateTime": iso(start + 60), "valueQuantity": { "value": 52, "code": "kg" } });
    vec![
        ("Patient/p".into(), patient),
        ("EpisodeOfCare/e".into(), episode),
        ("Observation/l".into(), told("8665-2", start + 40, start)),
        ("Observation/s".into(), told("11781-2", start + 70, start + 283)),
        ("Observation/w".into(), weight),
    ]
}

fn measured(day: i32) -> (f64, Measured) {
    let age = f64::from(day);
    let measured = Measured {
        weight: Some(3.3 + age * 0.008),
        length: Some(50.0 + age * 0.034),
        position: None,
        head: Some(34.5 + age * 0.008),
        arm: Some(13.0 + age * 0.002),
        triceps: Some(8.0),
        subscapular: Some(6.5),
        has_oedema: false,
    };
    (age, measured)
}
