//! The elements a parameter looks at, when its expression is a plain path.

use crate::definitions::search_parameter::{ParamId, SearchParameter};
use crate::definitions::shape::{Content, Element, Shape};

use super::Context;

/// Whether a parameter has one value a resource at the most; false when in doubt.
pub(super) fn is_singular(ctx: &Context<'_>, param: ParamId) -> bool {
    let parameters = ctx.indexer.search().of(ctx.kind);
    let found = parameters.iter().find(|parameter| parameter.id == param);
    let elements = found.and_then(|parameter| elements(ctx, parameter));
    elements.is_some_and(|elements| elements.iter().all(|element| !element.repeats))
}

/// The elements along a plain path (`Encounter.period`, `(Observation.effective as Period)`); none
/// when the expression is anything else.
pub(super) fn elements<'a>(
    ctx: &Context<'a>,
    parameter: &SearchParameter,
) -> Option<Vec<&'a Element>> {
    let expression = parameter.expression.as_deref()?;
    let plain = expression.trim().trim_start_matches('(').trim_end_matches(')');
    let path = plain.split(" as ").next().unwrap_or(plain).trim();
    let is_plain = path.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.');
    let mut names = path.split('.');
    if !is_plain || names.next() != Some(ctx.kind.name()) {
        return None;
    }
    let mut shape: Option<&Shape> = ctx.registry.shapes.of(ctx.kind);
    let mut elements = Vec::new();
    for name in names {
        let element = shape?.elements.iter().find(|element| *element.name == *name)?;
        elements.push(element);
        shape = match element.content {
            Content::Complex(id) => ctx.registry.shapes.shape(id),
            Content::Primitive(_) | Content::Resource => None,
        };
    }
    Some(elements)
}
