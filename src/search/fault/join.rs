//! What is wrong with a way to other resources.

use crate::fhir::issue::Text;

use super::Fault;

impl Fault {
    /// What is wrong with a way to other resources.
    pub(super) fn join_text(&self) -> Text {
        match self {
            Self::NoReference { kind, name } => Text::new(
                format!(
                    "'{name}' của {kind} không dẫn đến tài nguyên nào, nên sau nó không thể có '.' hay đứng trong _has."
                ),
                format!(
                    "'{name}' of {kind} leads to no resources: it can neither be chained nor stand in _has."
                ),
            ),
            Self::NoTarget { name, kind } => Text::new(
                format!("'{name}' không trỏ đến {kind}."),
                format!("'{name}' does not point at {kind}."),
            ),
            Self::UntypedChain { name } => Text::new(
                format!(
                    "'{name}' có thể dẫn đến mọi loại tài nguyên. Hãy ghi loại, như subject:Patient.name."
                ),
                format!(
                    "'{name}' may lead to any type of resource. Say which, as in subject:Patient.name."
                ),
            ),
            Self::UnknownType { name } => Text::new(
                format!("FHIR R4 không có loại tài nguyên '{name}'."),
                format!("FHIR R4 has no resource type '{name}'."),
            ),
            other => Text::new(
                format!(
                    "'{}' dở dang: cần như subject:Patient.name hoặc _has:Observation:patient:code.",
                    other.name()
                ),
                format!(
                    "'{}' is incomplete: expected is subject:Patient.name or _has:Observation:patient:code.",
                    other.name()
                ),
            ),
        }
    }

    fn name(&self) -> &str {
        match self {
            Self::Join { name } => name,
            _ => "",
        }
    }
}
