//! `/den-han`: who is due or late, hamlet by hamlet, with telephone and address, to look at, to take along
//! on paper, and as CSV.

use maud::{Markup, html};
use serde_json::Value;

use super::correction::answer::waiting;
use super::person::name;
use super::reader::{Made, Reader, Reply, framed, text};
use crate::definitions::base::BASE;
use crate::fhir::date::calendar::iso;
use crate::fhir::kind::ResourceKind;
use crate::interaction::failure::Failure;
use crate::search::query::{Parameter, Query};
use crate::ui::say::Say;

mod csv;
mod hamlet;
mod rows;
mod shown;

/// Things on one page, and in a file or on paper.
const PAGE: usize = 50;
const FILE: usize = 1_000;
/// Facilities that are offered by their names; of more, one is named by its id.
const FACILITIES: usize = 60;

/// What `$due` is asked.
const PARAMETERS: [&str; 5] = ["commune", "organization", "kind", "status", "date"];
const STATUSES: [(&str, (&str, &str)); 4] = [
    ("", ("đến hạn và quá hạn", "due and overdue")),
    ("overdue", ("quá hạn", "overdue")),
    ("due", ("đến hạn", "due")),
    ("due,overdue,upcoming", ("cả sắp tới", "upcoming too")),
];
const KINDS: [(&str, (&str, &str)); 6] = [
    ("", ("mọi việc", "everything")),
    ("visit", ("lần khám", "visits")),
    ("vaccine", ("mũi tiêm", "vaccines")),
    ("test", ("xét nghiệm, siêu âm", "tests and scans")),
    ("growth", ("cân đo", "measurements")),
    ("supplement", ("vitamin A, tẩy giun", "vitamin A, deworming")),
];

/// The page, or the file.
pub(super) async fn page(reader: &Reader<'_, '_>) -> Result<Reply, Failure> {
    let say = reader.say;
    let is_asked = reader.told("commune").is_some() || reader.told("organization").is_some();
    let is_file = reader.told("csv").is_some() && is_asked;
    let is_paper = reader.told("in").is_some();
    let offset = reader.told("_offset").and_then(|text| text.parse().ok()).unwrap_or(0_usize);
    let (mut found, mut total) = (Vec::new(), 0);
    if is_asked {
        let most = if is_file || is_paper { FILE } else { PAGE };
        (found, total) = rows::rows(reader, most, offset).await?;
    }
    if is_file {
        let body = csv::csv(&found, say);
        let file = Some("den-han.csv");
        let media = "text/csv; charset=utf-8";
        return Ok(Reply { status: 200, media, body, file, ..Reply::default() });
    }
    let reports = match is_asked && !is_paper && offset == 0 {
        true => waiting(reader).await?,
        false => html! {},
    };
    let facilities = if is_paper { Vec::new() } else { facilities(reader).await? };
    let place = place(reader, &facilities).await?;
    let body = html! {
        @if let Some(place) = place { p .big { (place) } }
        // On a phone the list comes first.
        @if is_asked {
            details .aside {
                summary { (say.pick("Đổi xã, cơ sở, việc, ngày", "Another commune, facility, thing or day")) }
                (form(reader, &facilities))
            }
        } @else { (form(reader, &facilities)) }
        (reports)
        @if is_asked { (shown::listed(reader, found, (offset, total))) }
        @else { p { (say.pick("Hãy nêu xã, phường (mã 5 chữ số) hoặc chọn cơ sở.", "Name a commune (5 digits) or choose a facility.")) } }
    };
    let title = say.pick("Đến hạn", "Due").to_owned();
    Ok(framed((say, reader.asked), 200, Made { title, body }))
}

/// The facilities that can be chosen by name; none where there are too many.
async fn facilities(reader: &Reader<'_, '_>) -> Result<Vec<Value>, Failure> {
    let Some(kind) = ResourceKind::parse("Organization") else { return Ok(Vec::new()) };
    let parameters = vec![
        Parameter::new("_sort", "name".to_owned()),
        Parameter::new("_count", FACILITIES.to_string()),
    ];
    let (all, is_more) = reader.find(kind, Query { parameters }).await?;
    Ok(if is_more { Vec::new() } else { all })
}

/// Whose list it is.
async fn place(reader: &Reader<'_, '_>, known: &[Value]) -> Result<Option<String>, Failure> {
    let Some(asked) = reader.told("organization") else {
        return Ok(commune(reader, reader.told("commune")));
    };
    let id = asked.rsplit('/').next().unwrap_or(asked);
    let facility = match known.iter().find(|one| text(one, "/id") == id) {
        Some(one) => Some(one.clone()),
        None => reader.read(&format!("Organization/{id}")).await?,
    };
    Ok(facility.map(|one| text(&one, "/name").to_owned()))
}

/// What a commune is called.
fn commune(reader: &Reader<'_, '_>, code: Option<&str>) -> Option<String> {
    reader.ctx.engine.terminology.display(&format!("{BASE}/CodeSystem/vn-commune"), code?, "vi")
}

fn form(reader: &Reader<'_, '_>, facilities: &[Value]) -> Markup {
    let say = reader.say;
    html! {
        form method="get" action="/den-han" {
            @if say.code() == "en" { input type="hidden" name="lang" value="en"; }
            div .fields {
                (field(reader, "commune", say.pick("Mã xã, phường", "Commune"), "00004"))
                @if facilities.is_empty() {
                    (field(reader, "organization", say.pick("Mã cơ sở", "Facility"), ""))
                } @else {
                    div {
                        label for="organization" { (say.pick("Cơ sở", "Facility")) }
                        select id="organization" name="organization" {
                            option value="" { (say.pick("mọi cơ sở", "all")) }
                            @for one in facilities {
                                @let id = text(one, "/id");
                                option value=(id) selected[is_chosen(reader, id)] { (name_of(one, say)) }
                            }
                        }
                    }
                }
                (choice(reader, "kind", say.pick("Việc", "What"), &KINDS))
                (choice(reader, "status", say.pick("Tình trạng", "Status"), &STATUSES))
                div {
                    label for="date" { (say.pick("Ngày", "Day")) }
                    input type="date" id="date" name="date" value=(reader.told("date").map_or_else(|| iso(reader.today()), str::to_owned));
                }
            }
            button type="submit" { (say.pick("Xem", "Show")) }
        }
    }
}

fn is_chosen(reader: &Reader<'_, '_>, id: &str) -> bool {
    reader.told("organization").and_then(|asked| asked.rsplit('/').next()) == Some(id)
}

fn name_of(facility: &Value, say: Say) -> String {
    match text(facility, "/name") {
        "" => name(facility, say),
        named => named.to_owned(),
    }
}

fn field(reader: &Reader<'_, '_>, name: &str, label: &str, hint: &str) -> Markup {
    html! { div {
        label for=(name) { (label) }
        input type="text" id=(name) name=(name) value=(reader.told(name).unwrap_or_default()) placeholder=(hint) autocomplete="off";
    } }
}

fn choice(
    reader: &Reader<'_, '_>,
    name: &str,
    label: &str,
    all: &[(&str, (&str, &str))],
) -> Markup {
    let (say, chosen) = (reader.say, reader.told(name).unwrap_or_default());
    let is_known = all.iter().any(|(value, _)| *value == chosen);
    html! { div {
        label for=(name) { (label) }
        select id=(name) name=(name) {
            @for (value, words) in all {
                option value=(value) selected[*value == chosen] { (say.pick(words.0, words.1)) }
            }
            // What was asked otherwise stays as it was.
            @if !is_known { option value=(chosen) selected { (chosen) } }
        }
    } }
}
