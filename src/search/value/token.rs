//! Reads tokens, <https://hl7.org/fhir/R4/search.html#token>: `code`, `system|code`, `|code`,
//! `system|`.

use crate::criteria::value::token::{System, TokenValue};
use crate::definitions::code_set::CodeSet;
use crate::fhir::text::phone::national;
use crate::index::stand_in::type_hash;
use crate::search::query::{split, unescape};

/// Reads a value of `:of-type`: system and code of the type, and the identifier, all of them.
pub fn of_type(text: &str) -> Option<TokenValue> {
    let parts: Vec<String> = split(text, b'|').into_iter().map(unescape).collect();
    let [system, code, value] = parts.as_slice() else { return None };
    if [system, code, value].into_iter().any(String::is_empty) {
        return None;
    }
    Some(TokenValue::new(System::Is(type_hash(system, code)), Some(value)))
}

/// A value as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenToken {
    /// What stands before the bar, if there is one.
    system: Option<String>,
    code: Option<String>,
}

impl WrittenToken {
    /// Reads a value; none when it has more than one bar or nothing on either side of it.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = split(text, b'|').into_iter().map(unescape);
        let (first, second) = (parts.next()?, parts.next());
        if parts.next().is_some() {
            return None;
        }
        let Some(code) = second else { return Some(Self { system: None, code: Some(first) }) };
        let says_nothing = code.is_empty() && first.is_empty();
        let code = (!code.is_empty()).then_some(code);
        (!says_nothing).then_some(Self { system: Some(first), code })
    }

    /// A code of a system.
    pub fn new(system: &str, code: &str) -> Self {
        Self { system: Some(system.to_owned()), code: Some(code.to_owned()) }
    }

    /// System and code, when both are given.
    pub fn coded(&self) -> Option<(&str, &str)> {
        self.system.as_deref().filter(|system| !system.is_empty()).zip(self.code.as_deref())
    }

    /// What it asks for as a phone number, if it is one.
    pub fn phone(&self) -> Option<TokenValue> {
        let number = national(self.code.as_deref()?)?;
        let system = self.system.as_deref().map_or(System::Any, System::of);
        Some(TokenValue::new(system, Some(&number)))
    }

    /// What it asks for.
    pub fn value(&self) -> TokenValue {
        let system = self.system.as_deref().map_or(System::Any, System::of);
        TokenValue::new(system, self.code.as_deref())
    }

    /// What it asks for of an element of type `code` that takes these codes: such an element has no
    /// system of its own, it is implied by the codes.
    pub fn of_code_element(&self, codes: &CodeSet) -> TokenValue {
        let system = match (self.system.as_deref(), &self.code) {
            (None, _) => System::None,
            (Some(system), Some(code)) if !system.is_empty() && codes.contains(system, code) => {
                System::None
            }
            (Some(_), _) => System::Nowhere,
        };
        TokenValue::new(system, self.code.as_deref())
    }
}
