//! A dose of a vaccine, as an Immunization tells it, <https://hl7.org/fhir/R4/immunization.html>.

use serde::Deserialize;
use serde_json::{Map, Value};

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

/// What of an Immunization other doses are held against.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Narrow {
    resource_type: Value,
    id: Option<Value>,
    status: Option<Value>,
    vaccine_code: Option<Value>,
    patient: Option<Value>,
    occurrence_date_time: Option<Value>,
    protocol_applied: Option<Value>,
}

/// Reads those elements and passes over the others.
pub fn narrow(body: &str) -> Option<Value> {
    let read: Narrow = serde_json::from_str(body).ok()?;
    let elements = [
        ("id", read.id),
        ("status", read.status),
        ("vaccineCode", read.vaccine_code),
        ("patient", read.patient),
        ("occurrenceDateTime", read.occurrence_date_time),
        ("protocolApplied", read.protocol_applied),
    ];
    let mut narrow = Map::new();
    narrow.insert("resourceType".into(), read.resource_type);
    for (name, value) in elements {
        narrow.extend(value.map(|value| (name.to_owned(), value)));
    }
    Some(Value::Object(narrow))
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fhir::date::Zone;

    #[test]
    fn a_narrow_dose_is_the_same_dose() {
        let mut whole = json!({ "resourceType": "Immunization", "id": "d", "status": "completed", "lotNumber": "x",
            "vaccineCode": { "coding": [{ "system": "http://hl7.org/fhir/sid/cvx", "code": "198" }], "text": "5 trong 1" },
            "patient": { "reference": "Patient/c" }, "occurrenceDateTime": "2026-03-01",
            "note": [{ "text": "x" }], "protocolApplied": [{ "doseNumberPositiveInt": 2 }] });
        let less = narrow(&whole.to_string()).expect("a dose");
        let read = |one: &Value| {
            let at = Record { address: "Immunization/d", resource: one };
            let records = Records::new([at], "http://x/fhir", Zone::default(), 0);
            let dose = Dose::of(&records, at).expect("a dose");
            (dose.number, dose.day, dose.given.product)
        };
        assert_eq!(read(&whole), read(&less));
        whole
            .as_object_mut()
            .expect("an object")
            .retain(|name, _| !matches!(name.as_str(), "lotNumber" | "note"));
        assert_eq!(whole, less);
        assert_eq!(narrow("[1]"), None);
    }
}
