//! Findings about elements and attributes that the tree of a resource has no place for.
//!
//! What the tree can hold, the validation judges, whatever the format.

use super::syntax::wrong::shown;
use crate::definitions::shape::{Primitive, Shape};
use crate::fhir::issue::{Issue, IssueCode, Text};
use crate::fhir::kind::ResourceKind;
use crate::fhir::text::suggestion::{self, nearest, nearest_element};

fn structure(vi: String, en: String) -> Issue {
    Issue::error(IssueCode::Structure, Text { vi, en })
}

fn meant(found: Option<&str>) -> (String, String) {
    found.map_or_else(Default::default, |name| {
        (format!(" Có phải ý bạn là “{name}”?"), format!(" Did you mean “{name}”?"))
    })
}

pub(super) fn unknown_element(name: &str, shape: &Shape) -> Issue {
    let (vi, en) = meant(nearest_element(name, shape.elements.iter().map(|element| &*element.key)));
    let (name, path) = (shown(name), &shape.path);
    structure(
        format!("{path} không có phần tử “{name}”.{vi}"),
        format!("{path} has no element “{name}”.{en}"),
    )
}

pub(super) fn unknown_type(name: &str) -> Issue {
    let (vi, en) = meant(nearest(name, ResourceKind::all().map(ResourceKind::name)));
    let name = shown(name);
    structure(
        format!("“{name}” không phải là loại tài nguyên của FHIR R4.{vi}"),
        format!("“{name}” is not a resource type of FHIR R4.{en}"),
    )
}

pub(super) fn unknown_attribute(name: &str) -> Issue {
    let name = shown(name);
    structure(
        format!("Thuộc tính “{name}” không được dùng ở đây. Hãy bỏ thuộc tính này."),
        format!("The attribute “{name}” does not belong here. Remove it."),
    )
}

pub(super) fn attribute_wanted(name: &str) -> Issue {
    structure(
        format!("“{name}” phải là thuộc tính của thẻ, viết {name}=\"…\", không phải là phần tử."),
        format!("“{name}” must be an attribute of the tag, {name}=\"…\", not an element."),
    )
}

pub(super) fn namespace(name: &str, wanted: &str) -> Issue {
    let name = shown(name);
    structure(
        format!("<{name}> phải thuộc không gian tên {wanted}."),
        format!("<{name}> must be in the namespace {wanted}."),
    )
}

pub(super) fn order(name: &str, shape: &Shape, before: &str) -> Issue {
    let path = &shape.path;
    structure(
        format!("Sai thứ tự: trong {path}, “{name}” phải đứng trước “{before}”."),
        format!("Wrong order: in {path}, “{name}” must come before “{before}”."),
    )
    .warning()
}

pub(super) fn second(name: &str) -> Issue {
    structure(
        format!("“{name}” chỉ được có một giá trị. Hãy bỏ phần tử thừa này."),
        format!("“{name}” has one value only. Remove this further one."),
    )
}

pub(super) fn text(is_primitive: bool) -> Issue {
    if is_primitive {
        return structure(
            "Giá trị phải nằm trong thuộc tính value=\"…\", không phải giữa hai thẻ.".into(),
            "A value goes into the attribute value=\"…\", not between the tags.".into(),
        );
    }
    structure(
        "Không được có văn bản giữa các phần tử.".into(),
        "There may be no text between the elements.".into(),
    )
}

pub(super) fn empty() -> Issue {
    structure(
        "Phần tử rỗng: phải có giá trị hoặc phần tử con. Nếu không có, hãy bỏ phần tử này.".into(),
        "The element is empty: it must have a value or children. Leave it out when there is none."
            .into(),
    )
}

pub(super) fn no_resource() -> Issue {
    structure(
        "Thiếu tài nguyên bên trong phần tử này, ví dụ <Patient>…</Patient>.".into(),
        "A resource is missing inside this element, such as <Patient>…</Patient>.".into(),
    )
}

pub(super) fn second_resource() -> Issue {
    structure(
        "Phần tử này chỉ chứa được một tài nguyên.".into(),
        "This element holds one resource only.".into(),
    )
}

pub(super) fn value(primitive: Primitive, found: &str) -> Issue {
    let meant = match primitive {
        Primitive::Boolean => suggestion::boolean(found).map(|meant| meant.to_string()),
        _ => suggestion::number(found),
    };
    let meant = meant.filter(|meant| meant != found);
    let (meant_vi, meant_en) = meant.map_or_else(Default::default, |meant| {
        (format!(" Có phải ý bạn là “{meant}”?"), format!(" Did you mean “{meant}”?"))
    });
    let found = shown(found);
    let (vi, en) = match primitive {
        Primitive::Boolean => ("true hoặc false", "true or false"),
        Primitive::Decimal => ("một số như 12 hoặc -0.5", "a number such as 12 or -0.5"),
        _ => ("một số nguyên như 12", "a whole number such as 12"),
    };
    let text = Text::new(
        format!("“{found}” không hợp lệ: giá trị phải là {vi}.{meant_vi}"),
        format!("“{found}” is not valid: the value must be {en}.{meant_en}"),
    );
    Issue::error(IssueCode::Value, text)
}

pub(super) fn narrative_attribute(name: &str) -> Issue {
    let name = shown(name);
    structure(
        format!(
            "Thuộc tính “{name}” của không gian tên khác không được dùng trong phần thuật (div)."
        ),
        format!("The attribute “{name}” of another namespace is not allowed in a narrative."),
    )
}
