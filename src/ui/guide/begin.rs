//! Where somebody begins who builds a form from the guide.

use maud::{Markup, html};
use serde_json::Value;

use super::source::{Guide, text};
use super::words::Words;

/// The examples of whole visits, and what they are called.
const VISITS: [(&str, &str, &str); 7] = [
    ("visit-booking", "Đăng ký quản lý thai (lần khám đầu)", "Booking, the first visit"),
    ("visit-antenatal", "Khám thai", "Antenatal visit"),
    ("visit-birth", "Sinh: mẹ và trẻ", "Birth: mother and child"),
    ("visit-postnatal", "Khám sau sinh: mẹ và trẻ", "Postnatal visit: mother and child"),
    ("visit-vaccination", "Tiêm chủng", "Vaccination"),
    ("visit-child-checkup", "Khám sức khỏe trẻ em", "Check-up of a child"),
    ("visit-sick-child", "Khám bệnh trẻ em", "Sick child"),
];

/// The steps from a form to stored records.
pub(super) fn steps(guide: &Guide, words: Words) -> Markup {
    html! {
        h2 { (words.pick("Bắt đầu từ đây", "Start here")) }
        p { (words.pick(
            "Mỗi lần khám là một Bundle kiểu transaction gửi tới ",
            "A visit is one Bundle of type transaction, sent to ")) code { "POST /fhir" }
            (words.pick(
            ". Bảy ví dụ trọn vẹn, được nhận nguyên như vậy; hãy chép rồi thay số liệu:",
            ". Seven whole examples that are accepted as they are; copy one and put your data in:")) }
        (visits(guide, words))
        ol {
            (how_to_write(words))
            li { (words.pick("Không làm, không biết: ghi ", "Not done, not known: write "))
                code { "dataAbsentReason" } " (" code { "not-performed" } ", " code { "asked-unknown" } "). "
                (words.pick("Ô trắng: interpretation ", "White cell: interpretation ")) code { "N" } "; "
                (words.pick("ô vàng: ", "yellow cell: ")) code { "A" } ", " code { "yellow-cell" } "." }
            li { (words.pick("Thử trước khi ghi: ", "Try it before writing: ")) code { "POST /fhir/Bundle/$validate" } ". "
                (words.pick(
                    "Mỗi phát hiện nói phần tử nào (expression), quy tắc nào (details.coding) và phải sửa gì, bằng tiếng Việt và tiếng Anh.",
                    "Each finding says which element (expression), which rule (details.coding) and what to change, in Vietnamese and English.")) }
            li { (words.pick("Khi ghi, máy chủ còn kiểm ", "On write the server also checks ")) (words.link("/rules", words.pick("các quy tắc giữa các bản ghi", "the rules across records"))) "." }
            li { (words.pick("Được nhận mà có cảnh báo: trả lời có tiêu đề ", "Accepted with warnings: the reply has the header ")) code { "X-Mebe-Warnings" }
                (words.pick(" (bao nhiêu) và ", " (how many) and ")) code { "Link" } (words.pick(" (hỏi ở đâu); ", " (where to ask); "))
                code { "Prefer: return=OperationOutcome" } (words.pick(" trả luôn các cảnh báo.", " gives them at once.")) }
            li { (words.pick("Số CCCD, BHYT và các số khác: system nào, xem ", "Numbers such as CCCD and BHYT: which system, see "))
                a href="#identifiers" { (words.pick("bảng hệ thống định danh", "the table of identifier systems")) } "." }
        }
    }
}

/// What a form's questions become.
fn how_to_write(words: Words) -> Markup {
    html! {
        li { (words.pick(
            "Chọn biểu mẫu của lần khám dưới đây (Questionnaire). Dấu * là mục cần có: phiếu trả lời đã hoàn tất (completed) phải có; các bản ghi riêng lẻ thiếu nó vẫn được nhận.",
            "Choose the form of the visit below (a Questionnaire). A * marks what that visit should have: a completed QuestionnaireResponse must answer it; single records are accepted without it.")) }
        li { (words.pick(
            "Mỗi câu hỏi dẫn tới một mục: mã để ghi, kiểu giá trị, đơn vị, khoảng có thể, câu trả lời kèm màu ô, khuôn dữ liệu (meta.profile), và một ví dụ đúng để chép lại.",
            "Each question leads to an item: the code to write, the type of value, the unit, the possible range, the answers with their colour, the profile (meta.profile), and a good example to copy.")) }
        li { (words.pick(
            "Mỗi mục là một bản ghi có subject (mẹ hoặc trẻ), encounter (lần khám) và, khi nói về thai kỳ hay thai nhi, focus (Condition của thai kỳ).",
            "Each item is a record with a subject (mother or child), an encounter (the visit) and, when it is about the pregnancy or the fetus, a focus (the Condition of the pregnancy).")) }
        li { (words.pick(
            "Dấu hiệu sinh tồn và số đo cơ thể (khuôn mch-vital-sign, mch-blood-pressure): R4 đòi category ",
            "Vital signs and body measurements (profiles mch-vital-sign, mch-blood-pressure): R4 demands the category ")) code { "vital-signs" }
            (words.pick(" và mã LOINC bên cạnh mã của sổ. Huyết áp là một bản ghi: mã ", " and the LOINC code beside the booklet's. A blood pressure is one record: code "))
            code { "85354-9" } (words.pick(", hai component ", ", two components ")) code { "8480-6" } ", " code { "8462-4" } "." }
        li { (words.pick("Liên kết trong Bundle: đặt ", "Links within the Bundle: give each entry a ")) code { "fullUrl: urn:uuid:…" }
            (words.pick(" cho mỗi mục và ghi đúng chuỗi ấy vào reference. ", " and write just that as the reference. "))
            code { "PUT Patient/id" } (words.pick(" khi tự đặt id (gửi lại không sinh bản trùng), ", " where ids are yours (sending again makes no duplicates), "))
            code { "POST Patient" } (words.pick(" khi để máy chủ đặt.", " where the server gives them.")) }
        li { (words.pick("Mẹ và trẻ phải được nối: RelatedPerson của trẻ (relationship ", "Mother and child must be linked: a RelatedPerson of the child (relationship ")) code { "MTH" }
            (words.pick(") và ", ") and ")) code { "Patient.link" }
            (words.pick(" của mẹ trỏ tới RelatedPerson ấy (type ", " of the mother that points to it (type ")) code { "seealso" } ")." }
    }
}

fn visits(guide: &Guide, words: Words) -> Markup {
    let known = |id: &str| guide.examples.iter().any(|row| text(row, "id") == id);
    html! {
        ul { @for (id, vi, en) in VISITS { @if known(id) {
            li { (words.link(&format!("/example/{id}"), words.pick(vi, en)))
                 " – " a href=(format!("/guide/example/{id}.json")) { "JSON" } }
        } } }
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
        h2 { (words.pick("Khuôn dữ liệu (profile)", "Profiles")) " (" (profiles.len()) ")" }
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
