//! Holds what is to be stored against the records around it, by the rules of [`crate::mch`].
//!
//! Held to them is what speaks the booklet's own codes or claims its profiles, and what others
//! write of our mothers and children by LOINC and CVX; all other records are others' affair. The
//! records are read before the write; the premises say that the write rests on them, so that it
//! happens only while they are still as they were read.

use std::collections::HashSet;

use serde_json::Value;

use crate::definitions::base::today_in;
use crate::fhir::id::ResourceId;
use crate::fhir::issue::{Issue, Text};
use crate::fhir::kind::ResourceKind;
use crate::mch::check::{Concern, any_concerns, check, is_held};
use crate::mch::record::need::needs;
use crate::mch::record::records::{Record, Records};
use crate::mch::rule::listed::NOT_LINKED;
use crate::store::write::Premise;

use crate::interaction::booklet::of_ours;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::Failure;

use reading::Reading;

mod reading;

/// Records lead to records: a birth to its delivery, to the mother, to her pregnancies.
const ROUNDS: usize = 4;

/// A resource that is to be stored.
#[derive(Debug, Clone, Copy)]
pub(in crate::interaction) struct Coming<'a> {
    pub(in crate::interaction) kind: ResourceKind,
    pub(in crate::interaction) id: &'a ResourceId,
    pub(in crate::interaction) resource: &'a Value,
    pub(in crate::interaction) concern: Concern,
}

/// What was found about each resource, and what the writes rest on.
#[derive(Debug, Default)]
pub(in crate::interaction) struct Around {
    /// As many as there are resources, or none when none concerns the rules.
    pub(in crate::interaction) issues: Vec<Vec<Issue>>,
    pub(in crate::interaction) premises: Vec<Premise>,
}

/// Checks resources that are stored together.
pub(in crate::interaction) async fn look(
    ctx: &Ctx<'_>,
    coming: &[Coming<'_>],
) -> Result<Around, Failure> {
    let written: Vec<String> =
        coming.iter().map(|one| format!("{}/{}", one.kind, one.id)).collect();
    let addresses: HashSet<&str> = written.iter().map(String::as_str).collect();
    let resources = coming.iter().map(|one| (one.concern, one.resource));
    if !any_concerns(resources, |reference| addresses.contains(reference)) {
        return Ok(Around::default());
    }
    let today: Vec<_> = coming.iter().map(|one| today_in(one.resource)).collect();
    let coming: Vec<_> =
        coming.iter().zip(&today).map(|(one, resource)| Coming { resource, ..*one }).collect();
    let coming = coming.as_slice();
    let Reading { stored, hidden, premises, .. } = gather(ctx, coming, &written).await?;
    let of = |stored| records(ctx, coming, &written, stored).put_together();
    let records = of(&stored);
    let own: Vec<_> = match hidden.is_empty() {
        true => Vec::new(),
        false => stored.iter().filter(|(at, _)| !hidden.contains(at)).cloned().collect(),
    };
    let shown = (!hidden.is_empty()).then(|| of(&own));
    let found = |(one, address): (&Coming<'_>, &String)| {
        let at = Record { address, resource: one.resource };
        if !is_held(at, one.concern, &records) {
            return Vec::new();
        }
        let mut found = of_ours(&ctx.engine.profile_levels, one.resource);
        let all = check(at, &records);
        match &shown {
            None => found.extend(all),
            Some(shown) if ctx.access().keeps_silent() => {
                let is_held = is_held(at, one.concern, shown);
                found.extend(if is_held { check(at, shown) } else { Vec::new() });
            }
            Some(shown) => {
                let is_held = is_held(at, one.concern, shown);
                let own = if is_held { check(at, shown) } else { Vec::new() };
                found.extend(all.into_iter().map(|one| told(one, &own)));
            }
        }
        found
    };
    let mut issues: Vec<Vec<Issue>> = coming.iter().zip(&written).map(found).collect();
    tell_once(&mut issues);
    Ok(Around { issues, premises })
}

/// A finding as it is told: one that is not found in what the reader may read says nothing of what
/// it was found in.
fn told(finding: Issue, own: &[Issue]) -> Issue {
    if own.contains(&finding) {
        return finding;
    }
    let text = Text::new(
        "Mâu thuẫn với một bản ghi khác mà bạn không được đọc.",
        "This disagrees with another record, which you may not read.",
    );
    Issue { text, ..finding }
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

/// Reads what the resources need, and what that needs.
async fn gather<'a>(
    ctx: &Ctx<'a>,
    coming: &[Coming<'_>],
    written: &[String],
) -> Result<Reading<'a>, Failure> {
    let mut reading = Reading::new(ctx, written);
    let is_looked_at = |(one, _): &(&Coming<'_>, &String)| one.concern != Concern::Nobody;
    let ours: Vec<_> = coming.iter().zip(written).filter(is_looked_at).collect();
    let mut asked = HashSet::new();
    for _ in 0..ROUNDS {
        let records = records(ctx, coming, written, &reading.stored);
        let mut new = Vec::new();
        for (one, address) in &ours {
            let at = Record { address, resource: one.resource };
            let needs = needs(at, one.concern, &records);
            new.extend(needs.into_iter().filter(|need| asked.insert(need.clone())));
        }
        if new.is_empty() {
            break;
        }
        let before = reading.stored.len();
        reading.read(&new).await?;
        // Records lead to records: none, to none.
        if reading.stored.len() == before {
            break;
        }
    }
    Ok(reading)
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
