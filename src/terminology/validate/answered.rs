//! What is said of a code that was found, and what is to be noted about it.

use super::display::{check_display, is_same_display};
use super::rules::Rules;
use crate::definitions::library::version_order::compare;
use crate::terminology::finding::{self, CodePlace, Finding};
use crate::terminology::language::{displays, preferred};
use crate::terminology::scope::Scope;
use crate::terminology::service::CodeRef;
use crate::terminology::system::concept::Content;
use crate::terminology::system::read_concept::{means, standards_status, text};
use crate::terminology::system::source::Source;
use crate::terminology::value_set::found::Found;

/// The code that was found.
#[derive(Debug, Clone)]
pub struct Answered {
    pub system: Box<str>,
    pub version: Option<Box<str>>,
    pub display: Option<Box<str>>,
    /// The code as the system writes it, where it was given otherwise.
    pub normalized: Option<Box<str>>,
    pub is_inactive: bool,
    pub status: Option<Box<str>>,
}

/// Where the code is best found: without trouble about versions, with the display that is given,
/// in the latest version.
pub(crate) fn best(found: Vec<Found>, display: Option<&str>) -> Option<Found> {
    let has_display = |found: &Found| {
        let about = found.source.as_ref().map(|source| source.about());
        let displays = displays(about, &found.concept, found.listed.as_deref());
        display.is_some_and(|given| displays.iter().any(|one| is_same_display(one.text, given)))
    };
    found.into_iter().max_by(|a, b| {
        let rank = |found: &Found| (found.problems.is_empty(), has_display(found));
        rank(a).cmp(&rank(b)).then_with(|| compare(a.version.as_deref(), b.version.as_deref()))
    })
}

/// What the system itself says of a code that is not in the value set.
pub(crate) fn known(
    scope: &Scope<'_>,
    code: CodeRef<'_>,
    findings: &mut Vec<Finding>,
    place: CodePlace,
    rules: &Rules<'_>,
) -> Option<Answered> {
    let system = code.system?;
    let wanted = scope.versions.wanted_version(system, code.version);
    let source = scope.system(system, code.version).filter(|_| code.version.is_some());
    let source = source.or_else(|| scope.system(system, wanted.as_deref()));
    let source = source.or_else(|| scope.system(system, None)).filter(is_usable)?;
    let Ok(Some(concept)) = source.find(code.code) else {
        let is_fragment = source.about().content != Content::Complete;
        findings.push(finding::no_code(place, code.code, system, is_fragment));
        return None;
    };
    let found = Found {
        system: system.into(),
        version: source.about().version.clone(),
        source: Some(source),
        concept,
        listed: None,
        problems: Vec::new(),
    };
    let answered = describe(&found, code, place, rules, findings);
    findings.extend(wrong_display(&found, code, place, rules));
    Some(answered)
}

/// Describes a code that was found.
pub(crate) fn describe(
    found: &Found,
    code: CodeRef<'_>,
    place: CodePlace,
    rules: &Rules<'_>,
    findings: &mut Vec<Finding>,
) -> Answered {
    let concept = &found.concept;
    let about = found.source.as_ref().map(|source| source.about());
    if concept.is_inactive {
        findings.push(finding::inactive(place, concept, false));
    }
    let is_other_case = *concept.code != *code.code;
    if is_other_case {
        findings.push(finding::other_case(place, code.code, &concept.code, &found.system));
    }
    let displays = displays(about, concept, found.listed.as_deref());
    let status = concept
        .properties
        .iter()
        .find(|property| about.is_some_and(|about| means(about, &property.code, "status")));
    Answered {
        system: found.system.clone(),
        version: found.version.clone(),
        display: preferred(&displays, rules.languages).map(|display| display.text.into()),
        normalized: is_other_case.then(|| concept.code.clone()),
        is_inactive: concept.is_inactive,
        status: status.map(|property| property.value.text().into()),
    }
}

/// What speaks against a code that is where it should be: that it is abstract, or its display.
pub(crate) fn objections(
    found: &Found,
    code: CodeRef<'_>,
    place: CodePlace,
    rules: &Rules<'_>,
) -> Vec<Finding> {
    let concept = &found.concept;
    let is_refused = concept.is_abstract && rules.allow_abstract == Some(false);
    let refused = is_refused.then(|| finding::is_abstract(place, &concept.code));
    refused.into_iter().chain(wrong_display(found, code, place, rules)).collect()
}

/// What speaks against the display of a code, wherever the code is.
pub(crate) fn wrong_display(
    found: &Found,
    code: CodeRef<'_>,
    place: CodePlace,
    rules: &Rules<'_>,
) -> Option<Finding> {
    let about = found.source.as_ref().map(|source| source.about());
    let displays = displays(about, &found.concept, found.listed.as_deref());
    check_display(place, code.display?, &found.concept.code, &displays, rules)
}

/// Whether extensions of a value set say that a code is not to be used any more.
pub(crate) fn is_deprecated(extensions: &[serde_json::Value]) -> bool {
    const DEPRECATED: &str = "http://hl7.org/fhir/StructureDefinition/valueset-deprecated";
    let marked = extensions.iter().any(|extension| {
        let value = extension.get("valueBoolean").or_else(|| extension.get("valueCode"));
        let is_true = value.is_some_and(|value| value == true || value == "true");
        text(extension, "url") == Some(DEPRECATED) && is_true
    });
    marked || matches!(standards_status(extensions), Some("deprecated" | "withdrawn"))
}

/// Whether a system has codes to ask for.
pub(crate) fn is_usable(source: &Source) -> bool {
    !matches!(source.about().content, Content::NotPresent | Content::Supplement)
}
