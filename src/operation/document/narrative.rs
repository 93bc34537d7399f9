//! What is read of records, in Vietnamese: a table of days, things and values.

use serde_json::Value;

use crate::mch::catalogue::catalogue;
use crate::mch::record::concept::codings;

const BEGIN: &str = "<div xmlns=\"http://www.w3.org/1999/xhtml\" xml:lang=\"vi\" lang=\"vi\">";

/// A narrative of one sentence.
pub(super) fn sentence(text: &str) -> String {
    let mut out = BEGIN.to_owned();
    out.push_str("<p>");
    escape(&mut out, text);
    out.push_str("</p></div>");
    out
}

/// What is read of a record: its day, what it is, what was found.
pub(super) type Line = [String; 3];

/// The line of a record.
pub(super) fn line(resource: &Value) -> Line {
    [day(resource), what(resource), value(resource)]
}

/// A narrative with a line for each record.
pub(super) fn table(lines: impl Iterator<Item = Line>) -> String {
    let mut out = BEGIN.to_owned();
    out.push_str("<table><tbody>");
    for cells in lines {
        out.push_str("<tr>");
        for cell in cells {
            out.push_str("<td>");
            escape(&mut out, &cell);
            out.push_str("</td>");
        }
        out.push_str("</tr>");
    }
    out.push_str("</tbody></table></div>");
    out
}

fn escape(out: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            letter if letter.is_control() => out.push(' '),
            letter => out.push(letter),
        }
    }
}

/// When it happened, as people write it.
pub(super) fn day(resource: &Value) -> String {
    written(moment(resource).unwrap_or_default())
}

/// When it happened, as it is recorded.
pub fn moment(resource: &Value) -> Option<&str> {
    let dates = [
        "effectiveDateTime",
        "occurrenceDateTime",
        "performedDateTime",
        "effectiveInstant",
        "onsetDateTime",
        "recordedDate",
        "authoredOn",
        "start",
        "date",
        "birthDate",
        "created",
        "startDate",
    ];
    let periods = ["period", "effectivePeriod", "performedPeriod", "onsetPeriod"];
    let own = dates.iter().find_map(|name| resource.get(*name)?.as_str());
    own.or_else(|| periods.iter().find_map(|name| resource.get(*name)?.get("start")?.as_str()))
}

/// `2026-11-22T…` as `22/11/2026`.
pub(super) fn written(date: &str) -> String {
    let day = date.split('T').next().unwrap_or_default();
    let parts: Vec<&str> = day.split('-').rev().collect();
    parts.join("/")
}

/// What it is called.
pub(super) fn what(resource: &Value) -> String {
    let kind = resource.get("resourceType").and_then(Value::as_str).unwrap_or_default();
    let concept = ["code", "vaccineCode", "medicationCodeableConcept", "serviceType", "type"];
    let mut concepts = concept.iter().filter_map(|name| {
        let found = resource.get(*name)?;
        Some(found.as_array().and_then(|all| all.first()).unwrap_or(found))
    });
    let named = concepts.find_map(|concept| said(Some(concept)));
    let person = || {
        let name = resource.get("name")?;
        let name = name.as_array().and_then(|all| all.first()).unwrap_or(name);
        name.as_str().or_else(|| name.get("text")?.as_str()).map(str::to_owned)
    };
    let title = || {
        let text = ["title", "description"].iter().find_map(|name| resource.get(*name)?.as_str());
        text.map(str::to_owned)
    };
    named.or_else(person).or_else(title).unwrap_or_else(|| kind.to_owned())
}

/// What a concept says: the item's own label, else the text, else a display.
fn said(concept: Option<&Value>) -> Option<String> {
    let concept = concept?;
    let item = codings(Some(concept)).find_map(|(system, code)| {
        let is_item = catalogue().is_ours(system);
        is_item
            .then(|| catalogue().items(system, code).first().map(|item| item.label.vi.clone()))?
    });
    let text = || concept.get("text").and_then(Value::as_str).map(str::to_owned);
    let display = || {
        let codings = concept.get("coding")?.as_array()?;
        let shown = |one: &Value| {
            let text = one.get("display").or_else(|| one.get("code"))?;
            text.as_str().map(str::to_owned)
        };
        codings.iter().find_map(shown)
    };
    item.or_else(text).or_else(display)
}

/// What was found.
fn value(resource: &Value) -> String {
    if let Some(own) = of_element(resource) {
        return own;
    }
    let components = resource.get("component").and_then(Value::as_array).into_iter().flatten();
    let parts: Vec<String> = components
        .filter_map(|one| Some(format!("{}: {}", said(one.get("code"))?, of_element(one)?)))
        .collect();
    if !parts.is_empty() {
        return parts.join("; ");
    }
    let dose = resource.pointer("/protocolApplied/0/doseNumberPositiveInt");
    if let Some(dose) = dose {
        return format!("mũi {dose}");
    }
    let absent = resource.get("dataAbsentReason").and_then(|reason| said(Some(reason)));
    let reason = || resource.get("statusReason").and_then(|reason| said(Some(reason)));
    absent.or_else(reason).unwrap_or_default()
}

fn of_element(element: &Value) -> Option<String> {
    let (key, value) = element.as_object()?.iter().find(|(key, _)| key.starts_with("value"))?;
    Some(match (key.as_str(), value) {
        ("valueQuantity", quantity) => {
            let number = quantity.get("value").map(ToString::to_string).unwrap_or_default();
            let unit = quantity.get("unit").or_else(|| quantity.get("code"));
            let unit = unit.and_then(Value::as_str).unwrap_or_default();
            format!("{} {unit}", number.replace('.', ",")).trim().to_owned()
        }
        ("valueCodeableConcept", concept) => said(Some(concept))?,
        ("valueDateTime", Value::String(date)) => written(date),
        (_, Value::Bool(true)) => "Có".to_owned(),
        (_, Value::Bool(false)) => "Không".to_owned(),
        (_, Value::String(text)) => text.clone(),
        (_, Value::Number(number)) => number.to_string(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_record_is_a_line() {
        let weight = json!({ "resourceType": "Observation", "effectiveDateTime": "2026-11-22T08:00:00+07:00",
            "code": { "text": "Cân nặng <kg>" }, "valueQuantity": { "value": 5.4, "unit": "kg" } });
        let text = table([line(&weight)].into_iter());
        assert!(
            text.contains("<td>22/11/2026</td><td>Cân nặng &lt;kg&gt;</td><td>5,4 kg</td>"),
            "{text}"
        );
        let dose = json!({ "resourceType": "Immunization", "vaccineCode": { "text": "BCG" },
            "protocolApplied": [{ "doseNumberPositiveInt": 1 }] });
        assert!(table([line(&dose)].into_iter()).contains("<td>BCG</td><td>mũi 1</td>"));
    }
}
