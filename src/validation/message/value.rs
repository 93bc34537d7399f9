//! Findings about the format of primitive values.

use super::meant;
use super::structure::issue;
use crate::definitions::shape::Primitive;
use crate::fhir::issue::{Issue, IssueCode};
use crate::validation::format::{date_time, number, text};

fn value(vi: String, en: String) -> Issue {
    issue(IssueCode::Value, vi, en)
}

pub(in crate::validation) fn empty_string() -> Issue {
    value(
        "Chuỗi rỗng. Nếu không có giá trị, hãy bỏ phần tử này.".into(),
        "The string is empty. When there is no value, leave the element out.".into(),
    )
}

pub(in crate::validation) fn integer(
    fault: number::NumberFault,
    digits: &str,
    smallest: i32,
) -> Issue {
    let digits = shown(digits);
    match fault {
        number::NumberFault::Whole => value(
            format!("{digits} không phải là số nguyên: viết không có dấu chấm và số mũ."),
            format!("{digits} is not an integer: write it without a point or an exponent."),
        ),
        number::NumberFault::Range => value(
            format!("{digits} nằm ngoài khoảng cho phép, từ {smallest} đến 2147483647."),
            format!("{digits} is out of range, which is {smallest} to 2147483647."),
        ),
    }
}

pub(in crate::validation) fn text(
    fault: text::TextFault,
    primitive: Primitive,
    found: &str,
) -> Issue {
    let found = shown(found);
    match (fault, primitive) {
        (text::TextFault::ControlCharacter, _) => value(
            "Chuỗi có ký tự điều khiển (mã dưới 32). Chỉ được dùng tab và xuống dòng.".into(),
            "The string has a control character (below 32). Only tabs and line breaks may be used."
                .into(),
        ),
        (text::TextFault::TooLong, _) => issue(
            IssueCode::TooLong,
            format!("Chuỗi dài hơn {} ký tự.", text::MOST_CHARACTERS),
            format!("The string is longer than {} characters.", text::MOST_CHARACTERS),
        ),
        (text::TextFault::Format, Primitive::Id) => value(
            format!(
                "“{found}” không phải là id: chỉ dùng 1 đến 64 chữ cái không dấu, chữ số, “-” và “.”."
            ),
            format!("“{found}” is not an id: use 1 to 64 letters A-Z, a-z, digits, “-” and “.”."),
        ),
        (text::TextFault::Format, Primitive::Base64Binary) => value(
            format!("“{found}” không phải là base64: kiểm tra ký tự lạ và dấu “=” ở cuối."),
            format!("“{found}” is not base64: check for stray characters and the “=” at the end."),
        ),
        (text::TextFault::Format, _) => value(
            format!("“{found}” không phải là code: bỏ khoảng trắng ở hai đầu và khoảng trắng kép."),
            format!("“{found}” is not a code: remove spaces at the ends and double spaces."),
        ),
    }
}

pub(in crate::validation) fn uri(primitive: Primitive, found: &str) -> Issue {
    let found = shown(found);
    match primitive {
        Primitive::Oid => value(
            format!("“{found}” không phải là OID: viết như urn:oid:2.16.840.1.113883."),
            format!("“{found}” is not an OID: write it like urn:oid:2.16.840.1.113883."),
        ),
        Primitive::Uuid => value(
            format!(
                "“{found}” không phải là UUID: viết bằng chữ thường như urn:uuid:c757873d-ec9a-4326-a141-556f43239520."
            ),
            format!(
                "“{found}” is not a UUID: write it in lower case like urn:uuid:c757873d-ec9a-4326-a141-556f43239520."
            ),
        ),
        _ => value(
            format!("“{found}” không phải là URI: không được có khoảng trắng, hãy dùng %20."),
            format!("“{found}” is not a URI: it may not have spaces, use %20."),
        ),
    }
}

pub(in crate::validation) fn not_a_div() -> Issue {
    value(
        "Nội dung phải là XHTML và bắt đầu bằng <div xmlns=\"http://www.w3.org/1999/xhtml\">.".into(),
        "The narrative must be XHTML that starts with <div xmlns=\"http://www.w3.org/1999/xhtml\">.".into(),
    )
}

pub(in crate::validation) fn date_time(
    fault: date_time::DateTimeFault,
    primitive: Primitive,
    found: &str,
) -> Issue {
    let meant = meant::date(found, primitive);
    let (meant_vi, meant_en) = meant.map_or_else(Default::default, |meant| {
        (format!(" Có phải ý bạn là “{meant}”?"), format!(" Did you mean “{meant}”?"))
    });
    let found = shown(found);
    let (vi, en) = match fault {
        date_time::DateTimeFault::Impossible => (
            format!(
                "“{found}” không tồn tại trên lịch hoặc đồng hồ. Kiểm tra ngày, tháng, giờ và múi giờ."
            ),
            format!(
                "“{found}” does not exist on the calendar or the clock. Check day, month, time and zone."
            ),
        ),
        date_time::DateTimeFault::Seconds => (
            format!("“{found}” thiếu giây: viết giờ dạng hh:mm:ss, ví dụ 10:30:00."),
            format!("“{found}” lacks seconds: write the time as hh:mm:ss, such as 10:30:00."),
        ),
        date_time::DateTimeFault::Zone => (
            format!("“{found}” có giờ nhưng thiếu múi giờ: thêm +07:00 (giờ Việt Nam) hoặc Z."),
            format!("“{found}” has a time but no zone: add +07:00 (Viet Nam) or Z."),
        ),
        date_time::DateTimeFault::Time => (
            format!(
                "“{found}” thiếu giờ: instant cần đủ ngày, giờ, giây và múi giờ, ví dụ 2024-03-15T10:30:00+07:00."
            ),
            format!(
                "“{found}” lacks the time: an instant needs date, time, seconds and zone, such as 2024-03-15T10:30:00+07:00."
            ),
        ),
        date_time::DateTimeFault::Format => {
            let (name, form) = match primitive {
                Primitive::Time => ("time", "hh:mm:ss"),
                Primitive::Instant => ("instant", "YYYY-MM-DDThh:mm:ss+07:00"),
                Primitive::DateTime => {
                    ("dateTime", "YYYY, YYYY-MM, YYYY-MM-DD, YYYY-MM-DDThh:mm:ss+07:00")
                }
                _ => ("date", "YYYY, YYYY-MM, YYYY-MM-DD"),
            };
            (
                format!("“{found}” không phải là {name}: viết dạng {form}."),
                format!("“{found}” is not a {name}: write it as {form}."),
            )
        }
    };
    value(format!("{vi}{meant_vi}"), format!("{en}{meant_en}"))
}

/// The value as far as it helps: long ones are cut.
pub(in crate::validation) fn shown(found: &str) -> String {
    const MOST: usize = 60;
    match found.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", found.get(..end).unwrap_or_default()),
        None => found.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_written_day_first_is_turned_around() {
        let issue = date_time(date_time::DateTimeFault::Format, Primitive::Date, "5/3/2024");
        assert!(issue.text.vi.contains("“2024-03-05”"), "{}", issue.text.vi);
        assert!(issue.text.en.contains("“2024-03-05”"), "{}", issue.text.en);
    }

    #[test]
    fn long_values_are_cut() {
        assert_eq!(shown(&"é".repeat(61)), format!("{}…", "é".repeat(60)));
        assert_eq!(shown("a"), "a");
    }
}
