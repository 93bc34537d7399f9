//! Whoever is narrowed finds what there would be without what is hidden, and nothing else: random
//! rights, random criteria, both databases, and the same in memory.

use std::collections::HashSet;

use mebe::criteria::access::{Access, Doing, Right};
use mebe::criteria::answer::Answer;
use mebe::criteria::matches::{Around, Seen};
use mebe::criteria::tree::Criteria;
use mebe::definitions::search_parameter::ParamId;
use mebe::fhir::id::ResourceId;
use mebe::fhir::kind::ResourceKind;
use mebe::index::patient::PatientNumber;
use mebe::index::row::Reference;
use mebe::store::find::beside::{Beside, Link, Way};
use mebe::store::find::search::Search;
use mebe::store::lookup::Lookup;
use mebe::store::row::Hit;
use proptest::collection::vec;
use proptest::prelude::any;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use tokio::runtime::Runtime;

use super::resource::KINDS;
use super::world::{Known, Tape, World};
use crate::harness::backend::{Backend, Database};

/// The world without what is hidden.
struct Shown<'w> {
    world: &'w World,
    ids: HashSet<&'w str>,
}

impl<'w> Shown<'w> {
    fn new(world: &'w World, access: &Access) -> Self {
        let is_shown = |seen: Seen<'_>| match access.narrowing(Doing::Search, seen.kind) {
            Some(rights) => rights.matches(seen, world) == Answer::Yes,
            None => true,
        };
        let all = world.resources.iter().filter(|one| is_shown(one.seen()));
        Self { world, ids: all.map(|one| one.id.as_str()).collect() }
    }

    fn has(&self, seen: &Seen<'_>) -> bool {
        self.ids.contains(seen.id)
    }

    /// The ids of what is there and so, sorted.
    fn expected(&self, search: &Search) -> Vec<String> {
        let all = self.world.resources.iter().filter(|one| one.kind == search.kind);
        let shown = all.filter(|one| self.has(&one.seen()));
        let so = shown.filter(|one| search.matches(one.seen(), self) == Answer::Yes);
        let mut ids: Vec<String> = so.map(|one| one.id.to_string()).collect();
        ids.sort_unstable();
        ids
    }
}

impl Around for Shown<'_> {
    fn resource(&self, kind: ResourceKind, id: &str) -> Option<Option<Seen<'_>>> {
        Some(Around::resource(self.world, kind, id)?.filter(|one| self.has(one)))
    }

    fn referring(
        &self,
        by: (ResourceKind, ParamId),
        to: (ResourceKind, &str),
    ) -> Option<Vec<Seen<'_>>> {
        let all = self.world.referring(by, to)?;
        Some(all.into_iter().filter(|one| self.has(one)).collect())
    }

    fn patient(&self, number: PatientNumber) -> Option<Option<Seen<'_>>> {
        Some(self.world.patient(number)?.filter(|one| self.has(one)))
    }
}

/// Rights on some types: to nothing, to everything, to what is so, or so, whatever that looks at.
fn access(world: &World, tape: &mut Tape) -> Access {
    let mut rights = Vec::new();
    for kind in KINDS.map(|name| ResourceKind::parse(name).unwrap()) {
        for _ in 0..[1, 1, 1, 0, 2][tape.pick(5)] {
            let criteria = match tape.pick(4) {
                0 => Criteria::True,
                _ => world.criteria(kind, 2, tape),
            };
            rights.push(Right { doing: vec![Doing::Read, Doing::Search], kind, criteria });
        }
    }
    Access::only("somebody", rights)
}

fn sorted(hits: Vec<Hit>) -> Vec<String> {
    let mut ids: Vec<String> = hits.into_iter().map(|hit| hit.stored.id.to_string()).collect();
    ids.sort_unstable();
    ids
}

/// Pages, counts and conditional matches have what is shown; so has memory.
async fn check_search(world: &World, access: &Access, search: &Search) {
    let shown = Shown::new(world, access);
    let expected = shown.expected(search);
    let whole = Criteria::All(search.criteria.clone());
    let narrowed = whole.narrowed(search.kind, access);
    for one in world.resources.iter().filter(|one| one.kind == search.kind) {
        let is_found = narrowed.matches(one.seen(), world) == Answer::Yes;
        assert_eq!(is_found, expected.contains(&one.id.to_string()), "{narrowed} {}", one.id);
    }
    let rows = world.rows.within(access);
    let page = rows.search(search).await.unwrap();
    assert_eq!(sorted(page.hits), expected, "{narrowed}");
    let count = Search { count_only: true, ..search.clone() };
    let total = rows.search(&count).await.unwrap().total;
    assert_eq!(total, u64::try_from(expected.len()).ok(), "{narrowed}");
    let (hits, _) = rows.matches(search, 1_000).await.unwrap();
    assert_eq!(sorted(hits), expected, "{narrowed}");
}

/// A read, and a look at an address, show what a search would.
async fn check_read(world: &World, access: &Access, tape: &mut Tape) {
    let shown = Shown::new(world, access);
    let (rows, one) = (world.rows.within(access), tape.one(&world.addresses()));
    let (kind, id) = one;
    let is_shown = shown.ids.contains(id.as_str());
    assert_eq!(rows.current(kind, &id).await.unwrap().is_some(), is_shown, "{kind}/{id}");
    check_change(world, access, (kind, &id)).await;
    let found = rows.look_up(vec![Lookup::Address { kind, id }], 1).await.unwrap();
    assert_eq!(found.len(), usize::from(is_shown));
}

/// Who follows the log sees the changes whose versions may be read.
async fn check_change(world: &World, access: &Access, (kind, id): (ResourceKind, &ResourceId)) {
    let rows = world.rows.within(access);
    let Some(last) = world.all().current(kind, id).await.unwrap() else { return };
    let changes = rows.changes(0, &[kind], 1_000).await.unwrap();
    let is_told =
        changes.list.iter().any(|change| change.id == *id && change.version == last.version);
    let may_read = rows.version(kind, id, last.version).await.unwrap().is_some();
    assert_eq!(is_told, may_read, "{kind}/{id}");
}

/// Some parameters by which something refers to something, or nothing does.
fn links(world: &World, tape: &mut Tape) -> Vec<Link> {
    let all = world.resources.iter().flat_map(|one| &one.rows.references);
    let all: Vec<&Reference> = all.collect();
    let link = |tape: &mut Tape| {
        let row = tape.one(&all);
        let kinds = match tape.pick(3) {
            0 => Vec::new(),
            1 => ResourceKind::from_number(row.kind).into_iter().collect(),
            _ => vec![world.kind(tape)],
        };
        Link { param: row.param, kinds }
    };
    (0..tape.pick(4)).map(|_| link(tape)).collect()
}

/// Beside resources stands what is shown, and nothing else.
async fn check_beside(world: &World, access: &Access, tape: &mut Tape) {
    let (shown, kind) = (Shown::new(world, access), world.kind(tape));
    let from: Vec<&Known> = (0..=tape.pick(3)).map(|_| world.resource(kind, tape)).collect();
    let ids = from.iter().map(|one| one.id.clone()).collect();
    let stored = world.all().search(&world.search(kind, vec![Criteria::Ids(ids)])).await.unwrap();
    let rids: Vec<i64> = stored.hits.iter().map(|hit| hit.rid).collect();
    let (way, links) = (tape.one(&[Way::Forth, Way::Back]), links(world, tape));
    let links = if way == Way::Forth && tape.pick(4) == 0 { None } else { Some(&*links) };
    let known = if tape.pick(2) == 0 { &*rids } else { &[] };
    let leads = |row: &Reference, to: &Known| {
        let is_link = |link: &Link| {
            link.param == row.param && (link.kinds.is_empty() || link.kinds.contains(&to.kind))
        };
        row.kind == to.kind.number()
            && row.target == to.id.as_str()
            && links.is_none_or(|links| links.iter().any(is_link))
    };
    let is_beside = |one: &Known| {
        let is_known = !known.is_empty() && from.iter().any(|other| other.id == one.id);
        let leads =
            |(from, to): (&Known, &Known)| from.rows.references.iter().any(|row| leads(row, to));
        let mut from = from.iter();
        !is_known
            && from.any(|from| match way {
                Way::Forth => leads((from, one)),
                Way::Back => leads((one, from)),
            })
    };
    let beside = Beside { way, links, from: &rids, known, most: 1_000 };
    for (rows, is_narrowed) in [(world.rows.within(access), true), (world.all(), false)] {
        let all = world.resources.iter().filter(|one| is_beside(one));
        let all = all.filter(|one| !is_narrowed || shown.has(&one.seen()));
        let mut expected: Vec<String> = all.map(|one| one.id.to_string()).collect();
        expected.sort_unstable();
        let (hits, has_more) = rows.beside(&beside).await.unwrap();
        assert_eq!((sorted(hits), has_more), (expected.clone(), false), "{beside:?}");
        let fewer = expected.len().saturating_sub(1);
        let most = u64::try_from(fewer).unwrap();
        let (hits, has_more) = rows.beside(&Beside { most, ..beside.clone() }).await.unwrap();
        assert_eq!((hits.len(), has_more), (fewer, !expected.is_empty()));
    }
}

fn check(backend: Backend, cases: u32) {
    let runtime = Runtime::new().unwrap();
    let Some(database) = Database::create(backend) else { return };
    let world = runtime.block_on(World::make(&database));
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let mut runner =
        TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let tapes = vec(any::<u32>(), 0..80);
    runner
        .run(&tapes, |numbers| {
            let tape = &mut Tape::new(numbers);
            let (access, search) = (access(&world, tape), super::search(&world, tape));
            runtime.block_on(async {
                check_search(&world, &access, &search).await;
                check_read(&world, &access, tape).await;
                check_beside(&world, &access, tape).await;
            });
            Ok(())
        })
        .unwrap_or_else(|error| panic!("{error}"));
    // The cases are of some interest: something is found, and something else is hidden.
    let differs = |at: u32| {
        let tape = &mut Tape::of(at);
        let (access, search) = (access(&world, tape), super::search(&world, tape));
        let shown = Shown::new(&world, &access).expected(&search);
        !shown.is_empty() && shown != super::expected(&world, &search)
    };
    let some = (0..200).filter(|at| differs(*at)).count();
    assert!(some > 15, "{some} of 200");
    runtime.block_on(world.rows.close()).unwrap();
}

#[test]
fn sqlite() {
    check(Backend::Sqlite, 1_500);
}

#[test]
fn postgres() {
    check(Backend::Postgres, 300);
}
