//! Quantities, <https://hl7.org/fhir/R4/search.html#quantity>: `[prefix]number[|system|code]`.
//!
//! Without a unit every row counts; `5.4||mg` compares with the code as well as the printed unit.
//! Units are compared as they are written: 1 g is not 1000 mg here.

use sea_orm::sea_query::{Condition, Expr, ExprTrait};

use crate::fhir::issue::Text;
use crate::index::row::{Quantity, indexed_part, system_hash};
use crate::search::query::{split, unescape};
use crate::store::table::Column;

use super::number::NumberValue;

/// A number with its unit.
#[derive(Debug, Clone, PartialEq)]
pub struct QuantityValue {
    number: NumberValue,
    system: Option<i64>,
    code: Option<String>,
}

impl QuantityValue {
    /// Reads `lt100|http://unitsofmeasure.org|g/L`.
    pub fn parse(text: &str) -> Option<Self> {
        let parts: Vec<String> = split(text, b'|').into_iter().map(unescape).collect();
        let (number, system, code) = match parts.as_slice() {
            [number] => (number, "", ""),
            [number, system, code] => (number, system.as_str(), code.as_str()),
            _ => return None,
        };
        Some(Self {
            number: NumberValue::parse(number)?,
            system: (!system.is_empty()).then(|| system_hash(system)),
            code: (!code.is_empty()).then(|| code.to_owned()),
        })
    }

    /// What is expected of a value.
    pub fn expected() -> Text {
        Text::new(
            "một số, có thể kèm tiền tố và đơn vị, như lt100, 5.4|http://unitsofmeasure.org|mg hoặc 5.4||mg",
            "a number, with prefix and unit if need be, such as lt100, 5.4|http://unitsofmeasure.org|mg or 5.4||mg",
        )
    }

    /// Whether a row matches.
    pub fn fits(&self, row: &Quantity) -> bool {
        let is_code = self.code.as_ref().is_none_or(|code| row.code == indexed_part(code));
        let is_system = self.system.is_none_or(|system| row.system == system);
        is_code && is_system && self.number.fits(row.low, row.high)
    }

    /// Holds for rows that match.
    pub fn condition(&self) -> Condition {
        let code = self.code.as_ref().map(|code| Expr::col(Column::Code).eq(indexed_part(code)));
        let system = self.system.map(|system| Expr::col(Column::System).eq(system));
        self.number.condition().add_option(code).add_option(system)
    }
}
