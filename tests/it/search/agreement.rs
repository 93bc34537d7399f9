//! The database finds what `Criteria::matches` says yes to: random criteria on random resources, a
//! lookup that knows all, both databases.

mod leaf;
mod resource;
mod rights;
mod sorted;
mod world;

use mebe::criteria::answer::Answer;
use mebe::store::find::search::Search;
use mebe::store::find::sort::{SortKey, SortSource};
use proptest::collection::vec;
use proptest::prelude::any;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use tokio::runtime::Runtime;

use self::sorted::{check_cells, check_order, check_pages};
use self::world::{Tape, World};
use crate::harness::backend::{Backend, Database};

/// What the database finds of a search, in the order of ids.
async fn found(world: &World, search: &Search) -> Vec<String> {
    let page = world.all().search(search).await.unwrap_or_else(|error| panic!("{error:?}"));
    assert_eq!(page.next, None);
    check_order(search, &page.hits);
    check_cells(world, search, &page.hits);
    // A few of the cases are read page by page as well.
    let whole: Vec<i64> = page.hits.iter().map(|hit| hit.rid).collect();
    if whole.iter().sum::<i64>() % 8 == 0 {
        check_pages(world, search, &whole).await;
    }
    let mut ids: Vec<String> = page.hits.iter().map(|hit| hit.stored.id.to_string()).collect();
    ids.sort_unstable();
    ids
}

/// What is to be found.
fn expected(world: &World, search: &Search) -> Vec<String> {
    let all = world.resources.iter().filter(|one| one.kind == search.kind);
    let is_found = |answer| match answer {
        Answer::Yes => true,
        Answer::No => false,
        Answer::Unknown => panic!("nothing is unknown here"),
    };
    let mut ids: Vec<String> = all
        .filter(|one| is_found(search.matches(one.seen(), world)))
        .map(|one| one.id.to_string())
        .collect();
    ids.sort_unstable();
    ids
}

fn check(backend: Backend, cases: u32) {
    let runtime = Runtime::new().unwrap();
    let Some(database) = Database::create(backend) else { return };
    let world = runtime.block_on(World::make(&database));
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let mut runner =
        TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let (mut some, mut most) = (0_u32, 0_usize);
    let tapes = vec(any::<u32>(), 0..60);
    runner
        .run(&tapes, |numbers| {
            let search = search(&world, &mut Tape::new(numbers));
            let found = runtime.block_on(found(&world, &search));
            let texts: Vec<String> = search.criteria.iter().map(ToString::to_string).collect();
            assert_eq!(found, expected(&world, &search), "{} {texts:#?}", search.kind);
            check_keys(&world, &search);
            Ok(())
        })
        .unwrap_or_else(|error| panic!("{error}"));
    // The cases are of some interest: they find something, but not always everything.
    for at in 0..200_u32 {
        let search = search(&world, &mut Tape::of(at));
        let of_kind = world.resources.iter().filter(|one| one.kind == search.kind).count();
        let count = expected(&world, &search).len();
        some += u32::from(count > 0 && count < of_kind);
        most = most.max(count);
    }
    assert!(some > 35 && most > 10, "{some} of 200, at most {most}");
    runtime.block_on(world.rows.close()).unwrap();
}

fn search(world: &World, tape: &mut Tape) -> Search {
    let kind = world.kind(tape);
    let mut search = world.search(kind, Vec::new());
    for _ in 0..=tape.pick(2) {
        search.criteria.push(world.criteria(kind, 4, tape));
    }
    if tape.pick(4) == 0 {
        search.prefer = Some(world.criteria(kind, 1, tape));
        return search;
    }
    for _ in 0..tape.pick(3) {
        let source = match tape.pick(6) {
            0 => SortSource::Updated,
            1 => SortSource::Id,
            2 => world.joined(kind, tape),
            _ => world.indexed(kind, tape).map_or(SortSource::Id, SortSource::Indexed),
        };
        search.sort.push(SortKey { source, descending: tape.pick(2) == 0, is_single: false });
    }
    search
}

/// Whatever matches has a key of each list.
fn check_keys(world: &World, search: &Search) {
    for one in world.resources.iter().filter(|one| one.kind == search.kind) {
        let own = one.keys();
        for criteria in &search.criteria {
            if criteria.matches(one.seen(), world) == Answer::Yes {
                for list in criteria.keys(search.kind) {
                    assert!(list.iter().any(|key| own.contains(key)), "{criteria} {}", one.id);
                }
            }
        }
    }
}

#[test]
fn sqlite() {
    check(Backend::Sqlite, 10_000);
}

#[test]
fn postgres() {
    check(Backend::Postgres, 1_500);
}
