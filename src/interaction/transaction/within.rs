//! Which resources of a transaction a search finds, before they are stored.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::definitions::search_parameter::ParamId;
use crate::fhir::kind::ResourceKind;
use crate::index::row::Rows;
use crate::interaction::bundle::Entry;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::interaction::link::{Links, rewrite};
use crate::interaction::route::Interaction;
use crate::search::asked::{Asked, Seen};
use crate::search::resolved::Resolved;

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
    by_key: FxHashMap<(ParamId, String), Vec<usize>>,
    indexed: FxHashSet<ResourceKind>,
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

    /// The entries that a search finds, of those that `id` gives an id for.
    pub(super) fn matching<'e>(
        &mut self,
        ctx: &Ctx<'_>,
        (entries, links): (&'e [Entry], &Links),
        search: &Resolved,
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
            let seen = Seen { id, updated: ctx.now, rows };
            let all = || search.predicates.iter().flat_map(|predicate| &predicate.asked);
            let (by_links, plain): (Vec<&Asked>, Vec<&Asked>) =
                all().partition(|asked| asked.is_about_references());
            if !plain.iter().all(|asked| asked.holds(seen)) {
                continue;
            }
            // What it refers to is known only now, and costs more to find out.
            let is_match = by_links.is_empty() || {
                self.looked_at += LINKED;
                let rows = linked(ctx, entry, links);
                by_links.iter().all(|asked| asked.holds(Seen { rows: &rows, ..seen }))
            };
            if is_match {
                matching.push(at);
            }
        }
        Ok(matching)
    }

    /// The entries that a search can find.
    fn candidates(&mut self, ctx: &Ctx<'_>, entries: &[Entry], search: &Resolved) -> Vec<usize> {
        self.index(ctx, entries, search.kind);
        let mut asked = search.predicates.iter().flat_map(|predicate| &predicate.asked);
        let Some((param, keys)) = asked.find_map(Asked::keys) else {
            return self.by_kind.get(&search.kind).cloned().unwrap_or_default();
        };
        let found = |key: &str| self.by_key.get(&(param, key.to_owned()));
        let mut all: Vec<usize> = keys.into_iter().filter_map(found).flatten().copied().collect();
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
            let rows = ctx.engine.indexer.rows(kind, resource);
            let tokens = rows.tokens.iter().map(|row| (row.param, &row.code));
            let uris = rows.uris.iter().map(|row| (row.param, &row.value));
            for (param, text) in tokens.chain(uris) {
                self.by_key.entry((param, text.clone())).or_default().push(*at);
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
    ctx.engine.indexer.rows(kind, &resource)
}

fn too_costly() -> Failure {
    Kind::TooCostly.because(
        "Transaction có quá nhiều mục mà điều kiện phải so với nhau. Hãy chia nhỏ, hoặc dùng điều kiện theo identifier.",
        "The transaction has too many entries to hold against its conditions. Split it, or use criteria by identifier.",
    )
}
