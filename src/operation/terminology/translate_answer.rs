//! The answer of `$translate`, <https://hl7.org/fhir/R4/conceptmap-operation-translate.html>.
//!
//! Who asks with the parameters of R5 is answered with `relationship` and `originMap` as well, and
//! not with `source`, which is another thing there.

use serde_json::{Map, Value, json};

use super::translate_question::{Coding, Question};
use crate::fhir::issue::Language;
use crate::terminology::map::concept_map::Other;
use crate::terminology::map::translate::{Translated, Translation};

/// Says what was found; `from` are the codes that each match is a translation of.
pub(super) fn answer(
    question: &Question<'_>,
    found: &Translation,
    from: &[Coding<'_>],
    language: Language,
) -> Value {
    let is_translated = found.is_translated();
    let mut parameters = vec![json!({ "name": "result", "valueBoolean": is_translated })];
    if let Some(message) = message(question, found, language) {
        parameters.push(json!({ "name": "message", "valueString": message }));
    }
    for (found, coding) in found.matches.iter().zip(from) {
        let is_backwards = question.is_of_r5 && question.is_reverse;
        // R5 shows the mapping as it is in the map, whichever way it was asked.
        let equivalence = match is_backwards {
            true => found.equivalence.reversed(),
            false => found.equivalence,
        };
        let mut parts = vec![json!({ "name": "equivalence", "valueCode": equivalence.code() })];
        let concept = found.concept.as_ref().map(coding_of);
        let given = json_coding(coding.system, coding.version, coding.code, None);
        let shown = if is_backwards { Some(given) } else { concept.clone() };
        parts.extend(shown.map(|coding| json!({ "name": "concept", "valueCoding": coding })));
        parts.extend(found.products.iter().map(product));
        let map = found.map.as_deref();
        if question.is_of_r5 {
            let relationship = equivalence.relationship();
            parts.extend(
                relationship.map(|code| json!({ "name": "relationship", "valueCode": code })),
            );
            parts.extend(map.map(|map| json!({ "name": "originMap", "valueCanonical": map })));
        } else {
            parts.extend(map.map(|map| json!({ "name": "source", "valueUri": map })));
        }
        if let Some(concept) = concept.filter(|_| is_backwards) {
            parts.push(json!({ "name": "source", "valueCoding": concept }));
        }
        parameters.push(json!({ "name": "match", "part": parts }));
    }
    json!({ "resourceType": "Parameters", "parameter": parameters })
}

fn coding_of(concept: &Translated) -> Value {
    let Translated { system, version, code, display } = concept;
    json_coding(system.as_deref(), version.as_deref(), code, display.as_deref())
}

fn json_coding(
    system: Option<&str>,
    version: Option<&str>,
    code: &str,
    display: Option<&str>,
) -> Value {
    let members =
        [("system", system), ("version", version), ("code", Some(code)), ("display", display)];
    let members =
        members.into_iter().filter_map(|(key, text)| Some((key.to_owned(), json!(text?))));
    Value::Object(members.collect::<Map<_, _>>())
}

fn product(product: &Other) -> Value {
    let Other { property, system, value, display } = product;
    let coding = json_coding(system.as_deref(), None, value, display.as_deref());
    json!({ "name": "product", "part": [
        { "name": "element", "valueUri": property }, { "name": "concept", "valueCoding": coding },
    ] })
}

/// Why there is no translation, or what would make it better.
fn message(question: &Question<'_>, found: &Translation, language: Language) -> Option<String> {
    let code = question.codings.first().map(|coding| coding.code).unwrap_or_default();
    let needs = found.needs.join(", ");
    let (vi, en) = match (found.is_translated(), found.needs.is_empty()) {
        (true, true) => return None,
        (_, false) => (
            format!("Có ánh xạ chỉ đúng khi biết {needs}. Hãy gửi thêm tham số dependency."),
            format!("Some mappings hold only when {needs} is known. Send it as a dependency."),
        ),
        (false, true) if found.matches.is_empty() => (
            format!("Không có bảng ánh xạ nào dịch mã “{code}”."),
            format!("No concept map translates the code “{code}”."),
        ),
        (false, true) => (
            format!("Bảng ánh xạ nói rằng mã “{code}” không có mã tương ứng."),
            format!("The concept map says that the code “{code}” has no counterpart."),
        ),
    };
    Some(match language {
        Language::Vietnamese => vi,
        Language::English => en,
    })
}
