//! One value → the rows of one parameter.

use serde_json::Value;

use super::data_type::{self, DataType};
use super::{date, number, quantity, reference, text, token, uri};
use crate::definitions::search_parameter::ParamId;
use crate::definitions::shape::Primitive;
use crate::fhir::date::Zone;
use crate::fhir::member::{self, member};
use crate::fhir::text::phone::national;
use crate::index::plan::Rule;
use crate::index::row::{Date, Number, Reference, Rows, Text, Token, Uri, WORD};

/// What extraction has to know of the server.
#[derive(Debug, Clone, Copy)]
pub(in crate::index) struct Context<'a> {
    pub(in crate::index) zone: Zone,
    pub(in crate::index) base: &'a str,
}

/// Adds the rows that a value gives to a parameter.
pub(in crate::index) fn extract(
    (param, rule): (ParamId, &Rule),
    (kind, value): (DataType, &Value),
    context: Context<'_>,
    rows: &mut Rows,
) {
    let (kind, value) = match kind {
        DataType::Extension => match data_type::of_extension(value) {
            Some(found) => found,
            None => return,
        },
        _ => (kind, value),
    };
    match rule {
        Rule::Token { has_texts } => {
            tokens(param, (kind, value), rows);
            phones(param, (kind, value), rows);
            if *has_texts {
                texts_of_tokens(param, (kind, value), rows);
            }
        }
        Rule::Text => strings(param, (kind, value), rows),
        Rule::Date => {
            let range = date::of(kind, value, context.zone);
            rows.dates.extend(range.map(|range| Date { param, low: range.low, high: range.high }));
        }
        Rule::Number => {
            let range = number::of(kind, value);
            rows.numbers.extend(range.map(|(low, high)| Number { param, low, high }));
        }
        Rule::Quantity => {
            rows.quantities.extend(quantity::of(kind, value).map(|amount| amount.row(param)));
        }
        Rule::Reference => {
            reference::each(kind, value, context.base, |kind, target| {
                rows.references.push(Reference { param, kind, target: target.to_owned() });
            });
            if let (DataType::Reference, Some(identifier)) = (kind, member(value, "identifier")) {
                tokens(param, (DataType::Identifier, identifier), rows);
            }
        }
        Rule::Uri => uri::each(kind, value, |uri| {
            rows.uris.push(Uri { param, value: uri.to_owned() });
        }),
        Rule::Near => {
            let degrees = |key| number::number(member(value, key)?);
            let position = degrees("latitude").zip(degrees("longitude"));
            let is_place = |(latitude, longitude): &(f64, f64)| {
                latitude.abs() <= 90.0 && longitude.abs() <= 180.0
            };
            let position = position.filter(is_place);
            rows.numbers.extend(position.map(|(low, high)| Number { param, low, high }));
        }
        Rule::Composite(_) => {}
    }
}

/// Whether values of a type can give rows to a parameter.
pub(in crate::index) fn gives(rule: &Rule, kind: DataType) -> bool {
    use DataType as Kind;
    match (rule, kind) {
        (Rule::Composite(_), _) | (_, Kind::Extension) => true,
        (Rule::Near, kind) => kind == Kind::Position,
        (
            Rule::Token { .. } | Rule::Text | Rule::Number | Rule::Reference | Rule::Uri,
            Kind::Primitive(_),
        ) => true,
        (Rule::Token { .. }, kind) => matches!(
            kind,
            Kind::Coding | Kind::CodeableConcept | Kind::Identifier | Kind::ContactPoint
        ),
        (Rule::Text, kind) => matches!(kind, Kind::HumanName | Kind::Address),
        (Rule::Date, Kind::Primitive(kind)) => {
            matches!(kind, Primitive::Date | Primitive::DateTime | Primitive::Instant)
        }
        (Rule::Date, kind) => matches!(kind, Kind::Period | Kind::Timing),
        (Rule::Number, kind) => kind == Kind::Range,
        (Rule::Quantity, kind) => matches!(kind, Kind::Quantity | Kind::Range | Kind::Money),
        (Rule::Reference, kind) => kind == Kind::Reference,
        (Rule::Uri, _) => false,
    }
}

fn tokens(param: ParamId, (kind, value): (DataType, &Value), rows: &mut Rows) {
    token::each(kind, value, |system, code| {
        rows.tokens.push(Token { param, system, code: code.to_owned() });
    });
}

/// Phone numbers as they are dialled.
fn phones(param: ParamId, (kind, value): (DataType, &Value), rows: &mut Rows) {
    if let (DataType::ContactPoint, Some(written)) = (kind, member::text(value, "value")) {
        let number = national(written).filter(|number| number != written);
        rows.tokens.extend(number.map(|code| Token { param, system: 0, code }));
    }
}

/// What `:text` looks for.
fn texts_of_tokens(param: ParamId, (kind, value): (DataType, &Value), rows: &mut Rows) {
    token::texts(kind, value, |text| {
        let folded = text::folded(text).map(|(folded, _)| folded);
        rows.strings.extend(folded.map(|folded| Text { param, folded, exact: String::new() }));
    });
}

fn strings(param: ParamId, (kind, value): (DataType, &Value), rows: &mut Rows) {
    let mut add = |text: &str, before: &str| {
        rows.strings.extend(text::folded(text).map(|(folded, exact)| Text {
            param,
            folded,
            exact: format!("{before}{exact}"),
        }));
    };
    text::each(kind, value, |part| add(part, ""));
    let within = String::from(WORD);
    text::words(kind, value, |word| add(word, &within));
}
