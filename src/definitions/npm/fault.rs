//! What is said of files that cannot be read or used, in both languages.

use crate::fhir::issue::Text;

/// `package.json` lacks something it must have.
pub(super) fn no_entry(key: &str) -> Text {
    Text::new(format!("package.json không có “{key}”."), format!("package.json has no “{key}”."))
}

/// The folder or archive has no `package.json`.
pub(super) fn no_manifest() -> Text {
    Text::new(
        "Không có package.json: tên, phiên bản và các gói phụ thuộc không rõ; các tệp JSON vẫn được đọc.",
        "There is no package.json: name, version and dependencies are not known; the JSON files are read anyway.",
    )
}

pub(super) fn other_release(versions: &str) -> Text {
    Text::new(
        format!(
            "Gói được viết cho FHIR {versions}, còn máy chủ này dùng R4 (4.0.1): có định nghĩa có thể không dùng được."
        ),
        format!(
            "The package is written for FHIR {versions}, this server speaks R4 (4.0.1): some definitions may be of no use."
        ),
    )
}

pub(super) fn missing_dependency(name: &str, version: &str) -> Text {
    Text::new(
        format!(
            "Thiếu gói phụ thuộc {name}#{version}: những gì nó định nghĩa sẽ không được biết. Hãy nạp thêm gói ấy."
        ),
        format!(
            "The dependency {name}#{version} is not loaded: what it defines is not known. Load it as well."
        ),
    )
}

pub(super) fn unsafe_path() -> Text {
    Text::new(
        "Đường dẫn là tuyệt đối hoặc đi ra ngoài gói; tệp bị bỏ qua.",
        "The path is absolute or leaves the package; the file is left out.",
    )
}

pub(super) fn not_a_file(what: &str) -> Text {
    Text::new(
        format!("Mục này là {what}, không phải tệp thường; bị bỏ qua."),
        format!("The entry is a {what}, not a plain file; it is left out."),
    )
}

pub(super) fn path_is_not_text() -> Text {
    Text::new(
        "Tên tệp không phải là UTF-8; tệp bị bỏ qua.",
        "The file's name is not UTF-8; the file is left out.",
    )
}

pub(super) fn too_large(bytes: u64, most: u64) -> Text {
    Text::new(
        format!("Tệp dài {bytes} byte, giới hạn là {most}; bị bỏ qua."),
        format!("The file has {bytes} bytes, {most} is the limit; it is left out."),
    )
}

pub(super) fn too_many(most: usize) -> Text {
    Text::new(
        format!("Gói có hơn {most} tệp; phần còn lại không được đọc."),
        format!("The package has more than {most} files; the rest is not read."),
    )
}

pub(super) fn unpacks_too_far(most: u64) -> Text {
    Text::new(
        format!("Gói giải nén ra hơn {most} byte; phần còn lại không được đọc."),
        format!("The package unpacks to more than {most} bytes; the rest is not read."),
    )
}

pub(super) fn not_utf8(at: usize) -> Text {
    Text::new(
        format!("Nội dung không phải là UTF-8 (từ byte {at}); tệp bị bỏ qua."),
        format!("The content is not UTF-8 (from byte {at} on); the file is left out."),
    )
}

pub(super) fn not_json(error: &serde_json::Error) -> Text {
    Text::new(
        format!("JSON hỏng: {error}; tệp bị bỏ qua."),
        format!("The JSON is broken: {error}; the file is left out."),
    )
}

pub(super) fn no_type() -> Text {
    Text::new(
        "Tệp JSON này không phải là tài nguyên: không có resourceType.",
        "This JSON file is no resource: it has no resourceType.",
    )
}

pub(super) fn unknown_type(name: &str) -> Text {
    Text::new(
        format!("FHIR R4 không có loại tài nguyên “{name}”; tệp bị bỏ qua."),
        format!("FHIR R4 has no resource type “{name}”; the file is left out."),
    )
}

pub(super) fn no_url() -> Text {
    Text::new(
        "Định nghĩa không có url nên không gì gọi tới được; bị bỏ qua.",
        "The definition has no url, so nothing can refer to it; it is left out.",
    )
}

pub(super) fn same_url(name: &str, other: &str) -> Text {
    Text::new(
        format!("{name} đã có trong {other}; chỉ bản đầu tiên được dùng."),
        format!("{name} is in {other} already; only the first one is used."),
    )
}

pub(super) fn same_id(kind: &str, id: &str, other: &str) -> Text {
    Text::new(
        format!("{kind}/{id} cũng là id của {other}."),
        format!("{kind}/{id} is the id of {other} too."),
    )
}

pub(super) fn not_readable(error: &std::io::Error) -> Text {
    Text::new(format!("Không đọc được tệp: {error}."), format!("The file cannot be read: {error}."))
}

pub(super) fn not_a_parameter(error: &serde_json::Error) -> Text {
    Text::new(
        format!("SearchParameter này không đọc được: {error}."),
        format!("This SearchParameter cannot be read: {error}."),
    )
}

pub(super) fn too_deep(most: usize) -> Text {
    Text::new(
        format!("JSON lồng nhau quá {most} mức; tệp bị bỏ qua."),
        format!("The JSON is nested deeper than {most} levels; the file is left out."),
    )
}
