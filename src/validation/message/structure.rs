//! Findings about names, JSON types, how many there are and what is missing.

use serde_json::Value;

use super::meant;
use super::value::shown;
use crate::fhir::issue::{Issue, IssueCode, Text};
use crate::fhir::kind::ResourceKind;
use crate::fhir::text::suggestion::{nearest, nearest_element};

/// A JSON type an element can need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::validation) enum Json {
    Object,
    String,
    Number,
    Boolean,
}

pub(super) fn issue(code: IssueCode, vi: String, en: String) -> Issue {
    Issue::error(code, Text { vi, en })
}

fn structure(vi: String, en: String) -> Issue {
    issue(IssueCode::Structure, vi, en)
}

pub(in crate::validation) fn unknown_element<'a>(
    key: &str,
    path: &str,
    known: impl Iterator<Item = &'a str> + Clone,
) -> Issue {
    let meant = nearest_element(key.trim_start_matches('_'), known);
    let key = shown(key);
    match meant {
        Some(name) => structure(
            format!("{path} không có phần tử “{key}”. Có phải ý bạn là “{name}”?"),
            format!("{path} has no element “{key}”. Did you mean “{name}”?"),
        ),
        None => structure(
            format!(
                "{path} không có phần tử “{key}”. Hãy bỏ phần tử này hoặc gửi nó dưới dạng extension."
            ),
            format!("{path} has no element “{key}”. Remove it or send it as an extension."),
        ),
    }
}

pub(in crate::validation) fn wrong_json(wanted: Json, found: &Value) -> Issue {
    let (found_vi, found_en) = match found {
        Value::Null => ("null", "null"),
        Value::Bool(_) => ("giá trị đúng/sai", "a boolean"),
        Value::Number(_) => ("số", "a number"),
        Value::String(_) => ("chuỗi", "a string"),
        Value::Array(_) => ("mảng [ ]", "an array [ ]"),
        Value::Object(_) => ("đối tượng { }", "an object { }"),
    };
    let (vi, en) = match wanted {
        Json::Object => ("một đối tượng JSON { }", "a JSON object { }"),
        Json::String => ("một chuỗi JSON, đặt trong dấu ngoặc kép", "a JSON string, in quotes"),
        Json::Number => {
            ("một số JSON, không đặt trong dấu ngoặc kép", "a JSON number, without quotes")
        }
        Json::Boolean => {
            ("true hoặc false, không đặt trong dấu ngoặc kép", "true or false, without quotes")
        }
    };
    let meant = match wanted {
        Json::Object => None,
        Json::String => meant::string(found),
        Json::Number => meant::number(found),
        Json::Boolean => meant::boolean(found).map(|meant| meant.to_string()),
    };
    let (meant_vi, meant_en) = meant.map_or_else(Default::default, |meant| {
        (format!(" Viết: {meant}."), format!(" Write: {meant}."))
    });
    structure(
        format!("Phần tử này phải là {vi}, nhưng nhận được {found_vi}.{meant_vi}"),
        format!("This element must be {en}, but is {found_en}.{meant_en}"),
    )
}

pub(in crate::validation) fn not_one(key: &str) -> Issue {
    structure(
        format!(
            "“{key}” có thể lặp lại nên phải là mảng, kể cả khi chỉ có một giá trị: \"{key}\": [ … ]."
        ),
        format!("“{key}” may repeat, so it must be an array even for one value: \"{key}\": [ … ]."),
    )
}

pub(in crate::validation) fn not_many(key: &str) -> Issue {
    structure(
        format!("“{key}” chỉ có một giá trị nên không được là mảng: bỏ dấu [ ]."),
        format!("“{key}” has one value only, so it must not be an array: remove the [ ]."),
    )
}

pub(in crate::validation) fn null() -> Issue {
    structure(
        "Không được dùng null. Nếu không có giá trị, hãy bỏ phần tử này.".into(),
        "null is not allowed. When there is no value, leave the element out.".into(),
    )
}

pub(in crate::validation) fn empty_object() -> Issue {
    structure(
        "Đối tượng rỗng { }. Nếu không có giá trị, hãy bỏ phần tử này.".into(),
        "The object { } is empty. When there is no value, leave the element out.".into(),
    )
}

pub(in crate::validation) fn empty_array() -> Issue {
    structure(
        "Mảng rỗng [ ]. Nếu không có giá trị, hãy bỏ phần tử này.".into(),
        "The array [ ] is empty. When there is no value, leave the element out.".into(),
    )
}

pub(in crate::validation) fn only_an_id() -> Issue {
    issue(
        IssueCode::Invariant,
        "ele-1: phần tử chỉ có id; phải có giá trị hoặc phần tử con khác.".into(),
        "ele-1: the element has only an id; it must have a value or other children.".into(),
    )
}

pub(in crate::validation) fn unaligned(key: &str) -> Issue {
    structure(
        format!("“{key}” và “_{key}” phải có cùng số phần tử; dùng null cho chỗ trống."),
        format!("“{key}” and “_{key}” must have the same number of items; fill gaps with null."),
    )
}

pub(in crate::validation) fn missing(name: &str, path: &str, keys: &[&str]) -> Issue {
    let (vi, en) = match keys {
        [] | [_] => (String::new(), String::new()),
        several => {
            let shown = several.join(", ");
            (format!(" Gửi một trong: {shown}."), format!(" Send one of: {shown}."))
        }
    };
    issue(
        IssueCode::Required,
        format!("Thiếu “{name}”: {path} bắt buộc phải có phần tử này.{vi}"),
        format!("“{name}” is missing: {path} must have it.{en}"),
    )
    .named("Validation_VAL_Profile_Minimum")
}

pub(in crate::validation) fn too_many(found: usize, most: usize) -> Issue {
    structure(
        format!("Có {found} giá trị, nhưng chỉ được nhiều nhất {most}."),
        format!("There are {found} values, but at most {most} are allowed."),
    )
    .named("Validation_VAL_Profile_Maximum")
}

/// So many are told; there is or may be more.
pub(in crate::validation) fn more(most: usize) -> Issue {
    issue(
        IssueCode::Informational,
        format!(
            "Chỉ nêu nhiều nhất {most} lỗi và {most} lưu ý. Sửa những gì đã nêu rồi gửi lại để xem phần còn lại."
        ),
        format!(
            "No more than {most} errors and {most} other findings are told. Mend what was told and send again to see the rest."
        ),
    )
    .note()
}

pub(in crate::validation) fn two_of_a_choice(first: &str, second: &str, name: &str) -> Issue {
    structure(
        format!(
            "“{first}” và “{second}” không được đi cùng nhau: {name}[x] chỉ nhận một kiểu. Giữ lại một phần tử."
        ),
        format!(
            "“{first}” and “{second}” may not stand together: {name}[x] takes one type. Keep one of them."
        ),
    )
}

pub(in crate::validation) fn extension_value(has_both: bool) -> Issue {
    let (vi, en) = if has_both {
        (
            "ext-1: extension không được có cả value[x] lẫn extension con. Giữ lại một trong hai.",
            "ext-1: an extension may not have both a value[x] and extensions. Keep one of them.",
        )
    } else {
        (
            "ext-1: extension phải có value[x] hoặc extension con.",
            "ext-1: an extension must have a value[x] or extensions.",
        )
    };
    issue(IssueCode::Invariant, vi.into(), en.into())
}

pub(in crate::validation) fn no_type() -> Issue {
    structure(
        "Thiếu “resourceType”: mỗi tài nguyên phải nói rõ loại của nó, ví dụ \"resourceType\": \"Patient\".".into(),
        "“resourceType” is missing: every resource says its type, such as \"resourceType\": \"Patient\".".into(),
    )
}

pub(in crate::validation) fn unknown_type(name: &str) -> Issue {
    let (vi, en) = meant_type(name);
    let name = shown(name);
    structure(
        format!("“{name}” không phải là loại tài nguyên của FHIR R4.{vi}"),
        format!("“{name}” is not a resource type of FHIR R4.{en}"),
    )
}

/// “Did you mean” for the name of a resource type.
pub(super) fn meant_type(name: &str) -> (String, String) {
    match nearest(name, ResourceKind::all().map(ResourceKind::name)) {
        Some(known) => {
            (format!(" Có phải ý bạn là “{known}”?"), format!(" Did you mean “{known}”?"))
        }
        None => (String::new(), String::new()),
    }
}

pub(in crate::validation) fn other_type(found: ResourceKind, expected: ResourceKind) -> Issue {
    issue(
        IssueCode::Invalid,
        format!("Yêu cầu này dành cho {expected}, nhưng tài nguyên gửi lên là {found}."),
        format!("The request is for {expected}, but the resource is {found}."),
    )
}

pub(in crate::validation) fn nested_contained() -> Issue {
    issue(
        IssueCode::Invariant,
        "dom-2: tài nguyên nằm trong (contained) không được chứa tài nguyên khác. Đưa nó ra tài nguyên ngoài cùng.".into(),
        "dom-2: a contained resource may not contain others. Move it to the outermost resource.".into(),
    )
}

pub(in crate::validation) fn contained_without_id() -> Issue {
    issue(
        IssueCode::Required,
        "Tài nguyên nằm trong (contained) phải có id để được tham chiếu bằng “#id”.".into(),
        "A contained resource must have an id, so that “#id” can refer to it.".into(),
    )
}

/// sqty-1, <https://hl7.org/fhir/R4/datatypes.html#SimpleQuantity>
pub(in crate::validation) fn with_comparator() -> Issue {
    issue(
        IssueCode::Invariant,
        "sqty-1: số lượng ở đây không được có “comparator”.".to_owned(),
        "sqty-1: the quantity may not have a “comparator” here.".to_owned(),
    )
}

pub(in crate::validation) fn narrative_with_extension() -> Issue {
    issue(
        IssueCode::Structure,
        "Phần tường thuật (div) không được có extension.".into(),
        "A narrative's div has no extensions.".into(),
    )
}
