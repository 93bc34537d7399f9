//! Whose record a resource is: the patients whom it is about, and those in whose compartment R4
//! puts it, <https://hl7.org/fhir/R4/compartmentdefinition-patient.html>.
//!
//! The two differ. R4 puts a resource into the compartment of a patient who only wrote or did
//! something of it (`Observation.performer`); and `Task`, `Device` and others are in no Patient
//! compartment, yet can be about her. What search parameters see says both, so the resource is not
//! walked once more: R4 lists the parameters of the compartment, and [`about`] those by which a type
//! says whom its resources are about.

use rustc_hash::FxHashMap;
use serde_json::Value;

use crate::definitions::registry::Registry;
use crate::definitions::search_parameter::{ParamId, SearchParameters};
use crate::fhir::kind::ResourceKind;
use crate::fhir::member::{member, text};
use crate::fhir::reference::{self, Target};

use super::patient::{PatientKey, PatientNumber};

/// A patient of a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Member {
    pub patient: PatientNumber,
    /// The type of the resource.
    pub kind: ResourceKind,
    pub role: Role,
}

/// What a patient is to a resource: R4 puts it into her compartment, it is about her, or both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    Listed,
    About,
    Both,
}

/// The patient whom a resource is about first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Owner {
    /// It is about no patient.
    #[default]
    Nobody,
    /// It is about somebody, and does not say by an id of this server who that is.
    Somebody,
    Patient(PatientNumber),
}

/// What a reference says of the patient it points at.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Tie {
    listed: bool,
    /// Whether the resource is about her; those of the least place come first.
    about: Option<usize>,
}

/// The patients of one resource, as they are found.
#[derive(Debug, Default)]
pub(super) struct People {
    pub(super) members: Vec<Member>,
    /// The types of entries about nobody.
    pub(super) of_nobody: Vec<ResourceKind>,
    owner: Owner,
    /// The place of the owner.
    place: usize,
}

impl Role {
    /// The number kept in databases: 1 for her compartment and 2 for a resource about her.
    pub fn number(self) -> i64 {
        match self {
            Self::Listed => 1,
            Self::About => 2,
            Self::Both => 3,
        }
    }

    fn of(tie: Tie) -> Option<Self> {
        match (tie.listed, tie.about.is_some()) {
            (true, true) => Some(Self::Both),
            (true, false) => Some(Self::Listed),
            (false, true) => Some(Self::About),
            (false, false) => None,
        }
    }
}

impl Owner {
    /// The number kept in databases.
    pub fn number(self) -> i64 {
        match self {
            Self::Nobody => 0,
            Self::Somebody => 1,
            Self::Patient(patient) => patient.number(),
        }
    }

    /// The owner with this number.
    pub fn from_number(number: i64) -> Self {
        match number {
            0 => Self::Nobody,
            1 => Self::Somebody,
            number => Self::Patient(PatientNumber::from_number(number)),
        }
    }
}

/// The parameters by which resources of a type say whom they are about, the first first; the
/// others that can point at a patient say who wrote, did, pays or gets something. `subject` and
/// `patient` are what R4 calls them wherever there is one.
fn about(kind: ResourceKind) -> &'static [&'static str] {
    match kind.name() {
        // Who takes part is whom it is about.
        "Appointment" | "AppointmentResponse" | "Schedule" => &["actor"],
        // What was used; the agent is who used it.
        "AuditEvent" => &["entity"],
        "Group" => &["member"],
        // "The actual focus when it is not the patient of record": her child, her fetus.
        "Observation" => &["subject", "focus"],
        // She herself. A link is what one record says of another, and grants nothing.
        "Patient" => &[],
        "VerificationResult" => &["target"],
        _ => &["subject", "patient"],
    }
}

/// What the parameters of a type say of patients, by the number they are indexed under.
pub(super) fn ties(
    registry: &Registry,
    search: &SearchParameters,
    kind: ResourceKind,
) -> FxHashMap<ParamId, Tie> {
    let mut ties: FxHashMap<ParamId, Tie> = FxHashMap::default();
    let indexed = |code| {
        // The subject of a `MedicinalProductIndication` is a product.
        let parameter = search.find(kind, code)?;
        let targets = &parameter.targets;
        (targets.is_empty() || targets.contains(&ResourceKind::PATIENT))
            .then(|| parameter.indexed_as())
    };
    let compartment = registry.compartments.of(ResourceKind::PATIENT);
    let listed = compartment.map_or(&[][..], |compartment| compartment.links(kind));
    for param in listed.iter().filter_map(|code| indexed(code)) {
        ties.entry(param).or_default().listed = true;
    }
    for (place, param) in about(kind).iter().filter_map(|code| indexed(code)).enumerate() {
        ties.entry(param).or_default().about.get_or_insert(place);
    }
    ties
}

impl People {
    /// Adds whom a reference points at.
    pub(super) fn refer(
        &mut self,
        kind: ResourceKind,
        (tie, value): (Tie, &Value),
        (base, key): (&str, &PatientKey),
    ) {
        match Pointed::at(value, base) {
            Pointed::Patient(id) => self.add(kind, tie, key.number(id)),
            Pointed::Somebody => self.add_somebody(tie.about),
            Pointed::Other => {}
        }
    }

    /// Adds the patient herself to her own record; without an id of this server she is somebody.
    pub(super) fn herself(&mut self, kind: ResourceKind, id: Option<&str>, key: &PatientKey) {
        match id {
            Some(id) => self.add(kind, Tie { listed: true, about: Some(0) }, key.number(id)),
            None => self.add_somebody(Some(0)),
        }
    }

    /// What a `Binary` is about: the resource that stands for how it is to be protected.
    pub(super) fn protected_as(
        &mut self,
        kind: ResourceKind,
        binary: &Value,
        (base, key): (&str, &PatientKey),
    ) {
        let Some(value) = member(binary, "securityContext") else { return };
        match Pointed::at(value, base) {
            Pointed::Patient(id) => {
                self.add(kind, Tie { listed: false, about: Some(0) }, key.number(id));
            }
            Pointed::Somebody | Pointed::Other => self.add_somebody(Some(0)),
        }
    }

    /// A `Bundle` is about everybody its entries are about. `is_ours` says whether the ids of an
    /// entry are those of this server.
    pub(super) fn entry(
        &mut self,
        kind: ResourceKind,
        (entry, members, owner): (ResourceKind, &[Member], Owner),
        is_ours: bool,
    ) {
        if owner == Owner::Nobody {
            self.of_nobody.push(entry);
        }
        if !is_ours || owner == Owner::Somebody {
            self.add_somebody((owner != Owner::Nobody).then_some(0));
            return;
        }
        let tie = Tie { listed: false, about: Some(0) };
        if let Owner::Patient(patient) = owner {
            self.add(kind, tie, patient);
        }
        for member in members.iter().filter(|member| member.role != Role::Listed) {
            self.add(kind, tie, member.patient);
        }
    }

    /// Each patient once, in order, and the owner.
    pub(super) fn sorted(mut self) -> (Vec<Member>, Owner) {
        self.members.sort_unstable();
        self.members.dedup_by(|later, kept| {
            let is_same = later.patient == kept.patient;
            if is_same && later.role != kept.role {
                kept.role = Role::Both;
            }
            is_same
        });
        (self.members, self.owner)
    }

    fn add(&mut self, kind: ResourceKind, tie: Tie, patient: PatientNumber) {
        let Some(role) = Role::of(tie) else { return };
        self.members.push(Member { patient, kind, role });
        let Some(place) = tie.about else { return };
        if !matches!(self.owner, Owner::Patient(_)) || place < self.place {
            (self.owner, self.place) = (Owner::Patient(patient), place);
        }
    }

    fn add_somebody(&mut self, about: Option<usize>) {
        if about.is_some() && self.owner == Owner::Nobody {
            self.owner = Owner::Somebody;
        }
    }
}

/// Whom a reference points at.
enum Pointed<'v> {
    Patient(&'v str),
    /// Perhaps a patient: she is named otherwise than by an id of this server.
    Somebody,
    /// No patient.
    Other,
}

impl<'v> Pointed<'v> {
    fn at(value: &'v Value, base: &str) -> Self {
        let link = text(value, "reference");
        match link.map(|link| Target::parse(link, base)) {
            Some(Target::Local { kind, id, .. }) if kind == ResourceKind::PATIENT => {
                Self::Patient(id)
            }
            Some(Target::Local { .. }) => Self::Other,
            _ => {
                let kind = link.and_then(reference::kind).map(ResourceKind::name);
                match kind.or(text(value, "type")) {
                    None | Some("Patient") => Self::Somebody,
                    Some(_) => Self::Other,
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::json;

    use super::*;
    use crate::fhir::date::Zone;
    use crate::index::indexer::Indexer;

    const BASE: &str = "https://me.example/fhir";

    /// Who is who of a resource: `an=both con=about of an`.
    fn told(indexer: &Indexer, resource: &Value) -> String {
        let key = PatientKey::new(b"secret");
        let name = |number| {
            let known = ["an", "binh", "con"].into_iter().find(|id| key.number(id) == number);
            known.unwrap_or("another").to_owned()
        };
        let kind = text(resource, "resourceType").and_then(ResourceKind::parse).expect("a type");
        let rows = indexer.rows(kind, resource);
        assert!(rows.members.iter().all(|member| member.kind == kind));
        let role = |role| match role {
            Role::Listed => "listed",
            Role::About => "about",
            Role::Both => "both",
        };
        let members = rows.members.iter();
        let members: BTreeSet<String> = members
            .map(|member| format!("{}={} ", name(member.patient), role(member.role)))
            .collect();
        let owner = match rows.owner {
            Owner::Nobody => "nobody".to_owned(),
            Owner::Somebody => "somebody".to_owned(),
            Owner::Patient(number) => name(number),
        };
        assert_eq!(Owner::from_number(rows.owner.number()), rows.owner);
        format!("{}of {owner}", members.into_iter().collect::<String>())
    }

    #[track_caller]
    fn check(cases: &[(Value, &str)]) {
        let registry = Registry::r4().expect("R4");
        let indexer = Indexer::new(&registry, Zone::default(), BASE, PatientKey::new(b"secret"));
        for (resource, expected) in cases {
            assert_eq!(told(&indexer, resource), *expected, "{resource}");
        }
    }

    fn to(id: &str) -> Value {
        json!({ "reference": format!("Patient/{id}") })
    }

    #[test]
    fn a_record_is_about_its_subject_and_names_who_did_it() {
        let observation =
            |subject: Value| json!({ "resourceType": "Observation", "subject": subject });
        let elsewhere = json!({ "reference": "https://his.example/fhir/Patient/an" });
        check(&[
            (observation(to("an")), "an=both of an"),
            (observation(json!({ "reference": format!("{BASE}/Patient/an") })), "an=both of an"),
            (observation(json!({ "reference": "Patient/an/_history/2" })), "an=both of an"),
            (observation(json!({ "identifier": { "value": "1" } })), "of somebody"),
            (observation(json!({ "display": "Bà An" })), "of somebody"),
            (observation(json!({ "reference": "#an" })), "of somebody"),
            (observation(json!({ "reference": "urn:uuid:1" })), "of somebody"),
            (observation(elsewhere), "of somebody"),
            (observation(json!({ "reference": "https://his.example/Group/g" })), "of nobody"),
            (observation(json!({ "type": "Group", "display": "x" })), "of nobody"),
            (observation(json!({ "reference": "Location/l" })), "of nobody"),
            (json!({ "resourceType": "Observation" }), "of nobody"),
            (
                json!({ "resourceType": "Observation", "focus": [to("con")], "subject": to("an"),
                    "performer": [to("an"), to("binh")] }),
                "an=both binh=listed con=about of an",
            ),
            (
                json!({ "resourceType": "MedicationRequest", "subject": to("an"),
                    "requester": to("binh") }),
                "an=both of an",
            ),
            (
                json!({ "resourceType": "AllergyIntolerance", "patient": to("con"),
                    "recorder": to("an") }),
                "an=listed con=both of con",
            ),
            (
                json!({ "resourceType": "AuditEvent", "agent": [{ "who": to("an") }],
                    "entity": [{ "what": { "reference": "Observation/o" } }, { "what": to("con") }] }),
                "an=listed con=both of con",
            ),
            (
                json!({ "resourceType": "Provenance", "target": [{ "reference": "Task/t" }, to("an")],
                    "agent": [{ "who": to("binh") }] }),
                "an=both of an",
            ),
        ]);
    }

    #[test]
    fn one_that_is_about_several_belongs_to_the_first() {
        let actors = json!([{ "actor": { "display": "y tá" } }, { "actor": to("con") },
            { "actor": { "reference": "Location/l" } }, { "actor": to("an") }]);
        let members =
            json!([{ "entity": to("con") }, { "entity": to("an") }, { "entity": to("con") }]);
        check(&[
            (
                json!({ "resourceType": "Appointment", "participant": actors }),
                "an=both con=both of con",
            ),
            (json!({ "resourceType": "Group", "member": members }), "an=both con=both of con"),
            (
                json!({ "resourceType": "Account", "subject": [to("binh"), to("an")] }),
                "an=both binh=both of binh",
            ),
        ]);
    }

    #[test]
    fn a_patient_owns_herself_and_a_link_grants_nothing() {
        check(&[
            (
                json!({ "resourceType": "Patient", "id": "an", "link": [{ "other": to("binh") }] }),
                "an=both binh=listed of an",
            ),
            (json!({ "resourceType": "RelatedPerson", "patient": to("con") }), "con=both of con"),
            (
                json!({ "resourceType": "Person", "link": [{ "target": to("an") },
                    { "target": { "reference": "Practitioner/p" } }] }),
                "an=both of an",
            ),
        ]);
    }

    #[test]
    fn some_are_in_no_compartment_and_about_somebody_all_the_same() {
        check(&[
            (
                json!({ "resourceType": "Task", "for": to("an"), "owner": to("binh") }),
                "an=about of an",
            ),
            (json!({ "resourceType": "Device", "patient": to("con") }), "con=about of con"),
            (json!({ "resourceType": "Device" }), "of nobody"),
            (json!({ "resourceType": "Binary", "securityContext": to("an") }), "an=about of an"),
            (
                json!({ "resourceType": "Binary",
                    "securityContext": { "reference": "DocumentReference/d" } }),
                "of somebody",
            ),
            (json!({ "resourceType": "Binary" }), "of nobody"),
            (json!({ "resourceType": "ValueSet", "id": "v" }), "of nobody"),
        ]);
    }

    #[test]
    fn a_bundle_is_about_everybody_its_entries_are_about() {
        let composition =
            json!({ "resourceType": "Composition", "subject": to("an"), "author": [to("binh")] });
        let patient = |id: &str| json!({ "resourceType": "Patient", "id": id });
        let bundle = |entries: Value| json!({ "resourceType": "Bundle", "entry": entries });
        let ours = |resource: &Value, url: &str| json!({ "fullUrl": format!("{BASE}/{url}"), "resource": resource });
        check(&[
            (
                bundle(json!([
                    ours(&composition, "Composition/c"),
                    ours(&patient("con"), "Patient/con")
                ])),
                "an=about con=about of an",
            ),
            (bundle(json!([{ "resource": composition }])), "an=about of an"),
            (
                bundle(json!([{ "fullUrl": "urn:uuid:1", "resource": patient("an") }])),
                "of somebody",
            ),
            (
                bundle(
                    json!([{ "fullUrl": "https://his.example/fhir/Composition/c", "resource": composition }]),
                ),
                "of somebody",
            ),
            (
                bundle(json!([{ "resource": bundle(json!([{ "resource": composition }])) }])),
                "an=about of an",
            ),
            (bundle(json!([{ "resource": { "resourceType": "Location" } }, {}])), "of nobody"),
        ]);
    }

    /// Each type of R4's Patient compartment says whom it is about, and some others do.
    #[test]
    fn every_type_says_whom_it_is_about() {
        let registry = Registry::r4().expect("R4");
        let compartment = registry.compartments.of(ResourceKind::PATIENT);
        let (mut silent, mut others) = (Vec::new(), Vec::new());
        for kind in ResourceKind::all() {
            let is_listed = compartment.is_some_and(|found| !found.links(kind).is_empty());
            let is_about =
                ties(&registry, &registry.search, kind).values().any(|tie| tie.about.is_some());
            match (is_listed, is_about) {
                (true, false) => silent.push(kind.name()),
                (false, true) => others.push(kind.name()),
                _ => {}
            }
        }
        assert_eq!(silent, ["Patient"]);
        assert_eq!(
            others,
            ["Contract", "Device", "GuidanceResponse", "Task", "VerificationResult"]
        );
    }
}
