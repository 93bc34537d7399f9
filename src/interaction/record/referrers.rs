//! What refers to a resource that is to be deleted, as the setting `reference_targets` wants it: `warn`
//! tells, `refuse` deletes nothing and rests on nothing's referring to it still.
//!
//! Meant are references that a search parameter of R4, the guide, packages or clients finds.

use std::collections::BTreeSet;

use crate::config::settings::Targets;
use crate::criteria::tree::{Criteria, Values};
use crate::criteria::value::reference::{ReferenceValue, TargetType};
use crate::definitions::search_parameter::{ParamId, ParamType, SearchParameter};
use crate::fhir::id::ResourceId;
use crate::fhir::issue::{Issue, IssueCode, Text};
use crate::fhir::kind::ResourceKind;
use crate::index::indexer::Indexer;
use crate::store::find::beside::{Beside, Link, Way};
use crate::store::lookup::Lookup;
use crate::store::row::Hit;
use crate::store::write::Premise;

use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};

/// Referrers that are named.
const NAMED: u64 = 5;
/// Parameters that one question to the database is about.
const LINKS: usize = 200;

/// What was found, and what the deletions rest on.
#[derive(Debug, Default)]
pub(in crate::interaction) struct Referred {
    /// As many as there are deletions.
    pub(in crate::interaction) issues: Vec<Vec<Issue>>,
    pub(in crate::interaction) premises: Vec<Premise>,
}

/// Looks for what refers to resources that are deleted together, but for each other and for what is
/// `written` along with them.
pub(in crate::interaction) async fn look(
    ctx: &Ctx<'_>,
    gone: &[(ResourceKind, &ResourceId)],
    written: &[(ResourceKind, &ResourceId)],
) -> Result<Referred, Failure> {
    let mut referred = Referred { issues: vec![Vec::new(); gone.len()], premises: Vec::new() };
    let setting = ctx.engine.rest.reference_targets;
    if setting == Targets::Off || gone.is_empty() {
        return Ok(referred);
    }
    let since = ctx.rows().seen();
    let address = |(kind, id): &(ResourceKind, &ResourceId)| Lookup::Address {
        kind: *kind,
        id: (*id).clone(),
    };
    let found = ctx.rows().look_up(gone.iter().map(address).collect(), 1).await?;
    let rids: Vec<i64> = found.iter().map(|found| found.hit.rid).collect();
    for found in &found {
        let (kind, id) = (found.hit.stored.kind, &found.hit.stored.id);
        let most = NAMED + u64::try_from(written.len()).unwrap_or_default();
        let hits = referring(ctx, (kind, found.hit.rid), (&rids, most)).await?;
        let others = hits.iter().map(|hit| (hit.stored.kind, &hit.stored.id));
        let others = others.filter(|other| !written.contains(other));
        let named: Vec<String> = others.map(|(kind, id)| format!("{kind}/{id}")).collect();
        let issues = referred.issues.get_mut(found.lookup).filter(|_| !named.is_empty());
        if let Some(issues) = issues {
            issues.push(issue((kind, id), &named, setting));
        }
        if setting == Targets::Refuse {
            referred.premises.extend(premises(ctx, (kind, id), since));
        }
    }
    if setting == Targets::Refuse && referred.issues.iter().any(|issues| !issues.is_empty()) {
        return Err(Kind::Conflict.with(referred.issues.into_iter().flatten().collect()));
    }
    Ok(referred)
}

/// Some of what refers to a resource.
async fn referring(
    ctx: &Ctx<'_>,
    (kind, rid): (ResourceKind, i64),
    (known, most): (&[i64], u64),
) -> Result<Vec<Hit>, Failure> {
    let indexer = ctx.engine.indexer();
    let all = ResourceKind::all().flat_map(|of| indexer.search().of(of));
    let all = all.filter(|one| leads(&indexer, one, kind)).map(SearchParameter::indexed_as);
    let params: BTreeSet<ParamId> = all.collect();
    let links: Vec<Link> =
        params.into_iter().map(|param| Link { param, kinds: Vec::new() }).collect();
    let (from, mut hits) = ([rid], Vec::new());
    for links in links.chunks(LINKS) {
        let wanted = Beside { way: Way::Back, links: Some(links), from: &from, known, most };
        hits.extend(ctx.rows().beside(&wanted).await?.0);
        if u64::try_from(hits.len()).is_ok_and(|found| found >= most) {
            break;
        }
    }
    hits.sort_by_key(|hit| hit.rid);
    hits.dedup_by_key(|hit| hit.rid);
    Ok(hits)
}

/// Whether a parameter finds what refers to resources of a type.
fn leads(indexer: &Indexer, one: &SearchParameter, kind: ResourceKind) -> bool {
    let to = one.leads_to();
    let may_lead = to.is_empty() || to.contains(&kind);
    one.kind == ParamType::Reference && may_lead && indexer.answers(one)
}

/// That nothing begins to refer to it.
fn premises(ctx: &Ctx<'_>, (kind, id): (ResourceKind, &ResourceId), since: i64) -> Vec<Premise> {
    let indexer = ctx.engine.indexer();
    let value = || ReferenceValue::new(id.as_str(), TargetType::OneOf(vec![kind]));
    ResourceKind::all()
        .filter_map(|of| {
            let links = indexer.search().of(of).iter();
            let links = links.filter(|one| leads(&indexer, one, kind)).map(|one| {
                Criteria::Parameter(one.indexed_as(), Values::References(vec![value()]))
            });
            let links: Vec<Criteria> = links.collect();
            (!links.is_empty()).then(|| Premise::untouched(since, of, vec![Criteria::Any(links)]))
        })
        .collect()
}

fn issue((kind, id): (ResourceKind, &ResourceId), named: &[String], setting: Targets) -> Issue {
    let named = named.join(", ");
    let text = match setting {
        Targets::Refuse => Text::new(
            format!(
                "Không xóa được {kind}/{id} vì còn được tham chiếu từ {named} (cài đặt reference_targets). Hãy xóa hoặc sửa chúng trước, hay xóa tất cả trong một transaction."
            ),
            format!(
                "{kind}/{id} cannot be deleted because {named} refer to it (setting reference_targets). Delete or change those first, or all in one transaction."
            ),
        ),
        Targets::Off | Targets::Warn => Text::new(
            format!("{kind}/{id} đã bị xóa nhưng còn được tham chiếu từ {named}."),
            format!("{kind}/{id} is deleted, but {named} refer to it still."),
        ),
    };
    let issue = Issue::error(IssueCode::Conflict, text);
    if setting == Targets::Refuse { issue } else { issue.warning() }
}
