//! Code systems that others own and publish, <https://hl7.org/fhir/R4/terminologies-systems.html>.
//!
//! What a client stores of SNOMED CT or LOINC may be all that it needs, but is not all there is,
//! whatever its `content` says: codes that are not in it may be right. Whole they are imported from
//! the files of their publishers, see [`crate::terminology::publisher`]. Systems of HL7 that R4 has whole keep
//! the codes that R4 has.

use std::sync::Arc;

use serde_json::{Value, json};

use super::read_concept::{list, text};

/// What the URLs of systems begin with that organisations other than HL7 publish.
const PUBLISHED_ELSEWHERE: [&str; 33] = [
    "http://snomed.info/",
    "http://loinc.org",
    "http://unitsofmeasure.org",
    "http://www.nlm.nih.gov/research/umls/",
    "http://ncimeta.nci.nih.gov",
    "http://ncicb.nci.nih.gov/",
    "http://www.ama-assn.org/go/cpt",
    "http://hl7.org/fhir/ndfrt",
    "http://fdasis.nlm.nih.gov",
    "http://hl7.org/fhir/sid/",
    "http://www2a.cdc.gov/",
    "http://www.cms.gov/",
    "https://www.cms.gov/",
    "http://www.ada.org/",
    "http://www.nubc.org/",
    "http://nucc.org/",
    "http://id.who.int/",
    "http://www.whocc.no/atc",
    "http://www.icd10data.com/",
    "http://terminology.hl7.org/CodeSystem/icd",
    "http://terminology.hl7.org/CodeSystem/CVX",
    "http://dicom.nema.org/",
    "http://www.genenames.org",
    "http://varnomen.hgvs.org",
    "http://human-phenotype-ontology.org",
    "http://purl.obolibrary.org/obo/",
    "http://www.orpha.net",
    "http://radlex.org",
    "http://www.radlex.org",
    "http://unstats.un.org/",
    "urn:ietf:",
    "urn:iso:",
    "urn:oid:2.16.840.1.113883.6.",
];

/// What the URLs of HL7's own systems begin with.
const OF_HL7: [&str; 2] = ["http://hl7.org/fhir/", "http://terminology.hl7.org/CodeSystem/"];

/// Whether others than who defines resources here publish a system.
fn is_published_elsewhere(url: &str) -> bool {
    PUBLISHED_ELSEWHERE.iter().any(|begin| url.starts_with(begin))
}

/// A system that somebody added to those of the specification, as far as it can be believed: to be
/// all of what others publish it cannot be, and to have fewer codes than R4 has neither.
pub(in crate::terminology) fn believed(added: Arc<Value>, of_r4: Option<&Value>) -> Arc<Value> {
    let url = text(&added, "url").unwrap_or_default();
    let is_whole = text(&added, "content") == Some("complete");
    if is_whole && is_published_elsewhere(url) {
        return Arc::new(with(&added, "content", json!("fragment")));
    }
    match of_r4 {
        Some(of_r4) if OF_HL7.iter().any(|begin| url.starts_with(begin)) => with_all(added, of_r4),
        _ => added,
    }
}

/// The system with the codes of R4 that it lacks, after its own.
fn with_all(added: Arc<Value>, of_r4: &Value) -> Arc<Value> {
    if text(of_r4, "content") != Some("complete") || text(&added, "content") == Some("supplement") {
        return added;
    }
    let own = flat(&added);
    let mut known: Vec<&str> = own.iter().filter_map(|one| text(one, "code")).collect();
    known.sort_unstable();
    let lacks = |concept: &&&Value| {
        text(concept, "code").is_some_and(|code| known.binary_search(&code).is_err())
    };
    let missing: Vec<Value> = flat(of_r4).iter().filter(lacks).map(|one| alone(one)).collect();
    if missing.is_empty() {
        return added;
    }
    let concepts = list(&added, "concept").iter().cloned().chain(missing);
    Arc::new(with(&added, "concept", concepts.collect()))
}

fn with(system: &Value, name: &str, value: Value) -> Value {
    let mut changed = system.clone();
    if let Some(object) = changed.as_object_mut() {
        object.insert(name.into(), value);
    }
    changed
}

/// Every concept of a system, whatever it is below.
fn flat(system: &Value) -> Vec<&Value> {
    let mut all = Vec::new();
    let mut waiting: Vec<&Value> = list(system, "concept").iter().rev().collect();
    while let Some(concept) = waiting.pop() {
        all.push(concept);
        waiting.extend(list(concept, "concept").iter().rev());
    }
    all
}

/// A concept without those below it, which are listed themselves.
fn alone(concept: &Value) -> Value {
    let parts = concept.as_object().into_iter().flatten();
    let parts = parts.filter(|(name, _)| *name != "concept");
    Value::Object(parts.map(|(name, value)| (name.clone(), value.clone())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn system(url: &str, codes: &[&str]) -> Value {
        let concepts: Vec<Value> = codes.iter().map(|code| json!({ "code": code })).collect();
        json!({ "resourceType": "CodeSystem", "url": url, "content": "complete", "concept": concepts })
    }

    #[test]
    fn nobody_has_all_of_what_others_publish() {
        let content = |url: &str| believed(Arc::new(system(url, &["1"])), None)["content"].clone();
        for url in ["http://snomed.info/sct", "http://loinc.org", "urn:iso:std:iso:4217"] {
            assert_eq!(content(url), "fragment", "{url}");
        }
        assert_eq!(content("http://example.org/CodeSystem/a"), "complete");
        assert_eq!(content("http://terminology.hl7.org/CodeSystem/v3-ActCode"), "complete");
    }

    #[test]
    fn systems_of_hl7_keep_the_codes_of_r4() {
        let url = "http://hl7.org/fhir/administrative-gender";
        let of_r4 = system(url, &["male", "female"]);
        let whole = believed(Arc::new(system(url, &["female", "x"])), Some(&of_r4));
        let codes: Vec<&str> =
            flat(&whole).into_iter().filter_map(|one| text(one, "code")).collect();
        assert_eq!(codes, ["female", "x", "male"]);
        let other = system("http://example.org/a", &["x"]);
        assert_eq!(*believed(Arc::new(other.clone()), Some(&of_r4)), other);
    }
}
