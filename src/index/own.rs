//! Rows that no search parameter has: what rights ask of a resource. Nobody can search by them, since
//! no code of a parameter begins as their names do.
//!
//! | name | of | row |
//! |---|---|---|
//! | `~home` | Patient | composite: the commune of each home address, the words of its lines, when it holds |
//! | `~keys` | every type | token: the security labels that must all be opened, sorted, with spaces between |
//! | `~parts` | Provenance, Linkage, List, Composition, Binary | reference: what it stands for, and is seen with |
//! | `~holds` | Bundle | token: the types of what is in it |
//! | `~rule` | Consent | token: what the [provisions](super::provision) of an active consent say; date: when they hold |

use serde_json::Value;

use crate::definitions::base::BASE;
use crate::definitions::search_parameter::ParamId;
use crate::fhir::date::Zone;
use crate::fhir::kind::ResourceKind;
use crate::fhir::member::{member, members, text};
use crate::fhir::text::fold::fold;

use super::part;
use super::provision::{Provision, span};
use super::row::{Composite, Date, Rows, Token, indexed_part, micros_as_float, system_hash};

/// The homes of a patient.
pub fn home() -> ParamId {
    ParamId::of(ResourceKind::PATIENT, "~home")
}

/// The labels of a resource, whatever its type: no search begins with them.
pub fn keys() -> ParamId {
    ParamId::of(ResourceKind::PATIENT, "~keys")
}

/// What a resource stands for, and is seen with.
pub fn parts(kind: ResourceKind) -> ParamId {
    ParamId::of(kind, "~parts")
}

/// What a Bundle holds of a type that is about nobody.
pub fn of_nobody(kind: ResourceKind) -> String {
    format!("{}/nobody", kind.name())
}

/// The types of what a Bundle holds.
pub fn holds(bundle: ResourceKind) -> ParamId {
    ParamId::of(bundle, "~holds")
}

/// What a consent says, and when it holds.
pub fn rule(consent: ResourceKind) -> ParamId {
    ParamId::of(consent, "~rule")
}

/// All of them.
pub(super) fn all() -> impl Iterator<Item = ParamId> {
    let consent = ResourceKind::parse("Consent").map(rule);
    let bundle = ResourceKind::parse("Bundle").map(holds);
    ResourceKind::all().map(parts).chain(consent).chain(bundle).chain([home(), keys()])
}

/// The number of the code system of communes.
pub fn communes() -> i64 {
    system_hash(&format!("{BASE}/CodeSystem/vn-commune"))
}

/// The labels of which each must be opened, as one text; none of what has none.
pub fn of_labels(labels: &mut Vec<&str>) -> Option<String> {
    labels.sort_unstable();
    labels.dedup();
    (!labels.is_empty()).then(|| indexed_part(&labels.join(" ")).to_owned())
}

/// A text as words, each with a space before and behind, so that whole words are found in it.
pub fn words(text: &str) -> String {
    let folded = fold(text);
    let is_in_word = |c: char| c.is_alphanumeric();
    let each = folded.split(|c| !is_in_word(c)).filter(|word| !word.is_empty());
    each.fold(" ".to_owned(), |all, word| all + word + " ")
}

/// Adds the rows of a resource.
pub(super) fn add(
    kind: ResourceKind,
    resource: &Value,
    (zone, base): (Zone, &str),
    rows: &mut Rows,
) {
    if let Some(code) = part::labels(kind, resource) {
        rows.tokens.push(Token { param: keys(), system: 0, code });
    }
    part::add(kind, resource, base, rows);
    match kind.name() {
        "Patient" => {
            for address in members(resource, "address") {
                add_home(address, zone, rows);
            }
        }
        "Consent" => {
            let Some((provision, held)) = Provision::of_consent(resource, zone, base) else {
                return;
            };
            let (param, code) = (rule(kind), provision.hash());
            rows.tokens.push(Token { param, system: 0, code });
            rows.dates.push(Date { param, low: held.low, high: held.high });
        }
        _ => {}
    }
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rows(kind: &str, resource: &Value) -> Rows {
        let mut rows = Rows::default();
        let kind = ResourceKind::parse(kind).expect("a type");
        add(kind, resource, (Zone::parse("+07:00").expect("a zone"), ""), &mut rows);
        rows
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
    fn a_consent_counts_while_it_is_active_and_decides_something() {
        let consent = |status: &str, provision: Value| {
            let rows = rows("Consent", &json!({ "status": status, "provision": provision }));
            (rows.tokens.len(), rows.dates.len())
        };
        let nested =
            json!({ "type": "permit", "provision": [{ "provision": [{ "type": "deny" }] }] });
        assert_eq!(consent("active", nested.clone()), (1, 1));
        assert_eq!(consent("inactive", nested), (0, 0));
        assert_eq!(consent("active", json!({ "purpose": [] })), (0, 0));
    }
}
