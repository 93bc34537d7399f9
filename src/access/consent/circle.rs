//! As whom a consent may name somebody: as a person, her organization, a role of hers, a team of hers.

use crate::criteria::access::Reason;
use crate::criteria::tree::{Criteria, Values};
use crate::criteria::value::reference::{ReferenceValue, TargetType};
use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::interaction::engine::Engine;
use crate::store::error::StoreError;

use super::super::reach::Reach;

/// Resources that are looked at together.
const STEP: usize = 500;

/// The addresses among `named` that are somebody's roles and teams now. Only those that consents name
/// are looked at: a midwife may be in many teams.
pub(super) async fn wider(
    engine: &Engine,
    reach: Reach<'_>,
    (own, named): (&[String], &[&str]),
) -> Result<Vec<String>, StoreError> {
    let mut all = Vec::new();
    if own.is_empty() {
        return Ok(all);
    }
    let roles = ids(named, "PractitionerRole");
    let is_hers = refers(reach, "PractitionerRole", "practitioner", own);
    let holds =
        [is_hers, reach.is_not_inactive("PractitionerRole"), reach.lasts("PractitionerRole")];
    all.extend(found(engine, "PractitionerRole", &roles, &holds).await?);
    let teams = ids(named, "CareTeam");
    if !teams.is_empty() {
        // A team may have her as one of her roles, which no consent need name.
        let members: Vec<String> =
            own.iter().cloned().chain(hers(engine, reach, own).await?).collect();
        let is_member = refers(reach, "CareTeam", "participant", &members);
        let holds = [
            is_member,
            reach.is_one_of("CareTeam", "status", &["active"]),
            reach.lasts("CareTeam"),
        ];
        all.extend(found(engine, "CareTeam", &teams, &holds).await?);
    }
    Ok(all)
}

/// Her roles, whoever names them.
async fn hers(
    engine: &Engine,
    reach: Reach<'_>,
    own: &[String],
) -> Result<Vec<String>, StoreError> {
    let kind = "PractitionerRole";
    let criteria = vec![
        refers(reach, kind, "practitioner", own),
        reach.is_not_inactive(kind),
        reach.lasts(kind),
    ];
    search(engine, kind, criteria).await
}

/// Those of some ids of a type that are so.
async fn found(
    engine: &Engine,
    kind: &str,
    ids: &[ResourceId],
    holds: &[Criteria],
) -> Result<Vec<String>, StoreError> {
    let mut all = Vec::new();
    for some in ids.chunks(STEP) {
        let mut criteria = vec![Criteria::Ids(some.to_vec())];
        criteria.extend(holds.iter().cloned());
        all.extend(search(engine, kind, criteria).await?);
    }
    Ok(all)
}

async fn search(
    engine: &Engine,
    kind: &str,
    criteria: Vec<Criteria>,
) -> Result<Vec<String>, StoreError> {
    let Some(of) = ResourceKind::parse(kind) else { return Ok(Vec::new()) };
    let rows = engine.rows.for_server(Reason::Rights);
    let found = rows.ids(of, criteria, STEP).await?;
    Ok(found.iter().map(|id| format!("{kind}/{id}")).collect())
}

fn ids(named: &[&str], kind: &str) -> Vec<ResourceId> {
    let of = named.iter().filter_map(|address| address.split_once('/'));
    of.filter(|(own, _)| *own == kind).filter_map(|(_, id)| ResourceId::parse(id)).collect()
}

fn refers(reach: Reach<'_>, kind: &str, code: &str, to: &[String]) -> Criteria {
    let value = |address: &String| {
        let (kind, id) = address.split_once('/')?;
        Some(ReferenceValue::new(id, TargetType::OneOf(vec![ResourceKind::parse(kind)?])))
    };
    let values: Vec<ReferenceValue> = to.iter().filter_map(value).collect();
    if values.is_empty() {
        return Criteria::False;
    }
    reach.parameter(kind, code, Values::References(values))
}
