//! Definitions that are referred to by their URL, <https://hl7.org/fhir/R4/references.html#canonical>.
//!
//! `url` means every version of a definition, `url|version` that one. What a resource refers to so is
//! told by the rows that are made of it.

use std::collections::BTreeMap;

use serde_json::Value;

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

/// A URL, and a version of it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Name {
    url: String,
    version: Option<String>,
}

/// Resources of one type to find.
#[derive(Debug)]
pub(super) struct Wanted {
    kind: ResourceKind,
    names: Vec<Name>,
    /// They refer to these by this parameter; none: they are these.
    by: Option<ParamId>,
}

/// What to find for resources that refer to definitions by a parameter, or that are definitions.
pub(super) fn searches(
    ctx: &Ctx<'_>,
    (way, canonical): (Way, &Canonical),
    from: &[Hit],
) -> Vec<Wanted> {
    let names = |is_meant: &dyn Fn(&Stored) -> bool, name: &dyn Fn(&Stored) -> Vec<Name>| {
        let mut names: Vec<Name> = Vec::new();
        for stored in from.iter().map(|hit| &hit.stored).filter(|stored| is_meant(stored)) {
            let new = name(stored).into_iter().filter(|name| !names.contains(name));
            let new: Vec<Name> = new.collect();
            names.extend(new);
        }
        names
    };
    let kinds = canonical.kinds.as_slice();
    match way {
        Way::Forth => {
            let of = |stored: &Stored| stored.kind == canonical.of;
            let names = names(&of, &|stored| referred(ctx, stored, canonical.param));
            let is_target = |kind: &ResourceKind| kinds.is_empty() || kinds.contains(kind);
            let targets = ResourceKind::all().filter(is_target);
            let targets = targets.filter(|kind| url_of(ctx, *kind).is_some());
            let wanted = |kind| Wanted { kind, names: names.clone(), by: None };
            if names.is_empty() { Vec::new() } else { targets.map(wanted).collect() }
        }
        Way::Back => {
            let of = |stored: &Stored| kinds.is_empty() || kinds.contains(&stored.kind);
            let names = names(&of, &|stored| own(stored).into_iter().collect());
            let wanted = Wanted { kind: canonical.of, names, by: Some(canonical.param) };
            if wanted.names.is_empty() { Vec::new() } else { vec![wanted] }
        }
    }
}

impl Wanted {
    /// Finds them, and whether there are more.
    pub(super) async fn find(
        &self,
        ctx: &Ctx<'_>,
        known: &[i64],
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
        let count = u64::try_from(known.len() + most + 1).unwrap_or(u64::MAX);
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
        let meant = hits.into_iter().filter(|hit| self.means(ctx, &hit.stored));
        Ok((meant.collect(), next.is_some()))
    }

    /// Whether the version fits too.
    fn means(&self, ctx: &Ctx<'_>, stored: &Stored) -> bool {
        let fits = |wanted: &Name, found: &Name| {
            wanted.url == found.url && (wanted.version.is_none() || wanted.version == found.version)
        };
        match self.by {
            None => own(stored)
                .is_some_and(|found| self.names.iter().any(|wanted| fits(wanted, &found))),
            Some(param) => referred(ctx, stored, param)
                .iter()
                .any(|wanted| self.names.iter().any(|found| fits(wanted, found))),
        }
    }
}

/// The parameter by which definitions of a type are found by URL.
fn url_of(ctx: &Ctx<'_>, kind: ResourceKind) -> Option<ParamId> {
    let indexer = ctx.engine.indexer();
    let found = indexer.search().find(kind, "url")?;
    (found.kind == ParamType::Uri).then(|| found.indexed_as())
}

/// What a definition is called.
fn own(stored: &Stored) -> Option<Name> {
    let resource: Value = serde_json::from_str(&stored.body).ok()?;
    let version = text(&resource, "version").map(str::to_owned);
    Some(Name { url: text(&resource, "url")?.to_owned(), version })
}

/// What a resource refers to by a parameter.
fn referred(ctx: &Ctx<'_>, stored: &Stored, param: ParamId) -> Vec<Name> {
    let Ok(resource) = serde_json::from_str::<Value>(&stored.body) else { return Vec::new() };
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
    names
}
