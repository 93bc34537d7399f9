//! `/den-han`: who is due or late, with telephone and address, to look at, to print, and as CSV.

use std::collections::HashMap;

use maud::{Markup, html};
use serde_json::Value;

use super::correction::answer::waiting;
use super::due::{Thing, things};
use super::person::{name, place, telephone};
use super::reader::{Made, Reader, Reply, framed, text};
use crate::budget;
use crate::fhir::date::calendar::{iso, whole_day};
use crate::fhir::kind::ResourceKind;
use crate::interaction::failure::Failure;
use crate::search::query::{Parameter, Query};
use crate::ui::say::Say;

/// Things on one page, and in a file.
const PAGE: usize = 50;
const FILE: usize = 1_000;

const PARAMETERS: [&str; 5] = ["commune", "organization", "kind", "status", "date"];
const STATUSES: [(&str, (&str, &str)); 3] = [
    ("", ("đến hạn và quá hạn", "due and overdue")),
    ("overdue", ("quá hạn", "overdue")),
    ("due,overdue,upcoming", ("cả sắp tới", "upcoming too")),
];
const KINDS: [(&str, (&str, &str)); 5] = [
    ("", ("mọi việc", "everything")),
    ("visit", ("lần khám", "visits")),
    ("test", ("xét nghiệm, siêu âm", "tests and scans")),
    ("growth", ("cân đo", "measurements")),
    ("supplement", ("vitamin A, tẩy giun", "vitamin A, deworming")),
];

/// A thing and whom it is about.
struct Row {
    thing: Thing,
    id: String,
    person: Value,
}

/// The page, or the file.
pub(super) async fn page(reader: &Reader<'_, '_>) -> Result<Reply, Failure> {
    let say = reader.say;
    let is_asked = reader.told("commune").is_some() || reader.told("organization").is_some();
    let is_file = reader.told("csv").is_some() && is_asked;
    let offset = reader.told("_offset").and_then(|text| text.parse().ok()).unwrap_or(0_usize);
    let mut found = Vec::new();
    let mut total = 0;
    if is_asked {
        let all = asked(reader, if is_file { FILE } else { PAGE }, offset).await?;
        total = all.1;
        found = all.0;
    }
    if is_file {
        let body = csv(&found, say);
        let file = Some("den-han.csv");
        return Ok(Reply {
            status: 200,
            media: "text/csv; charset=utf-8",
            body,
            file,
            ..Reply::default()
        });
    }
    let reports = match is_asked && reader.told("in").is_none() && offset == 0 {
        true => waiting(reader).await?,
        false => html! {},
    };
    let body = html! {
        (form(reader))
        (reports)
        @if is_asked { (listed(reader, &found, (offset, total))) }
        @else { p { (say.pick("Hãy nêu xã, phường (mã 5 chữ số) hoặc cơ sở.", "Name a commune (5 digits) or a facility.")) } }
    };
    let title = say.pick("Đến hạn", "Due").to_owned();
    Ok(framed((say, reader.asked), 200, Made { title, body }))
}

/// What `$due` answers, each with whom it is about; a page of it or, for a file, all pages.
async fn asked(
    reader: &Reader<'_, '_>,
    most: usize,
    offset: usize,
) -> Result<(Vec<Row>, usize), Failure> {
    let (mut all, mut total) = (Vec::new(), 0);
    let mut people: HashMap<String, Option<Value>> = HashMap::new();
    let mut taken = 0;
    while taken < most {
        let (from, count) = ((offset + taken).to_string(), PAGE.to_string());
        let mut query: Vec<(&str, &str)> =
            PARAMETERS.iter().filter_map(|name| Some((*name, reader.told(name)?))).collect();
        query.extend([("_offset", from.as_str()), ("_count", count.as_str())]);
        let bundle = reader.call("due", None, &query).await?;
        let total_now = bundle.get("total").and_then(Value::as_u64).unwrap_or_default();
        total = usize::try_from(total_now).unwrap_or(usize::MAX);
        let page = things(&bundle);
        let number = page.len();
        for thing in page {
            budget::spend(64)?;
            if !people.contains_key(&thing.person) {
                people.insert(thing.person.clone(), reachable(reader, &thing.person).await?);
            }
            // Whoever may not be shown is on no list.
            let Some(Some(person)) = people.get(&thing.person) else { continue };
            let (id, person) = (text(person, "/id").to_owned(), person.clone());
            all.push(Row { thing, id, person });
        }
        taken += number;
        if number == 0 || offset + taken >= total {
            break;
        }
    }
    Ok((all, total))
}

/// Somebody, with the telephone of a relative where there is none of their own: children have none.
async fn reachable(reader: &Reader<'_, '_>, address: &str) -> Result<Option<Value>, Failure> {
    let Some(mut person) = reader.read(address).await? else { return Ok(None) };
    if person.get("telecom").is_some() {
        return Ok(Some(person));
    }
    let Some(related) = ResourceKind::parse("RelatedPerson") else { return Ok(Some(person)) };
    let parameters = vec![Parameter::new("patient", address.to_owned())];
    let (relatives, _) = reader.find(related, Query { parameters }).await?;
    let telecom = relatives.iter().find_map(|one| one.get("telecom")).cloned();
    if let Some((person, telecom)) = person.as_object_mut().zip(telecom) {
        person.insert("telecom".into(), telecom);
    }
    Ok(Some(person))
}

fn form(reader: &Reader<'_, '_>) -> Markup {
    let say = reader.say;
    let field = |name: &str, label: &str, hint: &str| {
        html! { div {
            label for=(name) { (label) }
            input type="text" id=(name) name=(name) value=(reader.told(name).unwrap_or_default()) placeholder=(hint) autocomplete="off";
        } }
    };
    let choice = |name: &str, label: &str, all: &[(&str, (&str, &str))]| {
        let chosen = reader.told(name).unwrap_or_default();
        html! { div {
            label for=(name) { (label) }
            select id=(name) name=(name) { @for (value, words) in all {
                option value=(value) selected[*value == chosen] { (say.pick(words.0, words.1)) }
            } }
        } }
    };
    html! {
        form method="get" action="/den-han" {
            @if say.code() == "en" { input type="hidden" name="lang" value="en"; }
            div .fields {
                (field("commune", say.pick("Mã xã, phường", "Commune"), "00004"))
                (field("organization", say.pick("Cơ sở (id)", "Facility (id)"), ""))
                (choice("kind", say.pick("Việc", "What"), &KINDS))
                (choice("status", say.pick("Tình trạng", "Status"), &STATUSES))
                (field("date", say.pick("Ngày (năm-tháng-ngày)", "Day (year-month-day)"), &iso(reader.today())))
            }
            button type="submit" { (say.pick("Xem", "Show")) }
        }
    }
}

fn listed(reader: &Reader<'_, '_>, found: &[Row], (offset, total): (usize, usize)) -> Markup {
    let say = reader.say;
    let day = reader.told("date").and_then(whole_day).unwrap_or_else(|| reader.today());
    let link = |more: &[(&str, &str)]| {
        let kept = PARAMETERS.iter().filter_map(|name| Some((*name, reader.told(name)?)));
        let query: Vec<(&str, &str)> = kept.chain(more.iter().copied()).collect();
        say.href("/den-han", &query)
    };
    let next = (offset + PAGE).to_string();
    html! {
        p { (say.pick(format!("Ngày {}: {total} việc.", say.day(day)), format!("On {}: {total} things.", say.day(day)))) }
        @if !found.is_empty() {
            nav .pages aria-label=(say.pick("Danh sách", "List")) {
                a href=(link(&[("csv", "1")])) { (say.pick("Tải CSV", "CSV")) }
                a href=(link(&[("in", "1")])) { (say.pick("Bản in", "To print")) }
                @if offset > 0 { a href=(link(&[])) { (say.pick("Trang đầu", "First page")) } }
                @if offset + PAGE < total { a href=(link(&[("_offset", &next)])) { (say.pick("Trang sau", "Next page")) } }
            }
            div .wide .stack { table {
                thead { tr {
                    th scope="col" { (say.pick("Đã làm", "Done")) }
                    th scope="col" { (say.pick("Ai", "Who")) }
                    th scope="col" { (say.pick("Việc", "What")) }
                    th scope="col" { (say.pick("Tình trạng", "Status")) }
                    th scope="col" { (say.pick("Điện thoại, địa chỉ", "Telephone, address")) }
                } }
                tbody { @for row in found { tr {
                    td { span .tick aria-hidden="true" {} }
                    td { a href=(say.href(&format!("/so/{}", row.id), &[])) { b { (name(&row.person, say)) } } }
                    td { (row.thing.label) }
                    td { span class=(row.thing.class()) { (row.thing.said) } " " (row.thing.when(say)) }
                    td { (telephone(&row.person)) " " (place(&row.person)) }
                } } }
            } }
        }
    }
}

/// The list for a spreadsheet, which reads it as UTF-8 by its first three bytes.
fn csv(found: &[Row], say: Say) -> String {
    let head = say.pick(
        [
            "Họ tên",
            "Ngày sinh",
            "Việc",
            "Tình trạng",
            "Từ",
            "Đến",
            "Điện thoại",
            "Địa chỉ",
            "Cơ sở",
        ],
        ["Name", "Born", "What", "Status", "From", "Until", "Telephone", "Address", "Facility"],
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
