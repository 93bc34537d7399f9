//! Reads a parameter that selects resources, by its type.

use sea_orm::sea_query::{Condition, Expr, ExprTrait};

use crate::definitions::code_set::CodeSet;
use crate::definitions::search_parameter::{ParamType, SearchParameter};
use crate::definitions::shape::{Content, Primitive};
use crate::fhir::id::ResourceId;
use crate::fhir::issue::Text;
use crate::fhir::kind::ResourceKind;
use crate::search::fault::Fault;
use crate::search::predicate::{Predicate, Rank};
use crate::search::query::{Parameter, unescape};
use crate::search::value::date::DateValue;
use crate::search::value::number::NumberValue;
use crate::search::value::quantity::QuantityValue;
use crate::search::value::reference::ReferenceValue;
use crate::search::value::string::{self, Comparison};
use crate::search::value::token::TokenValue;
use crate::search::value::uri;
use crate::store::table::{Column, Table};

use super::{Context, near, path};

/// Parameters of the specification that this server does not have yet.
const LATER: [&str; 13] = [
    "_text",
    "_content",
    "_list",
    "_has",
    "_type",
    "_query",
    "_filter",
    "_include",
    "_revinclude",
    "_contained",
    "_containedType",
    "_elements",
    "_score",
];

/// Reads one parameter.
pub(super) fn predicate(parameter: &Parameter, ctx: &Context<'_>) -> Result<Predicate, Fault> {
    let name = parameter.name.as_str();
    match name {
        "_id" => return ids(parameter, ctx),
        "_lastUpdated" => return updated(parameter, ctx),
        _ => {}
    }
    let Some(found) = ctx.registry.search.find(ctx.kind, name) else {
        let later = LATER.contains(&name) || is_chain(parameter, ctx);
        return Err(if later {
            Fault::Unsupported { name: parameter.key() }
        } else {
            let near = near::near(ctx, name);
            Fault::UnknownParameter { kind: ctx.kind, name: name.into(), near }
        });
    };
    match found.kind {
        ParamType::Token => token(parameter, found, ctx),
        ParamType::Reference => reference(parameter, found, ctx),
        ParamType::String => text(parameter, found),
        ParamType::Date => date(parameter, found, ctx),
        ParamType::Number => number(parameter, found),
        ParamType::Quantity => quantity(parameter, found),
        ParamType::Uri => locator(parameter, found),
        ParamType::Composite | ParamType::Special => {
            Err(Fault::Unsupported { name: parameter.key() })
        }
    }
}

/// `patient.name`, `subject:Patient.name`
fn is_chain(parameter: &Parameter, ctx: &Context<'_>) -> bool {
    let key = parameter.key();
    let first = key.split(['.', ':']).next().unwrap_or(&key);
    key.contains('.') && ctx.registry.search.find(ctx.kind, first).is_some()
}

fn ids(parameter: &Parameter, ctx: &Context<'_>) -> Result<Predicate, Fault> {
    no_modifier(parameter)?;
    let expected = || Text::new("một id", "an id");
    let ids = read(parameter, expected, ResourceId::parse)?;
    let ids = ids.iter().map(|id| id.as_str().to_owned());
    let condition = living(ctx.kind).add(Expr::col(Column::Id).is_in(ids));
    Ok(Predicate {
        table: Table::Resource,
        param: None,
        condition,
        bounds: None,
        ordered: false,
        rank: Rank::Identity,
    })
}

fn updated(parameter: &Parameter, ctx: &Context<'_>) -> Result<Predicate, Fault> {
    no_modifier(parameter)?;
    let parse = |text: &str| DateValue::parse(text, ctx.zone, ctx.now);
    let values = read(parameter, DateValue::expected, parse)?;
    let any =
        values.into_iter().map(DateValue::moment_condition).fold(Condition::any(), Condition::add);
    Ok(Predicate {
        table: Table::Resource,
        param: None,
        condition: living(ctx.kind).add(any),
        bounds: None,
        ordered: false,
        rank: Rank::Range,
    })
}

/// The current resources of a type. `op <> 2` is written out: it is how the indexes begin.
pub(in crate::search) fn living(kind: ResourceKind) -> Condition {
    let of_kind = Expr::col(Column::TypeId).eq(kind.number());
    Condition::all().add(of_kind).add(Expr::cust("op <> 2"))
}

fn token(
    parameter: &Parameter,
    found: &SearchParameter,
    ctx: &Context<'_>,
) -> Result<Predicate, Fault> {
    no_modifier(parameter)?;
    let expected = || Text::new("một mã, hoặc hệ mã|mã", "a code, or system|code");
    let mut values = read(parameter, expected, TokenValue::parse)?;
    if let Some(codes) = codes(ctx, found) {
        values = values.into_iter().map(|value| value.of_code_element(codes)).collect();
    }
    let ordered = matches!(values.as_slice(), [one] if one.is_exact());
    let coded = values.iter().all(TokenValue::has_code);
    let rank = match &*found.code {
        "identifier" if coded => Rank::Identifier,
        _ if coded => Rank::Value,
        _ => Rank::Code,
    };
    let any = any(&values, TokenValue::condition);
    Ok(Predicate { ordered, ..indexed(Table::Token, found, any, rank) })
}

/// The codes that the element of a parameter takes, when it is of type `code`.
fn codes<'a>(ctx: &Context<'a>, found: &SearchParameter) -> Option<&'a CodeSet> {
    let element = path::elements(ctx, found)?.pop()?;
    let is_code = element.content == Content::Primitive(Primitive::Code);
    let binding = element.binding.as_ref().filter(|_| is_code)?;
    ctx.registry.value_set(&binding.value_set)
}

fn reference(
    parameter: &Parameter,
    found: &SearchParameter,
    ctx: &Context<'_>,
) -> Result<Predicate, Fault> {
    let named = parameter.modifier.as_deref().map(|modifier| {
        let kind = ResourceKind::parse(modifier)
            .filter(|kind| found.targets.is_empty() || found.targets.contains(kind));
        kind.ok_or_else(|| unknown_modifier(parameter, "[type]"))
    });
    let within = found.within.and_then(|within| within.target);
    let named = named.transpose()?.or(within);
    let allowed = named.as_ref().map_or(&*found.targets, std::slice::from_ref);
    let parse = |text: &str| ReferenceValue::parse(&unescape(text), ctx.base, allowed);
    let values = read(parameter, ReferenceValue::expected, parse)?;
    let ordered = matches!(values.as_slice(), [one] if one.is_one_kind());
    let any = any(&values, ReferenceValue::condition);
    Ok(Predicate { ordered, ..indexed(Table::Reference, found, any, Rank::Reference) })
}

fn text(parameter: &Parameter, found: &SearchParameter) -> Result<Predicate, Fault> {
    let comparison = match parameter.modifier.as_deref() {
        None => Comparison::Start,
        Some("exact") => Comparison::Exact,
        Some("contains") => Comparison::Contains,
        Some(_) => return Err(unknown_modifier(parameter, ":exact, :contains")),
    };
    let values = parameter.values()?.into_iter().map(unescape);
    let conditions = values.map(|value| string::condition(comparison, &value));
    let any = conditions.fold(Condition::any(), Condition::add);
    Ok(indexed(Table::String, found, any, Rank::Range))
}

fn date(
    parameter: &Parameter,
    found: &SearchParameter,
    ctx: &Context<'_>,
) -> Result<Predicate, Fault> {
    no_modifier(parameter)?;
    let parse = |text: &str| DateValue::parse(text, ctx.zone, ctx.now);
    let values = read(parameter, DateValue::expected, parse)?;
    let bounds = match values.as_slice() {
        [one] => Some(one.bounds(found.indexed_as())),
        _ => None,
    };
    let any = any(&values, |value| value.condition());
    Ok(Predicate { bounds, ..indexed(Table::Date, found, any, Rank::Range) })
}

fn number(parameter: &Parameter, found: &SearchParameter) -> Result<Predicate, Fault> {
    no_modifier(parameter)?;
    let values = read(parameter, NumberValue::expected, NumberValue::parse)?;
    let any = any(&values, |value| value.condition());
    Ok(indexed(Table::Number, found, any, Rank::Range))
}

fn quantity(parameter: &Parameter, found: &SearchParameter) -> Result<Predicate, Fault> {
    no_modifier(parameter)?;
    let values = read(parameter, QuantityValue::expected, QuantityValue::parse)?;
    let any = any(&values, QuantityValue::condition);
    Ok(indexed(Table::Quantity, found, any, Rank::Range))
}

fn locator(parameter: &Parameter, found: &SearchParameter) -> Result<Predicate, Fault> {
    no_modifier(parameter)?;
    let values: Vec<String> = parameter.values()?.into_iter().map(unescape).collect();
    let any = any(&values, |value| uri::condition(value));
    let ordered = values.len() == 1;
    Ok(Predicate { ordered, ..indexed(Table::Uri, found, any, Rank::Identifier) })
}

fn indexed(table: Table, found: &SearchParameter, any: Condition, rank: Rank) -> Predicate {
    let of_parameter = Expr::col(Column::ParamId).eq(found.indexed_as().number());
    Predicate {
        table,
        param: Some(found.indexed_as()),
        condition: Condition::all().add(of_parameter).add(any),
        bounds: None,
        ordered: false,
        rank,
    }
}

fn any<T>(values: &[T], condition: impl Fn(&T) -> Condition) -> Condition {
    match values {
        [one] => condition(one),
        several => several.iter().map(condition).fold(Condition::any(), Condition::add),
    }
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
