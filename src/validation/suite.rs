//! The R4 cases of the official Java validator, from the folder `MEBE_TEST_VALIDATOR` names.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;

use super::validator::{Request, Validator};
use crate::definitions::library::Library;
use crate::definitions::registry::Registry;
use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;

fn read(folder: &Path, file: &str) -> Option<Value> {
    let json =
        folder.join(if file.ends_with(".xml") { format!("{file}.json") } else { file.into() });
    serde_json::from_slice(&std::fs::read(json).ok()?).ok()
}

#[test]
fn agrees_with_the_java_validator() {
    let Some(folder) = std::env::var_os("MEBE_TEST_VALIDATOR").map(PathBuf::from) else {
        eprintln!("SKIPPED: set MEBE_TEST_VALIDATOR");
        return;
    };
    let cases = std::env::var("MEBE_TEST_CASES").expect("cases");
    let modules = std::env::var("MEBE_TEST_MODULES").unwrap_or_default();
    let only = std::env::var("MEBE_TEST_ONLY").unwrap_or_default();
    let cases: Vec<Value> =
        serde_json::from_slice(&std::fs::read(cases).expect("cases")).expect("JSON");
    let registry = Arc::new(Registry::r4().expect("R4"));
    let validator = Validator::new(Arc::clone(&registry));
    let mut counts: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut version = 0;
    for case in &cases {
        let tier = case["tier"].as_str().unwrap_or_default();
        let module = case["module"].as_str().unwrap_or_default();
        let id = case["id"].as_str().unwrap_or_default();
        if case["use"] != true || !tier.starts_with(['A', 'B']) || case["expect"]["base"].is_null()
        {
            continue;
        }
        if !modules.is_empty() && !modules.split(',').any(|name| name == module)
            || !id.contains(&only)
        {
            continue;
        }
        let file = case["file"].as_str().unwrap_or_default();
        let resource = read(&folder, file);
        let mut stored = Vec::new();
        for step in ["base", "profile"] {
            let expected = &case["expect"][step];
            if expected.is_null() {
                continue;
            }
            let mut supporting: Vec<String> = Vec::new();
            let list = |value: &Value| -> Vec<String> {
                value
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter_map(|it| Some(it.as_str()?.to_owned()))
                    .collect()
            };
            supporting.extend(list(&case["supporting"]));
            let profile = case["profile"]["url"].as_str();
            if step == "profile" {
                supporting.extend(list(&case["profile"]["supporting"]));
                supporting.extend(case["profile"]["source"].as_str().map(str::to_owned));
            }
            let mut url = profile.map(str::to_owned);
            for file in supporting {
                let Some(definition) = read(&folder, &file) else { continue };
                let name = definition["resourceType"].as_str().unwrap_or_default();
                let Some(kind) = ResourceKind::parse(name) else { continue };
                if step == "profile" && profile.is_none() && case["profile"]["source"] == file {
                    url = definition["url"].as_str().map(str::to_owned);
                }
                if !Library::keeps(kind) {
                    continue;
                }
                let id = ResourceId::parse(&format!("x{version}")).expect("id");
                version += 1;
                registry.library.store(kind, &id, version, Some(&definition.to_string()));
                stored.push((kind, id));
            }
            let profiles: Vec<&str> = if step == "profile" {
                url.iter().map(String::as_str).collect()
            } else {
                Vec::new()
            };
            let wanted = expected["errors"].as_u64().unwrap_or_default();
            let issues = match &resource {
                Some(resource) => validator.check(
                    resource,
                    &Request {
                        profiles: &profiles,
                        strict: std::env::var_os("STRICT").is_some(),
                        ..Request::default()
                    },
                ),
                None => Vec::new(),
            };
            let found = issues.iter().filter(|issue| issue.severity.refuses()).count();
            let agrees = resource.is_some() && (found > 0) == (wanted > 0);
            let count = counts.entry(module.to_owned()).or_default();
            count.1 += 1;
            count.0 += usize::from(agrees);
            if !agrees || !only.is_empty() {
                eprintln!(
                    "{} {module} {id} {step}: {found} errors, expected {wanted} {}",
                    if agrees { "ok" } else { "##" },
                    if resource.is_none() { "UNREADABLE" } else { "" }
                );
                for issue in issues
                    .iter()
                    .filter(|issue| issue.severity.refuses() || !only.is_empty())
                    .take(40)
                {
                    eprintln!(
                        "     {:?} {} {} [{}]",
                        issue.severity,
                        issue.expression.as_deref().unwrap_or_default(),
                        issue.text.en,
                        issue.rule.as_ref().map(|rule| &*rule.profile).unwrap_or_default()
                    );
                }
                for issue in
                    expected["issues"].as_array().into_iter().flatten().filter(|issue| {
                        issue["severity"] == "error" || issue["severity"] == "fatal"
                    })
                {
                    eprintln!(
                        "     JAVA {} {} {}",
                        issue["expression"],
                        issue["text"]
                            .as_str()
                            .unwrap_or_default()
                            .chars()
                            .take(220)
                            .collect::<String>(),
                        issue["tx"]
                    );
                }
            }
        }
        for (kind, id) in stored {
            version += 1;
            registry.library.store(kind, &id, version, None);
        }
    }
    for (module, (passed, all)) in &counts {
        eprintln!("{passed:4}/{all:<4} {module}");
    }
    let passed: usize = counts.values().map(|(passed, _)| passed).sum();
    let all: usize = counts.values().map(|(_, all)| all).sum();
    eprintln!("{passed}/{all}");
}
