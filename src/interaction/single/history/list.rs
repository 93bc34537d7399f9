//! `_list`: the resources that a List names, <https://hl7.org/fhir/R4/search.html#list>.

use serde_json::Value;

use crate::fhir::id::ResourceId;
use crate::fhir::issue::Text;
use crate::fhir::kind::ResourceKind;
use crate::fhir::reference::Target;
use crate::search::fault::Fault;
use crate::store::changes::past::Listed;

use super::of_all::refused;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::Failure;
use crate::interaction::single::read::read;

/// What a List of this id names, as far as it is on this server. A reference to one version means that
/// one.
pub(super) async fn listed(ctx: &Ctx<'_>, text: &str) -> Result<Vec<Listed>, Failure> {
    let id = text.strip_prefix("List/").unwrap_or(text);
    let Some(id) = ResourceId::parse(id) else {
        let expected = Text::new("id của một List đã lưu", "the id of a List that is stored");
        return Err(refused(Fault::Value { name: "_list".into(), text: text.into(), expected }));
    };
    let stored = read(ctx, ResourceKind::LIST, &id).await?;
    let list: Value = serde_json::from_str(&stored.body).unwrap_or_default();
    let entries = list.get("entry").and_then(Value::as_array).into_iter().flatten();
    let references = entries.filter_map(|entry| entry.pointer("/item/reference")?.as_str());
    let listed: Vec<Listed> =
        references.filter_map(|text| one(Target::parse(text, &ctx.engine.base))).collect();
    let most = ctx.engine.size.values;
    match listed.len() > most {
        true => Err(refused(Fault::TooMany { most, setting: "search_values" })),
        false => Ok(listed),
    }
}

fn one(target: Target<'_>) -> Option<Listed> {
    let Target::Local { kind, id, version } = target else { return None };
    let version = match version {
        Some(version) => Some(version.parse().ok()?),
        None => None,
    };
    Some(Listed { kind, id: ResourceId::parse(id)?, version })
}
