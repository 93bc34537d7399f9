//! What a record says on a page: when, what and which value, in the language of the reader.

use serde_json::Value;

use super::reader::text;
use crate::fhir::member::members;
use crate::mch::catalogue::{Item, catalogue};
use crate::mch::record::concept::codings;
use crate::operation::document::narrative::moment;
use crate::ui::say::Say;

/// What one record says of one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Told {
    /// The same for all records of the same thing.
    pub(super) key: String,
    pub(super) label: String,
    pub(super) value: String,
    /// Whether it says that nothing was done or found out, which is not the same as nothing written.
    pub(super) is_not_done: bool,
    /// When, as it is written.
    pub(super) at: String,
}

/// What a record says.
pub(super) fn told(resource: &Value, say: Say) -> Told {
    let not_done = not_done(resource, say);
    let is_test = own_item(resource.get("code")).is_some_and(|item| !item.result.is_empty());
    let is_pressure = pressure(members(resource, "component"), say).is_some();
    let is_not_done = not_done.is_some();
    // Of some tests the booklet holds no more than that they were done.
    let value = not_done.unwrap_or_else(|| match resource.get("valueBoolean") {
        Some(Value::Bool(true)) if is_test => say.pick("đã làm", "done").to_owned(),
        Some(Value::Bool(false)) if is_test => say.pick("không làm", "not done").to_owned(),
        _ => value(resource, say),
    });
    let at = moment(resource).unwrap_or_default().to_owned();
    let (key, mut label) = label(resource, say);
    if is_pressure {
        label = say.pick("Huyết áp", "Blood pressure").to_owned();
    }
    Told { key, label, value, is_not_done, at }
}

/// The item of the booklet that a code of ours names.
pub(super) fn own_item(concept: Option<&Value>) -> Option<&'static Item> {
    codings(concept).find_map(|(system, code)| {
        catalogue().is_ours(system).then(|| catalogue().items(system, code).first().copied())?
    })
}

fn label(resource: &Value, say: Say) -> (String, String) {
    let fetus = members(resource, "extension")
        .iter()
        .find(|one| text(one, "/url").ends_with("/fetus-label"))
        .map(|one| text(one, "/valueString"));
    let with = |label: String| match fetus {
        Some(fetus) => format!("{label} ({} {fetus})", say.pick("thai", "fetus")),
        None => label,
    };
    let names = ["code", "vaccineCode", "medicationCodeableConcept", "serviceType", "type"];
    let concept = names.iter().find_map(|name| {
        let found = resource.get(*name)?;
        Some(found.as_array().and_then(|all| all.first()).unwrap_or(found))
    });
    if let Some(item) = own_item(concept) {
        let key = item.same_as.as_deref().unwrap_or(&item.id);
        return (
            format!("{key} {}", fetus.unwrap_or_default()),
            with(say.of(&item.label).to_owned()),
        );
    }
    let said = concept.and_then(|concept| said(concept, say));
    let titled = ["title", "description", "name"].iter();
    let titled =
        || titled.clone().find_map(|name| resource.get(*name)?.as_str().map(str::to_owned));
    let kind = text(resource, "/resourceType");
    let label = said.or_else(titled).unwrap_or_else(|| of_kind(kind, say).to_owned());
    let code = codings(concept).next().map_or(label.as_str(), |(_, code)| code);
    (format!("{kind} {code} {}", fetus.unwrap_or_default()), with(label))
}

/// What a type of records is called.
fn of_kind(kind: &str, say: Say) -> &str {
    match kind {
        "Appointment" => say.pick("Lịch hẹn", "Appointment"),
        "CarePlan" => say.pick("Kế hoạch chăm sóc", "Care plan"),
        "CareTeam" => say.pick("Người chăm sóc", "Care team"),
        "Consent" => say.pick("Đồng ý", "Consent"),
        "Coverage" => say.pick("Bảo hiểm y tế", "Health insurance"),
        "DiagnosticReport" => say.pick("Phiếu kết quả", "Report"),
        "DocumentReference" => say.pick("Giấy tờ", "Document"),
        "EpisodeOfCare" => say.pick("Đợt theo dõi", "Episode"),
        "Encounter" => say.pick("Lần khám", "Visit"),
        "FamilyMemberHistory" => say.pick("Tiền sử gia đình", "Family history"),
        "NutritionOrder" => say.pick("Chỉ định dinh dưỡng", "Nutrition order"),
        "QuestionnaireResponse" => say.pick("Phiếu đã điền", "Completed form"),
        "RiskAssessment" => say.pick("Đánh giá nguy cơ", "Risk assessment"),
        "ServiceRequest" => say.pick("Chỉ định, chuyển tuyến", "Request or referral"),
        "Task" => say.pick("Việc cần làm", "Task"),
        _ => say.pick("Ghi chép khác", "Other record"),
    }
}

/// What a concept says: an answer of the booklet's lists in the reader's language, else its text.
pub(super) fn said(concept: &Value, say: Say) -> Option<String> {
    if let Some(item) = own_item(Some(concept)) {
        return Some(say.of(&item.label).to_owned());
    }
    let prefix = format!("{}/CodeSystem/", catalogue().canonical);
    let answer = codings(Some(concept)).find_map(|(system, code)| {
        let answers = catalogue().answers(system.strip_prefix(prefix.as_str())?)?;
        answers.iter().find(|answer| answer.code == code)
    });
    if let Some(answer) = answer {
        return Some(say.of(&answer.label).to_owned());
    }
    let own = concept.get("text").and_then(Value::as_str);
    let shown = || {
        let mut shown = members(concept, "coding").iter();
        shown.find_map(|one| one.get("display").or_else(|| one.get("code"))?.as_str())
    };
    own.or_else(shown).map(str::to_owned)
}

/// That something was not done, or is not known, and why.
fn not_done(resource: &Value, say: Say) -> Option<String> {
    let reason = resource.get("statusReason").and_then(|reason| {
        said(reason.as_array().and_then(|all| all.first()).unwrap_or(reason), say)
    });
    let with = |told: &str| match &reason {
        Some(reason) => format!("{told}: {reason}"),
        None => told.to_owned(),
    };
    if text(resource, "/status") == "not-done" {
        return Some(match text(resource, "/resourceType") {
            "Immunization" => with(say.pick("không tiêm", "not given")),
            _ => with(say.pick("không làm", "not done")),
        });
    }
    let absent = resource.get("dataAbsentReason")?;
    let code = codings(Some(absent)).next().map_or("", |(_, code)| code);
    Some(match code {
        "not-performed" => say.pick("không làm", "not done").to_owned(),
        "asked-declined" => say.pick("từ chối", "declined").to_owned(),
        "not-applicable" => say.pick("không áp dụng", "not applicable").to_owned(),
        "unknown" | "asked-unknown" | "temp-unknown" => {
            say.pick("không rõ", "not known").to_owned()
        }
        _ => absent
            .get("text")
            .and_then(Value::as_str)
            .unwrap_or(say.pick("không có kết quả", "no result"))
            .to_owned(),
    })
}

fn value(resource: &Value, say: Say) -> String {
    if let Some(own) = of_element(resource, say) {
        return own;
    }
    let components = members(resource, "component");
    if let Some(pressure) = pressure(components, say) {
        return pressure;
    }
    let part = |one: &Value| {
        let absent = one.get("dataAbsentReason").map(|_| say.pick("không rõ", "not known"));
        let value = of_element(one, say).or_else(|| absent.map(str::to_owned))?;
        Some(format!("{}: {value}", said(one.get("code")?, say)?))
    };
    let parts: Vec<String> = components.iter().filter_map(part).collect();
    if !parts.is_empty() {
        return parts.join("; ");
    }
    if let Some(dose) = resource.pointer("/protocolApplied/0/doseNumberPositiveInt") {
        return say.pick(format!("mũi {dose}"), format!("dose {dose}"));
    }
    let named = ["conclusion", "description", "comment"];
    let named = named.iter().find_map(|name| resource.get(*name)?.as_str());
    let reaction =
        || resource.pointer("/reaction/0/manifestation/0").and_then(|one| said(one, say));
    named.map(str::to_owned).or_else(reaction).unwrap_or_default()
}

/// `120/80 mmHg`
fn pressure(components: &[Value], say: Say) -> Option<String> {
    let of = |wanted: &str| {
        let has = |one: &&Value| codings(one.get("code")).any(|(_, code)| code == wanted);
        let found = components.iter().find(has)?.pointer("/valueQuantity/value")?;
        Some(say.number(&found.to_string()))
    };
    Some(format!("{}/{} mmHg", of("8480-6")?, of("8462-4")?))
}

fn of_element(element: &Value, say: Say) -> Option<String> {
    let (key, value) = element.as_object()?.iter().find(|(key, _)| key.starts_with("value"))?;
    Some(match (key.as_str(), value) {
        ("valueQuantity", quantity) => measured(quantity, say),
        ("valueCodeableConcept", concept) => said(concept, say)?,
        ("valueDateTime" | "valueDate", Value::String(date)) => say.date(date),
        (_, Value::Bool(true)) => say.pick("có", "yes").to_owned(),
        (_, Value::Bool(false)) => say.pick("không", "no").to_owned(),
        (_, Value::String(text)) => text.clone(),
        (_, Value::Number(number)) => say.number(&number.to_string()),
        _ => return None,
    })
}

fn measured(quantity: &Value, say: Say) -> String {
    let number = quantity.get("value").map(ToString::to_string).unwrap_or_default();
    let unit = quantity.get("unit").or_else(|| quantity.get("code"));
    let unit = unit.and_then(Value::as_str).unwrap_or_default();
    let unit = match (unit, say.pick(true, false)) {
        ("d", true) => "ngày",
        ("wk", true) => "tuần",
        ("mo", true) => "tháng",
        ("a", true) => "năm",
        ("/min", true) => "lần/phút",
        ("Cel", _) => "°C",
        ("mm[Hg]", _) => "mmHg",
        ("kg/m2", _) => "kg/m²",
        ("{score}" | "1" | "{count}", _) => "",
        (unit, _) => unit,
    };
    format!("{} {unit}", say.number(&number)).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(resource: &Value) -> Told {
        told(resource, Say::new(false))
    }

    #[test]
    fn a_record_says_what_and_which_value() {
        let weight = json!({ "resourceType": "Observation", "effectiveDateTime": "2026-11-22T08:00:00+07:00",
            "code": { "text": "Cân nặng" }, "valueQuantity": { "value": 44.5, "unit": "kg" } });
        let told = of(&weight);
        assert_eq!((told.label.as_str(), told.value.as_str()), ("Cân nặng", "44,5 kg"));
        let part = |code: &str, value: u32| {
            json!({ "code": { "coding": [{ "system": "http://loinc.org", "code": code }] },
                "valueQuantity": { "value": value, "unit": "mmHg" } })
        };
        let pressure = json!({ "resourceType": "Observation", "code": { "text": "Huyết áp" },
            "component": [part("8480-6", 120), part("8462-4", 80)] });
        assert_eq!(of(&pressure).value, "120/80 mmHg");
    }

    #[test]
    fn not_done_is_said_and_is_not_the_same_as_nothing() {
        let absent = json!({ "resourceType": "Observation", "code": { "text": "Siêu âm" },
            "dataAbsentReason": { "coding": [{ "system": "x", "code": "not-performed" }] } });
        assert_eq!((of(&absent).value.as_str(), of(&absent).is_not_done), ("không làm", true));
        let dose = json!({ "resourceType": "Immunization", "status": "not-done",
            "vaccineCode": { "text": "BCG" }, "statusReason": { "text": "trẻ sốt" } });
        assert_eq!(of(&dose).value, "không tiêm: trẻ sốt");
        assert!(!of(&json!({ "resourceType": "Encounter" })).is_not_done);
    }
}
