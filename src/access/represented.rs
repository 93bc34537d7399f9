//! Whom somebody represents: a mother her children, a caregiver those whose `RelatedPerson` he is, until
//! they are of age. They are few, and are looked up by key.

use serde_json::Value;

use crate::criteria::access::Reason;
use crate::fhir::date::{DateRange, Zone, period};
use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::fhir::member::{member, members, text};
use crate::fhir::reference::Target;
use crate::fhir::time::Instant;
use crate::index::patient::PatientNumber;
use crate::interaction::engine::Engine;
use crate::store::error::StoreError;
use crate::store::row::Op;

use super::grant::role::Role;
use super::grant::{FhirUser, Grant};

/// <https://terminology.hl7.org/CodeSystem-v3-RoleCode.html>
const ROLE_CODE: &str = "http://terminology.hl7.org/CodeSystem/v3-RoleCode";
/// People whom one person represents, at the most.
const MOST: usize = 64;

/// Who is represented when.
#[derive(Debug, Clone, Copy)]
pub(super) struct Represented<'a> {
    pub(super) engine: &'a Engine,
    /// Microseconds since 1970.
    pub(super) now: i64,
    /// Years from which nobody is represented.
    pub(super) adult: u32,
}

impl Represented<'_> {
    /// The patients whom a personal grant reaches, and as whom a consent may name its holder.
    pub(super) async fn by(
        self,
        grant: &Grant,
    ) -> Result<(Vec<PatientNumber>, Vec<String>), StoreError> {
        let indexer = self.engine.indexer();
        let (mut all, mut named) = (Vec::new(), Vec::new());
        match grant.role {
            Role::Mother => {
                for own in grant.ids(FhirUser::Patient) {
                    all.push(indexer.patient(own.as_str()));
                    named.push(format!("Patient/{own}"));
                    let Some(herself) = self.read("Patient", own).await? else { continue };
                    for related in self.links(&herself) {
                        let Some(person) = self.related(&related, true).await? else { continue };
                        let child = self.child(&person).await?;
                        all.extend(child.map(|child| indexer.patient(child.as_str())));
                    }
                }
            }
            Role::Caregiver => {
                for related in grant.ids(FhirUser::RelatedPerson).take(MOST) {
                    let Some(person) = self.related(related, false).await? else { continue };
                    named.push(format!("RelatedPerson/{related}"));
                    let child = self.child(&person).await?;
                    all.extend(child.map(|child| indexer.patient(child.as_str())));
                }
            }
            _ => {}
        }
        all.sort_unstable();
        all.dedup();
        Ok((all, named))
    }

    /// The `RelatedPerson`s that somebody says to be.
    fn links(self, patient: &Value) -> Vec<ResourceId> {
        let others = members(patient, "link").iter().filter_map(|link| member(link, "other"));
        let ids = others.filter_map(|other| self.target(other, "RelatedPerson"));
        ids.take(MOST).collect()
    }

    /// A `RelatedPerson` who is one now.
    async fn related(
        self,
        related: &ResourceId,
        must_be_mother: bool,
    ) -> Result<Option<Value>, StoreError> {
        let Some(person) = self.read("RelatedPerson", related).await? else { return Ok(None) };
        let is_active = member(&person, "active").and_then(Value::as_bool) == Some(true);
        let is_of = |concept: &Value| {
            members(concept, "coding").iter().any(|coding| {
                text(coding, "system") == Some(ROLE_CODE) && text(coding, "code") == Some("MTH")
            })
        };
        let is_mother = members(&person, "relationship").iter().any(is_of);
        let counts =
            is_active && (is_mother || !must_be_mother) && self.holds(member(&person, "period"));
        Ok(counts.then_some(person))
    }

    /// The child whom somebody may act for now.
    async fn child(self, person: &Value) -> Result<Option<ResourceId>, StoreError> {
        let child = member(person, "patient").and_then(|patient| self.target(patient, "Patient"));
        let Some(child) = child else { return Ok(None) };
        let record = self.read("Patient", &child).await?;
        let born = record.as_ref().and_then(|record| text(record, "birthDate"));
        let today = Instant::from_micros(self.now).format(self.engine.zone);
        let is_child = born.is_some_and(|born| !is_adult(born, &today, self.adult));
        Ok(is_child.then_some(child))
    }

    /// Whether a period holds now; one that is not there does, one that cannot be read does not.
    fn holds(self, period: Option<&Value>) -> bool {
        let Some(period) = period else { return true };
        if member(period, "start").is_none() && member(period, "end").is_none() {
            return true;
        }
        let range: Option<DateRange> = period::of_period(period, self.zone());
        range.is_some_and(|range| range.low <= self.now && self.now < range.high)
    }

    fn zone(self) -> Zone {
        self.engine.zone
    }

    /// The id of the resource of a type that a reference leads to.
    fn target(self, reference: &Value, kind: &str) -> Option<ResourceId> {
        match Target::parse(text(reference, "reference")?, &self.engine.base) {
            Target::Local { kind: of, id, .. } if of.name() == kind => ResourceId::parse(id),
            _ => None,
        }
    }

    /// What is stored now; what was deleted is not there.
    async fn read(self, kind: &str, id: &ResourceId) -> Result<Option<Value>, StoreError> {
        let Some(kind) = ResourceKind::parse(kind) else { return Ok(None) };
        let found = self.engine.rows.for_server(Reason::Rights).current(kind, id).await?;
        let found = found.filter(|stored| stored.op != Op::Deleted);
        Ok(found.and_then(|stored| serde_json::from_str(&stored.body).ok()))
    }
}

/// Whether somebody born on a day is of age on another; of a year or a month the first day counts, so
/// that nobody is represented for longer than may be.
fn is_adult(born: &str, today: &str, years: u32) -> bool {
    let Some((year, rest)) = born.get(..4).zip(born.get(4..)) else { return true };
    let Ok(year) = year.parse::<u32>() else { return true };
    let birthday = format!("{:04}{rest}", year.saturating_add(years));
    today.get(..10).is_none_or(|today| *birthday <= *today)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_age_from_the_birthday_on() {
        let check = |born: &str, today: &str, expected: bool| {
            assert_eq!(is_adult(born, today, 18), expected, "{born} on {today}");
        };
        check("2008-12-02", "2026-12-01T23:59:59+07:00", false);
        check("2008-12-02", "2026-12-02T00:00:00+07:00", true);
        check("2008-02-29", "2026-02-28T00:00:00+07:00", false);
        check("2008-02-29", "2026-03-01T00:00:00+07:00", true);
        check("2008", "2025-12-31", false);
        check("2008", "2026-01-01", true);
        check("2008-06", "2026-06-01", true);
        check("", "2026-01-01", true);
    }
}
