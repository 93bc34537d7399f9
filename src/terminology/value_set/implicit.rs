//! Value sets that have a URL but no resource: those of whole systems and of what is below a code,
//! <https://hl7.org/fhir/R4/terminologies-systems.html>.

use serde_json::{Value, json};

use crate::terminology::ecl::compose::Constraint;
use crate::terminology::publisher::loinc::SYSTEM as LOINC;
use crate::terminology::publisher::rf2::SYSTEM as SNOMED;

/// The concept of SNOMED CT above all reference sets.
const REFERENCE_SET: &str = "900000000000455006";

/// The value set that such a URL stands for.
pub(crate) fn implicit(url: &str) -> Option<Value> {
    let compose = match url {
        "http://loinc.org/vs" => json!({ "include": [{ "system": "http://loinc.org" }] }),
        "http://unitsofmeasure.org/vs" => {
            json!({ "include": [{ "system": "http://unitsofmeasure.org" }] })
        }
        _ => match url.strip_prefix("http://loinc.org/vs/") {
            Some(code) => loinc(code)?,
            None => snomed(url)?,
        },
    };
    Some(json!({
        "resourceType": "ValueSet", "url": url, "status": "active", "compose": compose,
    }))
}

/// <https://hl7.org/fhir/R4/loinc.html>: the answers of a list, `LL…`, and what is below a part,
/// `LP…`.
fn loinc(code: &str) -> Option<Value> {
    let property = match code.get(..2)? {
        "LL" => "LIST",
        "LP" => "ancestor",
        _ => return None,
    };
    let filter = json!([{ "property": property, "op": "=", "value": code }]);
    Some(json!({ "include": [{ "system": LOINC, "filter": filter }] }))
}

/// <https://hl7.org/fhir/R4/snomedct.html#implicit>: `…?fhir_vs`, `?fhir_vs=isa/[code]`,
/// `?fhir_vs=refset`, `?fhir_vs=refset/[code]` and `?fhir_vs=ecl/[expression]`.
fn snomed(url: &str) -> Option<Value> {
    let (edition, query) = url.split_once('?')?;
    if !edition.starts_with(SNOMED) {
        return None;
    }
    if let Some(expression) = query.strip_prefix("fhir_vs=ecl/") {
        return Constraint::parse(&decoded(expression)?).map(|read| read.compose(edition));
    }
    let filter = |property: &str, op: &str, value: &str| json!([{ "property": property, "op": op, "value": value }]);
    let mut include = json!({ "system": SNOMED });
    let object = include.as_object_mut()?;
    if edition.len() > SNOMED.len() {
        object.insert("version".into(), json!(edition));
    }
    match query.strip_prefix("fhir_vs")? {
        "" => {}
        "=refset" => {
            object.insert("filter".into(), filter("concept", "descendent-of", REFERENCE_SET));
        }
        what => {
            let what = what.strip_prefix('=')?;
            let filter = match what.split_once('/')? {
                ("isa", code) => filter("concept", "is-a", code),
                ("refset", code) => filter("concept", "in", code),
                _ => return None,
            };
            object.insert("filter".into(), filter);
        }
    }
    Some(json!({ "include": [include] }))
}

/// A text of which some letters are `%` and two digits.
fn decoded(text: &str) -> Option<String> {
    let mut parts = text.split('%');
    let mut bytes = parts.next()?.as_bytes().to_vec();
    for part in parts {
        let (digits, rest) = part.split_at_checked(2)?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        bytes.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(url: &str, expected: Option<Value>) {
        let found = implicit(url);
        assert_eq!(found.map(|found| found["compose"]["include"][0].clone()), expected, "{url}");
    }

    #[test]
    fn urls_stand_for_value_sets() {
        check("http://loinc.org/vs", Some(json!({ "system": "http://loinc.org" })));
        let all = json!({ "system": "http://snomed.info/sct" });
        check("http://snomed.info/sct?fhir_vs", Some(all));
        let below = json!({
            "system": "http://snomed.info/sct",
            "filter": [{ "property": "concept", "op": "is-a", "value": "50697003" }],
        });
        check("http://snomed.info/sct?fhir_vs=isa/50697003", Some(below));
        check("http://snomed.info/sct?fhir_vs=other/1", None);
        let answers = json!({
            "system": "http://loinc.org",
            "filter": [{ "property": "LIST", "op": "=", "value": "LL715-4" }],
        });
        check("http://loinc.org/vs/LL715-4", Some(answers));
        check("http://loinc.org/vs/8867-4", None);
        let child = json!({
            "system": "http://snomed.info/sct",
            "filter": [{ "property": "concept", "op": "child-of", "value": "50697003" }],
        });
        check("http://snomed.info/sct?fhir_vs=ecl/<!50697003", Some(child.clone()));
        check("http://snomed.info/sct?fhir_vs=ecl/%3C!%2050697003", Some(child));
        check("http://snomed.info/sct?fhir_vs=ecl/<!", None);
        check("http://snomed.info/sct?fhir_vs=ecl/%", None);
        check("http://example.org/vs?fhir_vs", None);
    }
}
