//! A small world of random resources, and random criteria about them.
//!
//! Both are read off a tape of numbers: a shorter tape with lower numbers makes something simpler,
//! which is how a case that fails is made small.

use std::sync::Arc;
use std::time::Duration;

use mebe::config::full_text::FullText;
use mebe::criteria::access::Reason;
use mebe::criteria::matches::{Around, Seen};
use mebe::criteria::tree::{Belonging, Criteria, Form, Indexed, Patients};
use mebe::definitions::registry::Registry;
use mebe::definitions::search_parameter::ParamId;
use mebe::fhir::date::Zone;
use mebe::fhir::draft::Draft;
use mebe::fhir::id::ResourceId;
use mebe::fhir::kind::ResourceKind;
use mebe::index::indexer::Indexer;
use mebe::index::key::Key;
use mebe::index::live::Live;
use mebe::index::own;
use mebe::index::patient::{PatientKey, PatientNumber};
use mebe::index::row::Rows;
use mebe::interaction::scoped::{Guarded, Scoped};
use mebe::store::database::{Location, Options};
use mebe::store::find::search::{Search, Total, Turn};
use mebe::store::revision::{self, Wanted};
use mebe::store::write::{Change, Commit, Expect, IfSame, Put, Write, Written};
use serde_json::Value;

use super::{leaf, resource};
use crate::harness::backend::Database;

/// Numbers that decide what is made; when they are used up, the first choice is made.
#[derive(Debug)]
pub(super) struct Tape(std::vec::IntoIter<u32>);

impl Tape {
    pub(super) fn new(numbers: Vec<u32>) -> Self {
        Self(numbers.into_iter())
    }

    /// The same tape for the same number.
    pub(super) fn of(seed: u32) -> Self {
        let mut state = u64::from(seed).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let numbers = (0..80).map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            u32::try_from(state >> 33).unwrap()
        });
        Self(numbers.collect::<Vec<_>>().into_iter())
    }

    /// A number below another.
    pub(super) fn pick(&mut self, below: usize) -> usize {
        usize::try_from(self.0.next().unwrap_or_default()).unwrap() % below
    }

    /// One of several.
    pub(super) fn one<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.pick(of.len())].clone()
    }
}

/// A resource that is stored.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) kind: ResourceKind,
    pub(super) id: ResourceId,
    pub(super) updated: i64,
    pub(super) rows: Rows,
}

impl Known {
    pub(super) fn seen(&self) -> Seen<'_> {
        let id = self.id.as_str();
        Seen { kind: self.kind, id, updated: self.updated, rows: &self.rows }
    }

    /// What it is found by.
    pub(super) fn keys(&self) -> Vec<Key> {
        let mut keys = vec![Key::address(self.kind, self.id.as_str())];
        self.rows.keys(&mut keys);
        keys
    }
}

/// Resources, in a database and as they are known to be in it.
pub(super) struct World {
    pub(super) rows: Guarded,
    pub(super) indexer: Arc<Indexer>,
    pub(super) patients: PatientKey,
    pub(super) resources: Vec<Known>,
}

/// How many resources there are of each type, before some are deleted.
const EACH: u32 = 16;

impl World {
    /// An empty one.
    pub(super) async fn open(database: &Database) -> Self {
        let registry = Arc::new(Registry::r4().unwrap());
        let (zone, base) = (Zone::from_minutes(420), "http://mebe.example/fhir");
        let location = Location::parse(&database.url).unwrap();
        location.migrate().await.unwrap();
        let patients = PatientKey::new(&revision::secret(&location).await.unwrap());
        let full_text = FullText::Content;
        let indexer = Indexer::new(&registry, zone, base, patients.clone());
        let indexer = indexer.with_words(full_text);
        let live = Arc::new(Live::new(Arc::clone(&registry), indexer));
        let wanted = Wanted { registry: &registry, zone, base, patients: &patients, full_text };
        revision::prepare(&location, &wanted, &live).await.unwrap();
        let indexer = live.get();
        let query_limit = Duration::from_secs(60);
        let options = Options {
            connections: 2,
            query_limit,
            write_queue: 16,
            audit_delay: Duration::ZERO,
            zone,
        };
        let rows = Guarded::open(&location, &options, live).await.unwrap();
        Self { rows, indexer, patients, resources: Vec::new() }
    }

    /// Makes resources, updates some and deletes some.
    pub(super) async fn make(database: &Database) -> Self {
        let mut world = Self::open(database).await;
        for round in 0..2 {
            for (at, name) in (0_u32..).zip(resource::KINDS) {
                for number in 0..EACH {
                    let mut tape = Tape::of(round * 10_000 + at * 100 + number);
                    // In the second round, some are left as they are.
                    if round == 0 || tape.pick(3) == 0 {
                        world.put(resource::resource(name, number, &mut tape)).await;
                    } else if tape.pick(6) == 0 {
                        world.delete(name, number).await;
                    }
                }
            }
        }
        world
    }

    /// All rows.
    pub(super) fn all(&self) -> Scoped<'_> {
        self.rows.for_server(Reason::Examples)
    }

    pub(super) async fn put(&mut self, resource: Value) {
        let kind = ResourceKind::parse(resource["resourceType"].as_str().unwrap()).unwrap();
        let id = ResourceId::parse(resource["id"].as_str().unwrap()).unwrap();
        let rows = self.indexer.rows(kind, &resource);
        let generation = self.indexer.generation();
        let draft = Draft::new(resource.as_object().unwrap(), &id);
        let (draft, shared) = (Arc::new(draft), Arc::new(rows.clone()));
        let change = Change::Put(Put { draft, rows: shared, generation, if_same: IfSame::Renews });
        let updated = match self.write(kind, id.clone(), change).await {
            Written::Version { updated, .. } => updated,
            Written::Same { .. } | Written::Nothing { .. } => panic!("{kind}/{id} is not stored"),
        };
        self.resources.retain(|one| one.id != id);
        self.resources.push(Known { kind, id, updated, rows });
    }

    async fn delete(&mut self, name: &str, number: u32) {
        let kind = ResourceKind::parse(name).unwrap();
        let id = ResourceId::parse(&resource::id(name, number)).unwrap();
        self.write(kind, id.clone(), Change::Delete).await;
        self.resources.retain(|one| one.id != id);
    }

    async fn write(&self, kind: ResourceKind, id: ResourceId, change: Change) -> Written {
        let writes = vec![Write { kind, id, expect: Expect::Any, change }];
        let commit =
            Commit { writes, premises: Vec::new(), audit: None, recording: None, keep: None };
        self.all().commit(commit).await.unwrap().unwrap().remove(0)
    }

    /// Where everything is.
    pub(super) fn addresses(&self) -> Vec<(ResourceKind, ResourceId)> {
        self.resources.iter().map(|one| (one.kind, one.id.clone())).collect()
    }

    /// A search for everything that is so.
    pub(super) fn search(&self, kind: ResourceKind, criteria: Vec<Criteria>) -> Search {
        let sort = Vec::new();
        Search {
            kind,
            criteria,
            sort,
            count: 1_000,
            total: Total::None,
            count_only: false,
            turn: Turn::First,
            prefer: None,
        }
    }

    /// A type of which there are resources.
    pub(super) fn kind(&self, tape: &mut Tape) -> ResourceKind {
        ResourceKind::parse(tape.one(&resource::KINDS)).unwrap()
    }

    /// Criteria of some depth about resources of a type.
    pub(super) fn criteria(&self, kind: ResourceKind, depth: usize, tape: &mut Tape) -> Criteria {
        let choice = if depth == 0 { tape.pick(6) } else { tape.pick(21) };
        let inner = |tape: &mut Tape| self.criteria(kind, depth - 1, tape);
        match choice {
            0..=3 => leaf::of(self, kind, tape).unwrap_or(Criteria::True),
            4 => leaf::of_resource(self, kind, tape),
            5 => self.missing(kind, tape),
            6..=8 => Criteria::Not(Box::new(inner(tape))),
            9 | 10 => Criteria::All((0..tape.pick(4)).map(|_| inner(tape)).collect()),
            11 | 12 => Criteria::Any((0..tape.pick(4)).map(|_| inner(tape)).collect()),
            13 | 14 => self.chain(kind, depth, tape),
            15 | 16 => self.compartment(depth, tape),
            18 => Criteria::Every(Box::new(self.criteria(ResourceKind::PATIENT, depth - 1, tape))),
            19 => labels(tape),
            20 => self.parts(kind, depth, tape),
            _ => self.has(kind, depth, tape),
        }
    }

    /// A resource of a type, any of them.
    pub(super) fn resource(&self, kind: ResourceKind, tape: &mut Tape) -> &Known {
        let all: Vec<&Known> = self.resources.iter().filter(|one| one.kind == kind).collect();
        tape.one(&all)
    }

    fn missing(&self, kind: ResourceKind, tape: &mut Tape) -> Criteria {
        let nothing = ParamId::of(kind, "of-nothing");
        let nothing = Indexed { param: nothing, also: None, form: Form::Token, target: None };
        let indexed = self.indexed(kind, tape).unwrap_or(nothing);
        Criteria::Missing(indexed, tape.pick(2) == 0)
    }

    /// Rows of a parameter that some resource has.
    pub(super) fn indexed(&self, kind: ResourceKind, tape: &mut Tape) -> Option<Indexed> {
        let rows = &self.resource(kind, tape).rows;
        let (form, param, target) = match tape.pick(7) {
            0 => (
                Form::Token,
                rows.tokens.iter().map(|row| row.param).find(|param| *param != own::keys()),
                None,
            ),
            1 => (Form::Date, rows.dates.first().map(|row| row.param), None),
            2 => (Form::Text, rows.strings.first().map(|row| row.param), None),
            3 => (Form::Quantity, rows.quantities.first().map(|row| row.param), None),
            4 => (Form::Number, rows.numbers.first().map(|row| row.param), None),
            5 => (Form::Uri, rows.uris.first().map(|row| row.param), None),
            _ => {
                let target = (tape.pick(2) == 0).then(|| self.kind(tape));
                (Form::Reference, rows.references.first().map(|row| row.param), target)
            }
        };
        Some(Indexed { param: param?, also: None, form, target })
    }

    fn chain(&self, kind: ResourceKind, depth: usize, tape: &mut Tape) -> Criteria {
        let references = &self.resource(kind, tape).rows.references;
        let local: Vec<_> = references.iter().filter(|row| row.kind >= 0).collect();
        if local.is_empty() {
            return Criteria::False;
        }
        let row = tape.one(&local);
        let kind = ResourceKind::from_number(row.kind).unwrap();
        let criteria = match self.resources.iter().any(|one| one.kind == kind) {
            true => Box::new(self.criteria(kind, depth - 1, tape)),
            false => Box::new(Criteria::True),
        };
        Criteria::Chain { param: row.param, kind, criteria }
    }

    fn parts(&self, kind: ResourceKind, depth: usize, tape: &mut Tape) -> Criteria {
        let references = &self.resource(kind, tape).rows.references;
        let Some(row) = references.first() else { return Criteria::False };
        let group = |tape: &mut Tape| {
            let kind = self.kind(tape);
            (vec![kind], self.criteria(kind, depth - 1, tape))
        };
        Criteria::Parts {
            param: row.param,
            groups: (0..tape.pick(4)).map(|_| group(tape)).collect(),
        }
    }

    fn compartment(&self, depth: usize, tape: &mut Tape) -> Criteria {
        let patients = match tape.pick(2) {
            0 => {
                let number = |tape: &mut Tape| {
                    // She may be stored, be deleted, or never have been.
                    let at = u32::try_from(tape.pick(20)).unwrap();
                    self.patients.number(&resource::id("Patient", at))
                };
                Patients::Named((0..tape.pick(4)).map(|_| number(tape)).collect())
            }
            _ => {
                let patient = ResourceKind::PATIENT;
                Patients::Matching(Box::new(self.criteria(patient, depth - 1, tape)))
            }
        };
        Criteria::Compartment { which: tape.one(&[Belonging::In, Belonging::About]), patients }
    }

    fn has(&self, kind: ResourceKind, depth: usize, tape: &mut Tape) -> Criteria {
        let of = self.kind(tape);
        let references = self.resources.iter().filter(|one| one.kind == of);
        let all: Vec<_> = references.flat_map(|one| &one.rows.references).collect();
        let pointing: Vec<_> = all.into_iter().filter(|row| row.kind == kind.number()).collect();
        if pointing.is_empty() {
            return Criteria::False;
        }
        let param = tape.one(&pointing).param;
        Criteria::Has { kind: of, param, criteria: Box::new(self.criteria(of, depth - 1, tape)) }
    }
}

fn labels(tape: &mut Tape) -> Criteria {
    let none = tape.pick(2) == 0;
    let sets = (0..tape.pick(3)).map(|_| tape.one(&["HIV", "HIV PSY", "V"]).to_owned()).collect();
    Criteria::Labels { none, sets }
}

impl Around for World {
    fn resource(&self, kind: ResourceKind, id: &str) -> Option<Option<Seen<'_>>> {
        let is_meant = |one: &&Known| one.kind == kind && one.id.as_str() == id;
        Some(self.resources.iter().find(is_meant).map(Known::seen))
    }

    fn referring(
        &self,
        (kind, param): (ResourceKind, ParamId),
        (to, id): (ResourceKind, &str),
    ) -> Option<Vec<Seen<'_>>> {
        let refers = |one: &&Known| {
            one.rows
                .references
                .iter()
                .any(|row| row.param == param && row.kind == to.number() && row.target == id)
        };
        let all = self.resources.iter().filter(|one| one.kind == kind);
        Some(all.filter(refers).map(Known::seen).collect())
    }

    fn patient(&self, number: PatientNumber) -> Option<Option<Seen<'_>>> {
        let patient = ResourceKind::PATIENT;
        let is_meant =
            |one: &&Known| one.kind == patient && self.patients.number(one.id.as_str()) == number;
        Some(self.resources.iter().find(is_meant).map(Known::seen))
    }
}
