//! What is wrong with `_filter`, and with codes that a modifier stands for.

use crate::fhir::issue::Text;

use super::Fault;

impl Fault {
    pub(super) fn filter_text(&self) -> Text {
        match self {
            Self::Codes { name, text, .. } => Text::new(
                format!("Tham số '{name}': {}", text.vi),
                format!("Parameter '{name}': {}", text.en),
            ),
            Self::Filter { at, expected } => Text::new(
                format!("_filter sai ở ký tự {at}: ở đó cần: {expected}."),
                format!("_filter is wrong at character {at}, where this is expected: {expected}."),
            ),
            Self::Within { at, fault } => {
                let text = fault.text();
                Text::new(
                    format!("_filter, phép so sánh ở ký tự {at}: {}", text.vi),
                    format!("_filter, the comparison at character {at}: {}", text.en),
                )
            }
            other => other.join_text(),
        }
    }
}
