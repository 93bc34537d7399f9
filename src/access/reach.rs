//! Whom a role reaches, as criteria on patients.

use crate::criteria::tree::Belonging;
use crate::criteria::tree::{Criteria, Form, Indexed, Patients, Values};
use crate::criteria::value::composite::{CompositeValue, PartValue};
use crate::criteria::value::date::DateValue;
use crate::criteria::value::prefix::Prefix;
use crate::criteria::value::reference::{ReferenceValue, TargetType};
use crate::criteria::value::string::TextValue;
use crate::criteria::value::token::{System, TokenValue};
use crate::fhir::date::DateRange;
use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::index::indexer::Indexer;
use crate::index::own;
use crate::index::patient::PatientNumber;

use super::grant::role::Role;
use super::grant::{FhirUser, Grant};

const DAY: i64 = 86_400_000_000;

/// What reach is told by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reach<'a> {
    pub(super) indexer: &'a Indexer,
    /// Microseconds since 1970.
    pub(super) now: i64,
    /// How long after its end care still counts.
    pub(super) days_after: u32,
}

impl Reach<'_> {
    /// Ways in which a grant of staff or of a system reaches a patient; one of them is enough. None of
    /// them says yet what she denies.
    pub(super) fn ways(self, grant: &Grant) -> Vec<Criteria> {
        let mut ways = Vec::new();
        match grant.role {
            Role::VillageMidwife => {
                ways.extend(self.home(grant));
                ways.extend(grant.ids(FhirUser::Practitioner).map(|id| self.in_team(id)));
            }
            Role::CommuneStation | Role::Registration | Role::Vendor => {
                ways.extend(self.home(grant));
                ways.extend(grant.organization.iter().flat_map(|id| self.in_care(id)));
            }
            Role::Hospital => {
                ways.extend(grant.organization.iter().flat_map(|id| self.in_care(id)))
            }
            Role::Mother
            | Role::Caregiver
            | Role::ProvincialCdc
            | Role::Ministry
            | Role::Auditor
            | Role::Administrator => {}
        }
        ways
    }

    /// Those who are among the patients with these numbers.
    pub(super) fn named(patients: Vec<PatientNumber>) -> Criteria {
        if patients.is_empty() {
            return Criteria::False;
        }
        let patients = Patients::Named(patients);
        Criteria::Compartment { which: Belonging::About, patients }
    }

    /// Consents that hold now.
    pub(super) fn consents_hold(self) -> Criteria {
        let Some(consent) = ResourceKind::parse("Consent") else { return Criteria::False };
        Criteria::Parameter(own::rule(consent), Values::Dates(vec![vec![self.at()]]))
    }

    /// Her home is in one of the communes now, and in one of the hamlets if there are any.
    fn home(self, grant: &Grant) -> Option<Criteria> {
        let commune = |code: &String| {
            PartValue::Token(TokenValue::new(System::Is(own::communes()), Some(code)))
        };
        let date = || PartValue::Date(self.at());
        let mut values = Vec::new();
        for code in &grant.communes {
            if grant.hamlets.is_empty() {
                values.push(CompositeValue { parts: vec![commune(code), date()] });
            }
            for hamlet in &grant.hamlets {
                let lines = PartValue::Text(TextValue::Contains(hamlet.clone()));
                values.push(CompositeValue { parts: vec![commune(code), lines, date()] });
            }
        }
        (!values.is_empty()).then(|| Criteria::Parameter(own::home(), Values::Composites(values)))
    }

    /// An organization cares for her, did so a short time ago, or was asked to.
    fn in_care(self, organization: &ResourceId) -> [Criteria; 3] {
        let ended = self.now.saturating_sub(i64::from(self.days_after).saturating_mul(DAY));
        let moment = |at: i64| DateRange { low: at, high: at };
        let begun = DateValue { prefix: Prefix::Less, range: moment(self.now.saturating_add(1)) };
        let lasting = DateValue { prefix: Prefix::Greater, range: moment(ended) };
        let statuses: [&[&str]; 3] = [
            &["active", "onhold", "finished"],
            &["arrived", "triaged", "in-progress", "onleave", "finished"],
            &["active"],
        ];
        let [of_episode, of_encounter, of_request] = statuses;
        let care = |kind, by, statuses| {
            let dates = Values::Dates(vec![vec![begun], vec![lasting]]);
            self.has(
                kind,
                vec![
                    self.refers(kind, by, ("Organization", organization)),
                    self.is_one_of(kind, "status", statuses),
                    self.parameter(kind, "date", dates),
                ],
            )
        };
        [
            care("EpisodeOfCare", "organization", of_episode),
            care("Encounter", "service-provider", of_encounter),
            self.has(
                "ServiceRequest",
                vec![
                    self.refers("ServiceRequest", "performer", ("Organization", organization)),
                    self.is_one_of("ServiceRequest", "status", of_request),
                    self.parameter(
                        "ServiceRequest",
                        "authored",
                        Values::Dates(vec![vec![lasting]]),
                    ),
                ],
            ),
        ]
    }

    /// A team that cares for her now has somebody as a member.
    fn in_team(self, member: &ResourceId) -> Criteria {
        self.has(
            "CareTeam",
            vec![
                self.refers("CareTeam", "participant", ("Practitioner", member)),
                self.is_one_of("CareTeam", "status", &["active"]),
                self.lasts("CareTeam"),
            ],
        )
    }

    /// Resources of a type whose period holds now, or that have none.
    pub(super) fn lasts(self, kind: &str) -> Criteria {
        let now = Values::Dates(vec![vec![self.at()]]);
        let always = match self.param(kind, "date") {
            Some((_, param)) => Criteria::Missing(
                Indexed { param, also: None, form: Form::Date, target: None },
                true,
            ),
            None => Criteria::False,
        };
        Criteria::Any(vec![always, self.parameter(kind, "date", now)])
    }

    /// Resources of a type that do not say to be inactive.
    pub(super) fn is_not_inactive(self, kind: &str) -> Criteria {
        Criteria::Not(Box::new(self.is_one_of(kind, "active", &["false"])))
    }

    /// A resource of a type about her is so.
    fn has(self, kind: &str, criteria: Vec<Criteria>) -> Criteria {
        match self.param(kind, "patient") {
            Some((kind, param)) => {
                Criteria::Has { kind, param, criteria: Box::new(Criteria::All(criteria)) }
            }
            None => Criteria::False,
        }
    }

    fn refers(self, kind: &str, code: &str, (of, id): (&str, &ResourceId)) -> Criteria {
        let Some(of) = ResourceKind::parse(of) else { return Criteria::False };
        let value = ReferenceValue::new(id.as_str(), TargetType::OneOf(vec![of]));
        self.parameter(kind, code, Values::References(vec![value]))
    }

    pub(super) fn is_one_of(self, kind: &str, code: &str, codes: &[&str]) -> Criteria {
        let values = codes.iter().map(|code| TokenValue::new(System::Any, Some(code)));
        self.parameter(kind, code, Values::Tokens(values.collect()))
    }

    pub(super) fn parameter(self, kind: &str, code: &str, values: Values) -> Criteria {
        match self.param(kind, code) {
            Some((_, param)) => Criteria::Parameter(param, values),
            None => Criteria::False,
        }
    }

    /// The number that the rows of a parameter have.
    pub(super) fn param(
        self,
        kind: &str,
        code: &str,
    ) -> Option<(ResourceKind, crate::definitions::search_parameter::ParamId)> {
        let kind = ResourceKind::parse(kind)?;
        Some((kind, self.indexer.search().find(kind, code)?.indexed_as()))
    }

    /// Whatever holds now.
    fn at(self) -> DateValue {
        let range = DateRange { low: self.now, high: self.now.saturating_add(1) };
        DateValue { prefix: Prefix::Approximately, range }
    }
}
