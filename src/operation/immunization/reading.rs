//! Reads what is recorded of a patient as far as vaccines ask for it, and of a child's mother whether
//! she has hepatitis B. Rights hold as for a search: what may not be read is not there.

use std::collections::HashSet;

use serde_json::Value;

use crate::definitions::base::today_in;
use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::index::row::{indexed_part, system_hash};
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::interaction::single::read::read;
use crate::mch::immunization::chart::{codes_of_mother, codes_of_person};
use crate::mch::record::records::{Record, Records, identifiers};
use crate::store::lookup::{Codes, Lookup};
use crate::store::row::Stored;

/// Records of one kind, more than anybody has.
const MOST: u32 = 500;

/// What is read of the patient: a type, and the parameter that leads to it.
const OWN: [(&str, &str); 6] = [
    ("Immunization", "patient"),
    ("AllergyIntolerance", "patient"),
    ("Flag", "patient"),
    ("EpisodeOfCare", "patient"),
    ("RelatedPerson", "patient"),
    ("Encounter", "subject"),
];

/// Records by their addresses.
pub(in crate::operation) type Found = Vec<(String, Value)>;

/// Reads them; 404 when there is no such patient, 410 when it was deleted.
pub(in crate::operation) async fn read_records(
    ctx: &Ctx<'_>,
    id: &ResourceId,
) -> Result<Found, Failure> {
    let patient = read(ctx, ResourceKind::PATIENT, id).await?;
    let address = format!("Patient/{id}");
    let mut reading = Reading::new(ctx);
    reading.take(&patient);
    let own = OWN.iter().filter_map(|(kind, by)| reading.pointing(kind, by, id, None));
    let coded = reading.pointing("Observation", "subject", id, Some(&codes_of_person()));
    let lookups = own.chain(coded).collect();
    reading.look_up(lookups).await?;
    let lookups = reading.mothers_of_related();
    reading.look_up(lookups).await?;
    let lookups = reading.of_mothers(&address);
    reading.look_up(lookups).await?;
    Ok(reading.found)
}

/// What is read, and what was.
pub(in crate::operation) struct Reading<'c, 'a> {
    pub(in crate::operation) ctx: &'c Ctx<'a>,
    pub(in crate::operation) found: Found,
    known: HashSet<String>,
}

impl<'c, 'a> Reading<'c, 'a> {
    pub(in crate::operation) fn new(ctx: &'c Ctx<'a>) -> Self {
        Self { ctx, found: Vec::new(), known: HashSet::new() }
    }

    /// Takes a record that was read.
    pub(in crate::operation) fn take(&mut self, stored: &Stored) {
        let address = format!("{}/{}", stored.kind, stored.id);
        let Ok(resource) = serde_json::from_str::<Value>(&stored.body) else { return };
        if self.known.insert(address.clone()) {
            self.found.push((address, today_in(&resource).into_owned()));
        }
    }

    /// Reads what is looked for; too much of it is refused.
    pub(in crate::operation) async fn look_up(
        &mut self,
        lookups: Vec<Lookup>,
    ) -> Result<(), Failure> {
        let mut counts = vec![0_u32; lookups.len()];
        for found in self.ctx.look_up(lookups, MOST).await? {
            if let Some(count) = counts.get_mut(found.lookup) {
                *count += 1;
            }
            self.take(&found.hit.stored);
        }
        match counts.into_iter().any(|count| count >= MOST) {
            true => Err(too_many()),
            false => Ok(()),
        }
    }

    /// Those of a type that point at a patient, perhaps only with one of some codes.
    pub(in crate::operation) fn pointing(
        &self,
        kind: &str,
        by: &str,
        id: &ResourceId,
        codes: Option<&[String]>,
    ) -> Option<Lookup> {
        self.pointing_at(kind, by, (ResourceKind::PATIENT, id.clone()), codes)
    }

    fn pointing_at(
        &self,
        kind: &str,
        by: &str,
        (target, id): (ResourceKind, ResourceId),
        codes: Option<&[String]>,
    ) -> Option<Lookup> {
        let kind = ResourceKind::parse(kind)?;
        let indexer = self.ctx.engine.indexer();
        let param = |code: &str| indexer.search().find(kind, code).map(|one| one.indexed_as());
        let coded = match codes {
            Some(codes) => Some(Codes { param: param("code")?, codes: codes.to_vec() }),
            None => None,
        };
        Some(Lookup::Pointing { param: param(by)?, kind: target, id, coded })
    }

    /// Who the related persons that were read are.
    pub(in crate::operation) fn mothers_of_related(&self) -> Vec<Lookup> {
        let indexer = self.ctx.engine.indexer();
        let identifier = indexer.search().find(ResourceKind::PATIENT, "identifier");
        let identifier = identifier.map(|one| one.indexed_as());
        let related = self.found.iter().filter(|(at, _)| at.starts_with("RelatedPerson/"));
        let mut lookups = Vec::new();
        for (address, resource) in related {
            let id = address.strip_prefix("RelatedPerson/").and_then(ResourceId::parse);
            let target = ResourceKind::parse("RelatedPerson").zip(id);
            lookups.extend(target.and_then(|at| self.pointing_at("Patient", "link", at, None)));
            let Some(param) = identifier else { continue };
            lookups.extend(identifiers(resource).map(|(system, value)| Lookup::Coded {
                param,
                code: indexed_part(value).to_owned(),
                system: system_hash(system),
            }));
        }
        lookups
    }

    /// Whether the mothers of a child have hepatitis B.
    fn of_mothers(&self, child: &str) -> Vec<Lookup> {
        let all = self.found.iter().map(|(address, resource)| Record { address, resource });
        let engine = self.ctx.engine;
        let records = Records::new(all, &engine.base, engine.zone, self.ctx.now);
        let mothers = records.mothers(child);
        let ids = mothers.iter().filter_map(|one| one.strip_prefix("Patient/"));
        let codes = codes_of_mother();
        let mut lookups = Vec::new();
        for id in ids.filter_map(ResourceId::parse) {
            lookups.extend(self.pointing("Observation", "subject", &id, Some(&codes)));
            lookups.extend(self.pointing("Flag", "patient", &id, None));
        }
        lookups
    }
}

fn too_many() -> Failure {
    Kind::TooMuch.because(
        format!("Người này có từ {MOST} bản ghi của một loại: nhiều hơn một người có thể có. Hãy xem lại."),
        format!("This person has {MOST} records of one kind or more, which nobody has. Look at them again."),
    )
}
