//! Reads `_list`, <https://hl7.org/fhir/R4/search.html#list>.

use crate::criteria::tree::Criteria;
use crate::fhir::id::ResourceId;
use crate::fhir::issue::Text;
use crate::fhir::kind::ResourceKind;
use crate::search::fault::Fault;
use crate::search::query::Parameter;

use super::Context;
use super::read::{no_modifier, read};

/// `_list`: what is an item of one of some Lists.
pub(super) fn listed(parameter: &Parameter, ctx: &Context<'_>) -> Result<Criteria, Fault> {
    no_modifier(parameter, "–")?;
    let expected = || Text::new("id của một List", "the id of a List");
    let id = |text: &str| ResourceId::parse(text.strip_prefix("List/").unwrap_or(text));
    let lists = read(parameter, expected, id)?;
    let kind = ResourceKind::LIST;
    let item = ctx.indexer.search().find(kind, "item");
    let item = item.ok_or_else(|| Fault::Unsupported { name: parameter.key() })?;
    let criteria = Box::new(Criteria::Ids(lists));
    Ok(Criteria::Has { kind, param: item.indexed_as(), criteria })
}
