//! What a resource is found by, as numbers: its address, and its tokens, references and URIs.
//!
//! Whoever rests on what a search found remembers the search's keys. A change touches the search
//! only when the resource has these keys, before or after. Keys are hashes: two things may share
//! one, and then more is touched than was meant, never less.

use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::definitions::search_parameter::ParamId;
use crate::fhir::kind::ResourceKind;

use super::row::{Rows, indexed_part};

/// A number that stands for one thing that a resource is found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key(u64);

impl Key {
    /// The address of a resource.
    pub fn address(kind: ResourceKind, id: &str) -> Self {
        Self::of([0, kind.number(), 0], id)
    }

    /// A code, in whatever system.
    pub fn code(param: ParamId, code: &str) -> Self {
        Self::of([1, param.number().into(), 0], indexed_part(code))
    }

    /// What a reference points at: the number of its type, and its id.
    pub fn reference(param: ParamId, kind: i64, target: &str) -> Self {
        Self::of([2, param.number().into(), kind], indexed_part(target))
    }

    /// A URI.
    pub fn uri(param: ParamId, value: &str) -> Self {
        Self::of([3, param.number().into(), 0], indexed_part(value))
    }

    fn of([what, first, second]: [i64; 3], text: &str) -> Self {
        let seed = (what << 56) ^ (second << 36) ^ first;
        Self(xxh3_64_with_seed(text.as_bytes(), u64::from_ne_bytes(seed.to_ne_bytes())))
    }
}

impl Rows {
    /// Adds the keys of these rows.
    pub fn keys(&self, keys: &mut Vec<Key>) {
        keys.extend(self.tokens.iter().map(|row| Key::code(row.param, &row.code)));
        let references = self.references.iter();
        keys.extend(references.map(|row| Key::reference(row.param, row.kind, &row.target)));
        keys.extend(self.uris.iter().map(|row| Key::uri(row.param, &row.value)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::row::{Reference, Token};

    #[test]
    fn rows_have_the_keys_that_searches_ask_for() {
        let param = ParamId::from_number(7);
        let mut rows = Rows::default();
        let long = "x".repeat(2_000);
        rows.tokens.push(Token { param, system: 3, code: indexed_part(&long).to_owned() });
        rows.references.push(Reference { param, kind: 2, target: "a".into() });
        let mut keys = Vec::new();
        rows.keys(&mut keys);
        assert_eq!(keys, [Key::code(param, &long), Key::reference(param, 2, "a")]);
        assert_ne!(Key::reference(param, 2, "a"), Key::reference(param, 3, "a"));
        assert_ne!(Key::code(param, "a"), Key::uri(param, "a"));
    }
}
