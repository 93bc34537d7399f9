//! Tokens, <https://hl7.org/fhir/R4/search.html#token>: `code`, `system|code`, `|code`, `system|`.
//!
//! An element of type `code` has no system of its own: it is implied by the codes the element takes.

use sea_orm::sea_query::{Condition, Expr, ExprTrait};

use crate::definitions::code_set::CodeSet;
use crate::definitions::search_parameter::ParamId;
use crate::index::key::Key;
use crate::index::row::{Token, indexed_part, system_hash};
use crate::search::query::{split, unescape};
use crate::store::lookup::Lookup;
use crate::store::table::Column;

/// A code, its system, or both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenValue {
    system: System,
    code: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum System {
    Any,
    None,
    Url(String),
    /// One that no value has.
    Nowhere,
}

impl TokenValue {
    /// Reads a value; none when it has more than one bar or nothing on either side of it.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = split(text, b'|').into_iter().map(unescape);
        let (first, second) = (parts.next()?, parts.next());
        if parts.next().is_some() {
            return None;
        }
        let Some(code) = second else {
            return Some(Self { system: System::Any, code: Some(first) });
        };
        let system = if first.is_empty() { System::None } else { System::Url(first) };
        let says_nothing = code.is_empty() && system == System::None;
        let code = (!code.is_empty()).then_some(code);
        (!says_nothing).then_some(Self { system, code })
    }

    /// The same value, for an element of type `code` that takes these codes.
    #[must_use]
    pub fn of_code_element(self, codes: &CodeSet) -> Self {
        let system = match (self.system, &self.code) {
            (System::Any, _) => System::None,
            (System::Url(system), Some(code)) if codes.contains(&system, code) => System::None,
            _ => System::Nowhere,
        };
        Self { system, code: self.code }
    }

    /// Whether one row at the most stands for each resource.
    pub fn is_exact(&self) -> bool {
        self.system != System::Any && self.code.is_some()
    }

    /// Whether it names a code, not all of a system.
    pub fn has_code(&self) -> bool {
        self.code.is_some()
    }

    /// The key of what it matches, if it has a code.
    pub fn key(&self, param: ParamId) -> Option<Key> {
        self.code.as_ref().map(|code| Key::code(param, code))
    }

    /// How to find what it matches, when it is one code in one system.
    pub fn lookup(&self, param: ParamId) -> Option<Lookup> {
        let code = indexed_part(self.code.as_deref()?).to_owned();
        let system = match &self.system {
            System::None => 0,
            System::Url(url) => system_hash(url),
            System::Any | System::Nowhere => return None,
        };
        Some(Lookup::Coded { param, code, system })
    }

    /// Holds for rows that match one of several values: their codes first, which is where rows are
    /// found, then those of each system.
    pub fn any(values: &[Self]) -> Condition {
        if let [one] = values {
            return one.condition();
        }
        let codes: Option<Vec<&str>> = values.iter().map(|value| value.code.as_deref()).collect();
        let Some(codes) = codes else {
            return values.iter().map(Self::condition).fold(Condition::any(), Condition::add);
        };
        let mut systems: Vec<(&System, Vec<&str>)> = Vec::new();
        for (value, code) in values.iter().zip(&codes) {
            match systems.iter_mut().find(|(system, _)| **system == value.system) {
                Some((_, codes)) => codes.push(code),
                None => systems.push((&value.system, vec![code])),
            }
        }
        if let [(system, codes)] = systems.as_slice() {
            return Condition::all().add(is_any_of(codes)).add_option(system.condition());
        }
        let each = systems.iter().map(|(system, codes)| {
            Condition::all().add(is_any_of(codes)).add_option(system.condition())
        });
        Condition::all().add(is_any_of(&codes)).add(each.fold(Condition::any(), Condition::add))
    }

    /// Whether a row matches.
    pub fn fits(&self, row: &Token) -> bool {
        let is_system = match &self.system {
            System::Any => true,
            System::None => row.system == 0,
            System::Url(url) => row.system == system_hash(url),
            System::Nowhere => false,
        };
        is_system && self.code.as_ref().is_none_or(|code| row.code == indexed_part(code))
    }

    /// The code, as rows have it.
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref().map(indexed_part)
    }

    /// Holds for rows that match.
    pub fn condition(&self) -> Condition {
        let code = self.code.as_ref().map(|code| Expr::col(Column::Code).eq(indexed_part(code)));
        Condition::all().add_option(code).add_option(self.system.condition())
    }
}

impl System {
    fn condition(&self) -> Option<Expr> {
        match self {
            Self::Any => None,
            Self::None => Some(Expr::col(Column::System).eq(0_i64)),
            Self::Url(url) => Some(Expr::col(Column::System).eq(system_hash(url))),
            Self::Nowhere => Some(Expr::cust("1 = 0")),
        }
    }
}

fn is_any_of(codes: &[&str]) -> Expr {
    Expr::col(Column::Code).is_in(codes.iter().map(|code| indexed_part(code)))
}
