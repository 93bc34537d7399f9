//! Reads composites, <https://hl7.org/fhir/R4/search.html#composite>: a value of each part, with `$`
//! between them.

use crate::criteria::value::composite::{CompositeValue, PartValue};
use crate::criteria::value::string::TextValue;
use crate::definitions::search_parameter::{ParamType, SearchParameter};
use crate::fhir::issue::Text;
use crate::index::row::indexed_part;
use crate::search::query::{split, unescape};
use crate::search::resolve::{Context, filter};

use super::token::WrittenToken;
use super::{date, number, quantity, reference};

/// Reads the parts; none when there are not as many as the parameter has, or one is no value of its
/// type.
pub fn parse(text: &str, found: &SearchParameter, ctx: &Context<'_>) -> Option<CompositeValue> {
    let mut texts = split(text, b'$');
    if texts.len() != found.components.len() {
        return None;
    }
    let parts: Vec<&SearchParameter> = found
        .components
        .iter()
        .map(|component| {
            let search = ctx.indexer.search();
            let own = search.of_kind_by_url(ctx.kind, &component.definition);
            own.or_else(|| search.by_url(&component.definition))
        })
        .collect::<Option<_>>()?;
    let kinds = ctx.indexer.parts(ctx.kind, found)?;
    // R4 has the parts of some composites in another order than the parameters that it names for
    // them; values come in the order of the names.
    let named = parts.iter().map(|part| part.kind);
    if !named.clone().eq(kinds.iter().copied()) && named.eq(kinds.iter().rev().copied()) {
        texts.reverse();
    }
    let parts = parts.into_iter().zip(kinds).zip(texts);
    let parts = parts.map(|(part, text)| part_value(text, part, ctx));
    Some(CompositeValue { parts: parts.collect::<Option<_>>()? })
}

fn part_value(
    text: &str,
    (part, kind): (&SearchParameter, ParamType),
    ctx: &Context<'_>,
) -> Option<PartValue> {
    if text.is_empty() {
        return None;
    }
    let own = (part.kind == kind).then_some(part);
    Some(match kind {
        ParamType::Token => {
            let written = WrittenToken::parse(text)?;
            PartValue::Token(match own.and_then(|part| filter::codes_of_element(ctx, part)) {
                Some(codes) => written.of_code_element(codes),
                None => written.value(),
            })
        }
        ParamType::Reference => {
            let targets = own.map_or(&[][..], |part| &part.targets);
            PartValue::Reference(reference::parse(&unescape(text), ctx.base, targets)?)
        }
        ParamType::String => PartValue::Text(TextValue::start(&unescape(text))),
        ParamType::Uri => PartValue::Uri(indexed_part(&unescape(text)).to_owned()),
        ParamType::Number => PartValue::Number(number::parse(text)?),
        ParamType::Date => PartValue::Date(date::parse(text, ctx.zone, ctx.now)?),
        ParamType::Quantity => PartValue::Quantity(quantity::parse(text)?),
        ParamType::Composite | ParamType::Special => return None,
    })
}

/// What is expected of a value.
pub fn expected(found: &SearchParameter) -> Text {
    let count = found.components.len();
    Text::new(
        format!("{count} giá trị nối bằng '$', như http://loinc.org|29463-7$gt2.5"),
        format!("{count} values with '$' between them, such as http://loinc.org|29463-7$gt2.5"),
    )
}
