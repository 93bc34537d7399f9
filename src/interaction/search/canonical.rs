//! Definitions that are referred to by their URL, <https://hl7.org/fhir/R4/references.html#canonical>.
//!
//! `url` means every version of a definition, `url|version` that one. What a resource refers to so is
//! told by the rows that are made of it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::budget;
use crate::criteria::tree::{Criteria, Values};
use crate::criteria::value::reference::{ReferenceValue, TargetType};
use crate::criteria::value::uri::UriValue;
use crate::definitions::search_parameter::{ParamId, ParamType};
use crate::fhir::kind::ResourceKind;
use crate::fhir::member::text;
use crate::index::row::indexed_part;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::Failure;
use crate::search::resolved::Canonical;
use crate::store::find::beside::Way;
use crate::store::find::page::Page;
use crate::store::find::search::{Search, Total, Turn};
use crate::store::row::{Hit, Stored};

/// Steps of reading 16 bytes of a resource and looking for what it refers to.
const READ: usize = 8;

/// A URL, and a version of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Name {
    url: String,
    version: Option<String>,
}

/// Resources of one type to find.
#[derive(Debug)]
pub(super) struct Wanted {
    kind: ResourceKind,
    names: BTreeSet<Name>,
    /// They refer to these by this parameter; none: they are these.
    by: Option<ParamId>,
}

/// What to find for resources that refer to definitions by a parameter, or that are definitions.
pub(super) fn searches(
    ctx: &Ctx<'_>,
    (way, canonical): (Way, &Canonical),
    from: &[Hit],
) -> Result<Vec<Wanted>, Failure> {
    let is_one = |kind: ResourceKind| canonical.kinds.is_empty() || canonical.kinds.contains(&kind);
    let from = from.iter().map(|hit| &hit.stored);
    let (names, by) = match way {
        Way::Forth => {
            let of = from.filter(|stored| stored.kind == canonical.of);
            (names(of, |stored| referred(ctx, stored, canonical.param))?, None)
        }
        Way::Back => {
            let of = from.filter(|stored| is_one(stored.kind));
            (names(of, |stored| Ok(own(stored)?.into_iter().collect()))?, Some(canonical.param))
        }
    };
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let kinds: Vec<ResourceKind> = match way {
        Way::Forth => ResourceKind::all()
            .filter(|kind| is_one(*kind) && url_of(ctx, *kind).is_some())
            .collect(),
        Way::Back => vec![canonical.of],
    };
    Ok(kinds.into_iter().map(|kind| Wanted { kind, names: names.clone(), by }).collect())
}

/// What some resources name, each once.
fn names<'s>(
    from: impl Iterator<Item = &'s Stored>,
    named: impl Fn(&Stored) -> Result<Vec<Name>, Failure>,
) -> Result<BTreeSet<Name>, Failure> {
    let mut names = BTreeSet::new();
    for stored in from {
        names.extend(named(stored)?);
    }
    Ok(names)
}

impl Wanted {
    /// Finds so many of them, and whether there are more.
    pub(super) async fn find(
        &self,
        ctx: &Ctx<'_>,
        most: usize,
    ) -> Result<(Vec<Hit>, bool), Failure> {
        let urls = self.names.iter().map(|name| indexed_part(&name.url));
        let criteria = match self.by {
            Some(param) => {
                let reference = |url| ReferenceValue::new(url, TargetType::Elsewhere);
                Criteria::Parameter(param, Values::References(urls.map(reference).collect()))
            }
            None => match url_of(ctx, self.kind) {
                Some(param) => {
                    Criteria::Parameter(param, Values::Uris(urls.map(UriValue::is).collect()))
                }
                None => Criteria::False,
            },
        };
        let count = u64::try_from(most.saturating_add(1)).unwrap_or(u64::MAX);
        let search = Search {
            kind: self.kind,
            criteria: vec![criteria],
            sort: Vec::new(),
            count,
            total: Total::None,
            count_only: false,
            turn: Turn::First,
            prefer: None,
        };
        let Page { hits, next, .. } = super::find(ctx, &search).await?;
        let mut meant = Vec::with_capacity(hits.len());
        for hit in hits {
            if self.means(ctx, &hit.stored)? {
                meant.push(hit);
            }
        }
        Ok((meant, next.is_some()))
    }

    /// Whether the version fits too.
    fn means(&self, ctx: &Ctx<'_>, stored: &Stored) -> Result<bool, Failure> {
        let Some(param) = self.by else {
            let found = own(stored)?;
            return Ok(found.is_some_and(|found| {
                let any = Name { url: found.url.clone(), version: None };
                self.names.contains(&any) || self.names.contains(&found)
            }));
        };
        let is_found = |wanted: &Name| match wanted.version {
            Some(_) => self.names.contains(wanted),
            // Names are in order of their URLs, each first without a version.
            None => self.names.range(wanted..).next().is_some_and(|name| name.url == wanted.url),
        };
        Ok(referred(ctx, stored, param)?.iter().any(is_found))
    }
}

/// The parameter by which definitions of a type are found by URL.
fn url_of(ctx: &Ctx<'_>, kind: ResourceKind) -> Option<ParamId> {
    let indexer = ctx.engine.indexer();
    let found = indexer.search().find(kind, "url")?;
    (found.kind == ParamType::Uri).then(|| found.indexed_as())
}

/// What a definition is called.
fn own(stored: &Stored) -> Result<Option<Name>, Failure> {
    let resource = parsed(stored)?;
    let version = text(&resource, "version").map(str::to_owned);
    Ok(text(&resource, "url").map(|url| Name { url: url.to_owned(), version }))
}

/// A resource as it is stored; one that cannot be read names nothing.
fn parsed(stored: &Stored) -> Result<Value, Failure> {
    budget::spend(stored.body.len() / 16 * READ)?;
    Ok(serde_json::from_str(&stored.body).unwrap_or_default())
}

/// What a resource refers to by a parameter.
fn referred(ctx: &Ctx<'_>, stored: &Stored, param: ParamId) -> Result<Vec<Name>, Failure> {
    let resource = parsed(stored)?;
    let rows = ctx.engine.indexer().rows_under(stored.kind, Some(stored.id.as_str()), &resource);
    let mut versions: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for row in rows.references.iter().filter(|row| row.param == param && row.kind < 0) {
        let (url, version) = row.target.split_once('|').unwrap_or((row.target.as_str(), ""));
        // `url|1.0` has a row without the version as well, and `url|1.0#part` one without the part.
        let named = Some(version).filter(|version| !version.is_empty() && !version.contains('#'));
        versions.entry(url).or_default().extend(named);
    }
    let mut names = Vec::new();
    for (url, versions) in versions {
        let name = |version: Option<&str>| Name {
            url: url.to_owned(),
            version: version.map(str::to_owned),
        };
        match versions.is_empty() {
            true => names.push(name(None)),
            false => names.extend(versions.iter().map(|version| name(Some(version)))),
        }
    }
    Ok(names)
}
