//! Numbers that rows have in the place of a system. No system has a blank in it, so none has these.

use super::row::system_hash;

/// The number that stands, in the place of a system, for amounts in base units.
pub fn base_units() -> i64 {
    system_hash("http://unitsofmeasure.org base units")
}

/// The number that stands, in the place of a system, for a type of identifiers.
pub fn type_hash(system: &str, code: &str) -> i64 {
    system_hash(&format!("{system} {code}"))
}
