//! How fast resources are validated: run by hand, in release, with `--ignored --nocapture`.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::definitions::registry::Registry;
use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::validation::request::Request;
use crate::validation::validator::Validator;

/// Resources of the sample families.
fn resources() -> Vec<Value> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/families");
    let mut resources = Vec::new();
    for file in std::fs::read_dir(folder).expect("families") {
        let file = file.expect("a file").path();
        if file.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let text = std::fs::read_to_string(file).expect("text");
        let family: Value = serde_json::from_str(&text).expect("family");
        let entries = family["entry"].as_array().expect("entries");
        resources.extend(entries.iter().map(|entry| entry["resource"].clone()));
    }
    resources
}

#[test]
#[ignore = "a measurement: run it in release"]
fn resources_a_second() {
    let registry = Arc::new(Registry::r4().expect("R4"));
    let start = Instant::now();
    let validator = Validator::new(Arc::clone(&registry));
    validator.warm();
    eprintln!("{:?} to compile the constraints", start.elapsed());
    let profile = include_str!("speed_profile.json");
    let kind = ResourceKind::STRUCTURE_DEFINITION;
    registry.library.store(kind, &ResourceId::parse("p").expect("an id"), 1, Some(profile));
    let all = resources();
    let observations: Vec<Value> =
        all.iter().filter(|one| one["resourceType"] == "Observation").cloned().collect();
    measure("base R4", &validator, &all, &[]);
    measure("base R4, without dom-6", &validator, &all, &["-"]);
    measure("booklet-sized profile", &validator, &observations, &["http://example.org/speed"]);
    let mut kinds: Vec<&str> = all.iter().filter_map(|one| one["resourceType"].as_str()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    for kind in kinds {
        let of_kind: Vec<Value> =
            all.iter().filter(|one| one["resourceType"] == kind).cloned().collect();
        measure(kind, &validator, &of_kind, &[]);
    }
}

/// The time this thread had a processor, so that a busy machine does not count.
fn busy() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux");
    let nanoseconds = text.split(' ').next().and_then(|first| first.parse().ok());
    Duration::from_nanos(nanoseconds.expect("a number"))
}

fn measure(what: &str, validator: &Validator, resources: &[Value], profiles: &[&str]) {
    let silenced = if profiles == ["-"] { &["dom-6"][..] } else { &[] };
    let profiles = if profiles == ["-"] { &[] } else { profiles };
    let request = Request { profiles, silenced, ..Request::default() };
    let run = || resources.iter().map(|one| validator.check(one, &request).len()).sum::<usize>();
    let findings = run();
    let start = busy();
    let mut times = 0;
    while (busy() - start).as_millis() < 400 {
        run();
        times += resources.len();
    }
    let spent = busy() - start;
    let bytes: usize = resources.iter().map(|one| one.to_string().len()).sum();
    let rate = f64::from(u32::try_from(times).expect("small")) / spent.as_secs_f64();
    let bytes = bytes / resources.len();
    eprintln!(
        "{what}: {rate:.0}/s, {bytes} bytes each, {findings} findings in {}",
        resources.len()
    );
}
