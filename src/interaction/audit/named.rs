//! What a query names: the patients it is about, and the numbers of persons, which are not written down.

use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::search::query::{Parameter, Query};

/// Stands for a number that is not written down.
const HIDDEN: &str = "***";
/// Characters of a query that are written down at the most.
const LONGEST: usize = 8 << 10;
/// Patients whom a query may name; more are not told apart.
const MOST: usize = 64;

/// Parts of names of parameters whose values are numbers and addresses of persons.
const NUMBERS: [&str; 5] = ["identifier", "phone", "email", "telecom", "insurance"];

/// A path and its query as they are written down.
pub fn written(path: &str, query: &Query) -> String {
    let mut pairs = form_urlencoded::Serializer::new(String::new());
    for parameter in &query.parameters {
        pairs.append_pair(&parameter.key(), &value(parameter));
    }
    let pairs = pairs.finish();
    let whole = if pairs.is_empty() { path.to_owned() } else { format!("{path}?{pairs}") };
    match whole.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", whole.get(..at).unwrap_or_default()),
        None => whole,
    }
}

/// The value of a parameter, without the numbers of persons.
fn value(parameter: &Parameter) -> String {
    let key = parameter.key().to_ascii_lowercase();
    let is_of_numbers = |text: &str| NUMBERS.iter().any(|name| text.contains(name));
    if key == "_filter" {
        let is_named = is_of_numbers(&parameter.text.to_ascii_lowercase());
        return if is_named { HIDDEN.to_owned() } else { parameter.text.clone() };
    }
    if !is_of_numbers(&key) || parameter.modifier.as_deref() == Some("missing") {
        return parameter.text.clone();
    }
    let each = parameter.text.split(',').map(|one| match one.rsplit_once('|') {
        Some((system, value)) if !value.is_empty() => format!("{system}|{HIDDEN}"),
        Some(_) => one.to_owned(),
        None => HIDDEN.to_owned(),
    });
    each.collect::<Vec<_>>().join(",")
}

/// The ids of the patients whom a query of a type names.
pub fn patients(kind: Option<ResourceKind>, query: &Query, base: &str) -> Vec<String> {
    let mut all = Vec::new();
    for parameter in &query.parameters {
        let is_hers = parameter.name == "_id" && kind == Some(ResourceKind::PATIENT);
        let is_named = matches!(parameter.name.as_str(), "patient" | "subject");
        if !(is_hers || is_named)
            || !matches!(parameter.modifier.as_deref(), None | Some("Patient"))
        {
            continue;
        }
        // A bare id may be that of a group, but for these.
        let is_bare = parameter.name != "subject" || parameter.modifier.is_some();
        for text in parameter.text.split(',') {
            let id = patient(text, base).or(is_bare.then_some(text));
            let id = id.filter(|id| ResourceId::parse(id).is_some()).map(str::to_owned);
            all.extend(id.filter(|id| !all.contains(id)));
        }
    }
    all.truncate(MOST);
    all
}

/// The id in `Patient/id`, or in the same below the base URL.
pub fn patient<'t>(text: &'t str, base: &str) -> Option<&'t str> {
    let below = text.strip_prefix(base).map_or(text, |rest| rest.trim_start_matches('/'));
    below.strip_prefix("Patient/")?.split('/').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_persons_are_not_written_down() {
        let check = |query: &str, expected: &str| {
            assert_eq!(written("Patient", &Query::parse([query])), expected, "{query}");
        };
        check("", "Patient");
        check("name=An&birthdate=1998-03-14", "Patient?name=An&birthdate=1998-03-14");
        check("identifier=http://x|012345678901", "Patient?identifier=http%3A%2F%2Fx%7C***");
        check("identifier=012345678901,a|", "Patient?identifier=***%2Ca%7C");
        check("phone=0912345678", "Patient?phone=***");
        check("patient.identifier=1", "Patient?patient.identifier=***");
        check("subject:identifier=s|1", "Patient?subject%3Aidentifier=s%7C***");
        check("identifier:missing=true", "Patient?identifier%3Amissing=true");
        check("_filter=identifier%20eq%20%221%22", "Patient?_filter=***");
        let long = format!("a={}", "b".repeat(9_000));
        let long = written("x", &Query::parse([long.as_str()]));
        assert_eq!(long.chars().count(), LONGEST + 1);
    }

    #[test]
    fn patients_are_named_in_several_ways() {
        let observation = ResourceKind::parse("Observation");
        let check = |kind, query: &str, expected: &[&str]| {
            let found = patients(kind, &Query::parse([query]), "https://me/fhir");
            assert_eq!(found, expected, "{query}");
        };
        check(observation, "patient=a&code=x", &["a"]);
        check(observation, "subject=Patient/a,Patient/b", &["a", "b"]);
        check(observation, "subject=https://me/fhir/Patient/a", &["a"]);
        check(observation, "subject:Patient=a", &["a"]);
        check(observation, "subject=Group/a", &[]);
        check(observation, "_id=a", &[]);
        check(observation, "patient=a/b", &[]);
        check(Some(ResourceKind::PATIENT), "_id=a", &["a"]);
    }
}
