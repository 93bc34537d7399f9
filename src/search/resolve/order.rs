//! Reads `_sort`, <https://hl7.org/fhir/R4/search.html#sort>. A key may be one of a resource that is
//! referred to, as in a chain: `subject:Patient.birthdate`.

use crate::criteria::tree::{Criteria, Form, Indexed};
use crate::definitions::search_parameter::SearchParameter;
use crate::fhir::issue::Text;
use crate::fhir::kind::ResourceKind;
use crate::search::fault::Fault;
use crate::search::joined::Step;
use crate::search::query::Parameter;
use crate::store::find::sort::{Joined, KEYS, SortKey, SortSource};

use super::course::Course;
use super::{Context, filter, join, near, path, value};

/// Whether the best matches are to come first, <https://hl7.org/fhir/R4/search.html#score>. The worst
/// are nobody's wish: a dash changes nothing.
pub(super) fn is_score(parameter: &Parameter) -> bool {
    matches!(parameter.text.as_str(), "_score" | "-_score")
}

/// The keys, the first one first.
pub(super) fn keys(
    parameter: &Parameter,
    (ctx, course): (&Context<'_>, &Course),
) -> Result<Vec<SortKey>, Fault> {
    let mut keys = Vec::new();
    for text in parameter.values()? {
        let (name, descending) = match text.strip_prefix('-') {
            Some(name) => (name, true),
            None => (text, false),
        };
        if keys.len() == KEYS.len() {
            return Err(value(parameter, Text::new("nhiều nhất 8 khóa", "at most 8 keys")));
        }
        ctx.size.check_depth(name)?;
        let source = source(name, (ctx, course))?;
        let is_single = match &source {
            // Of a concept, one element gives several codes; of a name, several texts.
            SortSource::Indexed(indexed) => {
                matches!(indexed.form, Form::Date | Form::Number)
                    && path::is_singular(ctx, indexed.param)
            }
            SortSource::Joined(_) => false,
            SortSource::Updated | SortSource::Id => true,
        };
        keys.push(SortKey { source, descending, is_single });
    }
    Ok(keys)
}

fn source(name: &str, (ctx, course): (&Context<'_>, &Course)) -> Result<SortSource, Fault> {
    match Step::of(name) {
        Some(Step::Own) => own(name, ctx),
        Some(Step::Chain { param, kind, rest }) => {
            let found = join::reference(ctx, param, name)?;
            joined((name, rest), (found, kind), (ctx, course))
        }
        Some(Step::Has { .. }) | None => Err(unknown(name, ctx)),
    }
}

fn own(name: &str, ctx: &Context<'_>) -> Result<SortSource, Fault> {
    match name {
        "_id" => return Ok(SortSource::Id),
        "_lastUpdated" => return Ok(SortSource::Updated),
        _ => {}
    }
    let Some(found) = ctx.indexer.search().find(ctx.kind, name) else {
        return Err(unknown(name, ctx));
    };
    if !ctx.indexer.answers(found) {
        return Err(Fault::Unsupported { name: name.into() });
    }
    rows(found).ok_or_else(|| Fault::UnsortableKind { name: name.into() })
}

/// A key of what is referred to. Of several types that may be, one alone has it.
fn joined(
    (name, rest): (&str, &str),
    (found, named): (&SearchParameter, Option<&str>),
    (ctx, course): (&Context<'_>, &Course),
) -> Result<SortSource, Fault> {
    let kinds = join::kinds(found, named, name)?;
    let mut ways = Vec::new();
    let mut fault = None;
    for kind in kinds {
        course.join()?;
        match source(rest, (&Context { kind, ..*ctx }, course)) {
            Ok(source) => ways.push((kind, source)),
            Err(other) => fault = fault.or(Some(other)),
        }
    }
    let way = |(kind, source): (ResourceKind, SortSource)| {
        let (param, criteria) = (found.indexed_as(), Criteria::True);
        SortSource::Joined(Box::new(Joined { param, kind, criteria, source }))
    };
    match (ways.pop(), ways.is_empty(), fault) {
        (Some(only), true, _) => Ok(way(only)),
        (None, _, Some(fault)) => Err(fault),
        _ => Err(Fault::UntypedChain { name: name.into() }),
    }
}

fn unknown(name: &str, ctx: &Context<'_>) -> Fault {
    let near = near::near(ctx, name);
    let unknown = Fault::UnknownSort { name: name.into(), near };
    near::growing(ctx, name).unwrap_or(unknown)
}

fn rows(parameter: &SearchParameter) -> Option<SortSource> {
    let form = filter::form(parameter).filter(|form| *form != Form::Composite)?;
    Some(SortSource::Indexed(Indexed::of(parameter, form)))
}
