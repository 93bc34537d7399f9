//! Patients as numbers: a number stands for `Patient/id` whether she is stored yet, later or never.
//!
//! It is a hash of the id, so nobody is asked before a row is written. The hash has a secret of the
//! database: who may choose ids cannot make one that has the number of another patient.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// The number that stands for a patient; never 0 or 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PatientNumber(i64);

/// Gives patients their numbers.
#[derive(Clone)]
pub struct PatientKey(Hmac<Sha256>);

impl PatientNumber {
    /// The number kept in databases.
    pub fn number(self) -> i64 {
        self.0
    }

    /// The patient with this number, as kept in a database.
    pub(super) fn from_number(number: i64) -> Self {
        Self(number)
    }
}

impl PatientKey {
    /// Takes a secret, which serves other ends too.
    pub fn new(secret: &[u8]) -> Self {
        let mut key = [0; 64];
        key.iter_mut().zip(Sha256::digest(secret)).for_each(|(place, byte)| *place = byte);
        Self(Hmac::new(&key.into()))
    }

    /// The number of the patient with this id.
    pub fn number(&self, id: &str) -> PatientNumber {
        let mut mac = self.0.clone();
        // Nothing else that is signed with the secret begins so.
        mac.update(b"Patient/");
        mac.update(id.as_bytes());
        let bytes = mac.finalize().into_bytes();
        let number = bytes.iter().take(8).fold(0, |all: i64, byte| all << 8 | i64::from(*byte));
        PatientNumber(if matches!(number, 0 | 1) { -1 } else { number })
    }
}

impl fmt::Debug for PatientKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PatientKey")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Databases hold these.
    #[test]
    fn numbers_stay() {
        let key = PatientKey::new(b"secret");
        assert_eq!(key.number("me-1"), key.number("me-1"));
        assert_ne!(key.number("me-1"), key.number("me-2"));
        assert_ne!(key.number("me-1"), PatientKey::new(b"other").number("me-1"));
        assert_eq!(key.number("me-1").number(), -4_411_295_307_682_627_701);
    }
}
