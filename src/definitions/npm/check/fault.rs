//! What is said of definitions that do not fit together, in both languages.

use crate::fhir::issue::Text;

pub(super) fn replaces_r4(url: &str) -> Text {
    Text::new(
        format!("{url} là của R4; bản trong gói được dùng thay cho bản ấy."),
        format!("{url} is R4's own; the package's one is used in its place."),
    )
}

pub(super) fn type_of_r4(url: &str) -> Text {
    Text::new(
        format!("{url} là của R4 và không thay được; bản trong gói không được dùng."),
        format!("{url} is R4's own and cannot be replaced; the package's one is not used."),
    )
}

pub(super) fn named_twice(value: &str, other: &str) -> Text {
    Text::new(
        format!("{value} cũng là tên của hệ thống trong {other}."),
        format!("{value} also names the system of {other}."),
    )
}

pub(super) fn value_set_as_system(url: &str) -> Text {
    Text::new(
        format!(
            "{url} là một ValueSet nhưng được dùng làm hệ thống mã: không mã nào tìm thấy ở đó."
        ),
        format!("{url} is a value set but is used as a code system: no code will be found there."),
    )
}

pub(super) fn system_as_value_set(url: &str) -> Text {
    Text::new(
        format!("{url} là một CodeSystem nhưng được dùng làm tập giá trị."),
        format!("{url} is a code system but is used as a value set."),
    )
}

pub(super) fn nearly_named(system: &str, named: &str) -> Text {
    Text::new(
        format!(
            "Không có NamingSystem nào cho {system}; có cái gần giống: {named}. Hai cách viết không khớp nhau."
        ),
        format!(
            "No naming system names {system}, but one names {named}: the two spellings do not match."
        ),
    )
}

pub(super) fn unknown_base(url: &str) -> Text {
    Text::new(
        format!("Không có định nghĩa gốc {url}: profile này không dùng được."),
        format!("The base definition {url} is not known: this profile cannot be used."),
    )
}

pub(super) fn circular_base(url: &str) -> Text {
    Text::new(
        format!("Định nghĩa gốc {url} dẫn về chính profile này: profile này không dùng được."),
        format!("The base definition {url} leads back to this profile, which cannot be used."),
    )
}

pub(super) fn unknown(kind: &str, canonical: &str) -> Text {
    Text::new(
        format!("Không có {kind} nào là {canonical}."),
        format!("No {kind} is known as {canonical}."),
    )
}

pub(super) fn other_version(kind: &str, canonical: &str) -> Text {
    Text::new(
        format!("Không có {kind} {canonical}, chỉ có phiên bản khác."),
        format!("No {kind} is known as {canonical}, only other versions are."),
    )
}

pub(super) fn no_slice_has(path: &str) -> Text {
    Text::new(
        format!(
            "Các slice được phân biệt theo “{path}”, nhưng không slice nào nói giá trị ở đó: không gì xếp được vào slice."
        ),
        format!(
            "The slices are told apart by “{path}”, but none says what is there: nothing can be matched to a slice."
        ),
    )
}

pub(super) fn slices_lack(path: &str, names: &str) -> Text {
    Text::new(
        format!("Các slice được phân biệt theo “{path}”, nhưng {names} không nói giá trị ở đó."),
        format!("The slices are told apart by “{path}”, but {names} does not say what is there."),
    )
}

pub(super) fn same_slices(slice: &str, other: &str) -> Text {
    Text::new(
        format!("Slice {slice} có cùng giá trị phân biệt với {other}."),
        format!("The slice {slice} is told apart by the same values as {other}."),
    )
}
