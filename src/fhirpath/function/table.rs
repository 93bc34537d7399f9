//! The list of all functions.

use super::collection::{aggregate, combine, existence, filter, sort, subset, tree};
use super::signature::Signature;
use super::text::{encoding, pattern, string};
use super::time::{component, interval};
use super::{boundary, conversion, math, resource, utility};

const GROUPS: [&[Signature]; 17] = [
    existence::FUNCTIONS,
    filter::FUNCTIONS,
    subset::FUNCTIONS,
    combine::FUNCTIONS,
    conversion::FUNCTIONS,
    string::FUNCTIONS,
    pattern::FUNCTIONS,
    encoding::FUNCTIONS,
    math::FUNCTIONS,
    tree::FUNCTIONS,
    sort::FUNCTIONS,
    utility::FUNCTIONS,
    resource::FUNCTIONS,
    boundary::FUNCTIONS,
    component::FUNCTIONS,
    interval::FUNCTIONS,
    aggregate::FUNCTIONS,
];

/// The function with this name.
pub(crate) fn find(name: &str) -> Option<&'static Signature> {
    GROUPS.into_iter().flatten().find(|signature| signature.name == name)
}

/// The names of all functions.
#[cfg(test)]
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    GROUPS.into_iter().flatten().map(|signature| signature.name)
}
