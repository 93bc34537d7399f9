//! Tokens, <https://hl7.org/fhir/R4/search.html#token>: `code`, `system|code`, `|code`, `system|`.

use sea_orm::sea_query::{Condition, Expr, ExprTrait};

use crate::index::row::{indexed_part, system_hash};
use crate::search::query::{split, unescape};
use crate::store::table::Column;

/// A code, its system, or both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenValue {
    /// None: any system. `Some(0)`: no system.
    system: Option<i64>,
    code: Option<String>,
}

impl TokenValue {
    /// Reads a value; none when it has more than one bar or nothing on either side of it.
    pub fn parse(text: &str) -> Option<Self> {
        let parts: Vec<String> = split(text, b'|').into_iter().map(unescape).collect();
        match parts.as_slice() {
            [code] => Some(Self { system: None, code: Some(code.clone()) }),
            [system, code] if !(system.is_empty() && code.is_empty()) => Some(Self {
                system: Some(if system.is_empty() { 0 } else { system_hash(system) }),
                code: (!code.is_empty()).then(|| code.clone()),
            }),
            _ => None,
        }
    }

    /// Whether one row at the most stands for each resource.
    pub fn is_exact(&self) -> bool {
        self.system.is_some() && self.code.is_some()
    }

    /// Whether it names a code, not all of a system.
    pub fn has_code(&self) -> bool {
        self.code.is_some()
    }

    /// Holds for rows that match.
    pub fn condition(&self) -> Condition {
        let code = self.code.as_ref().map(|code| Expr::col(Column::Code).eq(indexed_part(code)));
        let system = self.system.map(|system| Expr::col(Column::System).eq(system));
        Condition::all().add_option(code).add_option(system)
    }
}
