//! What a record tells of as having happened, although its day is still to come.
//!
//! Clocks of clinics go wrong by minutes, so that what lies less than an hour ahead is let be. A date
//! is one in the server's zone, as everywhere; what is only partly known proves nothing.

use serde_json::Value;

use crate::fhir::date::{DateRange, Zone};
use crate::fhir::issue::{Issue, Text};

use super::rule::report::Report;

/// An hour, in microseconds.
const SKEW: i64 = 3_600_000_000;

/// When a resource is looked at.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    /// Microseconds since 1970-01-01T00:00Z.
    pub now: i64,
    /// The zone of dates and times that name none.
    pub zone: Zone,
}

/// The elements of each type that tell when something happened, as R4 has them.
const HAPPENED: [(&str, &[&str]); 43] = [
    ("AdverseEvent", &["date", "detected", "recordedDate"]),
    ("AllergyIntolerance", &["onset[x]", "recordedDate", "lastOccurrence", "reaction.onset"]),
    ("Appointment", &["created"]),
    ("AuditEvent", &["recorded"]),
    ("Basic", &["created"]),
    ("CarePlan", &["created"]),
    ("ChargeItem", &["occurrence[x]", "enteredDate"]),
    ("Claim", &["created"]),
    ("ClinicalImpression", &["effective[x]", "date"]),
    ("Communication", &["sent", "received"]),
    ("Composition", &["date"]),
    ("Condition", &["onset[x]", "abatement[x]", "recordedDate"]),
    ("Consent", &["dateTime"]),
    ("DetectedIssue", &["identified[x]"]),
    ("DeviceUseStatement", &["recordedOn"]),
    ("DiagnosticReport", &["effective[x]", "issued"]),
    ("DocumentManifest", &["created"]),
    ("DocumentReference", &["date"]),
    ("Encounter", &["period"]),
    ("EpisodeOfCare", &["period"]),
    ("FamilyMemberHistory", &["date", "born[x]", "deceased[x]"]),
    ("ImagingStudy", &["started"]),
    ("Immunization", &["occurrence[x]", "recorded", "reaction.date"]),
    ("ImmunizationEvaluation", &["date"]),
    ("ImmunizationRecommendation", &["date"]),
    ("List", &["date"]),
    ("Media", &["created[x]", "issued"]),
    ("MedicationAdministration", &["effective[x]"]),
    ("MedicationDispense", &["whenPrepared", "whenHandedOver"]),
    ("MedicationRequest", &["authoredOn"]),
    ("MedicationStatement", &["effective[x]", "dateAsserted"]),
    ("Observation", &["effective[x]", "issued"]),
    ("Patient", &["birthDate", "deceased[x]"]),
    ("Person", &["birthDate"]),
    ("Practitioner", &["birthDate"]),
    ("Procedure", &["performed[x]"]),
    ("Provenance", &["occurred[x]", "recorded"]),
    ("QuestionnaireResponse", &["authored"]),
    ("RelatedPerson", &["birthDate"]),
    ("RiskAssessment", &["occurrence[x]"]),
    ("ServiceRequest", &["authoredOn"]),
    ("Specimen", &["receivedTime", "collection.collected[x]"]),
    ("SupplyDelivery", &["occurrence[x]"]),
];

/// The types that an element with several may have.
const CHOICE: [&str; 4] = ["DateTime", "Date", "Instant", "Period"];

/// Statuses of what is only meant to happen, did not, or is no longer said.
const NOT_YET: [&str; 6] =
    ["planned", "waitlist", "preparation", "intended", "cancelled", "entered-in-error"];

/// Statuses of what is over.
const OVER: [&str; 6] = ["finished", "completed", "stopped", "final", "amended", "corrected"];

/// A warning for each element of a resource that is said to have happened later than now.
pub fn in_future(resource: &Value, clock: Clock) -> Vec<Issue> {
    let text = |name: &str| resource.get(name).and_then(Value::as_str).unwrap_or_default();
    let (kind, status) = (text("resourceType"), text("status"));
    let mut report = Report::default();
    let known = HAPPENED.iter().find(|(known, _)| *known == kind);
    if let Some((_, elements)) = known.filter(|_| !NOT_YET.contains(&status)) {
        let look = Look { clock, is_over: OVER.contains(&status) };
        for element in *elements {
            look.at(resource, element, kind, &mut report);
        }
    }
    report.issues
}

struct Look {
    clock: Clock,
    /// Whether the record says that it ended.
    is_over: bool,
}

impl Look {
    /// Looks at an element below an object, or below each of a list.
    fn at(&self, value: &Value, element: &str, path: &str, report: &mut Report) {
        if let Some((name, below)) = element.split_once('.') {
            match value.get(name) {
                Some(Value::Array(items)) => {
                    for (at, item) in items.iter().enumerate() {
                        self.at(item, below, &format!("{path}.{name}[{at}]"), report);
                    }
                }
                Some(inner) => self.at(inner, below, &format!("{path}.{name}"), report),
                None => {}
            }
            return;
        }
        let found = match element.strip_suffix("[x]") {
            Some(stem) => CHOICE.iter().find_map(|kind| value.get(format!("{stem}{kind}"))),
            None => value.get(element),
        };
        let Some(told) = found.and_then(|found| self.later(found)) else { return };
        let place = format!("{path}.{}", element.trim_end_matches("[x]"));
        let seen = Text::new(format!("Ở đây là {told}."), format!("It is {told}."));
        report.add("mebe-in-future", &place, seen);
    }

    /// The moment that is still to come: of a period its begin, or its end when that is over.
    fn later<'v>(&self, found: &'v Value) -> Option<&'v str> {
        let is_later = |text: &&str| {
            let range = DateRange::parse(text, self.clock.zone);
            range.is_some_and(|range| range.low > self.clock.now.saturating_add(SKEW))
        };
        let end = |name: &str| found.get(name).and_then(Value::as_str).filter(is_later);
        match found {
            Value::String(text) => Some(text.as_str()).filter(is_later),
            _ => end("start").or_else(|| end("end").filter(|_| self.is_over)),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// 2026-11-22T03:00:00Z, ten in the morning in Vietnam.
    const CLOCK: Clock =
        Clock { now: 20_779 * 86_400_000_000 + 3 * 3_600_000_000, zone: Zone::from_minutes(420) };

    #[track_caller]
    fn finds(resource: &Value, expected: &[&str]) {
        let found = in_future(resource, CLOCK);
        let places: Vec<_> = found.iter().filter_map(|issue| issue.expression.as_deref()).collect();
        assert_eq!(places, expected, "{resource}");
        assert!(found.iter().all(|issue| !issue.severity.refuses()), "{found:?}");
    }

    fn of(kind: &str, element: &str, value: &str) -> Value {
        json!({ "resourceType": kind, element: value })
    }

    #[test]
    fn what_happened_did_so_before_now() {
        for (kind, element, place) in [
            ("Patient", "birthDate", "Patient.birthDate"),
            ("Observation", "effectiveDateTime", "Observation.effective"),
            ("Observation", "effectiveInstant", "Observation.effective"),
            ("Immunization", "occurrenceDateTime", "Immunization.occurrence"),
            ("Procedure", "performedDateTime", "Procedure.performed"),
            ("Condition", "onsetDateTime", "Condition.onset"),
            ("DiagnosticReport", "issued", "DiagnosticReport.issued"),
            ("FamilyMemberHistory", "bornDate", "FamilyMemberHistory.born"),
            ("Consent", "dateTime", "Consent.dateTime"),
        ] {
            for later in ["2027", "2026-12", "2026-11-23", "2026-11-22T12:00:00+07:00"] {
                finds(&of(kind, element, later), &[place]);
            }
            for earlier in ["2026", "2026-11", "2026-11-22", "2026-11-22T10:30:00+07:00", "?"] {
                finds(&of(kind, element, earlier), &[]);
            }
        }
    }

    #[test]
    fn zones_are_reckoned_with() {
        let at = |text: &str| of("Observation", "effectiveDateTime", text);
        finds(&at("2026-11-22T17:30:00+14:00"), &[]);
        finds(&at("2026-11-21T23:00:00-07:00"), &["Observation.effective"]);
    }

    #[test]
    fn what_is_planned_may_come() {
        let visit = |status: &str, start: &str, end: &str| json!({ "resourceType": "Encounter", "status": status, "period": { "start": start, "end": end } });
        finds(&visit("planned", "2027-01-01", "2027-01-01"), &[]);
        finds(&visit("in-progress", "2026-11-22", "2026-11-25"), &[]);
        finds(&visit("finished", "2026-11-22", "2026-11-25"), &["Encounter.period"]);
        finds(&visit("arrived", "2026-11-24", "2026-11-25"), &["Encounter.period"]);
        finds(&of("ServiceRequest", "occurrenceDateTime", "2027"), &[]);
        finds(&of("Appointment", "start", "2027-01-01T08:00:00+07:00"), &[]);
        let told = json!({ "resourceType": "Immunization", "reaction": [{ "date": "2026-11-20" }, { "date": "2027" }] });
        finds(&told, &["Immunization.reaction[1].date"]);
    }
}
