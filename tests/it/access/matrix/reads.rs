//! What is read by its id: now, as it was, with conditions, with all that is about a person.

use std::collections::BTreeSet;

use serde_json::Value;

use super::name;
use super::probe::Probe;

pub(super) async fn reads(probe: &mut Probe<'_>) {
    let oracle = probe.oracle;
    for resource in &oracle.all {
        if probe.tries(8) {
            Box::pin(one(probe, resource)).await;
        }
    }
    for gone in &oracle.gone {
        if probe.tries(2) {
            let path = format!("/{}", name(gone));
            let is_seen = probe.sees(gone);
            let status = probe.get(&path).await.0;
            probe.check((status == 410) == is_seen, || format!("{path}, deleted: {status}"));
            let status = probe.get(&format!("{path}/_history/1")).await.0;
            probe.check((status == 200) == is_seen, || format!("{path} of before: {status}"));
        }
    }
}

async fn one(probe: &mut Probe<'_>, resource: &Value) {
    let (path, is_seen) = (format!("/{}", name(resource)), probe.sees(resource));
    let status = probe.get(&path).await.0;
    let is_right = if is_seen { status == 200 } else { [403, 404].contains(&status) };
    probe.check(is_right, || format!("{path}: {status}, seen: {is_seen}\n    {resource}"));
    if probe.tries(3) {
        for (header, value) in
            [("If-None-Match", "*"), ("If-Modified-Since", "Fri, 01 Jan 2100 00:00:00 GMT")]
        {
            let status = probe.send(("GET", &path), &[(header, value)], None).await.status;
            let is_right = if is_seen { status == 304 } else { [403, 404].contains(&status) };
            probe.check(is_right, || format!("{path} {header}: {status}"));
        }
    }
    if probe.tries(3) {
        let before = probe.oracle.before(resource);
        let sees_before = before.is_some_and(|before| probe.sees(before)) && is_seen;
        let versions = if before.is_some() { vec![sees_before, is_seen] } else { vec![is_seen] };
        for (version, is_seen) in (1..).zip(&versions) {
            let path = format!("{path}/_history/{version}");
            let status = probe.get(&path).await.0;
            probe.check((status == 200) == *is_seen, || format!("{path}: {status}"));
        }
        let (status, history) = probe.get(&format!("{path}/_history")).await;
        let count = versions.iter().filter(|is_seen| **is_seen).count();
        let found = history["entry"].as_array().map_or(0, Vec::len);
        let is_right = if count > 0 { status == 200 && found == count } else { status != 200 };
        probe.check(is_right, || format!("{path}/_history: {status}, {found} not {count}"));
    }
    if resource["resourceType"] == "Patient" && probe.tries(2) {
        let (status, all) = probe.get(&format!("{path}/$everything?_count=500")).await;
        probe.check((status == 200) == is_seen, || format!("{path}/$everything: {status}"));
        let entries = all["entry"].as_array().cloned().unwrap_or_default();
        let hidden: BTreeSet<String> = entries
            .iter()
            .map(|entry| &entry["resource"])
            .filter(|one| !probe.sees(one))
            .map(name)
            .collect();
        probe.check(hidden.is_empty(), || format!("{path}/$everything leaks {hidden:?}"));
    }
}

/// The history of a type, and of everything, has what was and is seen.
pub(super) async fn histories(probe: &mut Probe<'_>) {
    for kind in ["Observation", "Consent", ""] {
        if !probe.tries(3) {
            continue;
        }
        let path = format!("/{kind}/_history?_count=1000").replace("//", "/");
        let (status, bundle) = probe.get(&path).await;
        probe.check(status == 200, || format!("{path}: {status}"));
        let entries = bundle["entry"].as_array().cloned().unwrap_or_default();
        let found: BTreeSet<String> = entries
            .iter()
            .filter(|entry| entry["request"]["method"] != "DELETE")
            .map(|entry| &entry["resource"])
            .filter(|one| kind.is_empty() || one["resourceType"] == kind)
            .map(|one| format!("{} {}", name(one), one["meta"]["versionId"].as_str().unwrap()))
            .collect();
        let oracle = probe.oracle;
        let is_of = |one: &&Value| kind.is_empty() || one["resourceType"] == kind;
        let mut expected = BTreeSet::new();
        for one in oracle.all.iter().filter(is_of).filter(|one| probe.sees(one)) {
            let before = oracle.before(one);
            let last = if before.is_some() { 2 } else { 1 };
            expected.insert(format!("{} {last}", name(one)));
            if before.is_some_and(|before| probe.sees(before)) {
                expected.insert(format!("{} 1", name(one)));
            }
        }
        for one in oracle.gone.iter().filter(is_of).filter(|one| probe.sees(one)) {
            expected.insert(format!("{} 1", name(one)));
        }
        probe.check(found == expected, || {
            let leaked: Vec<_> = found.difference(&expected).collect();
            let refused: Vec<_> = expected.difference(&found).collect();
            format!("{path}: leaked {leaked:?}, refused {refused:?}")
        });
    }
}
