//! Whether a parameter has one value a resource at the most.

use crate::definitions::search_parameter::ParamId;
use crate::definitions::shape::{Content, Shape};

use super::Context;

/// True for a plain path (`Encounter.period`, `(Observation.effective as Period)`) of elements that
/// do not repeat; false when in doubt.
pub(super) fn is_singular(ctx: &Context<'_>, param: ParamId) -> bool {
    let parameters = ctx.registry.search.of(ctx.kind);
    let found = parameters.iter().find(|parameter| parameter.id == param);
    let Some(expression) = found.and_then(|parameter| parameter.expression.as_deref()) else {
        return false;
    };
    let plain = expression.trim().trim_start_matches('(').trim_end_matches(')');
    let path = plain.split(" as ").next().unwrap_or(plain).trim();
    let is_plain = path.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.');
    let mut names = path.split('.');
    is_plain && names.next() == Some(ctx.kind.name()) && walk(ctx, names)
}

fn walk<'a>(ctx: &Context<'_>, names: impl Iterator<Item = &'a str>) -> bool {
    let mut shape: Option<&Shape> = ctx.registry.shapes.of(ctx.kind);
    for name in names {
        let Some(here) = shape else { return false };
        let Some(element) = here.elements.iter().find(|element| *element.name == *name) else {
            return false;
        };
        if element.repeats {
            return false;
        }
        shape = match element.content {
            Content::Complex(id) => ctx.registry.shapes.shape(id),
            Content::Primitive(_) | Content::Resource => None,
        };
    }
    true
}
