//! Criteria that speak of other entries: `patient=urn:uuid:…` means the Patient of that entry.

use crate::fhir::issue::Issue;
use crate::fhir::kind::ResourceKind;
use crate::interaction::bundle::entries::Entry;
use crate::interaction::bundle::link::Links;
use crate::interaction::bundle::link::identity::{Dangling, From, Identities, Meaning};
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::interaction::route::Interaction;
use crate::interaction::single::conditional::{links as is_link, query_of};
use crate::search::query::{Parameter, Query};

use super::at;

/// Criteria, however they are spelt: in any order of parameters and values.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Criteria(ResourceKind, Vec<(String, Vec<String>)>);

impl Criteria {
    pub(super) fn of(kind: ResourceKind, query: &Query) -> Self {
        let mut all: Vec<(String, Vec<String>)> = query.parameters.iter().map(sorted).collect();
        all.sort_unstable();
        all.dedup();
        Self(kind, all)
    }
}

fn sorted(parameter: &Parameter) -> (String, Vec<String>) {
    let values = parameter.values().unwrap_or_default();
    let mut values: Vec<String> = values.into_iter().map(str::to_owned).collect();
    values.sort_unstable();
    values.dedup();
    (parameter.key(), values)
}

/// The query of criteria with the addresses of the entries that it speaks of.
pub(super) fn linked(
    ctx: &Ctx<'_>,
    (kind, text): (ResourceKind, &str),
    links: &Links,
    from: &From,
) -> Result<Query, Failure> {
    let mut query = query_of(ctx, kind, text)?;
    for parameter in &mut query.parameters {
        if is_link(ctx, kind, parameter).is_none() {
            continue;
        }
        let Ok(values) = parameter.values() else { continue };
        let mut made = Vec::with_capacity(values.len());
        for value in values {
            if let Meaning::Nothing(why) = links.identities.meaning(value, from)
                && why == Dangling::Urn
            {
                return Err(dangling(why.issue(value)));
            }
            made.push(links.replacement(value, from).unwrap_or_else(|| value.to_owned()));
        }
        parameter.text = made.join(",");
    }
    Ok(query)
}

fn dangling(issue: Issue) -> Failure {
    Kind::Malformed.with(vec![issue])
}

/// The conditional entries in an order in which each comes behind those that its criteria speak of;
/// of those that are ready, deletions are first and creates are last, since these see what the others do.
pub(super) fn order(
    ctx: &Ctx<'_>,
    entries: &[Entry],
    identities: &Identities,
) -> Result<Vec<usize>, Failure> {
    let is_conditional =
        |at: &usize| entries.get(*at).is_some_and(|entry| entry.criteria().is_some());
    let mut waiting: Vec<(usize, Vec<usize>)> = Vec::new();
    for number in (0..entries.len()).filter(is_conditional) {
        let needs = entries.get(number).map(|entry| needs(ctx, entry, identities));
        let mut needs = needs.unwrap_or_default();
        needs.retain(is_conditional);
        waiting.push((number, needs));
    }
    let mut order = Vec::with_capacity(waiting.len());
    let mut is_done = vec![false; entries.len()];
    // As a rule all are ready at once, or those that speak of others in the second round.
    while !waiting.is_empty() {
        let is_ready = |needs: &[usize]| {
            needs.iter().all(|need| is_done.get(*need).copied().unwrap_or_default())
        };
        let (mut ready, later): (Vec<_>, Vec<_>) =
            waiting.into_iter().partition(|(_, needs)| is_ready(needs));
        waiting = later;
        if let ([], Some((number, _))) = (ready.as_slice(), waiting.first()) {
            let element = entries.get(*number).and_then(Entry::criteria);
            let (_, element) = element.unwrap_or_default();
            return Err(at(circle().of_request(element), *number));
        }
        ready.sort_by_key(|(number, _)| match entries.get(*number).map(|one| one.interaction) {
            Some(Interaction::Delete) => 0,
            Some(Interaction::Create) => 2,
            _ => 1,
        });
        for (number, _) in ready {
            order.push(number);
            if let Some(done) = is_done.get_mut(number) {
                *done = true;
            }
        }
    }
    Ok(order)
}

/// The entries that the criteria of an entry speak of.
fn needs(ctx: &Ctx<'_>, entry: &Entry, identities: &Identities) -> Vec<usize> {
    let (Some(kind), Some((text, _))) = (entry.target.kind, entry.criteria()) else {
        return Vec::new();
    };
    let from = entry.from(identities);
    let query = query_of(ctx, kind, text).unwrap_or_default();
    let about = query.parameters.iter().filter(|one| is_link(ctx, kind, one).is_some());
    let values = about.flat_map(|parameter| parameter.values().unwrap_or_default());
    let meant = values.filter_map(|value| match identities.meaning(value, &from) {
        Meaning::Entry { at, .. } => Some(at),
        Meaning::Nothing(_) | Meaning::Outside => None,
    });
    meant.collect()
}

fn circle() -> Failure {
    Kind::Malformed.because(
        "Các điều kiện của những mục này nói vòng tròn về nhau, nên không biết tìm mục nào trước.",
        "The criteria of these entries speak of each other in a circle: none can be looked up first.",
    )
}
