//! A dose of a vaccine, as an Immunization tells it, <https://hl7.org/fhir/R4/immunization.html>.

use serde_json::Value;

use super::concept::{codings, is_local};
use super::days::Days;
use super::records::{Record, Records};
use crate::mch::schedule::{Antigen, VACCINES, Vaccine};

const CVX: &str = "http://hl7.org/fhir/sid/cvx";

/// A dose that was given.
#[derive(Debug)]
pub(in crate::mch) struct Dose<'a> {
    pub(in crate::mch) record: Record<'a>,
    pub(in crate::mch) vaccine: &'static Vaccine,
    pub(in crate::mch) day: Days,
    /// Its number in the series, when it is a number.
    pub(in crate::mch) number: Option<u64>,
}

impl<'a> Dose<'a> {
    /// Reads an Immunization; none when it was not given, or which vaccine it was or when is not
    /// known.
    pub(in crate::mch) fn of(records: &Records<'a>, record: Record<'a>) -> Option<Self> {
        let resource = record.resource;
        if resource.get("status").and_then(Value::as_str) != Some("completed") {
            return None;
        }
        let vaccine = vaccine(resource.get("vaccineCode"))?;
        let day = Days::of(resource.get("occurrenceDateTime"), records.zone)?;
        let protocol = resource.get("protocolApplied").and_then(|all| all.get(0));
        let number = protocol.and_then(|protocol| {
            let number = protocol.get("doseNumberPositiveInt").and_then(Value::as_u64);
            number.or_else(|| protocol.get("doseNumberString")?.as_str()?.parse().ok())
        });
        Some(Self { record, vaccine, day, number })
    }

    /// The other doses the same person was given.
    pub(in crate::mch) fn others(&self, records: &Records<'a>) -> Vec<Self> {
        let Some(person) = records.address(self.record.resource.get("patient")) else {
            return Vec::new();
        };
        let all = records.pointing("Immunization", "patient", person);
        let others = all.filter(|other| other.address != self.record.address);
        others.filter_map(|other| Self::of(records, other)).collect()
    }

    /// Whether both protect against something in common.
    pub(in crate::mch) fn shares_antigen(&self, other: &Self) -> bool {
        self.vaccine.shares_antigen(other.vaccine)
    }

    /// Whether both may be given on one day although they share an antigen: oral and injected polio
    /// vaccine.
    pub(in crate::mch) fn goes_with(&self, other: &Self) -> bool {
        let is_polio = |dose: &Self| dose.vaccine.antigens == [Antigen::Polio];
        is_polio(self) && is_polio(other) && !std::ptr::eq(self.vaccine, other.vaccine)
    }
}

/// Whether an Immunization has a code of a vaccine of the schedule.
pub(in crate::mch) fn is_known(immunization: &Value) -> bool {
    vaccine(immunization.get("vaccineCode")).is_some()
}

/// The place in the schedule of the vaccine that is coded.
pub(super) fn place(concept: Option<&Value>) -> Option<usize> {
    codings(concept).find_map(|(system, code)| {
        VACCINES.iter().position(|vaccine| match system {
            CVX => vaccine.cvx.contains(&code),
            system => is_local(system, "mch-vaccine") && vaccine.local.contains(&code),
        })
    })
}

fn vaccine(concept: Option<&Value>) -> Option<&'static Vaccine> {
    VACCINES.get(place(concept)?)
}
