//! The list of all functions.

use super::signature::Signature;
use super::{
    aggregate, boundary, combine, component, conversion, encoding, existence, filter, interval,
    math, pattern, resource, sort, string, subset, tree, utility,
};

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
