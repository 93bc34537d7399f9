//! Which resources of a transaction a search finds, before they are stored.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::criteria::answer::Answer;
use crate::criteria::matches::{Alone, Seen};
use crate::criteria::tree::Criteria;
use crate::fhir::kind::ResourceKind;
use crate::index::key::Key;
use crate::index::row::Rows;
use crate::interaction::bundle::entries::Entry;
use crate::interaction::bundle::link::{Links, rewrite};
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::interaction::route::Interaction;
use crate::store::find::search::Search;

/// Resources that one transaction may hold against its own conditions, all conditions together.
const MOST: usize = 200_000;

/// What it costs to find the links of one, counted in looks at others.
const LINKED: usize = 20;

/// The resources of a transaction as searches see them.
#[derive(Debug, Default)]
pub(super) struct Within {
    /// Those that are created or updated, by their type.
    by_kind: FxHashMap<ResourceKind, Vec<usize>>,
    rows: FxHashMap<usize, Rows>,
    /// By what must be among their tokens and URIs to be found.
    by_key: FxHashMap<Key, Vec<usize>>,
    indexed: FxHashSet<ResourceKind>,
    /// By which list of search parameters.
    generation: Option<i64>,
    looked_at: usize,
}

impl Within {
    pub(super) fn new(entries: &[Entry]) -> Self {
        let mut within = Self::default();
        for (at, entry) in entries.iter().enumerate() {
            let is_stored = matches!(entry.interaction, Interaction::Create | Interaction::Update);
            if let (Some(kind), true) = (entry.target.kind, is_stored) {
                within.by_kind.entry(kind).or_default().push(at);
            }
        }
        within
    }

    /// Begins another try. What another list of search parameters made does not count any more.
    pub(super) fn again(&mut self, generation: i64) {
        self.looked_at = 0;
        if self.generation != Some(generation) {
            self.generation = Some(generation);
            self.rows.clear();
            self.by_key.clear();
            self.indexed.clear();
        }
    }

    /// The entries that a search finds, of those that `id` gives an id for.
    pub(super) fn matching<'e>(
        &mut self,
        ctx: &Ctx<'_>,
        (entries, links): (&'e [Entry], &Links),
        search: &Search,
        id: impl Fn(usize) -> Option<&'e str>,
    ) -> Result<Vec<usize>, Failure> {
        let mut matching = Vec::new();
        for at in self.candidates(ctx, entries, search) {
            let (Some(id), Some(entry)) = (id(at), entries.get(at)) else { continue };
            self.looked_at += 1;
            if self.looked_at > MOST {
                return Err(too_costly());
            }
            let Some(rows) = self.rows.get(&at) else { continue };
            let seen = Seen { kind: search.kind, id, updated: ctx.now, rows };
            let (by_links, plain): (Vec<&Criteria>, Vec<&Criteria>) =
                search.criteria.iter().partition(|one| one.is_about_references());
            let holds = |one: &&Criteria, seen: Seen<'_>| one.matches(seen, &Alone) == Answer::Yes;
            if !plain.iter().all(|one| holds(one, seen)) {
                continue;
            }
            // What it refers to is known only now, and costs more to find out.
            let is_match = by_links.is_empty() || {
                self.looked_at += LINKED;
                let rows = linked(ctx, entry, links);
                by_links.iter().all(|one| holds(one, Seen { rows: &rows, ..seen }))
            };
            if is_match {
                matching.push(at);
            }
        }
        Ok(matching)
    }

    /// The entries that a search can find.
    fn candidates(&mut self, ctx: &Ctx<'_>, entries: &[Entry], search: &Search) -> Vec<usize> {
        self.index(ctx, entries, search.kind);
        let Some(keys) = search.criteria.iter().find_map(|one| one.own_keys(search.kind)) else {
            return self.by_kind.get(&search.kind).cloned().unwrap_or_default();
        };
        let found = keys.iter().filter_map(|key| self.by_key.get(key));
        let mut all: Vec<usize> = found.flatten().copied().collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    fn index(&mut self, ctx: &Ctx<'_>, entries: &[Entry], kind: ResourceKind) {
        if !self.indexed.insert(kind) {
            return;
        }
        for at in self.by_kind.get(&kind).into_iter().flatten() {
            let Some(resource) = entries.get(*at).and_then(|entry| entry.resource.as_ref()) else {
                continue;
            };
            let rows = ctx.engine.indexer().rows(kind, resource);
            let mut keys = Vec::new();
            rows.keys(&mut keys);
            for key in keys {
                self.by_key.entry(key).or_default().push(*at);
            }
            self.rows.insert(*at, rows);
        }
    }
}

/// The rows of a resource with its links as they are known.
fn linked(ctx: &Ctx<'_>, entry: &Entry, links: &Links) -> Rows {
    let (Some(kind), Some(resource)) = (entry.target.kind, &entry.resource) else {
        return Rows::default();
    };
    let mut resource = resource.clone();
    rewrite(&ctx.engine.registry.shapes, &mut resource, links, &entry.from(&links.identities));
    ctx.engine.indexer().rows(kind, &resource)
}

fn too_costly() -> Failure {
    Kind::TooCostly.because(
        "Transaction có quá nhiều mục mà điều kiện phải so với nhau. Hãy chia nhỏ, hoặc dùng điều kiện theo identifier.",
        "The transaction has too many entries to hold against its conditions. Split it, or use criteria by identifier.",
    )
}
