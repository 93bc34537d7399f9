//! Reads a parameter that selects resources, by its type.

use crate::criteria::tree::{Criteria, Form, Indexed, Values};
use crate::criteria::value::date::DateValue;
use crate::criteria::value::reference::ReferenceValue;
use crate::criteria::value::string::TextValue;
use crate::criteria::value::token::TokenValue;
use crate::definitions::code_set::CodeSet;
use crate::definitions::search_parameter::{ParamType, SearchParameter};
use crate::definitions::shape::{Content, Primitive};
use crate::fhir::id::ResourceId;
use crate::fhir::issue::Text;
use crate::fhir::kind::ResourceKind;
use crate::index::row::indexed_part;
use crate::search::fault::Fault;
use crate::search::query::{Parameter, unescape};
use crate::search::value::token::WrittenToken;
use crate::search::value::{composite, date, number, quantity, reference};

use super::{Context, near, path};

/// Parameters of the specification that this server does not have yet.
const LATER: [&str; 11] = [
    "_text",
    "_content",
    "_list",
    "_type",
    "_query",
    "_filter",
    "_include",
    "_revinclude",
    "_contained",
    "_containedType",
    "_score",
];

/// Reads one parameter.
pub(super) fn criteria(parameter: &Parameter, ctx: &Context<'_>) -> Result<Criteria, Fault> {
    let name = parameter.name.as_str();
    match name {
        "_id" => return ids(parameter),
        "_lastUpdated" => return updated(parameter, ctx),
        _ => {}
    }
    let Some(found) = ctx.indexer.search().find(ctx.kind, name) else {
        return Err(if LATER.contains(&name) {
            Fault::Unsupported { name: parameter.key() }
        } else {
            let near = near::near(ctx, name);
            let unknown = Fault::UnknownParameter { kind: ctx.kind, name: name.into(), near };
            near::growing(ctx, name).unwrap_or(unknown)
        });
    };
    if !ctx.indexer.answers(found) {
        return Err(Fault::Unsupported { name: parameter.key() });
    }
    match parameter.modifier.as_deref() {
        Some("missing") => return missing(parameter, found),
        Some("not") if found.kind == ParamType::Token => {
            let plain = Parameter { modifier: None, ..parameter.clone() };
            return Ok(Criteria::Not(Box::new(of_values(&plain, found, ctx)?)));
        }
        _ => {}
    }
    of_values(parameter, found, ctx)
}

/// `:missing`: whether a resource has no value.
fn missing(parameter: &Parameter, found: &SearchParameter) -> Result<Criteria, Fault> {
    let missing = match parameter.text.as_str() {
        "true" => true,
        "false" => false,
        text => {
            let (name, text) = (parameter.key(), text.into());
            return Err(Fault::Value {
                name,
                text,
                expected: Text::new("true, false", "true, false"),
            });
        }
    };
    let form = form(found).ok_or_else(|| Fault::Unsupported { name: parameter.key() })?;
    let target = found.within.and_then(|within| within.target);
    Ok(Criteria::Missing(Indexed { param: found.indexed_as(), form, target }, missing))
}

/// The index rows that a parameter has.
pub(super) fn form(found: &SearchParameter) -> Option<Form> {
    Some(match found.kind {
        ParamType::Token => Form::Token,
        ParamType::Reference => Form::Reference,
        ParamType::String => Form::Text,
        ParamType::Date => Form::Date,
        ParamType::Number => Form::Number,
        ParamType::Quantity => Form::Quantity,
        ParamType::Uri => Form::Uri,
        ParamType::Composite => Form::Composite,
        ParamType::Special => return None,
    })
}

/// One of the values.
fn of_values(
    parameter: &Parameter,
    found: &SearchParameter,
    ctx: &Context<'_>,
) -> Result<Criteria, Fault> {
    let values = match found.kind {
        ParamType::Token => Values::Tokens(tokens(parameter, found, ctx)?),
        ParamType::Reference => Values::References(references(parameter, found, ctx)?),
        ParamType::String => Values::Texts(texts(parameter)?),
        ParamType::Date => Values::Dates(vec![dates(parameter, ctx)?]),
        ParamType::Number => {
            no_modifier(parameter)?;
            Values::Numbers(read(parameter, number::expected, number::parse)?)
        }
        ParamType::Quantity => {
            no_modifier(parameter)?;
            Values::Quantities(read(parameter, quantity::expected, quantity::parse)?)
        }
        ParamType::Uri => {
            no_modifier(parameter)?;
            let uri = |text: &str| indexed_part(&unescape(text)).to_owned();
            Values::Uris(parameter.values()?.into_iter().map(uri).collect())
        }
        ParamType::Composite => {
            no_modifier(parameter)?;
            let parse = |text: &str| composite::parse(text, found, ctx);
            Values::Composites(read(parameter, || composite::expected(found), parse)?)
        }
        ParamType::Special => return Err(Fault::Unsupported { name: parameter.key() }),
    };
    Ok(Criteria::Parameter(found.indexed_as(), values))
}

fn ids(parameter: &Parameter) -> Result<Criteria, Fault> {
    no_modifier(parameter)?;
    let expected = || Text::new("một id", "an id");
    read(parameter, expected, ResourceId::parse).map(Criteria::Ids)
}

fn updated(parameter: &Parameter, ctx: &Context<'_>) -> Result<Criteria, Fault> {
    dates(parameter, ctx).map(Criteria::LastUpdated)
}

fn dates(parameter: &Parameter, ctx: &Context<'_>) -> Result<Vec<DateValue>, Fault> {
    no_modifier(parameter)?;
    read(parameter, date::expected, |text: &str| date::parse(text, ctx.zone, ctx.now))
}

fn tokens(
    parameter: &Parameter,
    found: &SearchParameter,
    ctx: &Context<'_>,
) -> Result<Vec<TokenValue>, Fault> {
    no_modifier(parameter)?;
    let expected = || Text::new("một mã, hoặc hệ mã|mã", "a code, or system|code");
    let written = read(parameter, expected, WrittenToken::parse)?;
    let values = written.iter().map(|one| match codes(ctx, found) {
        Some(codes) => one.of_code_element(codes),
        None => one.value(),
    });
    Ok(values.collect())
}

/// The codes that the element of a parameter takes, when it is of type `code`.
fn codes<'a>(ctx: &Context<'a>, found: &SearchParameter) -> Option<&'a CodeSet> {
    let element = path::elements(ctx, found)?.pop()?;
    let is_code = element.content == Content::Primitive(Primitive::Code);
    let binding = element.binding.as_ref().filter(|_| is_code)?;
    ctx.registry.value_set(binding.url())
}

fn references(
    parameter: &Parameter,
    found: &SearchParameter,
    ctx: &Context<'_>,
) -> Result<Vec<ReferenceValue>, Fault> {
    let named = parameter.modifier.as_deref().map(|modifier| {
        let kind = ResourceKind::parse(modifier)
            .filter(|kind| found.targets.is_empty() || found.targets.contains(kind));
        kind.ok_or_else(|| unknown_modifier(parameter, "[type]"))
    });
    let within = found.within.and_then(|within| within.target);
    let named = named.transpose()?.or(within);
    let allowed = named.as_ref().map_or(&*found.targets, std::slice::from_ref);
    let parse = |text: &str| reference::parse(&unescape(text), ctx.base, allowed);
    read(parameter, reference::expected, parse)
}

fn texts(parameter: &Parameter) -> Result<Vec<TextValue>, Fault> {
    let value = match parameter.modifier.as_deref() {
        None => TextValue::start,
        Some("exact") => TextValue::exact,
        Some("contains") => TextValue::contains,
        Some(_) => return Err(unknown_modifier(parameter, ":exact, :contains")),
    };
    Ok(parameter.values()?.into_iter().map(|text| value(&unescape(text))).collect())
}

fn read<T>(
    parameter: &Parameter,
    expected: impl Fn() -> Text,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<Vec<T>, Fault> {
    let values = parameter.values()?.into_iter();
    let read = |text: &str| {
        let name = parameter.key();
        parse(text).ok_or_else(|| Fault::Value { name, text: text.into(), expected: expected() })
    };
    values.map(read).collect()
}

fn no_modifier(parameter: &Parameter) -> Result<(), Fault> {
    match parameter.modifier {
        None => Ok(()),
        Some(_) => Err(unknown_modifier(parameter, "-")),
    }
}

fn unknown_modifier(parameter: &Parameter, known: &'static str) -> Fault {
    let modifier = parameter.modifier.clone().unwrap_or_default();
    Fault::UnknownModifier { name: parameter.name.clone(), modifier, known }
}
