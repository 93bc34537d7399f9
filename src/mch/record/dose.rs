//! A dose of a vaccine, as an Immunization tells it, <https://hl7.org/fhir/R4/immunization.html>.

use serde_json::Value;

use super::days::Days;
use super::records::{Record, Records};
use crate::mch::immunization::chart::given;
use crate::mch::immunization::obstacle::codes;
use crate::mch::immunization::person::Given;
use crate::mch::immunization::programme::{Product, programme};

/// A dose that was given.
#[derive(Debug)]
pub(in crate::mch) struct Dose<'a> {
    pub(in crate::mch) record: Record<'a>,
    pub(in crate::mch) given: Given<'a>,
    pub(in crate::mch) vaccine: &'static Product,
    pub(in crate::mch) day: Days,
    /// Its number in the series, when it is a number.
    pub(in crate::mch) number: Option<u64>,
}

impl<'a> Dose<'a> {
    /// Reads an Immunization; none when it was not given, or which vaccine it was or when is not
    /// known.
    pub(in crate::mch) fn of(records: &Records<'a>, record: Record<'a>) -> Option<Self> {
        let given = given(records, record)?;
        let vaccine = programme().products.get(given.product)?;
        let protocol = record.resource.get("protocolApplied").and_then(|all| all.get(0));
        let number = protocol.and_then(|protocol| {
            let number = protocol.get("doseNumberPositiveInt").and_then(Value::as_u64);
            number.or_else(|| protocol.get("doseNumberString")?.as_str()?.parse().ok())
        });
        Some(Self { record, given, vaccine, day: given.day, number })
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
}

/// Whether an Immunization has a code of a vaccine of the programme.
pub(in crate::mch) fn is_known(immunization: &Value) -> bool {
    place(immunization.get("vaccineCode")).is_some()
}

/// The place in the programme of the vaccine that is coded.
pub(super) fn place(concept: Option<&Value>) -> Option<usize> {
    programme().place(codes(concept))
}

/// Whether a vaccine is given to women in pregnancy, so that a dose is held against those.
pub(super) fn is_of_women(place: usize) -> bool {
    programme().products.get(place).is_some_and(|product| matches!(&*product.code, "UV" | "TD"))
}
