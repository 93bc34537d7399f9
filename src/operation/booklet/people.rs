//! Whom a list of what is due is about: a person, those a facility looks after, those of a commune.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::budget;
use crate::definitions::base::BASE;
use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::index::row::system_hash;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::interaction::single::read::read;
use crate::operation::asked;
use crate::operation::call::Call;
use crate::store::lookup::Lookup;
use crate::terminology::service::{CodeRef, Membership};

/// The ids of the Patients, in order; none when nobody is named, which means everybody.
pub(super) async fn people(
    ctx: &Ctx<'_>,
    call: &Call<'_>,
) -> Result<Option<Vec<ResourceId>>, Failure> {
    match (call.kind.map(ResourceKind::name), call.id) {
        (Some(_), Some(id)) => {
            if let Some(kind) = call.kind {
                read(ctx, kind, id).await?;
            }
            some(ctx, Some(id.clone()), commune(ctx, call)?).await
        }
        _ => some(ctx, organization(call)?, commune(ctx, call)?).await,
    }
}

/// The facility that a parameter names by its id or by a reference to it.
pub(super) fn organization(call: &Call<'_>) -> Result<Option<ResourceId>, Failure> {
    let Some(value) = call.parameters().value("organization") else { return Ok(None) };
    let text = value.as_str().or_else(|| value.get("reference")?.as_str()).unwrap_or_default();
    let id = text.rsplit('/').next().and_then(ResourceId::parse);
    id.map(Some).ok_or_else(|| {
        Kind::Malformed
            .because(
                format!(
                    "Tham số 'organization' phải là id của một Organization, không phải '{text}'."
                ),
                format!("The parameter 'organization' is the id of an Organization, not '{text}'."),
            )
            .of(&asked::place("organization"))
    })
}

/// The commune that a parameter names; one that is not in the list is refused.
fn commune(ctx: &Ctx<'_>, call: &Call<'_>) -> Result<Option<String>, Failure> {
    let Some(value) = call.parameters().value("commune") else { return Ok(None) };
    let text = value.as_str().or_else(|| value.get("code")?.as_str()).unwrap_or_default();
    let system = format!("{BASE}/CodeSystem/vn-commune");
    let code = CodeRef { system: Some(&system), version: None, code: text, display: None };
    let list = format!("{BASE}/ValueSet/vn-commune");
    match ctx.engine.terminology.membership(&list, code) {
        Membership::Member => Ok(Some(text.to_owned())),
        _ => Err(Kind::Malformed
            .because(
                format!("Tham số 'commune': '{text}' không phải mã xã, phường trong danh mục (vn-commune, 5 chữ số)."),
                format!("The parameter 'commune': '{text}' is no commune of the list (vn-commune, 5 digits)."),
            )
            .of(&asked::place("commune"))),
    }
}

/// Everybody whom windows are kept of, when they are not too many for one list.
pub(super) async fn everybody(ctx: &Ctx<'_>) -> Result<Vec<ResourceId>, Failure> {
    super::windows::follow(ctx.engine).await?;
    let most = ctx.engine.care.due_people;
    let wanted = usize::try_from(most).unwrap_or(usize::MAX).saturating_add(1);
    let all = ctx.engine.rows.stale_windows(i64::MAX, wanted).await?;
    match all.len() < wanted {
        true => Ok(all.iter().filter_map(|id| ResourceId::parse(id)).collect()),
        false => Err(too_many(most)),
    }
}

/// The Patients of a facility, of a commune, or of both.
async fn some(
    ctx: &Ctx<'_>,
    organization: Option<ResourceId>,
    commune: Option<String>,
) -> Result<Option<Vec<ResourceId>>, Failure> {
    let of_organization = match &organization {
        Some(id) => Some(of_organization(ctx, id).await?),
        None => None,
    };
    let of_commune = match &commune {
        Some(code) => Some(of_commune(ctx, code).await?),
        None => None,
    };
    let people = match (of_organization, of_commune) {
        (Some(one), Some(other)) => one.intersection(&other).cloned().collect(),
        (Some(all), None) | (None, Some(all)) => all,
        (None, None) => return Ok(None),
    };
    budget::spend(people.len())?;
    Ok(Some(people.iter().filter_map(|id| ResourceId::parse(id)).collect()))
}

/// Whom a facility looks after, by the Patient, by an episode, or by a referral from or to it.
async fn of_organization(ctx: &Ctx<'_>, id: &ResourceId) -> Result<BTreeSet<String>, Failure> {
    let ways = [
        ("Patient", "organization"),
        ("EpisodeOfCare", "organization"),
        ("ServiceRequest", "performer"),
        ("ServiceRequest", "requester"),
    ];
    let indexer = ctx.engine.indexer();
    let organization = ResourceKind::parse("Organization");
    let lookups = ways.iter().filter_map(|(kind, by)| {
        let param = indexer.search().find(ResourceKind::parse(kind)?, by)?.indexed_as();
        Some(Lookup::Pointing { param, kind: organization?, id: id.clone(), coded: None })
    });
    found(ctx, lookups.collect()).await
}

async fn of_commune(ctx: &Ctx<'_>, code: &str) -> Result<BTreeSet<String>, Failure> {
    let indexer = ctx.engine.indexer();
    let param = indexer.search().find(ResourceKind::PATIENT, "commune");
    let system = system_hash(&format!("{BASE}/CodeSystem/vn-commune"));
    let lookup = param.map(|param| {
        let (param, code) = (param.indexed_as(), code.to_owned());
        Lookup::Coded { param, code, system }
    });
    found(ctx, lookup.into_iter().collect()).await
}

/// The ids of the Patients that are found, or that what is found is about.
async fn found(ctx: &Ctx<'_>, lookups: Vec<Lookup>) -> Result<BTreeSet<String>, Failure> {
    let most = ctx.engine.care.due_people;
    let mut people = BTreeSet::new();
    for found in ctx.rows().look_up(lookups, most.saturating_add(1)).await? {
        let stored = found.hit.stored;
        budget::spend(8)?;
        if stored.kind == ResourceKind::PATIENT {
            people.insert(stored.id.to_string());
            continue;
        }
        let Ok(resource) = serde_json::from_str::<Value>(&stored.body) else { continue };
        let of = resource.get("subject").or_else(|| resource.get("patient"));
        let address = of.and_then(|of| of.get("reference")?.as_str());
        let id = address.and_then(|text| text.rsplit_once("Patient/")).map(|(_, id)| id);
        people.extend(id.and_then(|id| id.split('/').next()).map(str::to_owned));
    }
    match u32::try_from(people.len()).is_ok_and(|count| count <= most) {
        true => Ok(people),
        false => Err(too_many(most)),
    }
}

fn too_many(most: u32) -> Failure {
    Kind::TooMuch.because(
        format!("Có hơn {most} người; một danh sách có nhiều nhất {most} (cài đặt due_people)."),
        format!(
            "There are more than {most} people; one list has {most} at most (setting due_people)."
        ),
    )
}
