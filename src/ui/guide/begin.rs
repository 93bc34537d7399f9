//! Where somebody begins who builds a form from the guide.

use maud::{Markup, html};
use serde_json::Value;

use super::source::{Guide, text};
use super::words::Words;

/// What an antenatal visit is written as, by its good examples, in the order of their references.
const VISIT: [&str; 8] = [
    "mother",
    "pregnancy",
    "pregnancy-episode",
    "antenatal-visit",
    "pregnancy-dating",
    "gestational-age",
    "blood-pressure",
    "laboratory",
];

/// The steps from a form to stored records.
pub(super) fn steps(guide: &Guide, words: Words) -> Markup {
    let known = |id: &&&str| guide.examples.iter().any(|row| text(row, "id") == **id);
    html! {
        h2 { (words.pick("Bắt đầu từ đây", "Start here")) }
        ol {
            li { (words.pick(
                "Chọn biểu mẫu của lần khám dưới đây (Questionnaire, có tệp JSON). Dấu * là mục cần có cho lần khám ấy: phiếu trả lời đã hoàn tất (completed) phải có; các bản ghi riêng lẻ thiếu nó vẫn được nhận.",
                "Choose the form of the visit below (a Questionnaire, with its JSON). A * marks what that visit should have: a completed QuestionnaireResponse must answer it; single records are accepted without it.")) }
            li { (words.pick(
                "Mỗi câu hỏi dẫn tới một mục: mã để ghi, kiểu giá trị, đơn vị, khoảng có thể, câu trả lời kèm màu ô, hồ sơ, và một ví dụ đúng có thể chép lại.",
                "Each question leads to an item: the code to write, the type of value, the unit, the possible range, the answers with their colour, the profile, and a good example to copy.")) }
            li { (words.pick(
                "Ghi mỗi mục thành một bản ghi trỏ tới lần khám và người mẹ. Một lần khám thai gồm: ",
                "Write each item as a record that points to the visit and the mother. An antenatal visit is made of: "))
                @for id in VISIT.iter().filter(known) { (words.link(&format!("/example/{id}"), id)) " " }
                (words.pick("Gửi tất cả trong một Bundle kiểu transaction.", "Send all of it in one Bundle of type transaction.")) }
            li { (words.pick("Không làm, không biết: ghi ", "Not done, not known: write "))
                code { "dataAbsentReason" } " (" code { "not-performed" } ", " code { "asked-unknown" } "). "
                (words.pick("Ô trắng: interpretation ", "White cell: interpretation ")) code { "N" } "; "
                (words.pick("ô vàng: ", "yellow cell: ")) code { "A" } ", " code { "yellow-cell" } "." }
            li { (words.pick("Thử trước khi ghi: ", "Try it before writing: ")) code { "POST /fhir/Observation/$validate" } ". "
                (words.pick(
                    "Mỗi phát hiện nói phần tử nào (expression), quy tắc nào (details.coding) và phải sửa gì, bằng tiếng Việt và tiếng Anh.",
                    "Each finding says which element (expression), which rule (details.coding) and what to change, in Vietnamese and English.")) }
            li { (words.pick("Sau đó ", "Then ")) (words.link("/rules", words.pick("các quy tắc giữa các bản ghi", "the rules across records")))
                (words.pick(" được kiểm khi ghi.", " are checked on write.")) }
        }
    }
}

/// Profiles, those of one type of resource together.
pub(super) fn by_type(words: Words, profiles: &[&Value]) -> Markup {
    let mut types: Vec<&str> = ORDER.to_vec();
    types.extend(profiles.iter().map(|one| text(one, "type")));
    let mut seen = Vec::new();
    types.retain(|kind| {
        let is_new = !seen.contains(kind);
        seen.push(*kind);
        is_new
    });
    html! {
        h2 { (words.pick("Hồ sơ", "Profiles")) " (" (profiles.len()) ")" }
        div .wide { table {
            @for kind in types {
                @let of_type: Vec<_> = profiles.iter().filter(|one| text(one, "type") == kind).collect();
                @for (at, one) in of_type.iter().enumerate() {
                    tr {
                        @if at == 0 { th rowspan=(of_type.len()) { (kind) } }
                        td { (words.link(&format!("/profile/{}", text(one, "id")), words.translated(one, "title")))
                             br; small { (text(one, "id")) } }
                        td { (words.translated(one, "description")) }
                    }
                }
            }
        } }
    }
}

/// Persons first, then the pregnancy, visits, what happened, what was found.
const ORDER: [&str; 9] = [
    "Patient",
    "RelatedPerson",
    "EpisodeOfCare",
    "Condition",
    "Encounter",
    "Procedure",
    "Observation",
    "DiagnosticReport",
    "Immunization",
];
