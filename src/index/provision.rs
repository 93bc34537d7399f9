//! What a consent says, as rights read it: its provisions, <https://hl7.org/fhir/R4/consent.html>.
//!
//! What cannot be understood (an actor without an address, an unknown code system) counts for a denial
//! and not for a permission: nobody is shown what somebody may have wanted hidden.

use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::fhir::date::{DateRange, Zone, period};
use crate::fhir::kind::ResourceKind;
use crate::fhir::member::{member, members, text};
use crate::fhir::reference::Target;

/// <https://terminology.hl7.org/CodeSystem-v3-ActReason.html>: why something is done.
const ACT_REASON: &str = "http://terminology.hl7.org/CodeSystem/v3-ActReason";
/// The code system of `class` whose codes are types of resources.
const RESOURCE_TYPES: &str = "http://hl7.org/fhir/resource-types";
/// What of <https://terminology.hl7.org/CodeSystem-consentaction.html> lets somebody see something.
const SEEING: [&str; 3] = ["access", "use", "disclose"];
/// Bytes of the hash that stands for a provision; a collision would take as long as a key.
const LENGTH: usize = 16;

/// A provision and its exceptions. Its text as JSON stands for it in databases: who changes its members
/// changes the format of the index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Provision {
    decision: Option<Decision>,
    /// When it holds; none when that cannot be read.
    period: Option<(i64, i64)>,
    /// Addresses of actors; none for one that cannot be understood.
    actors: Vec<Option<String>>,
    purposes: Vec<Option<String>>,
    classes: Vec<Option<String>>,
    /// Addresses of resources, and whether those themselves are meant.
    data: Vec<(Option<String>, bool)>,
    labels: Vec<String>,
    /// It has conditions that rights do not know.
    is_unclear: bool,
    exceptions: Vec<Self>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
enum Decision {
    Permit,
    Deny,
}

/// Who asks for what.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Microseconds since 1970.
    pub now: i64,
    /// Addresses of whoever asks: as a person, an organization, a role, a team.
    pub actors: &'a [String],
    /// Whether it is staff or a system: they are meant where nobody is named.
    pub is_staff: bool,
    pub purposes: &'a [String],
    /// The type that is asked for; none when that does not matter.
    pub class: Option<&'a str>,
    /// The address that is asked for; none: one that no provision names.
    pub address: Option<&'a str>,
}

impl Provision {
    /// Reads the provisions of a consent that is active, and when they hold; none when they decide
    /// nothing.
    pub fn of_consent(consent: &Value, zone: Zone, base: &str) -> Option<(Self, DateRange)> {
        if text(consent, "status") != Some("active") {
            return None;
        }
        let always = DateRange { low: DateRange::PAST, high: DateRange::FUTURE };
        let mut read = Self::read(member(consent, "provision")?, zone, base);
        // When the whole holds is kept beside it: so consents that say the same are the same.
        let held = read.period.map(|(low, high)| DateRange { low, high });
        if held.is_some() {
            read.period = Some((always.low, always.high));
        }
        read.decides().then_some((read, held.unwrap_or(always)))
    }

    fn read(provision: &Value, zone: Zone, base: &str) -> Self {
        let address = |reference: Option<&Value>| match text(reference?, "reference") {
            Some(link) => match Target::parse(link, base) {
                Target::Local { kind, id, .. } => Some(format!("{}/{id}", kind.name())),
                _ => None,
            },
            None => None,
        };
        let coded = |name: &str, system: &str| {
            let of = |coding: &Value| {
                let is_of = text(coding, "system").is_none_or(|own| own == system);
                text(coding, "code").filter(|_| is_of).map(str::to_owned)
            };
            members(provision, name).iter().map(of).collect::<Vec<_>>()
        };
        let actors = members(provision, "actor").iter();
        let data = members(provision, "data").iter().map(|data| {
            let is_instance = text(data, "meaning").is_none_or(|meaning| meaning == "instance");
            (address(member(data, "reference")), is_instance)
        });
        let labels = members(provision, "securityLabel").iter();
        let exceptions = members(provision, "provision").iter();
        Self {
            decision: match text(provision, "type") {
                Some("permit") => Some(Decision::Permit),
                Some("deny") => Some(Decision::Deny),
                _ => None,
            },
            period: span(member(provision, "period"), zone),
            actors: actors.map(|actor| address(member(actor, "reference"))).collect(),
            purposes: coded("purpose", ACT_REASON),
            classes: coded("class", RESOURCE_TYPES),
            data: data.collect(),
            labels: labels.filter_map(|label| text(label, "code")).map(str::to_owned).collect(),
            is_unclear: !is_about_seeing(provision)
                || ["code", "dataPeriod"].iter().any(|name| member(provision, name).is_some()),
            exceptions: exceptions.map(|one| Self::read(one, zone, base)).collect(),
        }
    }

    /// What stands for it in an index.
    pub fn hash(&self) -> String {
        let text = serde_json::to_string(self).unwrap_or_default();
        let digest = Sha256::digest(text.as_bytes());
        digest.iter().take(LENGTH).map(|byte| format!("{byte:02x}")).collect()
    }

    fn decides(&self) -> bool {
        self.decision.is_some() || self.exceptions.iter().any(Self::decides)
    }

    /// Whether it hides what is asked for.
    pub fn denies(&self, asked: Asked<'_>) -> bool {
        self.applies(asked, true)
            && (self.exceptions.iter().any(|one| one.denies(asked))
                || (self.decision == Some(Decision::Deny)
                    && !self.exceptions.iter().any(|one| one.permits(asked).is_some())))
    }

    /// Whether it opens what is asked for, and which labels with it.
    pub fn permits(&self, asked: Asked<'_>) -> Option<Vec<&str>> {
        if !self.applies(asked, false) || self.exceptions.iter().any(|one| one.denies(asked)) {
            return None;
        }
        let by_exceptions = self.exceptions.iter().filter_map(|one| one.permits(asked));
        let opened = by_exceptions.reduce(|mut all, more| {
            all.extend(more);
            all
        });
        let by_itself = || {
            let is_permit = self.decision == Some(Decision::Permit);
            is_permit.then(|| self.labels.iter().map(String::as_str).collect())
        };
        opened.or_else(by_itself)
    }

    /// Whether it may concern somebody, whatever they ask for.
    pub fn concerns(&self, asked: Asked<'_>) -> bool {
        let asked = Asked { class: None, address: None, ..asked };
        self.applies(asked, true)
            && (self.decision.is_some() || self.exceptions.iter().any(|one| one.concerns(asked)))
    }

    /// Calls for each address of an actor, its exceptions' too.
    pub fn each_actor(&self, take: &mut impl FnMut(&str)) {
        self.actors.iter().flatten().for_each(|actor| take(actor));
        self.exceptions.iter().for_each(|one| one.each_actor(take));
    }

    /// Calls for each resource that it names, its exceptions' too.
    pub fn each_instance(&self, take: &mut impl FnMut(&str)) {
        self.data.iter().filter_map(|(address, _)| address.as_ref()).for_each(|one| take(one));
        self.exceptions.iter().for_each(|one| one.each_instance(take));
    }

    /// Whether all its own conditions are met; `unclear` is what those count that are not understood.
    fn applies(&self, asked: Asked<'_>, unclear: bool) -> bool {
        let is_one = |all: &[Option<String>], is_meant: &dyn Fn(&String) -> bool| {
            all.is_empty() || all.iter().any(|one| one.as_ref().map_or(unclear, is_meant))
        };
        let is_now = |(low, high): (i64, i64)| low <= asked.now && asked.now < high;
        let is_actor = || match self.actors.is_empty() {
            true => asked.is_staff,
            false => self.actors.iter().any(|one| match one {
                Some(one) => asked.actors.contains(one),
                None => unclear && asked.is_staff,
            }),
        };
        let is_class = |class: &String| asked.class.is_none_or(|own| own == class);
        let is_data = |(address, is_instance): &(Option<String>, bool)| {
            let is_itself = address.is_some() && address.as_deref() == asked.address;
            is_itself || (unclear && !is_instance)
        };
        (unclear || !self.is_unclear)
            && self.period.map_or(unclear, is_now)
            && is_actor()
            && is_one(&self.purposes, &|purpose| asked.purposes.contains(purpose))
            && is_one(&self.classes, &is_class)
            && (self.data.is_empty() || asked.class.is_none() || self.data.iter().any(is_data))
    }
}

/// Whether a provision is about seeing something: without actions, it is about all of them.
fn is_about_seeing(provision: &Value) -> bool {
    let actions = members(provision, "action");
    let codes = actions.iter().flat_map(|action| members(action, "coding"));
    let mut codes = codes.filter_map(|coding| text(coding, "code"));
    actions.is_empty() || codes.any(|code| SEEING.contains(&code))
}

/// When a period holds: always without one, never when it cannot be read.
pub(super) fn span(period: Option<&Value>, zone: Zone) -> Option<(i64, i64)> {
    let Some(period) = period else { return Some((DateRange::PAST, DateRange::FUTURE)) };
    if member(period, "start").is_none() && member(period, "end").is_none() {
        return Some((DateRange::PAST, DateRange::FUTURE));
    }
    let range = period::of_period(period, zone)?;
    Some((range.low, range.high))
}

/// The type of an address.
pub fn class_of(address: &str) -> Option<ResourceKind> {
    address.split_once('/').and_then(|(kind, _)| ResourceKind::parse(kind))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(provision: &Value) -> Provision {
        let consent = json!({ "status": "active", "provision": provision });
        Provision::of_consent(&consent, Zone::default(), "").expect("it decides something").0
    }

    /// What becomes of a hospital that asks for an Observation: hidden, opened with labels, neither.
    #[track_caller]
    fn check(provision: &Value, expected: &str) {
        let actors = ["Organization/a".to_owned(), "Practitioner/p".to_owned()];
        let purposes = ["TREAT".to_owned()];
        let asked = Asked {
            now: 1_000,
            actors: &actors,
            is_staff: true,
            purposes: &purposes,
            class: Some("Observation"),
            address: Some("Observation/o"),
        };
        let read = read(provision);
        let found = match (read.denies(asked), read.permits(asked)) {
            (true, None) => "hidden".to_owned(),
            (false, None) => "neither".to_owned(),
            (false, Some(labels)) => format!("opened{}", labels.join(",")),
            (true, Some(_)) => "both".to_owned(),
        };
        assert_eq!(found, expected, "{provision}");
        assert!(found == "neither" || read.concerns(asked), "{provision}");
    }

    fn actor(of: &str) -> Value {
        json!([{ "role": { "text": "x" }, "reference": { "reference": of } }])
    }

    #[test]
    fn all_that_is_given_must_be_met() {
        let (a, b) = (actor("Organization/a"), actor("Organization/b"));
        check(&json!({ "type": "deny" }), "hidden");
        check(&json!({ "type": "permit" }), "opened");
        check(&json!({ "type": "permit", "securityLabel": [{ "code": "HIV" }] }), "openedHIV");
        check(&json!({ "type": "deny", "actor": a }), "hidden");
        check(&json!({ "type": "deny", "actor": b }), "neither");
        let classes = |code: &str| json!([{ "system": RESOURCE_TYPES, "code": code }]);
        check(&json!({ "type": "deny", "class": classes("Observation"), "actor": a }), "hidden");
        check(&json!({ "type": "deny", "class": classes("Encounter"), "actor": a }), "neither");
        check(&json!({ "type": "deny", "class": classes("Observation"), "actor": b }), "neither");
        check(&json!({ "type": "permit", "purpose": [{ "code": "TREAT" }] }), "opened");
        check(&json!({ "type": "permit", "purpose": [{ "code": "HRESCH" }] }), "neither");
        let data = |id: &str| json!([{ "meaning": "instance", "reference": { "reference": id } }]);
        check(&json!({ "type": "deny", "data": data("Observation/o") }), "hidden");
        check(&json!({ "type": "deny", "data": data("Observation/x") }), "neither");
        check(&json!({ "type": "deny", "period": { "end": "1960" } }), "hidden");
        let within = |end: &str| json!([{ "type": "deny", "period": { "end": end } }]);
        check(&json!({ "provision": within("1960") }), "neither");
        check(&json!({ "provision": within("1990") }), "hidden");
    }

    #[test]
    fn exceptions_are_to_their_parent() {
        let (a, b) = (actor("Organization/a"), actor("Organization/b"));
        let but = |kind: &str, exceptions: Value| json!({ "type": kind, "provision": exceptions });
        check(&but("deny", json!([{ "type": "permit", "actor": a }])), "opened");
        check(&but("deny", json!([{ "type": "permit", "actor": b }])), "hidden");
        check(&but("permit", json!([{ "type": "deny", "actor": a }])), "hidden");
        let both = json!([{ "type": "permit", "actor": a }, { "type": "deny" }]);
        check(&but("permit", both), "hidden");
        let deep = json!([{ "type": "permit", "provision": [{ "type": "deny", "actor": a }] }]);
        check(&but("deny", deep), "hidden");
        // An exception says nothing where its parent does not.
        let mut elsewhere = but("deny", json!([{ "type": "permit" }]));
        elsewhere["actor"] = b;
        check(&elsewhere, "neither");
    }

    #[test]
    fn what_is_not_understood_counts_for_denials_alone() {
        let nameless = json!([{ "role": { "text": "x" }, "reference": { "display": "Bs. A" } }]);
        for (name, value) in [
            ("actor", nameless),
            ("class", json!([{ "system": "http://loinc.org", "code": "11502-2" }])),
            ("purpose", json!([{ "system": "http://other.example", "code": "TREAT" }])),
            ("dataPeriod", json!({ "start": "2020" })),
            ("code", json!([{ "text": "x" }])),
            ("data", json!([{ "meaning": "related", "reference": { "reference": "Group/g" } }])),
            ("action", json!([{ "coding": [{ "code": "correct" }] }])),
        ] {
            let mut provision = json!({ "type": "deny" });
            provision[name] = value;
            check(&provision, "hidden");
            provision["type"] = "permit".into();
            check(&provision, "neither");
        }
    }

    #[test]
    fn when_the_whole_holds_is_no_part_of_what_it_says() {
        let one = read(&json!({ "type": "deny", "period": { "start": "2020" } }));
        assert_eq!(one.hash(), read(&json!({ "type": "deny" })).hash());
        assert_ne!(one.hash(), read(&json!({ "type": "permit" })).hash());
        let nothing = json!({ "status": "active", "provision": { "purpose": [{ "code": "x" }] } });
        assert!(Provision::of_consent(&nothing, Zone::default(), "").is_none());
        let draft = json!({ "status": "draft", "provision": { "type": "deny" } });
        assert!(Provision::of_consent(&draft, Zone::default(), "").is_none());
    }
}
