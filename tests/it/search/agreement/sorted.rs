//! The order that the database gives, and the one that is to be.

use std::cmp::Ordering;

use mebe::criteria::answer::Answer;
use mebe::fhir::kind::ResourceKind;
use mebe::store::cell::Cell;
use mebe::store::find::search::{Search, Turn};
use mebe::store::find::sort::{Joined, SortKey, SortSource};
use mebe::store::row::Hit;

use super::world::{Known, Tape, World};

/// The keys of what was found are in order.
pub(super) fn check_order(search: &Search, hits: &[Hit]) {
    let compare = |a: &Hit, b: &Hit| {
        if search.prefer.is_some() {
            return a.keys[0].compare(&b.keys[0]).then(a.rid.cmp(&b.rid));
        }
        for ((key, one), other) in search.sort.iter().zip(&a.keys).zip(&b.keys) {
            let found = match (one, other) {
                (Cell::Null, Cell::Null) => Ordering::Equal,
                (Cell::Null, _) => Ordering::Greater,
                (_, Cell::Null) => Ordering::Less,
                _ if key.descending => other.compare(one),
                _ => one.compare(other),
            };
            if found != Ordering::Equal {
                return found;
            }
        }
        match search.sort.first().is_some_and(|key| key.descending) {
            true => b.rid.cmp(&a.rid),
            false => a.rid.cmp(&b.rid),
        }
    };
    assert!(hits.is_sorted_by(|a, b| compare(a, b) == Ordering::Less), "{:?}", search.sort);
}

/// Each key is the one that the resource has.
pub(super) fn check_cells(world: &World, search: &Search, hits: &[Hit]) {
    for hit in hits {
        let is_meant = |one: &&Known| one.kind == search.kind && one.id == hit.stored.id;
        let known = world.resources.iter().find(is_meant).unwrap();
        if let Some(preferred) = &search.prefer {
            let is_first = preferred.matches(known.seen(), world) == Answer::Yes;
            assert_eq!(hit.keys, [Cell::Integer(i64::from(!is_first))], "{preferred} {}", known.id);
        }
        for (key, cell) in search.sort.iter().zip(&hit.keys) {
            let expected = match &key.source {
                SortSource::Joined(joined) => world.key(joined, key.descending, known),
                _ => key.of(known.seen()),
            };
            assert_eq!(*cell, expected, "{key:?} {}", known.id);
        }
    }
}

/// Pages, from the start and from the end, hold what one page does.
pub(super) async fn check_pages(world: &World, search: &Search, whole: &[i64]) {
    let count = u64::try_from(1 + whole.len() % 4).unwrap();
    for mut turn in [Turn::First, Turn::Last] {
        let is_backward = turn.is_backward();
        let (mut all, mut goes_on) = (Vec::new(), true);
        while goes_on {
            let part = Search { count, turn: turn.clone(), ..search.clone() };
            let page = world.all().search(&part).await.unwrap();
            let rids: Vec<i64> = page.hits.iter().map(|hit| hit.rid).collect();
            assert!(all.len() <= whole.len(), "{:?}", search.sort);
            goes_on = page.goes_on(&part);
            match is_backward {
                true => {
                    all = [rids, all].concat();
                    turn = page.previous.map_or(Turn::Last, Turn::Before);
                }
                false => {
                    all.extend(rids);
                    turn = page.next.map_or(Turn::First, Turn::Behind);
                }
            }
        }
        assert_eq!(all, whole, "{is_backward} {:?} {:?}", search.sort, search.prefer);
    }
}

impl World {
    /// A sort key of what is referred to.
    pub(super) fn joined(&self, kind: ResourceKind, tape: &mut Tape) -> SortSource {
        let references = &self.resource(kind, tape).rows.references;
        let Some(row) = references.iter().find(|row| row.kind >= 0) else { return SortSource::Id };
        let kind = ResourceKind::from_number(row.kind).unwrap();
        if !self.resources.iter().any(|one| one.kind == kind) {
            return SortSource::Id;
        }
        let source = match tape.pick(3) {
            0 => SortSource::Updated,
            _ => self.indexed(kind, tape).map_or(SortSource::Id, SortSource::Indexed),
        };
        let criteria = self.criteria(kind, 1, tape);
        SortSource::Joined(Box::new(Joined { param: row.param, kind, criteria, source }))
    }

    /// What a resource has of such a key.
    pub(super) fn key(&self, joined: &Joined, descending: bool, of: &Known) -> Cell {
        let own = of.rows.references.iter();
        let own = own.filter(|row| row.param == joined.param && row.kind == joined.kind.number());
        let targets = own.filter_map(|row| {
            let is_target = |one: &&Known| one.kind == joined.kind && one.id.as_str() == row.target;
            self.resources.iter().find(is_target)
        });
        let counting =
            targets.filter(|one| joined.criteria.matches(one.seen(), self) == Answer::Yes);
        let source = &joined.source;
        let key = SortKey { source: source.clone(), descending, is_single: false };
        let cells = counting.map(|one| key.of(one.seen())).filter(|cell| *cell != Cell::Null);
        let first = match descending {
            true => cells.max_by(Cell::compare),
            false => cells.min_by(Cell::compare),
        };
        first.unwrap_or(Cell::Null)
    }
}
