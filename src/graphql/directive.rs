//! Directives of fields, <https://hl7.org/fhir/R4/graphql.html#flattening>: whether a field is shown,
//! and what shape its answer has.

use async_graphql_parser::Positioned;
use async_graphql_parser::types::Directive;
use async_graphql_value::ConstValue;

use super::document::Document;
use super::fault::Fault;

/// What the directives of a field say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Form {
    /// What is below takes the place of the field.
    pub(super) is_flat: bool,
    /// Only the first of several.
    pub(super) is_first: bool,
    /// There is one value at the most, and no list around it.
    pub(super) is_single: bool,
    /// Each of several gives what is below another name: the path to what stands behind it.
    pub(super) slice: Option<String>,
}

/// What `@slice` takes for the place of an item in its list.
pub(super) const INDEX: &str = "$index";

/// Reads `@include` and `@skip`; others may not stand here when they have no form to be told.
pub(super) fn is_shown(
    document: &Document,
    directives: &[Positioned<Directive>],
    mut form: Option<&mut Form>,
) -> Result<bool, Fault> {
    let mut is_shown = true;
    for directive in directives {
        let name = directive.node.name.node.as_str();
        match (name, &mut form) {
            ("include", _) => is_shown &= condition(document, directive)?.unwrap_or(true),
            ("skip", _) => is_shown &= !condition(document, directive)?.unwrap_or(false),
            ("flatten", Some(form)) => form.is_flat = plain(directive)?,
            ("first", Some(form)) => form.is_first = plain(directive)?,
            ("singleton", Some(form)) => form.is_single = plain(directive)?,
            ("slice", Some(form)) => form.slice = Some(path(document, directive)?),
            _ => return Err(unknown(name).at(directive.pos)),
        }
    }
    Ok(is_shown)
}

/// The condition of a directive; none when it is a variable without a value.
fn condition(
    document: &Document,
    directive: &Positioned<Directive>,
) -> Result<Option<bool>, Fault> {
    match only(document, directive, "if")? {
        ConstValue::Boolean(truth) => Ok(Some(truth)),
        ConstValue::Null => Ok(None),
        _ => Err(Fault::malformed(
            format!("@{}(if: …) nhận true hoặc false.", directive.node.name.node),
            format!("@{}(if: …) takes true or false.", directive.node.name.node),
        )
        .at(directive.pos)),
    }
}

fn path(document: &Document, directive: &Positioned<Directive>) -> Result<String, Fault> {
    match only(document, directive, "path")? {
        ConstValue::String(path) => Ok(path),
        _ => Err(Fault::malformed(
            "@slice(path: …) nhận một biểu thức FHIRPath, hoặc \"$index\".",
            "@slice(path: …) takes a FHIRPath expression, or \"$index\".",
        )
        .at(directive.pos)),
    }
}

/// The only argument of a directive.
fn only(
    document: &Document,
    directive: &Positioned<Directive>,
    name: &str,
) -> Result<ConstValue, Fault> {
    match directive.node.arguments.as_slice() {
        [(key, value)] if key.node == name => document.value(value),
        _ => Err(Fault::malformed(
            format!("@{} cần đúng một tham số '{name}'.", directive.node.name.node),
            format!("@{} takes one argument '{name}'.", directive.node.name.node),
        )
        .at(directive.pos)),
    }
}

/// A directive that says all by being there.
fn plain(directive: &Positioned<Directive>) -> Result<bool, Fault> {
    match directive.node.arguments.first() {
        None => Ok(true),
        Some((key, _)) => Err(Fault::malformed(
            format!("@{} không có tham số.", directive.node.name.node),
            format!("@{} takes no arguments.", directive.node.name.node),
        )
        .at(key.pos)),
    }
}

fn unknown(name: &str) -> Fault {
    let known = "@include, @skip, @flatten, @first, @singleton, @slice";
    Fault::malformed(
        format!("@{name} không dùng được ở đây. Trường nhận: {known}; fragment: @include, @skip."),
        format!("@{name} cannot stand here. Fields take {known}; fragments @include and @skip."),
    )
}
