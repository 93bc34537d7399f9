//! Holds what is to be stored against the records around it, by the rules of [`crate::mch`].
//!
//! Held to them is what speaks the booklet's own codes or claims its profiles, and what others
//! write of our mothers and children by LOINC and CVX; all other records are others' affair. The records are read before the write; the premises say that the write rests on
//! them, so that it happens only while they are still as they were read.

use std::collections::HashSet;

use serde_json::Value;

use crate::fhir::id::ResourceId;
use crate::fhir::issue::Issue;
use crate::fhir::kind::ResourceKind;
use crate::mch::check::{any_concerns, check, concerns, is_held, may_concern};
use crate::mch::need::{Need, needs};
use crate::mch::records::{Record, Records};
use crate::mch::rules::NOT_LINKED;
use crate::search::page;
use crate::search::query::Query;
use crate::search::resolved::Resolved;
use crate::store::row::Hit;
use crate::store::write::Premise;

use super::conditional::resolved;
use super::enforce::of_ours;
use super::engine::Ctx;
use super::failure::Failure;

/// Records lead to records: a birth to its delivery, to the mother, to her pregnancies.
const ROUNDS: usize = 4;

/// Records that are read for one need; more than anybody has of one kind.
const MOST: u64 = 500;

/// A resource that is to be stored.
#[derive(Debug, Clone, Copy)]
pub(super) struct Coming<'a> {
    pub(super) kind: ResourceKind,
    pub(super) id: &'a ResourceId,
    pub(super) resource: &'a Value,
}

/// What was found about each resource, and what the writes rest on.
#[derive(Debug, Default)]
pub(super) struct Around {
    /// As many as there are resources, or none when none concerns the rules.
    pub(super) issues: Vec<Vec<Issue>>,
    pub(super) premises: Vec<Premise>,
}

/// Checks resources that are stored together.
pub(super) async fn look(ctx: &Ctx<'_>, coming: &[Coming<'_>]) -> Result<Around, Failure> {
    let written: Vec<String> =
        coming.iter().map(|one| format!("{}/{}", one.kind, one.id)).collect();
    let addresses: HashSet<&str> = written.iter().map(String::as_str).collect();
    let resources = coming.iter().map(|one| one.resource);
    if !any_concerns(resources, |reference| addresses.contains(reference)) {
        return Ok(Around::default());
    }
    let (stored, premises) = gather(ctx, coming, &written).await?;
    let records = records(ctx, coming, &written, &stored);
    let found = |(one, address): (&Coming<'_>, &String)| {
        let at = Record { address, resource: one.resource };
        if !is_held(at, &records) {
            return Vec::new();
        }
        let mut found = of_ours(&ctx.engine.profile_levels, one.resource);
        found.extend(check(at, &records));
        found
    };
    let mut issues: Vec<Vec<Issue>> = coming.iter().zip(&written).map(found).collect();
    tell_once(&mut issues);
    Ok(Around { issues, premises })
}

/// Leaves out what was told of an earlier record of a family already: that it is not linked.
fn tell_once(issues: &mut [Vec<Issue>]) {
    let mut told = HashSet::new();
    for issues in issues {
        issues.retain(|issue| {
            let key = issue.rule.as_ref().and_then(|rule| rule.key.as_deref());
            key != Some(NOT_LINKED) || told.insert(issue.text.en.clone())
        });
    }
}

fn is_looked_at(one: &Coming<'_>) -> bool {
    concerns(one.resource) || may_concern(one.resource)
}

/// Reads what the resources need, and what that needs.
async fn gather(
    ctx: &Ctx<'_>,
    coming: &[Coming<'_>],
    written: &[String],
) -> Result<(Vec<(String, Value)>, Vec<Premise>), Failure> {
    let (mut stored, mut premises, mut asked) = (Vec::new(), Vec::new(), HashSet::new());
    let mut seen: HashSet<String> = written.iter().cloned().collect();
    for _ in 0..ROUNDS {
        let wanted = wanted(ctx, coming, written, &stored);
        let new: Vec<Need> = wanted.into_iter().filter(|need| asked.insert(need.clone())).collect();
        if new.is_empty() {
            break;
        }
        for need in new {
            let (hits, premise) = read(ctx, &need).await?;
            premises.extend(premise);
            for Hit { stored: found, .. } in hits {
                let address = format!("{}/{}", found.kind, found.id);
                if seen.insert(address.clone())
                    && let Ok(resource) = serde_json::from_str(&found.body)
                {
                    stored.push((address, resource));
                }
            }
        }
    }
    Ok((stored, premises))
}

fn wanted(
    ctx: &Ctx<'_>,
    coming: &[Coming<'_>],
    written: &[String],
    stored: &[(String, Value)],
) -> Vec<Need> {
    let records = records(ctx, coming, written, stored);
    let ours = coming.iter().zip(written).filter(|(one, _)| is_looked_at(one));
    let needs =
        ours.flat_map(|(one, address)| needs(Record { address, resource: one.resource }, &records));
    needs.collect()
}

fn records<'a>(
    ctx: &Ctx<'a>,
    coming: &[Coming<'a>],
    written: &'a [String],
    stored: &'a [(String, Value)],
) -> Records<'a> {
    let written = written.iter().zip(coming);
    let written = written.map(|(address, one)| Record { address, resource: one.resource });
    let stored = stored.iter().map(|(address, resource)| Record { address, resource });
    Records::new(written.chain(stored), &ctx.engine.base, ctx.engine.zone, ctx.now)
}

/// Finds the records of a need; nothing for what cannot be searched, such as others' URLs.
async fn read(ctx: &Ctx<'_>, need: &Need) -> Result<(Vec<Hit>, Option<Premise>), Failure> {
    let (kind, criteria) = match need {
        Need::One(address) => match address.split_once('/') {
            Some((kind, id)) => (kind, format!("_id={id}")),
            None => return Ok((Vec::new(), None)),
        },
        Need::Some { kind, criteria } => (*kind, criteria.clone()),
    };
    let Some(kind) = ResourceKind::parse(kind) else { return Ok((Vec::new(), None)) };
    let Ok(search) = resolved(ctx, kind, Query::parse([criteria.as_str()])) else {
        return Ok((Vec::new(), None));
    };
    let search = Resolved { count: MOST, ..search };
    let (hits, premise) = page::unchanging(&ctx.engine.store, &search).await?;
    Ok((hits, Some(premise)))
}
