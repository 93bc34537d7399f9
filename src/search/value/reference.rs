//! Reads references, <https://hl7.org/fhir/R4/search.html#reference>: `id`, `Type/id` or a URL; a
//! canonical with its version (`url|1.0`) is that version.

use crate::criteria::value::reference::{ReferenceValue, TargetType};
use crate::fhir::id::ResourceId;
use crate::fhir::issue::Text;
use crate::fhir::kind::ResourceKind;
use crate::fhir::reference::Target;

/// Reads a value; `allowed` are the types the parameter points at, or the one a modifier names.
pub fn parse(text: &str, base: &str, allowed: &[ResourceKind]) -> Option<ReferenceValue> {
    if let Some(id) = ResourceId::parse(text) {
        let of = match allowed {
            [] => TargetType::Any,
            kinds => TargetType::OneOf(kinds.to_vec()),
        };
        return Some(ReferenceValue::new(id.as_str(), of));
    }
    let (target, of) = match Target::parse(text, base) {
        // Only canonicals have a version, and their rows have it.
        _ if text.contains('|') => (text, TargetType::Elsewhere),
        // A target of another type than the parameter points at is found nowhere.
        Target::Local { kind, id, .. } if !allowed.is_empty() && !allowed.contains(&kind) => {
            (id, TargetType::Nowhere)
        }
        Target::Local { kind, id, .. } => (id, TargetType::OneOf(vec![kind])),
        Target::Absolute(url) | Target::Urn(url) => (url, TargetType::Elsewhere),
        // Rows have what nobody can follow as it is written.
        Target::Unknown if text.contains('/') => (text, TargetType::Elsewhere),
        Target::Fragment(_) | Target::Conditional { .. } | Target::Unknown => return None,
    };
    Some(ReferenceValue::new(target, of))
}

/// What is expected of a value.
pub fn expected() -> Text {
    Text::new(
        "một tham chiếu như Patient/123, 123 hoặc một URL đầy đủ",
        "a reference such as Patient/123, 123 or a full URL",
    )
}
