//! The list as a table, hamlet by hamlet, with boxes to tick on paper.

use maud::{Markup, html};

use super::super::person::{name, place, telephone};
use super::super::reader::Reader;
use super::rows::{Row, by_hamlet};
use super::{PAGE, PARAMETERS};
use crate::fhir::date::calendar::whole_day;
use crate::ui::say::Say;

/// The things of a page.
pub(super) fn listed(
    reader: &Reader<'_, '_>,
    found: Vec<Row>,
    (offset, total): (usize, usize),
) -> Markup {
    let say = reader.say;
    let day = reader.told("date").and_then(whole_day).unwrap_or_else(|| reader.today());
    let shown = found.len();
    html! {
        p { (counted(say.day(day), (offset, shown, total), say)) }
        (pages(reader, (offset, total)))
        @if shown > 0 {
            div .wide .stack { table {
                thead { tr {
                    th scope="col" { (say.pick("Đã làm", "Done")) }
                    th scope="col" { (say.pick("Ai", "Who")) }
                    th scope="col" { (say.pick("Việc", "What")) }
                    th scope="col" { (say.pick("Từ ngày", "Since")) }
                    th scope="col" { (say.pick("Điện thoại, địa chỉ", "Telephone, address")) }
                } }
                @for (hamlet, rows) in by_hamlet(found) {
                    tbody {
                        tr .group { th colspan="5" scope="rowgroup" {
                            (hamlet.unwrap_or_else(|| say.pick("Chưa rõ thôn, tổ", "Hamlet not known").to_owned()))
                            " – " (say.pick(format!("{} việc", rows.len()), format!("{} things", rows.len())))
                        } }
                        @for row in &rows { (line(row, (say, reader.today()))) }
                    }
                }
            } }
        }
        @if shown > 20 { (pages(reader, (offset, total))) }
    }
}

fn counted(day: String, (offset, shown, total): (usize, usize, usize), say: Say) -> String {
    if total == 0 {
        return say.pick(
            format!("Ngày {day}: không có việc nào đến hạn."),
            format!("On {day}: nothing is due."),
        );
    }
    let whole =
        say.pick(format!("Ngày {day}: {total} việc."), format!("On {day}: {total} things."));
    if shown == total {
        return whole;
    }
    let (from, until) = (offset + 1, offset + shown);
    let part = say.pick(
        format!(
            "Đang xem việc {from} – {until}, việc gấp nhất trước; trong trang xếp theo thôn, tổ."
        ),
        format!("Things {from} – {until}, the most urgent first; by hamlet within the page."),
    );
    format!("{whole} {part}")
}

fn line(row: &Row, (say, today): (Say, i64)) -> Markup {
    let thing = &row.thing;
    let late = whole_day(&thing.from).filter(|from| thing.status == "overdue" && *from < today);
    html! { tr {
        td { span .tick aria-hidden="true" {} }
        td { a href=(say.href(&format!("/so/{}", row.id), &[])) { b { (name(&row.person, say)) } } }
        td { (thing.label) }
        td {
            span class=(thing.class()) { (thing.said) } " " (thing.when(say))
            @if let Some(from) = late { " (" (say.pick(format!("{} ngày", today - from), format!("{} days", today - from))) ")" }
        }
        td { (telephone(&row.person)) " " (place(&row.person)) }
    } }
}

/// The pages beside this one, and the same list as files; what was asked stays asked.
fn pages(reader: &Reader<'_, '_>, (offset, total): (usize, usize)) -> Markup {
    let say = reader.say;
    let link = |path: &str, more: &[(&str, &str)]| {
        let kept = PARAMETERS.iter().filter_map(|name| Some((*name, reader.told(name)?)));
        let query: Vec<(&str, &str)> = kept.chain(more.iter().copied()).collect();
        say.href(path, &query)
    };
    let (next, before) = ((offset + PAGE).to_string(), offset.saturating_sub(PAGE).to_string());
    html! {
        @if total > 0 {
            nav .pages aria-label=(say.pick("Các trang của danh sách", "Pages of the list")) {
                @if offset > 0 { a href=(link("/den-han", &[])) { (say.pick("Trang đầu", "First page")) } }
                @if offset > PAGE { a href=(link("/den-han", &[("_offset", &before)])) { (say.pick("Trang trước", "Previous page")) } }
                @if offset + PAGE < total { a href=(link("/den-han", &[("_offset", &next)])) { (say.pick("Trang sau", "Next page")) } }
                a href=(link("/den-han", &[("in", "1")])) { (say.pick("Bản in", "To print")) }
                a href=(link("/den-han.pdf", &[])) { "PDF" }
                a href=(link("/den-han", &[("csv", "1")])) { (say.pick("Tải bảng (CSV)", "Table (CSV)")) }
            }
        }
    }
}
