//! Patient `$match`, <https://hl7.org/fhir/R4/patient-operation-match.html>, for the registration desk:
//! who is known already of somebody of whom a number, a name, a birth date, a telephone or a commune is
//! told. Each match has a grade and says nothing of those who are not like it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::definitions::base::today_in;
use crate::fhir::kind::ResourceKind;
use crate::fhir::text::fold::fold;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::interaction::search::scope::Scope;
use crate::interaction::search::search;
use crate::mch::record::records::identifiers;
use crate::operation::asked::{missing, place, take};
use crate::operation::call::Call;
use crate::search::query::{Parameter, Query};

const GRADE: &str = "http://hl7.org/fhir/StructureDefinition/match-grade";
const WARD: &str = "/vn-ext-ward";
/// Candidates of one search, and matches when no `count` is given.
const MOST: usize = 50;
/// Edits by which a name may differ.
const EDITS: usize = 2;

/// Finds who is like it.
pub(in crate::operation) async fn matching(
    ctx: &Ctx<'_>,
    call: &Call<'_>,
) -> Result<Value, Failure> {
    take(call, &["resource", "onlyCertainMatches", "count"])?;
    let parameters = call.parameters();
    let asked = parameters.resource("resource");
    let asked = asked.ok_or_else(|| missing("resource", "một Patient", "a Patient"))?;
    if asked.get("resourceType").is_none_or(|kind| kind != "Patient") {
        return Err(missing("resource", "một Patient", "a Patient"));
    }
    let is_certain_only = parameters.truth("onlyCertainMatches").unwrap_or(false);
    let count = parameters.number("count").map_err(|_value| no_count())?.unwrap_or(MOST);
    let mut graded: Vec<(Grade, Value)> = Vec::new();
    for (_, candidate) in candidates(ctx, asked).await? {
        let grade = Grade::of(asked, &candidate);
        graded.extend(grade.map(|grade| (grade, candidate)));
    }
    graded.sort_by_key(|(grade, _)| *grade);
    graded.retain(|(grade, _)| !is_certain_only || *grade == Grade::Certain);
    graded.truncate(count.min(MOST));
    let base = &ctx.engine.base;
    let entries = graded.into_iter().map(|(grade, resource)| {
        let id = resource.get("id").and_then(Value::as_str).unwrap_or_default();
        let url = format!("{base}/Patient/{id}");
        let extension = json!([{ "url": GRADE, "valueCode": grade.code() }]);
        let search = json!({ "extension": extension, "mode": "match", "score": grade.score() });
        json!({ "fullUrl": url, "resource": resource, "search": search })
    });
    let entries: Vec<Value> = entries.collect();
    let mut bundle =
        json!({ "resourceType": "Bundle", "type": "searchset", "total": entries.len() });
    if let Some(object) = bundle.as_object_mut().filter(|_| !entries.is_empty()) {
        object.insert("entry".into(), entries.into());
    }
    Ok(bundle)
}

fn no_count() -> Failure {
    Kind::Malformed
        .because(
            "Tham số 'count' phải là một số nguyên không âm.",
            "The parameter 'count' is a whole number that is not negative.",
        )
        .of(&place("count"))
}

/// Patients by their ids who share something.
async fn candidates(ctx: &Ctx<'_>, asked: &Value) -> Result<BTreeMap<String, Value>, Failure> {
    let mut found = BTreeMap::new();
    for (name, text) in questions(asked) {
        let parameters =
            vec![Parameter::new(name, text), Parameter::new("_count", MOST.to_string())];
        let scope = Scope::Type(ResourceKind::PATIENT);
        let results = Box::pin(search(ctx, scope, Query { parameters })).await?;
        for hit in results.page.hits {
            let Ok(resource) = serde_json::from_str::<Value>(&hit.stored.body) else { continue };
            found.insert(hit.stored.id.to_string(), today_in(&resource).into_owned());
        }
    }
    Ok(found)
}

/// What is searched for.
fn questions(asked: &Value) -> Vec<(&'static str, String)> {
    let mut questions: Vec<(&str, String)> = identifiers(asked)
        .map(|(system, value)| ("identifier", format!("{}|{}", escaped(system), escaped(value))))
        .collect();
    questions.extend(phones(asked).map(|phone| ("phone", escaped(phone))));
    let birth = asked.get("birthDate").and_then(Value::as_str);
    questions.extend(birth.map(|day| ("birthdate", escaped(day))));
    questions.extend(name(asked).map(|name| ("name", escaped(&name))));
    questions
}

/// A text as the value of a search.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for letter in text.chars() {
        if matches!(letter, ',' | '|' | '$' | '\\') {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}

/// The name, as it is written.
fn name(patient: &Value) -> Option<String> {
    let name = patient.get("name")?.as_array()?.first()?;
    if let Some(text) = name.get("text").and_then(Value::as_str) {
        return Some(text.to_owned());
    }
    let given = name.get("given").and_then(Value::as_array).into_iter().flatten();
    let parts = name.get("family").into_iter().chain(given).filter_map(Value::as_str);
    let parts: Vec<&str> = parts.collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

fn phones(patient: &Value) -> impl Iterator<Item = &str> {
    let all = patient.get("telecom").and_then(Value::as_array).into_iter().flatten();
    let all = all.filter(|one| one.get("system").is_some_and(|system| system == "phone"));
    all.filter_map(|one| one.get("value")?.as_str())
}

/// The codes of communes of a patient's addresses.
fn communes(patient: &Value) -> Vec<&str> {
    let all = patient.get("address").and_then(Value::as_array).into_iter().flatten();
    let extensions = all.filter_map(|one| one.get("extension")?.as_array()).flatten();
    let wards = extensions.filter(|one| {
        one.get("url").and_then(Value::as_str).is_some_and(|url| url.ends_with(WARD))
    });
    wards.filter_map(|one| one.get("valueCoding")?.get("code")?.as_str()).collect()
}

/// How sure it is that two are one, the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Grade {
    Certain,
    Probable,
    Possible,
}

impl Grade {
    fn code(self) -> &'static str {
        match self {
            Self::Certain => "certain",
            Self::Probable => "probable",
            Self::Possible => "possible",
        }
    }

    fn score(self) -> f64 {
        match self {
            Self::Certain => 1.0,
            Self::Probable => 0.8,
            Self::Possible => 0.5,
        }
    }

    /// A number that only one person has is certain as long as nothing speaks against it; name and day
    /// of birth with the telephone or the commune are probable, without them possible.
    fn of(asked: &Value, other: &Value) -> Option<Self> {
        let text = |one: &Value, key: &str| one.get(key).and_then(Value::as_str).map(str::to_owned);
        let both = |key: &str| text(asked, key).zip(text(other, key));
        let birth = both("birthDate");
        let is_born = birth.as_ref().is_some_and(|(one, another)| one == another);
        let differs =
            |pair: Option<(String, String)>| pair.is_some_and(|(one, another)| one != another);
        let contradicts = differs(birth) || differs(both("gender"));
        let names = name(asked).zip(name(other)).map(|(one, another)| (fold(&one), fold(&another)));
        let is_named = names.as_ref().is_some_and(|(one, another)| one == another);
        let is_near = names
            .as_ref()
            .is_some_and(|(one, another)| strsim::damerau_levenshtein(one, another) <= EDITS);
        let is_numbered =
            identifiers(asked).any(|one| identifiers(other).any(|another| one == another));
        let is_called = phones(asked).any(|one| phones(other).any(|another| one == another));
        let is_near_by = communes(asked).iter().any(|one| communes(other).contains(one));
        match () {
            () if is_numbered && !contradicts && (is_near || names.is_none()) => {
                Some(Self::Certain)
            }
            () if is_numbered => Some(Self::Probable),
            () if contradicts => None,
            () if is_named && is_born && (is_called || is_near_by) => Some(Self::Probable),
            () if is_near && (is_born || is_called) => Some(Self::Possible),
            () => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patient(name: &str, birth: &str, phone: &str) -> Value {
        json!({ "resourceType": "Patient", "name": [{ "text": name }], "birthDate": birth,
            "gender": "female", "telecom": [{ "system": "phone", "value": phone }] })
    }

    #[test]
    fn grades_follow_from_what_is_shared() {
        let asked = patient("Nguyễn Thị Ánh", "1998-03-14", "0990000001");
        let grade =
            |name: &str, birth: &str, phone: &str| Grade::of(&asked, &patient(name, birth, phone));
        assert_eq!(grade("nguyen thi anh", "1998-03-14", "0990000001"), Some(Grade::Probable));
        assert_eq!(grade("Nguyễn Thị Ánh", "1998-03-14", "0990000002"), Some(Grade::Possible));
        assert_eq!(grade("Nguyễn Thị Anh", "1997-03-14", "0990000001"), None);
        assert_eq!(grade("Trần Văn Bình", "1998-03-14", "0990000001"), None);
        let mut numbered = asked.clone();
        numbered["identifier"] = json!([{ "system": "http://x.vn/cccd", "value": "001198000001" }]);
        assert_eq!(Grade::of(&numbered, &numbered), Some(Grade::Certain));
        let mut other = numbered.clone();
        other["birthDate"] = "1990-01-01".into();
        assert_eq!(Grade::of(&numbered, &other), Some(Grade::Probable));
    }
}
