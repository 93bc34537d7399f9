//! Rows that no search parameter has: what rights ask of a resource. Nobody can search by them, since
//! no code of a parameter begins as their names do.
//!
//! | name | of | row |
//! |---|---|---|
//! | `~home` | Patient | composite: the commune of each home address, the words of its lines, when it holds |
//! | `~keys` | every type | token: the security labels that must all be opened, sorted, with spaces between |
//! | `~deny` | Consent | date: when an active consent denies something |

use serde_json::Value;

use crate::definitions::base::BASE;
use crate::definitions::search_parameter::ParamId;
use crate::fhir::date::{DateRange, Zone, period};
use crate::fhir::kind::ResourceKind;
use crate::fhir::member::{member, members, text};
use crate::fhir::text::fold::fold;

use super::row::{Composite, Date, Rows, Token, micros_as_float, system_hash};

/// <https://terminology.hl7.org/CodeSystem-v3-ActCode.html>: what kind of secret it is.
const ACT_CODE: &str = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
/// <https://terminology.hl7.org/CodeSystem-v3-Confidentiality.html>
const CONFIDENTIALITY: &str = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";

/// The homes of a patient.
pub fn home() -> ParamId {
    ParamId::of(ResourceKind::PATIENT, "~home")
}

/// The labels of a resource.
pub fn keys(kind: ResourceKind) -> ParamId {
    ParamId::of(kind, "~keys")
}

/// When a consent denies something.
pub fn denial(kind: ResourceKind) -> ParamId {
    ParamId::of(kind, "~deny")
}

/// All of them.
pub(super) fn all() -> impl Iterator<Item = ParamId> {
    ResourceKind::all().flat_map(|kind| [keys(kind), denial(kind)]).chain([home()])
}

/// The number of the code system of communes.
pub fn communes() -> i64 {
    system_hash(&format!("{BASE}/CodeSystem/vn-commune"))
}

/// The labels of which each must be opened, as one text; none of what has none.
pub fn of_labels(labels: &mut Vec<&str>) -> Option<String> {
    labels.sort_unstable();
    labels.dedup();
    (!labels.is_empty()).then(|| labels.join(" "))
}

/// A text as words, each with a space before and behind, so that whole words are found in it.
pub fn words(text: &str) -> String {
    let folded = fold(text);
    let is_in_word = |c: char| c.is_alphanumeric();
    let each = folded.split(|c| !is_in_word(c)).filter(|word| !word.is_empty());
    each.fold(" ".to_owned(), |all, word| all + word + " ")
}

/// Adds the rows of a resource.
pub(super) fn add(kind: ResourceKind, resource: &Value, zone: Zone, rows: &mut Rows) {
    if let Some(code) = labels(resource) {
        rows.tokens.push(Token { param: keys(kind), system: 0, code });
    }
    match kind.name() {
        "Patient" => {
            for address in members(resource, "address") {
                add_home(address, zone, rows);
            }
        }
        "Consent" => add_denial(kind, resource, zone, rows),
        _ => {}
    }
}

/// `V` is a key beside others, `R` only where there is no other.
fn labels(resource: &Value) -> Option<String> {
    let security = members(member(resource, "meta")?, "security");
    let of = |system: &'static str| {
        let coded = security.iter().filter(move |one| text(one, "system") == Some(system));
        coded.filter_map(|one| text(one, "code"))
    };
    let mut keys: Vec<&str> = of(ACT_CODE).collect();
    keys.extend(of(CONFIDENTIALITY).filter(|code| *code == "V"));
    if keys.is_empty() {
        keys.extend(of(CONFIDENTIALITY).filter(|code| *code == "R"));
    }
    of_labels(&mut keys)
}

/// Home is an address whose use says so, or that has none.
fn add_home(address: &Value, zone: Zone, rows: &mut Rows) {
    if !matches!(text(address, "use"), None | Some("home")) {
        return;
    }
    let Some((low, high)) = span(member(address, "period"), zone) else { return };
    let system = format!("{BASE}/CodeSystem/vn-commune");
    let lines = members(address, "line").iter().filter_map(Value::as_str);
    let lines = lines.map(words).collect::<Vec<_>>().join("");
    for extension in members(address, "extension") {
        let concept = member(extension, "valueCodeableConcept");
        let codings = concept.map(|concept| members(concept, "coding")).unwrap_or_default();
        for coding in member(extension, "valueCoding").into_iter().chain(codings) {
            let (Some(code), true) =
                (text(coding, "code"), text(coding, "system") == Some(system.as_str()))
            else {
                continue;
            };
            rows.composites.push(Composite {
                param: home(),
                first: (communes(), code.to_owned()),
                second: (0, lines.clone()),
                low: micros_as_float(low),
                high: micros_as_float(high),
            });
        }
    }
}

/// A consent denies when it is active and one of its provisions does, however deep it lies.
fn add_denial(kind: ResourceKind, consent: &Value, zone: Zone, rows: &mut Rows) {
    let Some(provision) = member(consent, "provision") else { return };
    if text(consent, "status") != Some("active") || !denies(provision) {
        return;
    }
    // A time that cannot be read is no reason to show what somebody wants hidden.
    let (low, high) =
        span(member(provision, "period"), zone).unwrap_or((DateRange::PAST, DateRange::FUTURE));
    rows.dates.push(Date { param: denial(kind), low, high });
}

fn denies(provision: &Value) -> bool {
    let mut open = vec![provision];
    while let Some(provision) = open.pop() {
        if text(provision, "type") == Some("deny") {
            return true;
        }
        open.extend(members(provision, "provision"));
    }
    false
}

/// When a period holds: always without one, never when it cannot be read.
fn span(period: Option<&Value>, zone: Zone) -> Option<(i64, i64)> {
    let Some(period) = period else { return Some((DateRange::PAST, DateRange::FUTURE)) };
    if member(period, "start").is_none() && member(period, "end").is_none() {
        return Some((DateRange::PAST, DateRange::FUTURE));
    }
    let range = period::of_period(period, zone)?;
    Some((range.low, range.high))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rows(kind: &str, resource: &Value) -> Rows {
        let mut rows = Rows::default();
        let kind = ResourceKind::parse(kind).expect("a type");
        add(kind, resource, Zone::parse("+07:00").expect("a zone"), &mut rows);
        rows
    }

    #[track_caller]
    fn check_keys(security: &Value, expected: Option<&str>) {
        let found = rows("Observation", &json!({ "meta": { "security": security } }));
        let found: Vec<&str> = found.tokens.iter().map(|row| row.code.as_str()).collect();
        assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "{security}");
    }

    #[test]
    fn restricted_is_a_key_only_where_there_is_no_other() {
        let act = |code: &str| json!({ "system": ACT_CODE, "code": code });
        let of = |code: &str| json!({ "system": CONFIDENTIALITY, "code": code });
        check_keys(&json!([]), None);
        check_keys(&json!([of("N")]), None);
        check_keys(&json!([of("R")]), Some("R"));
        check_keys(&json!([of("R"), act("HIV")]), Some("HIV"));
        check_keys(&json!([of("V"), act("HIV"), act("HIV")]), Some("HIV V"));
        check_keys(&json!([of("V"), of("R")]), Some("V"));
        check_keys(&json!([{ "system": "http://other.example", "code": "HIV" }]), None);
    }

    fn homes(address: &Value) -> usize {
        rows("Patient", &json!({ "address": [address] })).composites.len()
    }

    #[test]
    fn home_is_an_address_that_says_so_or_nothing() {
        let ward = json!([{ "url": "w", "valueCoding": {
            "system": format!("{BASE}/CodeSystem/vn-commune"), "code": "00004"
        } }]);
        let address = |more: Value| {
            let mut address = json!({ "extension": ward });
            for (name, value) in more.as_object().expect("an object") {
                address[name] = value.clone();
            }
            address
        };
        assert_eq!(homes(&address(json!({}))), 1);
        assert_eq!(homes(&address(json!({ "use": "home", "period": {} }))), 1);
        for other in ["old", "temp", "billing", "work"] {
            assert_eq!(homes(&address(json!({ "use": other }))), 0, "{other}");
        }
        assert_eq!(homes(&address(json!({ "period": { "start": "soon" } }))), 0);
        assert_eq!(homes(&json!({ "use": "home" })), 0);
        let lined = address(json!({ "line": ["Xóm 3,", "thôn Nà Lầu"] }));
        let found = rows("Patient", &json!({ "address": [lined] }));
        let words_of = &found.composites[0].second.1;
        assert!(words_of.contains(&words("Nà Lầu")), "{words_of}");
        assert!(!words_of.contains(&words("Nà Lầ")), "{words_of}");
    }

    #[test]
    fn a_denial_counts_however_deep_it_lies() {
        let consent = |status: &str, provision: Value| {
            let consent = json!({ "status": status, "provision": provision });
            rows("Consent", &consent).dates.len()
        };
        let nested =
            json!({ "type": "permit", "provision": [{ "provision": [{ "type": "deny" }] }] });
        assert_eq!(consent("active", nested.clone()), 1);
        assert_eq!(consent("inactive", nested), 0);
        assert_eq!(consent("active", json!({ "type": "permit" })), 0);
    }
}
