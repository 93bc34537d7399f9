//! Makes criteria of `_filter`, <https://hl7.org/fhir/R4/search_filter.html>.
//!
//! An operator is told in the words of a search: as a prefix of the value, or as a modifier.
//!
//! | operators | of |
//! |---|---|
//! | `eq` `ne` `gt` `lt` `ge` `le` `ap` `sa` `eb` | dates, numbers, quantities |
//! | `po` | dates |
//! | `eq` `ne` `co` `sw` `ew` | strings, folded |
//! | `eq` `ne` `in` `ss` `sb` | tokens; `ss` and `sb` of URIs, too |
//! | `eq` `ne` `re` | references |
//! | `pr` | all |
//!
//! `ne` of what has no order holds where there is a value and none is equal.

use crate::criteria::tree::{Criteria, Indexed, Values};
use crate::criteria::value::prefix::Prefix;
use crate::criteria::value::string::TextValue;
use crate::definitions::search_parameter::{ParamType, SearchParameter};
use crate::fhir::issue::Text;
use crate::search::fault::Fault;
use crate::search::filtered::{Comparison, Filter, Step, Wrong, parse};
use crate::search::query::Parameter;
use crate::search::value::date;

use super::course::Course;
use super::{Context, filter, join};

/// Reads `_filter`.
pub(super) fn criteria(
    parameter: &Parameter,
    (ctx, course): (&Context<'_>, &Course),
) -> Result<Criteria, Fault> {
    if let Some(modifier) = &parameter.modifier {
        let (name, modifier) = (parameter.name.clone(), modifier.clone());
        return Err(Fault::UnknownModifier { name, modifier, known: "–" });
    }
    let most = ctx.size.depth;
    match parse(&parameter.text, most) {
        Ok(filter) => of(&filter, (ctx, course)),
        Err(Wrong::Expected(at, expected)) => Err(Fault::Filter { at, expected }),
        Err(Wrong::TooDeep) => Err(Fault::TooMany { most, setting: "search_depth" }),
    }
}

fn of(filter: &Filter, at: (&Context<'_>, &Course)) -> Result<Criteria, Fault> {
    let each = |all: &[Filter]| all.iter().map(|one| of(one, at)).collect::<Result<Vec<_>, _>>();
    Ok(match filter {
        Filter::All(all) => Criteria::All(each(all)?),
        Filter::Any(any) => Criteria::Any(each(any)?),
        Filter::Not(filter) => Criteria::Not(Box::new(of(filter, at)?)),
        Filter::Comparison(one) => {
            let (_, course) = at;
            course.comparison()?;
            along(&one.path, one, at)
                .map_err(|fault| Fault::Within { at: one.at, fault: Box::new(fault) })?
        }
    })
}

/// Follows a path to where the comparison is made.
fn along(
    path: &[Step],
    comparison: &Comparison,
    (ctx, course): (&Context<'_>, &Course),
) -> Result<Criteria, Fault> {
    let Some((step, rest)) = path.split_first() else {
        return compare(comparison, (ctx, course));
    };
    let (param, kind) = match step.name.split_once(':') {
        Some((param, kind)) => (param, Some(kind)),
        None => (step.name.as_str(), None),
    };
    let found = join::reference(ctx, param, &step.name)?;
    join::chain(found, kind, &step.name, (ctx, course), &|there| {
        let further = along(rest, comparison, (there, course))?;
        Ok(match &step.filter {
            Some(filter) => Criteria::All(vec![of(filter, (there, course))?, further]),
            None => further,
        })
    })
}

fn compare(one: &Comparison, at: (&Context<'_>, &Course)) -> Result<Criteria, Fault> {
    let (ctx, _) = at;
    let name = one.name.as_str();
    let operator = one.operator.as_str();
    if name.contains(':') || name == "_id" {
        return match operator {
            "eq" => asked(one, "", at),
            "ne" => Ok(Criteria::Not(Box::new(asked(one, "", at)?))),
            _ => Err(refused(one, "eq, ne")),
        };
    }
    if name == "_lastUpdated" {
        return match Prefix::named(operator) {
            Some(_) => asked(one, operator, at),
            None => Err(refused(one, "eq, ne, gt, lt, ge, le, ap, sa, eb")),
        };
    }
    let found = filter::known_parameter(&Parameter::new(name, String::new()), ctx)?;
    match (operator, found.kind) {
        ("pr", _) => modified(one, "missing", contrary(&one.value), at),
        ("eq" | "ne" | "co" | "sw" | "ew", ParamType::String) => Ok(string(one, found)),
        ("po", ParamType::Date) => overlapping(one, found, ctx),
        (_, ParamType::Date | ParamType::Number | ParamType::Quantity)
            if Prefix::named(operator).is_some() =>
        {
            asked(one, operator, at)
        }
        ("in", ParamType::Token) => modified(one, "in", &escaped(&one.value), at),
        ("ss", ParamType::Token | ParamType::Uri) => {
            modified(one, "below", &escaped(&one.value), at)
        }
        ("sb", ParamType::Token | ParamType::Uri) => {
            modified(one, "above", &escaped(&one.value), at)
        }
        ("re", ParamType::Reference) => asked(one, "", at),
        ("eq", kind) if !is_ordered(kind) => asked(one, "", at),
        ("ne", kind) if !is_ordered(kind) => Ok(unlike(found, asked(one, "", at)?)),
        (_, kind) => Err(refused(one, operators(kind))),
    }
}

/// What a search asks for by this name, with a prefix before the value.
fn asked(
    one: &Comparison,
    prefix: &str,
    (ctx, course): (&Context<'_>, &Course),
) -> Result<Criteria, Fault> {
    let text = format!("{prefix}{}", escaped(&one.value));
    join::criteria(&Parameter::new(&one.name, text), ctx, course)
}

/// The same with a modifier.
fn modified(
    one: &Comparison,
    modifier: &str,
    text: &str,
    (ctx, course): (&Context<'_>, &Course),
) -> Result<Criteria, Fault> {
    let (name, modifier) = (one.name.clone(), Some(modifier.to_owned()));
    join::criteria(&Parameter { name, modifier, text: text.to_owned() }, ctx, course)
}

/// A value as a search has it: one, whatever it has in it.
fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace(',', "\\,")
}

fn string(one: &Comparison, found: &SearchParameter) -> Criteria {
    let value = match one.operator.as_str() {
        "co" => TextValue::contains(&one.value),
        "sw" => TextValue::start(&one.value),
        "ew" => TextValue::end(&one.value),
        _ => TextValue::whole(&one.value),
    };
    let is_so = Criteria::Parameter(found.indexed_as(), Values::Texts(vec![value]));
    if one.operator == "ne" { unlike(found, is_so) } else { is_so }
}

/// There is a value, and none is so.
fn unlike(found: &SearchParameter, is_so: Criteria) -> Criteria {
    let Some(form) = filter::form(found) else { return Criteria::False };
    let there = Criteria::Missing(Indexed::of(found, form), false);
    Criteria::All(vec![there, Criteria::Not(Box::new(is_so))])
}

/// A time that overlaps with another.
fn overlapping(
    one: &Comparison,
    found: &SearchParameter,
    ctx: &Context<'_>,
) -> Result<Criteria, Fault> {
    let date =
        date::parse(&one.value, ctx.zone, ctx.now).filter(|date| date.prefix == Prefix::Equal);
    let Some(mut date) = date else {
        let (name, text) = (one.name.clone(), one.value.clone());
        return Err(Fault::Value { name, text, expected: date::expected() });
    };
    date.prefix = Prefix::Approximately;
    Ok(Criteria::Parameter(found.indexed_as(), Values::Dates(vec![vec![date]])))
}

/// `:missing` of what `pr` asks.
fn contrary(present: &str) -> &str {
    match present {
        "true" => "false",
        "false" => "true",
        other => other,
    }
}

fn is_ordered(kind: ParamType) -> bool {
    matches!(kind, ParamType::Date | ParamType::Number | ParamType::Quantity)
}

fn operators(kind: ParamType) -> &'static str {
    match kind {
        ParamType::Date => "eq, ne, gt, lt, ge, le, ap, sa, eb, po, pr",
        ParamType::Number | ParamType::Quantity => "eq, ne, gt, lt, ge, le, ap, sa, eb, pr",
        ParamType::String => "eq, ne, co, sw, ew, pr",
        ParamType::Token => "eq, ne, in, ss, sb, pr",
        ParamType::Uri => "eq, ne, ss, sb, pr",
        ParamType::Reference => "eq, ne, re, pr",
        ParamType::Composite => "eq, ne, pr",
        ParamType::Special => "–",
    }
}

fn refused(one: &Comparison, known: &'static str) -> Fault {
    Fault::Value {
        name: one.name.clone(),
        text: one.operator.clone(),
        expected: Text::new(known, known),
    }
}
