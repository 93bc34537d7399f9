//! The records a resource is held against: those of its mother or child, and of their family.

use std::cell::OnceCell;

use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::Value;

use crate::fhir::date::Zone;
use crate::fhir::date::calendar::DAY;

use super::ours::is_ours;
use super::pregnancy::{Pregnancy, of_woman};

/// The elements by which records are found.
const OWNERS: [&str; 3] = ["subject", "patient", "encounter"];

/// What is known, the resource at hand among it.
#[derive(Debug)]
pub struct Records<'a> {
    all: Vec<Record<'a>>,
    /// Whether each of them speaks of the booklet, once somebody asked.
    ours: Vec<OnceCell<bool>>,
    by_address: FxHashMap<&'a str, usize>,
    /// By an element of [`OWNERS`] and what it points at.
    by_owner: FxHashMap<(&'static str, &'a str), Vec<usize>>,
    /// Patients by what they are linked with, and by each of their identifiers.
    linked: FxHashMap<&'a str, Vec<usize>>,
    identified: FxHashMap<(&'a str, &'a str), Vec<usize>>,
    /// By the woman, when they were put together.
    pregnancies: FxHashMap<&'a str, Vec<Pregnancy<'a>>>,
    /// The server's own base URL, without a slash at its end.
    base: &'a str,
    pub zone: Zone,
    /// Today, as days since 1970-01-01.
    pub today: i64,
}

/// A resource and its address, such as `Patient/a`.
#[derive(Debug, Clone, Copy)]
pub struct Record<'a> {
    pub address: &'a str,
    pub resource: &'a Value,
}

impl<'a> Records<'a> {
    /// Takes records; of several with one address the first counts. `now` counts microseconds since
    /// 1970.
    pub fn new(
        all: impl IntoIterator<Item = Record<'a>>,
        base: &'a str,
        zone: Zone,
        now: i64,
    ) -> Self {
        let today = now.saturating_add(zone.micros()).div_euclid(DAY);
        let mut records = Self {
            all: Vec::new(),
            ours: Vec::new(),
            by_address: FxHashMap::default(),
            by_owner: FxHashMap::default(),
            linked: FxHashMap::default(),
            identified: FxHashMap::default(),
            pregnancies: FxHashMap::default(),
            base,
            zone,
            today,
        };
        for record in all {
            let number = records.all.len();
            if records.by_address.insert(record.address, number).is_some() {
                continue;
            }
            for element in OWNERS {
                if let Some(owner) = records.owner(record, element) {
                    records.by_owner.entry((element, owner)).or_default().push(number);
                }
            }
            if record.kind() == "Patient" {
                records.add_patient(number, record.resource);
            }
            records.all.push(record);
            records.ours.push(OnceCell::new());
        }
        records
    }

    fn add_patient(&mut self, number: usize, patient: &'a Value) {
        let links = patient.get("link").and_then(Value::as_array);
        for link in links.into_iter().flatten() {
            if let Some(other) = self.address(link.get("other")) {
                self.linked.entry(other).or_default().push(number);
            }
        }
        for identifier in identifiers(patient) {
            self.identified.entry(identifier).or_default().push(number);
        }
    }

    fn owner(&self, record: Record<'a>, element: &str) -> Option<&'a str> {
        self.address(record.resource.get(element))
    }

    /// Whether a record with this address is there.
    pub(super) fn knows(&self, address: &str) -> bool {
        self.by_address.contains_key(address)
    }

    /// Every record.
    pub fn all(&self) -> impl Iterator<Item = Record<'a>> {
        self.all.iter().copied()
    }

    /// Every record of a type.
    pub fn of_type<'s>(&'s self, kind: &'s str) -> impl Iterator<Item = Record<'a>> + 's {
        self.all.iter().copied().filter(move |record| record.kind() == kind)
    }

    /// The record a reference points at.
    pub fn target(&self, reference: Option<&Value>) -> Option<Record<'a>> {
        self.at(self.address(reference)?)
    }

    /// The record with an address.
    pub fn at(&self, address: &str) -> Option<Record<'a>> {
        self.all.get(*self.by_address.get(address)?).copied()
    }

    /// Whether the record with an address is there, and speaks of the booklet.
    pub(in crate::mch) fn is_ours(&self, address: &str) -> bool {
        let number = self.by_address.get(address).copied();
        let found = number.and_then(|number| self.all.get(number).zip(self.ours.get(number)));
        found.is_some_and(|(one, ours)| *ours.get_or_init(|| is_ours(one.resource)))
    }

    /// The address a reference points at, without the server's own URL and without a version.
    pub fn address<'r>(&self, reference: Option<&'r Value>) -> Option<&'r str> {
        let text = reference?.get("reference")?.as_str()?;
        let below = text.strip_prefix(self.base).and_then(|rest| rest.strip_prefix('/'));
        let text = below.unwrap_or(text);
        Some(text.split_once("/_history/").map_or(text, |(address, _)| address))
    }

    /// The records of a type whose element, one of [`OWNERS`], points at an address.
    pub fn pointing<'s>(
        &'s self,
        kind: &'s str,
        element: &'static str,
        address: &'s str,
    ) -> impl Iterator<Item = Record<'a>> + 's {
        debug_assert!(OWNERS.contains(&element), "{element} is not kept");
        let numbers = self.by_owner.get(&(element, address)).into_iter().flatten();
        let records = numbers.filter_map(|number| self.all.get(*number).copied());
        records.filter(move |record| record.kind() == kind)
    }

    /// The records of a type that are for a person.
    pub fn pointing_at<'s>(
        &'s self,
        kind: &'s str,
        person: &'s str,
    ) -> impl Iterator<Item = Record<'a>> + 's {
        self.of_type(kind).filter(move |one| self.address(one.resource.get("for")) == Some(person))
    }

    /// The same records, and what the rules ask of them again and again: each woman's pregnancies.
    #[must_use]
    pub fn put_together(mut self) -> Self {
        let episodes = self.of_type("EpisodeOfCare");
        let women = episodes.filter_map(|episode| self.owner(episode, "patient"));
        let women: FxHashSet<&'a str> = women.collect();
        let each = women.into_iter().map(|woman| (woman, of_woman(&self, woman)));
        self.pregnancies = each.collect();
        self
    }

    /// The pregnancies of a woman, when they were put together.
    pub(super) fn pregnancies_of(&self, woman: &str) -> Option<&[Pregnancy<'a>]> {
        self.pregnancies.get(woman).map(Vec::as_slice)
    }

    /// The mothers of a child, as `RelatedPerson`, `Patient.link` and the mother's identifiers tell.
    pub fn mothers(&self, child: &str) -> Vec<&'a str> {
        let related = self.pointing("RelatedPerson", "patient", child);
        let mut same: Vec<usize> = Vec::new();
        for person in related.filter(|one| super::itself::is_hers(one.resource)) {
            same.extend(self.linked.get(person.address).into_iter().flatten());
            let identified = identifiers(person.resource);
            same.extend(identified.filter_map(|one| self.identified.get(&one)).flatten());
        }
        same.sort_unstable();
        same.dedup();
        let patients = same.into_iter().filter_map(|number| self.all.get(number));
        patients.map(|patient| patient.address).filter(|address| *address != child).collect()
    }
}

impl Record<'_> {
    /// The type of the resource.
    pub(in crate::mch) fn kind(&self) -> &str {
        self.address.split_once('/').map_or("", |(kind, _)| kind)
    }
}

/// The identifiers of a resource that have a system and a value.
pub fn identifiers(resource: &Value) -> impl Iterator<Item = (&str, &str)> {
    let all = resource.get("identifier").and_then(Value::as_array);
    all.into_iter()
        .flatten()
        .filter_map(|one| Some((one.get("system")?.as_str()?, one.get("value")?.as_str()?)))
}
