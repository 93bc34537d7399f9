//! The records a resource is held against: those of its mother or child, and of their family.

use serde_json::Value;

use crate::fhir::date::Zone;

/// What is known, the resource at hand among it.
#[derive(Debug)]
pub struct Records<'a> {
    all: Vec<Record<'a>>,
    /// The server's own base URL, without a slash at its end.
    base: &'a str,
    pub(super) zone: Zone,
    /// Today, as days since 1970-01-01.
    pub(super) today: i64,
}

/// A resource and its address, such as `Patient/a`.
#[derive(Debug, Clone, Copy)]
pub struct Record<'a> {
    pub address: &'a str,
    pub resource: &'a Value,
}

impl<'a> Records<'a> {
    /// Takes records; of several with one address the first counts.
    pub fn new(all: Vec<Record<'a>>, base: &'a str, zone: Zone, today: i64) -> Self {
        let mut kept: Vec<Record<'a>> = Vec::with_capacity(all.len());
        for record in all {
            if !kept.iter().any(|other| other.address == record.address) {
                kept.push(record);
            }
        }
        Self { all: kept, base, zone, today }
    }

    /// Whether a record with this address is there.
    pub(super) fn knows(&self, address: &str) -> bool {
        self.all.iter().any(|record| record.address == address)
    }

    /// Every record of a type.
    pub(super) fn of_type<'s>(&'s self, kind: &'s str) -> impl Iterator<Item = Record<'a>> + 's {
        self.all.iter().copied().filter(move |record| record.kind() == kind)
    }

    /// The record a reference points at.
    pub(super) fn target(&self, reference: Option<&Value>) -> Option<Record<'a>> {
        let address = self.address(reference)?;
        self.all.iter().copied().find(|record| record.address == address)
    }

    /// The address a reference points at, without the server's own URL and without a version.
    pub(super) fn address<'r>(&self, reference: Option<&'r Value>) -> Option<&'r str> {
        let text = reference?.get("reference")?.as_str()?;
        let below = text.strip_prefix(self.base).and_then(|rest| rest.strip_prefix('/'));
        let text = below.unwrap_or(text);
        Some(text.split_once("/_history/").map_or(text, |(address, _)| address))
    }

    /// The records of a type whose element points at an address.
    pub(super) fn pointing<'s>(
        &'s self,
        kind: &'s str,
        element: &'s str,
        address: &'s str,
    ) -> impl Iterator<Item = Record<'a>> + 's {
        let points =
            move |record: &Record<'a>| self.address(record.resource.get(element)) == Some(address);
        self.of_type(kind).filter(points)
    }

    /// The mothers of a child, as `RelatedPerson`, `Patient.link` and the mother's identifiers tell.
    pub(super) fn mothers(&self, child: &str) -> Vec<&'a str> {
        let is_mother = |record: &Record<'_>| {
            let kinds = record.resource.get("relationship").and_then(Value::as_array);
            kinds.into_iter().flatten().any(|kind| {
                super::concept::codings(Some(kind))
                    .any(|(_, code)| matches!(code, "MTH" | "NMTH" | "GESTM"))
            })
        };
        let related: Vec<_> = self.pointing("RelatedPerson", "patient", child).collect();
        let related: Vec<_> = related.into_iter().filter(is_mother).collect();
        let patients = self.of_type("Patient").filter(|patient| patient.address != child);
        let is_same = |patient: &Record<'_>| {
            related.iter().any(|person| {
                self.links(patient.resource, person.address) || shares_identifier(patient, person)
            })
        };
        patients.filter(is_same).map(|patient| patient.address).collect()
    }

    /// Whether a patient is linked with a resource.
    fn links(&self, patient: &Value, address: &str) -> bool {
        let links = patient.get("link").and_then(Value::as_array);
        links.into_iter().flatten().any(|link| self.address(link.get("other")) == Some(address))
    }
}

impl Record<'_> {
    /// The type of the resource.
    pub(super) fn kind(&self) -> &str {
        self.address.split_once('/').map_or("", |(kind, _)| kind)
    }
}

fn shares_identifier(a: &Record<'_>, b: &Record<'_>) -> bool {
    let identifiers = |record: &Record<'_>| -> Vec<(String, String)> {
        let all = record.resource.get("identifier").and_then(Value::as_array);
        let text = |of: &Value, key: &str| Some(of.get(key)?.as_str()?.to_owned());
        let read = |one: &Value| Some((text(one, "system")?, text(one, "value")?));
        all.into_iter().flatten().filter_map(read).collect()
    };
    let (a, b) = (identifiers(a), identifiers(b));
    a.iter().any(|one| b.contains(one))
}
