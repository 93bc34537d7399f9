//! Who does something: a person or a system, by what, and in which role.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};

/// Agents that are remembered by their sums.
const REMEMBERED: usize = 50_000;

/// What is known of who does something; the rest is empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Known {
    /// `iss` of the token.
    pub issuer: String,
    /// `sub` of the token.
    pub subject: String,
    /// `client_id` of the token.
    pub client: String,
    /// References, parted by spaces: `Practitioner/hoa`.
    pub fhir_user: String,
    /// Roles by which it was done, parted by spaces.
    pub role: String,
    /// References, parted by spaces: `Organization/tram`.
    pub organization: String,
}

/// Who does something, with a checksum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agent {
    known: Known,
    sum: String,
}

/// The numbers of agents, as far as they are remembered.
#[derive(Debug, Default)]
pub(in crate::store) struct Numbers {
    numbers: FxHashMap<String, i64>,
}

impl Agent {
    pub fn new(known: Known) -> Self {
        let mut hash = Sha256::new();
        for text in known.texts() {
            add_text(&mut hash, text);
        }
        Self { known, sum: encoded(hash) }
    }

    /// What is known of it.
    pub fn known(&self) -> &Known {
        &self.known
    }

    /// A checksum of all that is told of it.
    pub fn sum(&self) -> &str {
        &self.sum
    }
}

impl Known {
    /// What is told of it, in the order of the columns.
    pub(in crate::store) fn texts(&self) -> [&str; 6] {
        let Self { issuer, subject, client, fhir_user, role, organization } = self;
        [issuer, subject, client, fhir_user, role, organization]
    }
}

impl Numbers {
    /// The number of an agent.
    pub(in crate::store) fn number(&self, sum: &str) -> Option<i64> {
        self.numbers.get(sum).copied()
    }

    /// Takes a number that is in the database, or will be.
    pub(in crate::store) fn keep(&mut self, sum: &str, number: i64) {
        if self.numbers.len() >= REMEMBERED {
            self.numbers.clear();
        }
        self.numbers.insert(sum.to_owned(), number);
    }

    /// Forgets all: what was written is not.
    pub(in crate::store) fn forget(&mut self) {
        self.numbers.clear();
    }
}

/// Takes a text with its length before it, so that no two lists of texts are the same bytes.
pub(super) fn add_text(hash: &mut Sha256, text: &str) {
    add_number(hash, i64::try_from(text.len()).unwrap_or(i64::MAX));
    hash.update(text.as_bytes());
}

pub(super) fn add_number(hash: &mut Sha256, number: i64) {
    hash.update(number.to_le_bytes());
}

/// A hash as it is kept.
pub(super) fn encoded(hash: Sha256) -> String {
    URL_SAFE_NO_PAD.encode(hash.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_of_an_agent_counts() {
        let known = Known { issuer: "a".into(), subject: "b".into(), ..Known::default() };
        let moved = Known { issuer: "ab".into(), ..Known::default() };
        let other = Known { role: "hospital".into(), ..known.clone() };
        let sum = |known: &Known| Agent::new(known.clone()).sum().to_owned();
        assert_eq!(sum(&known), sum(&known.clone()));
        assert_ne!(sum(&known), sum(&moved));
        assert_ne!(sum(&known), sum(&other));
    }
}
