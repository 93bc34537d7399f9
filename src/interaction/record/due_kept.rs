//! What was worked out to be due for people, kept until one of their records changes.
//!
//! Who asks first follows the log to its end: whoever rests on what was changed is forgotten. So an answer
//! is never older than the last write that was answered before it was asked for. It is kept for one day:
//! dates pass without writes.

use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustc_hash::{FxHashMap, FxHasher};
use serde_json::Value;

use crate::fhir::kind::ResourceKind;
use crate::interaction::scoped::Scoped;
use crate::mch::due::Due;
use crate::store::error::StoreError;

/// Changes that are followed one by one; when there are more, nothing is kept.
const MOST_CHANGES: u32 = 500;

/// Types of records that what is due rests on.
const KINDS: [&str; 11] = [
    "Patient",
    "RelatedPerson",
    "EpisodeOfCare",
    "Observation",
    "Encounter",
    "Condition",
    "Procedure",
    "Immunization",
    "MedicationAdministration",
    "MedicationStatement",
    "DiagnosticReport",
];
/// Those that rest on others, too.
const LATER: [&str; 5] = ["ServiceRequest", "Task", "Composition", "AllergyIntolerance", "Flag"];

/// What is kept.
#[derive(Debug)]
pub struct DueKept {
    inner: Mutex<Inner>,
    /// People that are kept at the most.
    most: usize,
}

#[derive(Debug)]
struct Inner {
    /// The last change of the log that was followed.
    position: i64,
    day: i64,
    by_person: FxHashMap<Arc<str>, Arc<[Due]>>,
    /// Who rests on a record, by the hash of its address.
    resting: FxHashMap<u64, Vec<Arc<str>>>,
}

impl Default for Inner {
    fn default() -> Self {
        let (by_person, resting) = (FxHashMap::default(), FxHashMap::default());
        Self { position: -1, day: i64::MIN, by_person, resting }
    }
}

/// Where the log stood when somebody began to ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Since {
    position: i64,
    day: i64,
}

impl DueKept {
    /// Keeps nothing yet; of four lists of so many people at the most.
    pub fn new(people: u32) -> Self {
        let most = usize::try_from(people).unwrap_or(usize::MAX).saturating_mul(4);
        Self { inner: Mutex::default(), most }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets what rests on anything that was changed, and tells where the log stands.
    pub async fn follow(&self, rows: Scoped<'_>, day: i64) -> Result<Since, StoreError> {
        let seen = rows.seen();
        let position = self.inner().position;
        if position >= 0 && position < seen {
            let kinds: Vec<_> =
                KINDS.iter().chain(&LATER).filter_map(|kind| ResourceKind::parse(kind)).collect();
            let changes = rows.changes(position, &kinds, MOST_CHANGES).await?;
            let is_much =
                u32::try_from(changes.list.len()).is_ok_and(|count| count >= MOST_CHANGES);
            let mut forgotten = Vec::new();
            let mut is_all = is_much || changes.until < seen;
            for change in changes.list.iter().filter(|_| !is_much) {
                // A mother may be found by the identifiers of whoever is related to her child.
                is_all |= change.kind.name() == "RelatedPerson";
                forgotten.push(hash(&format!("{}/{}", change.kind, change.id)));
                if let Some(stored) = rows.current(change.kind, &change.id).await? {
                    forgotten.extend(people(&stored.body));
                }
            }
            let mut inner = self.inner();
            if is_all {
                inner.forget_all();
            }
            forgotten.iter().for_each(|one| inner.forget(*one));
            inner.position = inner.position.max(seen);
        } else if position < 0 {
            self.inner().position = seen;
        }
        let mut inner = self.inner();
        if inner.day != day {
            inner.forget_all();
            inner.day = day;
        }
        Ok(Since { position: inner.position, day })
    }

    /// What is kept of a person, for the day and as far as the log was followed.
    pub fn get(&self, person: &str, since: Since) -> Option<Arc<[Due]>> {
        let inner = self.inner();
        let is_so = inner.day == since.day && inner.position >= since.position;
        inner.by_person.get(person).filter(|_| is_so).map(Arc::clone)
    }

    /// Keeps what was worked out from some records, unless the log went on meanwhile.
    pub fn keep<'r>(
        &self,
        person: &str,
        since: Since,
        due: &Arc<[Due]>,
        records: impl Iterator<Item = &'r str>,
    ) {
        let mut inner = self.inner();
        if inner.day != since.day || inner.position != since.position {
            return;
        }
        if inner.by_person.len() >= self.most {
            inner.forget_all();
        }
        let person: Arc<str> = person.into();
        for record in records {
            let resting = inner.resting.entry(hash(record)).or_default();
            if !resting.contains(&person) {
                resting.push(Arc::clone(&person));
            }
        }
        inner.by_person.insert(person, Arc::clone(due));
    }
}

impl Inner {
    fn forget_all(&mut self) {
        self.by_person.clear();
        self.resting.clear();
    }

    fn forget(&mut self, record: u64) {
        for person in self.resting.remove(&record).into_iter().flatten() {
            self.by_person.remove(&person);
        }
    }
}

fn hash(address: &str) -> u64 {
    let mut hasher = FxHasher::default();
    address.hash(&mut hasher);
    hasher.finish()
}

/// The Patients that a record is about, by the hashes of their addresses.
fn people(body: &str) -> Vec<u64> {
    let Ok(resource) = serde_json::from_str::<Value>(body) else { return Vec::new() };
    let named = ["subject", "patient", "for"].into_iter().filter_map(|name| {
        let text = resource.get(name)?.get("reference")?.as_str()?;
        let (_, id) = text.rsplit_once("Patient/")?;
        Some(hash(&format!("Patient/{}", id.split('/').next()?)))
    });
    named.collect()
}
