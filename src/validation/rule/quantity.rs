//! Units that are codes, <https://hl7.org/fhir/R4/datatypes.html#Quantity>: codes that their system
//! has.

use crate::validation::path::Path;
use crate::validation::walk::{Object, Walk};

/// Checks a quantity.
pub(super) fn check<'a>(walk: &mut Walk<'a>, object: &'a Object, path: &Path<'_>) {
    if object.contains_key("system") && object.contains_key("code") {
        walk.coding(object, path);
    }
}
