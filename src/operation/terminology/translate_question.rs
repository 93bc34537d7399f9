//! What a call of `$translate` asks, <https://hl7.org/fhir/R4/conceptmap-operation-translate.html>.
//!
//! The parameters of R5 (`sourceCode`, `targetCode`, `sourceCoding`…) are taken as well. Where R4
//! swaps source and target for a question that is asked backwards, R5 keeps them.

use serde_json::Value;

use super::code_request::split;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::operation::parameters::{Parameters, value_of};
use crate::terminology::map::concept_map::ConceptMap;
use crate::terminology::map::translate::Dependency;
use crate::terminology::map::translate::Match;
use crate::terminology::service::{CodeRef, Membership};

/// A code to translate.
#[derive(Debug, Clone, Copy)]
pub(in crate::operation) struct Coding<'a> {
    pub(in crate::operation) code: &'a str,
    pub(in crate::operation) system: Option<&'a str>,
    pub(in crate::operation) version: Option<&'a str>,
}

/// What the call asks, whichever way it says it.
pub(in crate::operation) struct Question<'a> {
    pub(in crate::operation) codings: Vec<Coding<'a>>,
    pub(super) is_reverse: bool,
    pub(super) is_of_r5: bool,
    /// The value sets of the given code and of the translations.
    source: Option<&'a str>,
    target: Option<&'a str>,
    pub(super) target_system: Option<&'a str>,
    pub(super) dependencies: Vec<Dependency>,
}

impl<'a> Question<'a> {
    pub(in crate::operation) fn read(parameters: &Parameters<'a>) -> Result<Self, Failure> {
        let of_r5 = [
            "sourceCode",
            "sourceCoding",
            "sourceCodeableConcept",
            "targetCode",
            "targetCoding",
            "targetCodeableConcept",
        ];
        let is_of_r5 = of_r5.iter().any(|name| parameters.value(name).is_some());
        let is_backwards = of_r5.iter().skip(3).any(|name| parameters.value(name).is_some());
        let is_reverse = is_backwards || parameters.truth("reverse").unwrap_or_default();
        let names = match (is_of_r5, is_backwards) {
            (false, _) => ["code", "coding", "codeableConcept"],
            (true, false) => ["sourceCode", "sourceCoding", "sourceCodeableConcept"],
            (true, true) => ["targetCode", "targetCoding", "targetCodeableConcept"],
        };
        let text = |name: &'a str| parameters.text(name);
        let source_system = text("sourceSystem").or_else(|| text("system"));
        let target_system = text("targetSystem").or_else(|| text("targetsystem"));
        // R5 keeps its names where the question is asked backwards; R4 swaps their meaning.
        let (system, target_system) = match is_backwards {
            true => (target_system, source_system),
            false => (source_system, target_system),
        };
        let [code, coding, concept] = names;
        let mut codings: Vec<Coding<'a>> = Vec::new();
        codings.extend(text(code).map(|code| Coding { code, system, version: text("version") }));
        codings.extend(parameters.value(coding).and_then(Coding::read));
        if let Some(concept) = parameters.value(concept) {
            let all = concept.get("coding").and_then(Value::as_array).into_iter().flatten();
            codings.extend(all.filter_map(Coding::read));
        }
        if codings.is_empty() {
            return Err(no_code());
        }
        let sets = (
            text("source").or_else(|| text("sourceScope")),
            text("target").or_else(|| text("targetScope")),
        );
        let (source, target) = if is_backwards { (sets.1, sets.0) } else { sets };
        let dependencies = parameters.all("dependency").flat_map(dependencies).collect();
        Ok(Self { codings, is_reverse, is_of_r5, source, target, target_system, dependencies })
    }

    /// Whether a map is from the value set that the code is from.
    pub(super) fn is_about(&self, map: &ConceptMap) -> bool {
        let from = if self.is_reverse { &map.target } else { &map.source };
        let is_same = |set: &str| from.as_deref().is_none_or(|from| same(from, set));
        self.source.is_none_or(is_same)
    }

    /// Whether a translation is in the value set that is asked for.
    pub(super) fn is_wanted(&self, ctx: &Ctx<'_>, map: &ConceptMap, found: &Match) -> bool {
        let Some(target) = self.target else { return true };
        let to = if self.is_reverse { &map.source } else { &map.target };
        if to.as_deref().is_some_and(|to| same(to, target)) {
            return true;
        }
        let Some(concept) = &found.concept else { return to.is_none() };
        let code = CodeRef {
            system: concept.system.as_deref(),
            version: concept.version.as_deref(),
            code: &concept.code,
            display: None,
        };
        ctx.engine.terminology.membership(target, code) == Membership::Member
    }
}

impl<'a> Coding<'a> {
    fn read(coding: &'a Value) -> Option<Self> {
        let text = |key: &str| coding.get(key).and_then(Value::as_str);
        Some(Self { code: text("code")?, system: text("system"), version: text("version") })
    }
}

/// What a `dependency` says: an element, and the codes of its value.
fn dependencies(part: &Value) -> Vec<Dependency> {
    let parts = part.get("part").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let find = |name: &str| {
        parts.iter().find(|part| part.get("name").and_then(Value::as_str) == Some(name))
    };
    let element = find("element").or_else(|| find("attribute")).and_then(value_of);
    let Some(element) = element.and_then(Value::as_str) else { return Vec::new() };
    let value = find("concept").or_else(|| find("value")).and_then(value_of);
    let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).map(Into::into);
    let dependency = |value: &Value| {
        let code = value.as_str().map(Into::into).or_else(|| text(value, "code"))?;
        Some(Dependency { element: element.into(), system: text(value, "system"), value: code })
    };
    let codings = value.and_then(|value| value.get("coding")).and_then(Value::as_array);
    match codings {
        Some(codings) => codings.iter().filter_map(dependency).collect(),
        None => value.and_then(dependency).into_iter().collect(),
    }
}

/// Whether two canonicals mean the same definition: in the same version, if both tell one.
fn same(one: &str, other: &str) -> bool {
    let ((url, version), (other_url, other_version)) = (split(one), split(other));
    let agree = |(version, other): (&str, &str)| version == other;
    url == other_url && version.zip(other_version).is_none_or(agree)
}

fn no_code() -> Failure {
    Kind::Malformed.because(
        "Hãy gửi mã cần dịch: code cùng system, coding, hoặc codeableConcept.",
        "Send the code to translate: code with system, coding, or codeableConcept.",
    )
}
