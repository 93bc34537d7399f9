//! Reads `_sort`, <https://hl7.org/fhir/R4/search.html#sort>.

use crate::criteria::tree::Form;
use crate::definitions::search_parameter::SearchParameter;
use crate::fhir::issue::Text;
use crate::search::fault::Fault;
use crate::search::query::Parameter;
use crate::store::find::sort::{KEYS, SortKey, SortSource};

use super::{Context, filter, near, value};

/// The keys, the first one first.
pub(super) fn keys(parameter: &Parameter, ctx: &Context<'_>) -> Result<Vec<SortKey>, Fault> {
    let mut keys = Vec::new();
    for text in parameter.values()? {
        let (name, descending) = match text.strip_prefix('-') {
            Some(name) => (name, true),
            None => (text, false),
        };
        if keys.len() == KEYS.len() {
            return Err(value(parameter, Text::new("nhiều nhất 8 khóa", "at most 8 keys")));
        }
        keys.push(SortKey { source: source(name, ctx)?, descending });
    }
    Ok(keys)
}

fn source(name: &str, ctx: &Context<'_>) -> Result<SortSource, Fault> {
    match name {
        "_id" => return Ok(SortSource::Id),
        "_lastUpdated" => return Ok(SortSource::Updated),
        _ => {}
    }
    let Some(found) = ctx.indexer.search().find(ctx.kind, name) else {
        let near = near::near(ctx, name);
        let unknown = Fault::UnknownSort { name: name.into(), near };
        return Err(near::growing(ctx, name).unwrap_or(unknown));
    };
    if !ctx.indexer.answers(found) {
        return Err(Fault::Unsupported { name: name.into() });
    }
    column(found).ok_or_else(|| Fault::UnsortableKind { name: name.into() })
}

fn column(parameter: &SearchParameter) -> Option<SortSource> {
    let form = filter::form(parameter)?;
    let has_order = matches!(form, Form::Date | Form::Text | Form::Number | Form::Quantity);
    has_order.then_some(SortSource::Indexed { form, param: parameter.indexed_as() })
}
