//! What can be wrong with `_include` and `_revinclude`.

use crate::fhir::issue::Text;
use crate::fhir::kind::ResourceKind;

/// An include that cannot be followed as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IncludeFault {
    /// It does not say by which parameter.
    Incomplete { text: String },
    /// The type refers to nothing by such a parameter; those by which it does are given.
    NoParameter { kind: ResourceKind, name: String, known: Vec<String> },
    /// Nothing of this type is found, and what is included is not looked at.
    NotSearched { kind: ResourceKind },
}

impl IncludeFault {
    /// What the client is told.
    pub(super) fn text(&self) -> Text {
        match self {
            Self::Incomplete { text } => Text::new(
                format!(
                    "'{text}' dở dang: cần Loại:tham-số hoặc Loại:tham-số:Loại-đích, như Observation:subject:Patient; riêng _include còn nhận '*'."
                ),
                format!(
                    "'{text}' is incomplete: expected is Type:parameter or Type:parameter:TargetType, such as Observation:subject:Patient; _include takes '*' as well."
                ),
            ),
            Self::NoParameter { kind, name, known } => {
                let known = known.join(", ");
                Text::new(
                    format!(
                        "{kind} không có tham số tham chiếu '{name}'. Các tham số có: {known}."
                    ),
                    format!("{kind} has no reference parameter '{name}'. It has: {known}."),
                )
            }
            Self::NotSearched { kind } => Text::new(
                format!(
                    "Tìm kiếm này không tìm {kind}. Để đi tiếp từ tài nguyên kèm theo, hãy thêm :iterate, như _include:iterate={kind}:…"
                ),
                format!(
                    "This search does not look for {kind}. To go on from what is included, add :iterate, as in _include:iterate={kind}:…"
                ),
            ),
        }
    }
}
