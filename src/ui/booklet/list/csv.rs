//! The list as a file for a spreadsheet.

use serde_json::Value;

use super::super::person::{name, place};
use super::super::reader::text;
use super::hamlet::hamlet;
use super::rows::Row;
use crate::ui::say::Say;

/// The list for a spreadsheet, which reads it as UTF-8 by its first three bytes.
pub(super) fn csv(found: &[Row], say: Say) -> String {
    let head = say.pick(
        [
            "Họ tên",
            "Ngày sinh",
            "Việc",
            "Tình trạng",
            "Từ",
            "Đến",
            "Điện thoại",
            "Thôn, tổ",
            "Địa chỉ",
            "Cơ sở",
        ],
        [
            "Name",
            "Born",
            "What",
            "Status",
            "From",
            "Until",
            "Telephone",
            "Hamlet",
            "Address",
            "Facility",
        ],
    );
    let mut out = "\u{feff}".to_owned();
    line(&mut out, &head.map(str::to_owned));
    for Row { thing, person, .. } in found {
        let phone = person.get("telecom").and_then(Value::as_array).into_iter().flatten();
        let phone = phone.map(|one| text(one, "/value")).find(|one| !one.is_empty());
        line(
            &mut out,
            &[
                name(person, say),
                say.date(text(person, "/birthDate")),
                thing.label.clone(),
                thing.said.clone(),
                say.date(&thing.from),
                say.date(&thing.until),
                phone.unwrap_or_default().to_owned(),
                hamlet(person).unwrap_or_default(),
                place(person),
                thing.owner.clone(),
            ],
        );
    }
    out
}

fn line(out: &mut String, cells: &[String]) {
    let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
    out.push_str(&cells.join(","));
    out.push_str("\r\n");
}

/// A cell as RFC 4180 has it. What a spreadsheet would take for a formula is told as text.
fn quoted(cell: &str) -> String {
    let text = match cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        true => format!("'{cell}"),
        false => cell.to_owned(),
    };
    match text.contains(['"', ',', '\n', '\r', ';']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_text_whatever_is_in_it() {
        assert_eq!(quoted("Ánh"), "Ánh");
        assert_eq!(quoted("a,\"b\""), "\"a,\"\"b\"\"\"");
        assert_eq!(quoted("=1+1"), "'=1+1");
        assert_eq!(quoted("+84, 9"), "\"'+84, 9\"");
    }
}
