//! The definitions that come with the server, read and searched as resources are: R4's, those of the
//! guide of the booklet and of packages.
//!
//! They are in no database. What a client stores under the same id, or with the same canonical URL,
//! takes their place as long as it is there; they themselves can neither be changed nor deleted. A
//! search finds stored resources first, then these.

use std::cmp::Ordering;
use std::sync::{Arc, PoisonError, RwLock};

use rustc_hash::FxHashMap;
use serde_json::{Map, Value, json};

use crate::criteria::answer::Answer;
use crate::criteria::matches::{Alone, Seen};
use crate::definitions::library::provided::{Definition, Provided};
use crate::definitions::registry::Registry;
use crate::definitions::search_parameter::ParamId;
use crate::fhir::date::{DateRange, Zone};
use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::fhir::time::Instant;
use crate::index::live::Live;
use crate::index::row::Rows;
use crate::snapshot::service::Snapshots;
use crate::store::cell::Cell;
use crate::store::find::page::Page;
use crate::store::find::search::Search;
use crate::store::row::{Hit, Op, Stored};

use super::failure::{Failure, Kind};

/// The only version there is of them.
pub(super) const VERSION: i64 = 1;

/// Their places in the order of results begin here: after every stored resource.
const FIRST: i64 = 1 << 62;

/// 2019-11-01, the day of R4, in microseconds since 1970: of what does not say when it was made.
const PUBLISHED: i64 = 1_572_566_400_000_000;

const STRUCTURE_DEFINITION: &str = "StructureDefinition";

/// Serves the definitions that come with the server.
#[derive(Debug)]
pub struct Served {
    registry: Arc<Registry>,
    snapshots: Snapshots,
    live: Arc<Live>,
    zone: Zone,
    /// Made when a type is first searched.
    indexed: FxHashMap<ResourceKind, Place>,
    /// The same with what only snapshots say, which take longer to make.
    whole: Place,
}

/// What a search sees of the definitions of a type.
type Made = Arc<[Indexed]>;

/// The list of search parameters that it was made by, and what was made.
type Place = RwLock<Option<(i64, Made)>>;

/// What a search needs of the definitions of a type.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted {
    kind: ResourceKind,
    /// Whether it asks for what only snapshots say.
    with_snapshots: bool,
}

/// A definition as a search sees it.
#[derive(Debug)]
struct Indexed {
    updated: i64,
    rows: Rows,
}

/// One that a search finds.
struct Match<'s> {
    rid: i64,
    keys: Vec<Cell>,
    definition: &'s Definition,
}

impl Served {
    /// Serves what the registry has.
    pub fn new(registry: Arc<Registry>, snapshots: Snapshots, live: Arc<Live>, zone: Zone) -> Self {
        let kinds = ResourceKind::all().filter(|kind| Provided::has_kind(*kind));
        let indexed = kinds.map(|kind| (kind, Place::default())).collect();
        Self { registry, snapshots, live, zone, indexed, whole: Place::default() }
    }

    /// The definition of a type with an id.
    pub(super) fn read(&self, kind: ResourceKind, id: &ResourceId) -> Option<Stored> {
        if !Provided::has_kind(kind) {
            return None;
        }
        self.stored(kind, self.registry.library.provided().find(kind, id)?)
    }

    /// Whether there is one.
    pub(super) fn has(&self, kind: ResourceKind, id: &ResourceId) -> bool {
        Provided::has_kind(kind) && self.registry.library.provided().find(kind, id).is_some()
    }

    /// A page of stored resources with those of them that belong on it.
    pub(super) fn join(&self, search: &Search, stored: Page) -> Page {
        let mut found = self.found(search);
        let total = stored.total.map(|total| total + u64::try_from(found.len()).unwrap_or(0));
        if search.count_only {
            return Page { total, ..stored };
        }
        let is_backward = search.turn.is_backward();
        if let Some(cursor) = search.turn.cursor() {
            let at = (&*cursor.keys, cursor.rid);
            let beyond = if is_backward { Ordering::Less } else { Ordering::Greater };
            found.retain(|one| order(search, (&one.keys, one.rid), at) == beyond);
        }
        found.sort_by(|a, b| order(search, (&a.keys, a.rid), (&b.keys, b.rid)));
        let most = usize::try_from(search.count).unwrap_or(usize::MAX);
        let has_more = stored.goes_on(search) || stored.hits.len() + found.len() > most;
        let mut hits = stored.hits;
        // No more than a page of them can be on the page.
        let skipped = if is_backward { found.len().saturating_sub(most) } else { 0 };
        let of_page = found.into_iter().skip(skipped).take(most).filter_map(|one| {
            let stored = self.stored(search.kind, one.definition)?;
            Some(Hit { rid: one.rid, keys: one.keys, stored })
        });
        hits.extend(of_page);
        hits.sort_by(|a, b| order(search, (&a.keys, a.rid), (&b.keys, b.rid)));
        Page::of(search, hits, has_more, total)
    }

    /// Those that match and that nothing stored takes the place of.
    fn found(&self, search: &Search) -> Vec<Match<'_>> {
        let kind = search.kind;
        let library = &self.registry.library;
        let all = library.provided().of_kind(kind);
        // No two types have the same places.
        let rids = FIRST + (kind.number() << 32)..;
        let indexed = self.indexed(kind);
        let found =
            all.iter().zip(indexed.iter()).zip(rids).filter_map(|((definition, indexed), rid)| {
                let (id, updated) = (definition.id.as_str(), indexed.updated);
                let seen = Seen { kind, id, updated, rows: &indexed.rows };
                let is_found = search.matches(seen, &Alone) == Answer::Yes
                    && !library.is_overridden(kind, &definition.id, definition.url.as_deref());
                let keys = || search.sort.iter().map(|key| key.of(seen)).collect();
                is_found.then(|| Match { rid, keys: keys(), definition })
            });
        found.collect()
    }

    /// What has to be made before a search can be joined, which takes a moment; none when it is there.
    pub(super) fn wanted(&self, search: &Search) -> Option<Wanted> {
        let kind = search.kind;
        let with_snapshots = || {
            let of_snapshots = self.of_snapshots(kind);
            search.params().any(|param| of_snapshots.contains(&param))
        };
        let with_snapshots = kind.name() == STRUCTURE_DEFINITION && with_snapshots();
        let wanted = Wanted { kind, with_snapshots };
        let made = made(self.place(wanted)?);
        let generation = self.live.get().generation();
        made.is_none_or(|(of, _)| of != generation).then_some(wanted)
    }

    /// Makes it.
    pub(super) fn prepare(&self, wanted: Wanted) {
        if let Some(place) = self.place(wanted) {
            let made = self.index(wanted.kind, wanted.with_snapshots);
            *place.write().unwrap_or_else(PoisonError::into_inner) = Some(made);
        }
    }

    fn place(&self, wanted: Wanted) -> Option<&Place> {
        match wanted.with_snapshots {
            true => Some(&self.whole),
            false => self.indexed.get(&wanted.kind),
        }
    }

    /// What a search sees of the definitions of its type: the most that was made of them.
    fn indexed(&self, kind: ResourceKind) -> Made {
        let whole = made(&self.whole).filter(|_| kind.name() == STRUCTURE_DEFINITION);
        let plain = self.indexed.get(&kind).and_then(made);
        // What only snapshots say counts unless it was made by an older list of parameters.
        let latest = match (whole, plain) {
            (Some(whole), Some(plain)) if whole.0 < plain.0 => Some(plain),
            (whole, plain) => whole.or(plain),
        };
        latest.map_or_else(|| Made::from([]), |(_, made)| made)
    }

    /// The parameters of a type that look into snapshots.
    fn of_snapshots(&self, kind: ResourceKind) -> Vec<ParamId> {
        let indexer = self.live.get();
        let all = indexer.search().of(kind).iter();
        let looks = all.filter(|one| {
            one.expression.as_deref().is_some_and(|expression| expression.contains("snapshot"))
        });
        looks.map(|one| one.indexed_as()).collect()
    }

    fn index(&self, kind: ResourceKind, with_snapshots: bool) -> (i64, Made) {
        let indexer = self.live.get();
        let all = self.registry.library.provided().of_kind(kind).iter();
        let index = |definition: &Definition| {
            let resource = definition.resource().unwrap_or_default();
            let resource = if with_snapshots { self.with_snapshot(resource) } else { resource };
            let rows = indexer.rows(kind, &resource);
            Indexed { updated: self.updated(&resource), rows }
        };
        (indexer.generation(), all.map(index).collect())
    }

    fn stored(&self, kind: ResourceKind, definition: &Definition) -> Option<Stored> {
        let mut resource = definition.resource()?;
        if kind.name() == STRUCTURE_DEFINITION {
            resource = self.with_snapshot(resource);
        }
        let updated = self.updated(&resource);
        let body = self.with_meta(resource, updated).to_string();
        let id = definition.id.clone();
        Some(Stored { kind, id, version: VERSION, updated, op: Op::Created, body })
    }

    /// The definition with its snapshot, as far as one can be made.
    fn with_snapshot(&self, definition: Value) -> Value {
        match self.snapshots.generate(&definition) {
            Ok(made) => Value::clone(&made.definition),
            Err(_) => definition,
        }
    }

    fn updated(&self, resource: &Value) -> i64 {
        let date = resource.get("date").and_then(Value::as_str);
        date.and_then(|date| DateRange::parse(date, self.zone)).map_or(PUBLISHED, |date| date.low)
    }

    /// The resource with the version and the time that stored ones have, in their place.
    fn with_meta(&self, resource: Value, updated: i64) -> Value {
        let Value::Object(mut rest) = resource else { return resource };
        let mut meta = match rest.shift_remove("meta") {
            Some(Value::Object(meta)) => meta,
            _ => Map::new(),
        };
        meta.shift_insert(0, "versionId".into(), json!(VERSION.to_string()));
        let time = Instant::from_micros(updated).format(self.zone);
        meta.shift_insert(1, "lastUpdated".into(), json!(time));
        let at =
            rest.keys().take_while(|key| matches!(key.as_str(), "resourceType" | "id")).count();
        rest.shift_insert(at, "meta".into(), Value::Object(meta));
        Value::Object(rest)
    }
}

/// What was made, and by which list of search parameters.
fn made(place: &Place) -> Option<(i64, Made)> {
    place.read().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Whether what a search found is one of them.
pub(super) fn is_provided(hit: &Hit) -> bool {
    hit.rid >= FIRST
}

/// Which of two comes first: by the keys of the search, nothing after anything, then by place.
pub(super) fn order(search: &Search, a: (&[Cell], i64), b: (&[Cell], i64)) -> Ordering {
    for ((key, one), other) in search.sort.iter().zip(a.0).zip(b.0) {
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
        true => b.1.cmp(&a.1),
        false => a.1.cmp(&b.1),
    }
}

/// A definition that comes with the server cannot be deleted or patched.
pub(super) fn read_only(kind: ResourceKind, id: &ResourceId) -> Failure {
    Kind::MethodNotAllowed.because(
        format!(
            "{kind}/{id} đi kèm máy chủ nên không xóa, không patch được. Có thể lưu (PUT) một bản khác để dùng thay cho nó."
        ),
        format!(
            "{kind}/{id} comes with the server and cannot be deleted or patched. Another one may be stored (PUT) in its place."
        ),
    )
}
