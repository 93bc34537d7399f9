//! The official test cases of `FHIRPath` on R4, <https://github.com/FHIR/fhir-test-cases>, when they
//! lie beside the checkout: `../shared/suites/fhirpath`.

#![expect(clippy::unwrap_used, reason = "a test stops at the first thing it cannot read")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use mebe::definitions::registry::Registry;
use mebe::definitions::shape::Shapes;
use mebe::fhir::time::now;
use mebe::fhirpath::expression::Expression;
use mebe::fhirpath::expression::environment::Environment;
use mebe::fhirpath::value::datum::{Datum, Node};
use mebe::fhirpath::value::kind::Dialect;
use serde_json::Value;

/// Cases that are known to fail, and why.
const KNOWN: [(&str, &str); 0] = [];

/// A type and a value, as the suite writes them.
type Output = (String, String);

fn suite() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/suites/fhirpath");
    let found = folder.join("cases.json").exists();
    if !found {
        eprintln!("SKIPPED: {} is not here, the official cases did not run", folder.display());
    }
    found.then_some(folder)
}

fn text<'a>(case: &'a Value, key: &str) -> Option<&'a str> {
    case.get(key).and_then(Value::as_str)
}

fn evaluate(
    shapes: &Shapes,
    case: &Value,
    resource: Option<&Value>,
) -> Result<Vec<Output>, String> {
    let strict = text(case, "mode") == Some("strict");
    let dialect = if strict { Dialect::Strict } else { Dialect::Normative };
    let node = resource.map(Node::resource);
    let kinds = node.map(|node| vec![node.kind]);
    let expression = text(case, "expression").unwrap();
    let compiled = Expression::compile(shapes, kinds.as_deref(), dialect, expression)
        .map_err(|error| error.to_string())?;
    let focus: Vec<Datum<'_>> = node.map(Datum::Node).into_iter().collect();
    let environment = Environment::of(focus.first().cloned(), now());
    let found = compiled.evaluate(shapes, &environment, &focus);
    let found = found.map_err(|error| error.to_string())?;
    Ok(found.iter().map(|item| (item.type_name(shapes), item.show())).collect())
}

/// The value without the marks of literals, numbers as numbers.
fn normal(value: &str) -> String {
    let value = value.strip_prefix('@').unwrap_or(value);
    let value = value.strip_prefix('T').unwrap_or(value).trim_end_matches('T');
    value.parse::<f64>().map_or_else(|_| value.to_owned(), |number| format!("{number:?}"))
}

fn is_same(found: &Output, expected: &Value) -> bool {
    let (kind, value) = (text(expected, "type"), text(expected, "value").unwrap());
    if kind == Some("Quantity") && value.is_empty() {
        return found.0 == "Quantity";
    }
    kind.is_none_or(|kind| kind == found.0) && normal(&found.1) == normal(value)
}

fn judge(case: &Value, found: &Result<Vec<Output>, String>) -> Result<(), String> {
    if text(case, "invalid").is_some() {
        return found.is_err().then_some(()).ok_or(format!("an error, not {found:?}"));
    }
    let mut found = found.clone()?;
    let expected = case["outputs"].as_array().unwrap();
    if case["predicate"] == true {
        let truth = !found.is_empty() && !matches!(&*found, [(_, only)] if only == "false");
        found = vec![("boolean".to_owned(), truth.to_string())];
    }
    let mut rest = found.clone();
    for (at, wanted) in expected.iter().enumerate() {
        let place = if case["ordered"] == true { Some(0) } else { None };
        let place = place.or_else(|| rest.iter().position(|item| is_same(item, wanted)));
        match place.filter(|place| rest.get(*place).is_some_and(|item| is_same(item, wanted))) {
            Some(place) => drop(rest.remove(place)),
            None => return Err(format!("item {at} is {wanted}, not in {found:?}")),
        }
    }
    if rest.is_empty() { Ok(()) } else { Err(format!("{expected:?}, not {found:?}")) }
}

#[test]
fn official_cases_pass() {
    let Some(folder) = suite() else { return };
    let registry = Registry::r4().unwrap();
    let cases: Vec<Value> =
        serde_json::from_str(&fs::read_to_string(folder.join("cases.json")).unwrap()).unwrap();
    let mut inputs = BTreeMap::new();
    let mut faults = Vec::new();
    let mut known = Vec::new();
    for case in &cases {
        let resource = text(case, "input").map(|file| {
            inputs.entry(file.to_owned()).or_insert_with(|| -> Value {
                serde_json::from_str(&fs::read_to_string(folder.join(file)).unwrap()).unwrap()
            })
        });
        let found = evaluate(&registry.shapes, case, resource.map(|resource| &*resource));
        let id = text(case, "id").unwrap();
        if let Err(fault) = judge(case, &found) {
            if KNOWN.iter().any(|(known, _)| *known == id) {
                known.push(id.to_owned());
                continue;
            }
            faults.push(format!("{id}: {}: expected {fault}", text(case, "expression").unwrap()));
        }
    }
    let total = cases.len();
    eprintln!("{} of {total} official cases pass", total - faults.len() - known.len());
    assert!(faults.is_empty(), "{} of {total} fail:\n{}", faults.len(), faults.join("\n"));
    assert_eq!(known.len(), KNOWN.len(), "a case that is known to fail passes");
}
