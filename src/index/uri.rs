//! What URI parameters see, <https://hl7.org/fhir/R4/search.html#uri>.

use serde_json::Value;

use super::data_type::DataType;
use crate::definitions::shape::Primitive;

/// Gives the URI, and without its version as well when it is a canonical that has one, because
/// `_profile=http://…` asks for every version.
pub(super) fn each<'a>(kind: DataType, value: &'a Value, mut give: impl FnMut(&'a str)) {
    let (DataType::Primitive(primitive), Some(uri)) = (kind, value.as_str()) else { return };
    if uri.is_empty() {
        return;
    }
    give(uri);
    match uri.split_once('|') {
        Some((url, _)) if primitive == Primitive::Canonical && !url.is_empty() => give(url),
        _ => {}
    }
}
