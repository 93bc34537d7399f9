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
    let texts = split(text, b'$');
    if texts.len() != found.components.len() {
        return None;
    }
    let parts = found.components.iter().zip(texts).map(|(component, text)| {
        let part = ctx.indexer.search().of_kind_by_url(ctx.kind, &component.definition);
        let part = part.or_else(|| ctx.indexer.search().by_url(&component.definition))?;
        part_value(text, part, ctx)
    });
    Some(CompositeValue { parts: parts.collect::<Option<_>>()? })
}

fn part_value(text: &str, part: &SearchParameter, ctx: &Context<'_>) -> Option<PartValue> {
    if text.is_empty() {
        return None;
    }
    Some(match part.kind {
        ParamType::Token => {
            let written = WrittenToken::parse(text)?;
            PartValue::Token(match filter::codes(ctx, part) {
                Some(codes) => written.of_code_element(codes),
                None => written.value(),
            })
        }
        ParamType::Reference => {
            PartValue::Reference(reference::parse(&unescape(text), ctx.base, &part.targets)?)
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
