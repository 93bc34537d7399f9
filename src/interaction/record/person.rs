//! The records of one person, and of her family, as operations ask for them.
//!
//! What points at the person is read in one look at the database, who belongs to her in two more,
//! and their records in a last one. Rights hold as for a search: what may not be read is not there.
//! More than the setting `person_records` of one type is refused, because an answer from half of the
//! records would be wrong without anybody seeing it.

use std::collections::HashSet;

use serde_json::Value;

use crate::budget;
use crate::definitions::base::as_today;
use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::index::row::{indexed_part, system_hash};
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::interaction::single::read::read;
use crate::mch::due::Asked;
use crate::mch::record::records::{Record, Records, identifiers};
use crate::mch::record::role::children;
use crate::store::lookup::Lookup;
use crate::store::row::Stored;

/// A type of records, and the search parameter that leads to the person.
pub type Kept = (&'static str, &'static str);

/// Whose records are read.
#[derive(Debug, Clone, Copy)]
pub struct Reach {
    pub own: &'static [Kept],
    /// Those of a child's mother; nothing about her is read without any.
    pub mother: &'static [Kept],
    /// Those of a mother's children, beside their Patients; nothing about them without any.
    pub children: &'static [Kept],
}

/// The Patient of a relative and nothing else.
pub const PATIENT_ALONE: &[Kept] = &[("Patient", "")];
/// What tells how old a pregnancy is, and how it ended.
pub const PREGNANCY: &[Kept] = &[
    ("EpisodeOfCare", "patient"),
    ("Observation", "subject"),
    ("Encounter", "subject"),
    ("Condition", "subject"),
    ("Procedure", "subject"),
    ("DiagnosticReport", "subject"),
];
/// All that engines read of a person.
pub const WHOLE: &[Kept] = &[
    ("EpisodeOfCare", "patient"),
    ("Observation", "subject"),
    ("Encounter", "subject"),
    ("Condition", "subject"),
    ("Procedure", "subject"),
    ("Immunization", "patient"),
    ("AllergyIntolerance", "patient"),
    ("Flag", "patient"),
    ("MedicationAdministration", "subject"),
    ("MedicationStatement", "subject"),
    ("DiagnosticReport", "subject"),
    ("ServiceRequest", "subject"),
    ("Task", "patient"),
    ("Composition", "subject"),
    ("Appointment", "patient"),
    ("RiskAssessment", "subject"),
    ("FamilyMemberHistory", "patient"),
];

/// A person and what was read.
#[derive(Debug)]
pub struct Person {
    /// `Patient/…`
    pub address: String,
    /// Records by their addresses, the person's Patient first.
    pub stored: Vec<(String, Value)>,
}

impl Person {
    /// The Patient.
    pub fn patient(&self) -> Option<&Value> {
        self.stored.first().map(|(_, patient)| patient)
    }

    /// As whom she is asked about, what is due for her.
    pub fn asked<'p>(&'p self, ctx: &Ctx<'_>, is_mother: bool, day: i64) -> Asked<'p> {
        let referral_days = ctx.engine.care.referral_days;
        Asked { person: &self.address, is_mother, day, referral_days }
    }

    /// The ids of other Patients among what was read.
    pub fn others(&self) -> Vec<String> {
        let patients = self.stored.iter().filter(|(address, _)| *address != self.address);
        let ids = patients.filter_map(|(address, _)| address.strip_prefix("Patient/"));
        ids.map(str::to_owned).collect()
    }

    /// What was read, as engines want it.
    pub fn records<'a>(&'a self, ctx: &Ctx<'a>) -> Records<'a> {
        records(ctx, &self.stored)
    }
}

fn records<'a>(ctx: &Ctx<'a>, stored: &'a [(String, Value)]) -> Records<'a> {
    let all = stored.iter().map(|(address, resource)| Record { address, resource });
    Records::new(all, &ctx.engine.base, ctx.engine.zone, ctx.now).put_together()
}

/// Reads a person; 404 when there is none, 410 when she was deleted.
pub async fn person(ctx: &Ctx<'_>, id: &ResourceId, reach: Reach) -> Result<Person, Failure> {
    let patient = read(ctx, ResourceKind::PATIENT, id).await?;
    let address = format!("Patient/{id}");
    let mut gathered = Gathered::default();
    gathered.take(patient)?;
    let mut wanted: Vec<Lookup> = pointing(ctx, reach.own, id);
    if !(reach.mother.is_empty() && reach.children.is_empty()) {
        wanted.extend(pointing(ctx, &[("RelatedPerson", "patient")], id));
    }
    if !reach.children.is_empty() {
        wanted.extend(gathered.known_as(ctx, 0));
    }
    gathered.read(ctx, wanted).await?;
    // Who is related to the person, or whom the person is related to.
    let mut relatives = Vec::new();
    for (at, (other, resource)) in gathered.stored.iter().enumerate() {
        if !other.starts_with("RelatedPerson/") {
            continue;
        }
        let of = resource.get("patient").and_then(|one| one.get("reference")?.as_str());
        let of = of.and_then(|text| text.rsplit_once("Patient/")).map(|(_, id)| id);
        match of {
            Some(of) if of == id.as_str() => relatives.extend(gathered.same_as(ctx, at)),
            Some(of) => relatives.extend(patient_of(of)),
            None => {}
        }
    }
    gathered.read(ctx, relatives).await?;
    let wanted = of_family(ctx, &gathered.stored, &address, reach);
    gathered.read(ctx, wanted).await?;
    Ok(Person { address, stored: gathered.stored })
}

/// Lookups for the records of the mothers and children.
fn of_family(
    ctx: &Ctx<'_>,
    stored: &[(String, Value)],
    address: &str,
    reach: Reach,
) -> Vec<Lookup> {
    let records = records(ctx, stored);
    let each = |addresses: Vec<&str>, kept: &[Kept]| -> Vec<Lookup> {
        let ids = addresses.into_iter().filter_map(|one| ResourceId::parse(one.split_once('/')?.1));
        ids.flat_map(|id| pointing(ctx, kept, &id)).collect()
    };
    let mut wanted = each(records.mothers(address), reach.mother);
    wanted.extend(each(children(&records, address), reach.children));
    wanted
}

fn patient_of(id: &str) -> Option<Lookup> {
    let id = ResourceId::parse(id.split('/').next()?)?;
    Some(Lookup::Address { kind: ResourceKind::PATIENT, id })
}

fn pointing(ctx: &Ctx<'_>, kept: &[Kept], id: &ResourceId) -> Vec<Lookup> {
    let indexer = ctx.engine.indexer();
    let one = |(kind, by): &Kept| {
        let param = indexer.search().find(ResourceKind::parse(kind)?, by)?.indexed_as();
        Some(Lookup::Pointing { param, kind: ResourceKind::PATIENT, id: id.clone(), coded: None })
    };
    kept.iter().filter_map(one).collect()
}

/// What was read so far.
#[derive(Debug, Default)]
struct Gathered {
    stored: Vec<(String, Value)>,
    known: HashSet<String>,
}

impl Gathered {
    fn take(&mut self, stored: Stored) -> Result<(), Failure> {
        let address = format!("{}/{}", stored.kind, stored.id);
        budget::spend(1 + stored.body.len() / 64)?;
        if !self.known.insert(address.clone()) {
            return Ok(());
        }
        if let Ok(resource) = serde_json::from_str::<Value>(&stored.body) {
            self.stored.push((address, as_today(resource)));
        }
        Ok(())
    }

    async fn read(&mut self, ctx: &Ctx<'_>, lookups: Vec<Lookup>) -> Result<(), Failure> {
        if lookups.is_empty() {
            return Ok(());
        }
        let most = ctx.engine.care.person_records;
        let mut counts = vec![0_u32; lookups.len()];
        for found in ctx.look_up(lookups, most.saturating_add(1)).await? {
            if let Some(count) = counts.get_mut(found.lookup) {
                *count += 1;
                if *count > most {
                    return Err(too_many(most));
                }
            }
            self.take(found.hit.stored)?;
        }
        Ok(())
    }

    /// The `RelatedPerson`s that a Patient is as well: by its links and by its identifiers.
    fn known_as(&self, ctx: &Ctx<'_>, at: usize) -> Vec<Lookup> {
        let Some((_, patient)) = self.stored.get(at) else { return Vec::new() };
        let links = patient.get("link").and_then(Value::as_array).into_iter().flatten();
        let linked = links.filter_map(|link| {
            let text = link.get("other")?.get("reference")?.as_str()?;
            let (_, id) = text.rsplit_once("RelatedPerson/")?;
            let id = ResourceId::parse(id.split('/').next()?)?;
            Some(Lookup::Address { kind: ResourceKind::parse("RelatedPerson")?, id })
        });
        linked.chain(identified(ctx, "RelatedPerson", patient)).collect()
    }

    /// The Patients that a `RelatedPerson` is as well.
    fn same_as(&self, ctx: &Ctx<'_>, at: usize) -> Vec<Lookup> {
        let Some((address, related)) = self.stored.get(at) else { return Vec::new() };
        let indexer = ctx.engine.indexer();
        let id = address.split_once('/').and_then(|(_, id)| ResourceId::parse(id));
        let kind = ResourceKind::parse("RelatedPerson");
        let param = indexer.search().find(ResourceKind::PATIENT, "link");
        let linked = id.zip(kind).zip(param).map(|((id, kind), param)| Lookup::Pointing {
            param: param.indexed_as(),
            kind,
            id,
            coded: None,
        });
        linked.into_iter().chain(identified(ctx, "Patient", related)).collect()
    }
}

/// Those of a type that have an identifier of a resource.
fn identified(ctx: &Ctx<'_>, kind: &str, resource: &Value) -> Vec<Lookup> {
    let indexer = ctx.engine.indexer();
    let kind = ResourceKind::parse(kind);
    let Some(param) = kind.and_then(|kind| indexer.search().find(kind, "identifier")) else {
        return Vec::new();
    };
    let told =
        identifiers(resource).filter(|(system, value)| !system.is_empty() && !value.is_empty());
    let lookup = |(system, value): (&str, &str)| {
        let (code, system) = (indexed_part(value).to_owned(), system_hash(system));
        Lookup::Coded { param: param.indexed_as(), code, system }
    };
    told.map(lookup).collect()
}

fn too_many(most: u32) -> Failure {
    Kind::TooMuch.because(
        format!("Người này có hơn {most} bản ghi một loại; một lần hỏi đọc nhiều nhất {most} (cài đặt person_records)."),
        format!("This person has more than {most} records of one type; one question reads {most} at most (setting person_records)."),
    )
}
