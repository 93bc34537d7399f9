//! Reads a parameter that selects resources, by its type.

use sea_orm::sea_query::{Condition, Expr, ExprTrait};

use crate::definitions::code_set::CodeSet;
use crate::definitions::search_parameter::{ParamType, SearchParameter};
use crate::definitions::shape::{Content, Primitive};
use crate::fhir::id::ResourceId;
use crate::fhir::issue::Text;
use crate::fhir::kind::ResourceKind;
use crate::index::key::Key;
use crate::search::asked::Asked;
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
use crate::store::lookup::Lookup;
use crate::store::table::{Column, Table};

use super::rows::{any, branches, indexed, of_parameter, ranges};
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
    if !ctx.indexer.answers(found) {
        return Err(Fault::Unsupported { name: parameter.key() });
    }
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
    let all = read(parameter, expected, ResourceId::parse)?;
    let keys = all.iter().map(|id| Key::address(ctx.kind, id.as_str())).collect();
    let lookup = match all.as_slice() {
        [id] => Some(Lookup::Address { kind: ctx.kind, id: id.clone() }),
        _ => None,
    };
    let ids: Vec<String> = all.iter().map(|id| id.as_str().to_owned()).collect();
    // Not as `living` says it: the index of living resources by `rid` would be walked for its order,
    // past everybody else's.
    let condition = Condition::all()
        .add(Expr::col(Column::TypeId).eq(ctx.kind.number()))
        .add(Expr::col(Column::Id).is_in(ids.clone()))
        .add(Expr::cust("NOT (op = 2)"));
    Ok(Predicate {
        table: Table::Resource,
        param: None,
        condition,
        bounds: None,
        branches: Vec::new(),
        keys,
        lookup,
        tested_by_key: true,
        ordered: false,
        rank: Rank::Identity,
        asked: vec![Asked::Ids(ids)],
    })
}

fn updated(parameter: &Parameter, ctx: &Context<'_>) -> Result<Predicate, Fault> {
    no_modifier(parameter)?;
    let parse = |text: &str| DateValue::parse(text, ctx.zone, ctx.now);
    let values = read(parameter, DateValue::expected, parse)?;
    let of_kind = |condition| living(ctx.kind).add(condition);
    Ok(Predicate {
        table: Table::Resource,
        param: None,
        condition: of_kind(DateValue::any_moment(&values)),
        bounds: None,
        branches: branches(&values, |value| of_kind(value.moment_condition())),
        keys: Vec::new(),
        lookup: None,
        tested_by_key: true,
        ordered: false,
        rank: Rank::Range,
        asked: vec![Asked::Updated(values)],
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
    let any = TokenValue::any(&values);
    // All of a system: its codes lie apart in the index, and between them those of everybody.
    let tested_by_key = coded;
    let keys: Option<Vec<Key>> = values.iter().map(|value| value.key(found.indexed_as())).collect();
    let lookup = match values.as_slice() {
        [one] => one.lookup(found.indexed_as()),
        _ => None,
    };
    let keys = keys.unwrap_or_default();
    let indexed = indexed(Table::Token, found, any, rank);
    let asked = vec![Asked::Tokens(found.indexed_as(), values)];
    Ok(Predicate { ordered, keys, lookup, tested_by_key, asked, ..indexed })
}

/// The codes that the element of a parameter takes, when it is of type `code`.
fn codes<'a>(ctx: &Context<'a>, found: &SearchParameter) -> Option<&'a CodeSet> {
    let element = path::elements(ctx, found)?.pop()?;
    let is_code = element.content == Content::Primitive(Primitive::Code);
    let binding = element.binding.as_ref().filter(|_| is_code)?;
    ctx.registry.value_set(binding.url())
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
    let any = ReferenceValue::any(&values);
    let keys: Option<Vec<_>> = values.iter().map(|value| value.keys(found.indexed_as())).collect();
    let keys = keys.map(|keys| keys.concat()).unwrap_or_default();
    let asked = vec![Asked::References(found.indexed_as(), values)];
    Ok(Predicate { ordered, keys, asked, ..indexed(Table::Reference, found, any, Rank::Reference) })
}

fn text(parameter: &Parameter, found: &SearchParameter) -> Result<Predicate, Fault> {
    let comparison = match parameter.modifier.as_deref() {
        None => Comparison::Start,
        Some("exact") => Comparison::Exact,
        Some("contains") => Comparison::Contains,
        Some(_) => return Err(unknown_modifier(parameter, ":exact, :contains")),
    };
    let values: Vec<String> = parameter.values()?.into_iter().map(unescape).collect();
    let condition = |value: &String| string::condition(comparison, value);
    // A value that may be anywhere needs the whole index, and several need it once.
    let apart = if comparison == Comparison::Contains { &[] } else { values.as_slice() };
    let made = ranges(Table::String, found, (&values, apart), condition);
    let asked = vec![Asked::Texts(found.indexed_as(), comparison, values)];
    Ok(Predicate { asked, ..made })
}

fn date(
    parameter: &Parameter,
    found: &SearchParameter,
    ctx: &Context<'_>,
) -> Result<Predicate, Fault> {
    no_modifier(parameter)?;
    let parse = |text: &str| DateValue::parse(text, ctx.zone, ctx.now);
    let values = read(parameter, DateValue::expected, parse)?;
    let bounds = |value: &DateValue| value.bounds(found.indexed_as());
    let any = any(&values, |value| value.condition());
    let bounded = |value: &DateValue| value.condition().add(bounds(value));
    let branches = branches(&values, |value| of_parameter(found).add(bounded(value)));
    let bounds = match values.as_slice() {
        [one] => Some(bounds(one)),
        _ => None,
    };
    let asked = vec![Asked::Dates(found.indexed_as(), values)];
    Ok(Predicate { bounds, branches, asked, ..indexed(Table::Date, found, any, Rank::Range) })
}

fn number(parameter: &Parameter, found: &SearchParameter) -> Result<Predicate, Fault> {
    no_modifier(parameter)?;
    let values = read(parameter, NumberValue::expected, NumberValue::parse)?;
    let made = ranges(Table::Number, found, (&values, &values), |value| value.condition());
    Ok(Predicate { asked: vec![Asked::Numbers(found.indexed_as(), values)], ..made })
}

fn quantity(parameter: &Parameter, found: &SearchParameter) -> Result<Predicate, Fault> {
    no_modifier(parameter)?;
    let values = read(parameter, QuantityValue::expected, QuantityValue::parse)?;
    let made = ranges(Table::Quantity, found, (&values, &values), QuantityValue::condition);
    Ok(Predicate { asked: vec![Asked::Quantities(found.indexed_as(), values)], ..made })
}

fn locator(parameter: &Parameter, found: &SearchParameter) -> Result<Predicate, Fault> {
    no_modifier(parameter)?;
    let values: Vec<String> = parameter.values()?.into_iter().map(unescape).collect();
    let any = uri::any(&values);
    let ordered = values.len() == 1;
    let keys = values.iter().map(|value| Key::uri(found.indexed_as(), value)).collect();
    let asked = vec![Asked::Uris(found.indexed_as(), values)];
    Ok(Predicate { ordered, keys, asked, ..indexed(Table::Uri, found, any, Rank::Identifier) })
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
