//! What is wrong with full-text queries.

use crate::config::full_text::FullText;
use crate::fhir::issue::Text;

/// The query goes on otherwise than its grammar has it.
pub(super) fn wrong(name: &str, at: usize, expected: &Text) -> Text {
    Text::new(
        format!("{name} sai ở ký tự {at}: ở đó cần {}.", expected.vi),
        format!("{name} is wrong at character {at}, where {} is expected.", expected.en),
    )
}

/// The server keeps no such words.
pub(super) fn none(name: &str, needed: FullText) -> Text {
    Text::new(
        format!(
            "Máy chủ này không lập chỉ mục các từ mà '{name}' tìm. Người quản trị bật được bằng cài đặt full_text = \"{needed}\"; chỉ mục được dựng lại khi khởi động."
        ),
        format!(
            "This server has no index of the words that '{name}' looks for. Whoever runs it can have one by the setting full_text = \"{needed}\"; the index is made anew at the next start."
        ),
    )
}

/// Nothing makes one match better than another.
pub(super) fn no_score() -> Text {
    Text::new(
        "Không sắp xếp theo _score được: tìm kiếm này không có điều kiện nào mà kết quả này khớp tốt hơn kết quả kia. _score đi với _text, _content và tên người gõ có dấu.",
        "Cannot sort by _score: nothing in this search makes one match better than another. It goes with _text, _content and names typed with marks.",
    )
}
