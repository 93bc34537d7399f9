//! Reads a parameter that selects resources, by its type.

use crate::criteria::tree::{Criteria, Form, Indexed, Values};
use crate::criteria::value::date::DateValue;
use crate::criteria::value::reference::ReferenceValue;
use crate::criteria::value::string::TextValue;
use crate::criteria::value::token::TokenValue;
use crate::criteria::value::uri::UriValue;
use crate::definitions::code_set::CodeSet;
use crate::definitions::search_parameter::{ParamType, SearchParameter};
use crate::definitions::shape::{Content, Primitive};
use crate::fhir::id::ResourceId;
use crate::fhir::issue::Text;
use crate::fhir::kind::ResourceKind;
use crate::search::fault::Fault;
use crate::search::query::{Parameter, unescape};
use crate::search::value::token::WrittenToken;
use crate::search::value::{composite, date, number, position, quantity, reference, token, uri};

use super::codes::{self, Related};
use super::course::Course;
use super::read::{no_modifier, read, truth, unknown_modifier};
use super::{Context, filtered, list, names, near, path, words};

/// Parameters of the specification that this server does not have yet.
const LATER: [&str; 5] = ["_type", "_query", "_contained", "_containedType", "_score"];

/// Reads one parameter.
pub(super) fn criteria(
    parameter: &Parameter,
    ctx: &Context<'_>,
    course: &Course,
) -> Result<Criteria, Fault> {
    match parameter.name.as_str() {
        "_id" => return ids(parameter),
        "_lastUpdated" => return updated(parameter, ctx),
        "_text" | "_content" => return words::criteria(parameter, ctx),
        "_list" => return list::listed(parameter, ctx),
        "_filter" => return filtered::criteria(parameter, (ctx, course)),
        _ => {}
    }
    let found = known_parameter(parameter, ctx)?;
    let modifier = parameter.modifier.as_deref().unwrap_or_default();
    let is_text = found.kind == ParamType::Token && modifier == "text";
    if let Some(both) = found.both
        && modifier != "missing"
        && (is_text || !found.has_own_rows())
    {
        let all = ctx.indexer.search().of(ctx.kind).iter();
        let all = all.filter(|one| both.contains(&one.id));
        let each = all.map(|one| of_one(parameter, one, ctx, course));
        return each.collect::<Result<_, _>>().map(Criteria::one_of);
    }
    of_one(parameter, found, ctx, course)
}

/// Reads one parameter whose rows are its own, or within those of another.
fn of_one(
    parameter: &Parameter,
    found: &SearchParameter,
    ctx: &Context<'_>,
    course: &Course,
) -> Result<Criteria, Fault> {
    let modifier = parameter.modifier.as_deref().unwrap_or_default();
    let plain = Parameter { modifier: None, ..parameter.clone() };
    match (modifier, found.kind) {
        ("missing", _) => missing(parameter, found),
        ("not", ParamType::Token) => {
            Ok(Criteria::Not(Box::new(of_values(&plain, found, (ctx, course))?)))
        }
        ("identifier", ParamType::Reference) if !ctx.indexer.is_of_canonicals(found) => {
            let values = written(&plain)?.iter().map(WrittenToken::value).collect();
            Ok(Criteria::Parameter(found.indexed_as(), Values::Tokens(values)))
        }
        ("text", ParamType::Token) => {
            let values = parameter.values()?.into_iter();
            let texts = values.map(|text| TextValue::start(&unescape(text))).collect();
            Ok(Criteria::Parameter(found.indexed_as(), Values::Texts(texts)))
        }
        ("of-type", ParamType::Token) if ctx.indexer.is_of_identifiers(found) => {
            let expected = || Text::new("hệ mã|mã loại|số", "system|code of the type|value");
            let values = Values::Tokens(read(&plain, expected, token::of_type)?);
            Ok(Criteria::Parameter(found.indexed_as(), values))
        }
        (_, ParamType::Token) => match Related::of(modifier) {
            Some((related, is_not)) => {
                let codes = codes::codes(related, parameter, (ctx, course))?;
                let values = Values::Tokens(values_of(&codes, found, ctx));
                let is_one = Criteria::Parameter(found.indexed_as(), values);
                let is_one = if codes.is_empty() { Criteria::False } else { is_one };
                Ok(if is_not { Criteria::Not(Box::new(is_one)) } else { is_one })
            }
            None => of_values(parameter, found, (ctx, course)),
        },
        _ => of_values(parameter, found, (ctx, course)),
    }
}

/// The parameter of the type with this name, whose rows can answer.
pub(super) fn known_parameter<'a>(
    parameter: &Parameter,
    ctx: &Context<'a>,
) -> Result<&'a SearchParameter, Fault> {
    let name = parameter.name.as_str();
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
    Ok(found)
}

/// The modifiers that a parameter takes.
fn known(found: &SearchParameter) -> &'static str {
    match found.kind {
        ParamType::Token => {
            ":missing, :not, :text, :in, :not-in, :below, :above, :of-type (Identifier)"
        }
        ParamType::Reference => ":missing, :[type], :identifier",
        ParamType::String => ":missing, :exact, :contains",
        ParamType::Uri => ":missing, :below, :above",
        ParamType::Date | ParamType::Number | ParamType::Quantity | ParamType::Composite => {
            ":missing"
        }
        ParamType::Special => "–",
    }
}

/// `:missing`: whether a resource has no value.
fn missing(parameter: &Parameter, found: &SearchParameter) -> Result<Criteria, Fault> {
    let missing = truth(parameter)?;
    let form = form(found).ok_or_else(|| unknown_modifier(parameter, known(found)))?;
    Ok(Criteria::Missing(Indexed::of(found, form), missing))
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
    (ctx, course): (&Context<'_>, &Course),
) -> Result<Criteria, Fault> {
    let takes_none = matches!(
        found.kind,
        ParamType::Token
            | ParamType::Date
            | ParamType::Number
            | ParamType::Quantity
            | ParamType::Composite
            | ParamType::Special
    );
    if takes_none {
        no_modifier(parameter, known(found))?;
    }
    let values = match found.kind {
        ParamType::Token => Values::Tokens(tokens(parameter, found, ctx)?),
        ParamType::Reference => Values::References(references(parameter, found, ctx)?),
        ParamType::String if parameter.modifier.is_none() && ctx.indexer.is_of_names(found) => {
            return names::names(parameter, found);
        }
        ParamType::String => Values::Texts(texts(parameter, found)?),
        ParamType::Date => Values::Dates(vec![dates(parameter, ctx)?]),
        ParamType::Number => Values::Numbers(read(parameter, number::expected, number::parse)?),
        ParamType::Quantity => {
            Values::Quantities(read(parameter, quantity::expected, quantity::parse)?)
        }
        ParamType::Uri => Values::Uris(uris(parameter, found, course)?),
        ParamType::Composite => {
            let parse = |text: &str| composite::parse(text, found, ctx);
            Values::Composites(read(parameter, || composite::expected(found), parse)?)
        }
        ParamType::Special => {
            Values::Positions(read(parameter, position::expected, position::parse)?)
        }
    };
    Ok(Criteria::Parameter(found.indexed_as(), values))
}

fn ids(parameter: &Parameter) -> Result<Criteria, Fault> {
    no_modifier(parameter, "–")?;
    let expected = || Text::new("một id", "an id");
    read(parameter, expected, ResourceId::parse).map(Criteria::Ids)
}

fn updated(parameter: &Parameter, ctx: &Context<'_>) -> Result<Criteria, Fault> {
    no_modifier(parameter, "–")?;
    dates(parameter, ctx).map(Criteria::LastUpdated)
}

fn dates(parameter: &Parameter, ctx: &Context<'_>) -> Result<Vec<DateValue>, Fault> {
    read(parameter, date::expected, |text: &str| date::parse(text, ctx.zone, ctx.now))
}

fn tokens(
    parameter: &Parameter,
    found: &SearchParameter,
    ctx: &Context<'_>,
) -> Result<Vec<TokenValue>, Fault> {
    Ok(values_of(&written(parameter)?, found, ctx))
}

fn written(parameter: &Parameter) -> Result<Vec<WrittenToken>, Fault> {
    let expected = || Text::new("một mã, hoặc hệ mã|mã", "a code, or system|code");
    read(parameter, expected, WrittenToken::parse)
}

/// What codes ask for of a parameter's elements.
fn values_of(
    written: &[WrittenToken],
    found: &SearchParameter,
    ctx: &Context<'_>,
) -> Vec<TokenValue> {
    let of_code_element = codes_of_element(ctx, found);
    let value = |one: &WrittenToken| match of_code_element {
        Some(codes) => one.of_code_element(codes),
        None => one.value(),
    };
    let mut values: Vec<TokenValue> = written.iter().map(value).collect();
    if ctx.indexer.is_of_contacts(found) {
        let also = written.iter().filter_map(WrittenToken::phone);
        let also: Vec<TokenValue> = also.filter(|one| !values.contains(one)).collect();
        values.extend(also);
    }
    values
}

/// The codes that the element of a parameter takes, when it is of type `code`.
pub(in crate::search) fn codes_of_element<'a>(
    ctx: &Context<'a>,
    found: &SearchParameter,
) -> Option<&'a CodeSet> {
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
        kind.ok_or_else(|| unknown_modifier(parameter, known(found)))
    });
    let within = found.within.and_then(|within| within.target);
    let named = named.transpose()?.or(within);
    let allowed = named.as_ref().map_or(&*found.targets, std::slice::from_ref);
    let parse = |text: &str| reference::parse(&unescape(text), ctx.base, allowed);
    read(parameter, reference::expected, parse)
}

fn texts(parameter: &Parameter, found: &SearchParameter) -> Result<Vec<TextValue>, Fault> {
    let value = match parameter.modifier.as_deref() {
        None => TextValue::start,
        Some("exact") => TextValue::exact,
        Some("contains") => TextValue::contains,
        Some(_) => return Err(unknown_modifier(parameter, known(found))),
    };
    Ok(parameter.values()?.into_iter().map(|text| value(&unescape(text))).collect())
}

fn uris(
    parameter: &Parameter,
    found: &SearchParameter,
    course: &Course,
) -> Result<Vec<UriValue>, Fault> {
    let values = parameter.values()?.into_iter().map(unescape);
    let all: Vec<UriValue> = match parameter.modifier.as_deref() {
        None => return Ok(values.map(|uri| UriValue::is(&uri)).collect()),
        Some("below") => values.map(|uri| UriValue::below(&uri)).collect(),
        Some("above") => values.flat_map(|uri| uri::above(&uri)).collect(),
        Some(_) => return Err(unknown_modifier(parameter, known(found))),
    };
    course.codes(all.len())?;
    Ok(all)
}
