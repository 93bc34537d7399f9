//! `/so/{patient}/ai-da-xem`: who looked at her record, when, in which role, and why; for herself, for who
//! represents her, and for auditors.

use maud::{Markup, html};
use serde_json::Value;

use super::super::person::name;
use super::super::reader::{Made, Reader, resources, text};
use crate::budget;
use crate::fhir::id::ResourceId;
use crate::interaction::failure::Failure;
use crate::ui::say::Say;

/// Accesses on a page.
const PAGE: &str = "50";

const ROLES: [(&str, (&str, &str)); 11] = [
    ("mother", ("Mẹ", "Mother")),
    ("caregiver", ("Người chăm sóc", "Caregiver")),
    ("village-midwife", ("Cô đỡ thôn bản", "Village midwife")),
    ("commune-station", ("Trạm y tế xã", "Commune health station")),
    ("hospital", ("Bệnh viện", "Hospital")),
    ("registration", ("Tiếp đón, hành chính", "Registration")),
    ("vendor", ("Hệ thống khác", "Another system")),
    ("provincial-cdc", ("CDC tỉnh", "Provincial CDC")),
    ("ministry", ("Bộ Y tế", "Ministry of Health")),
    ("auditor", ("Kiểm toán viên", "Auditor")),
    ("administrator", ("Quản trị viên", "Administrator")),
];

const PURPOSES: [(&str, (&str, &str)); 6] = [
    ("TREAT", ("Khám, chữa, chăm sóc", "Treatment and care")),
    ("PATRQT", ("Theo yêu cầu của chính người ấy", "At the person's request")),
    ("BTG", ("Cấp cứu (Break-Glass)", "Emergency (break-glass)")),
    ("HPAYMT", ("Thanh toán", "Payment")),
    ("HRESCH", ("Nghiên cứu", "Research")),
    ("PUBHLTH", ("Y tế công cộng", "Public health")),
];

const KINDS: [(&str, (&str, &str)); 13] = [
    ("read", ("Xem", "Read")),
    ("vread", ("Xem bản cũ", "Read an old version")),
    ("history-instance", ("Xem lịch sử", "Read a history")),
    ("history-type", ("Xem lịch sử", "Read a history")),
    ("history-system", ("Xem lịch sử", "Read a history")),
    ("search", ("Tìm", "Searched")),
    ("create", ("Ghi thêm", "Added")),
    ("update", ("Sửa", "Changed")),
    ("patch", ("Sửa", "Changed")),
    ("delete", ("Xóa", "Deleted")),
    ("operation", ("Xem tổng hợp", "Read a summary")),
    ("transaction", ("Gửi nhiều bản ghi", "Sent several records")),
    ("110127", ("Mở hồ sơ khẩn cấp", "Opened the record in an emergency")),
];

/// The page.
pub(in crate::ui::booklet) async fn page(
    reader: &Reader<'_, '_>,
    id: &ResourceId,
) -> Result<Made, Failure> {
    let say = reader.say;
    let mut query = vec![("_count", PAGE)];
    query.extend(reader.told("_cursor").map(|cursor| ("_cursor", cursor)));
    let bundle = reader.call("access-log", Some(id), &query).await?;
    let patient = reader.read(&format!("Patient/{id}")).await?;
    let all: Vec<&Value> = resources(&bundle).collect();
    budget::spend(all.len() * 64)?;
    let whose = patient.as_ref().map_or_else(|| id.to_string(), |patient| name(patient, say));
    let title = format!("{}: {whose}", say.pick("Ai đã xem sổ", "Who has seen the booklet"));
    let body = html! {
        nav .pages aria-label=(say.pick("Các trang của sổ", "Pages of the booklet")) {
            @if patient.is_some() { a href=(say.href(&format!("/so/{id}"), &[])) { (say.pick("Sổ", "Booklet")) } }
            a href=(say.href(&format!("/so/{id}/ai-da-xem"), &[("in", "1")])) { (say.pick("Bản in", "To print")) }
        }
        p { (say.pick(
            "Mỗi lần có người xem, tìm, ghi hay bị từ chối, máy chủ ghi lại một dòng. Không ai sửa hay xóa được.",
            "Each time somebody reads, searches or writes, or is refused, the server writes a line. Nobody can change or delete it.",
        )) }
        @if all.is_empty() { p { (say.pick("Chưa có ai.", "Nobody yet.")) } }
        @else { (listed(&all, say)) }
        @if let Some(cursor) = next(&bundle) {
            p { a href=(say.href(&format!("/so/{id}/ai-da-xem"), &[("_cursor", cursor.as_str())])) { (say.pick("Cũ hơn", "Older")) } }
        }
    };
    Ok(Made { title, body })
}

fn listed(all: &[&Value], say: Say) -> Markup {
    html! {
        div .wide .stack { table {
            thead { tr {
                th scope="col" { (say.pick("Khi nào", "When")) }
                th scope="col" { (say.pick("Ai", "Who")) }
                th scope="col" { (say.pick("Vai trò", "Role")) }
                th scope="col" { (say.pick("Nơi làm việc", "Organization")) }
                th scope="col" { (say.pick("Việc", "What")) }
                th scope="col" { (say.pick("Mục đích", "Purpose")) }
            } }
            tbody { @for one in all { tr {
                td { (moment(text(one, "/recorded"), say)) }
                td { b { (who(one, say)) } }
                td { (role(one, say)) }
                td { (organization(one)) }
                td { (what(one, say)) }
                td { (purpose(one, say)) }
            } } }
        } }
    }
}

/// The place where older ones begin.
fn next(bundle: &Value) -> Option<String> {
    let links = bundle.get("link").and_then(Value::as_array).into_iter().flatten();
    let mut next = links.filter(|link| text(link, "/relation") == "next");
    let (_, query) = text(next.next()?, "/url").split_once('?')?;
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    pairs.find(|(name, _)| name == "_cursor").map(|(_, cursor)| cursor.into_owned())
}

/// `01/12/2026 08:15`
fn moment(time: &str, say: Say) -> String {
    let clock = time.split_once('T').map_or("", |(_, clock)| clock.get(..5).unwrap_or_default());
    format!("{} {clock}", say.date(time))
}

/// The agent who asked.
fn requestor(event: &Value) -> Option<&Value> {
    let mut agents = event.get("agent").and_then(Value::as_array).into_iter().flatten();
    agents.find(|agent| agent.get("requestor").is_some_and(|is| is == true))
}

fn who(event: &Value, say: Say) -> String {
    let Some(agent) = requestor(event) else { return String::new() };
    let places = ["/who/display", "/who/reference", "/who/identifier/value"];
    let known = places.iter().map(|place| text(agent, place)).find(|known| !known.is_empty());
    match known {
        None | Some("?") => say.pick("Không rõ", "Not known").to_owned(),
        Some(known) => known.to_owned(),
    }
}

fn role(event: &Value, say: Say) -> String {
    let roles = requestor(event).and_then(|agent| agent.get("role")).and_then(Value::as_array);
    let told = roles.into_iter().flatten().map(|role| named(&ROLES, text(role, "/text"), say));
    told.collect::<Vec<_>>().join(", ")
}

fn organization(event: &Value) -> String {
    let agents = event.get("agent").and_then(Value::as_array).into_iter().flatten();
    let is_one = |agent: &&Value| text(agent, "/who/reference").starts_with("Organization/");
    let told = agents.filter(is_one).map(|agent| match text(agent, "/who/display") {
        "" => text(agent, "/who/reference"),
        name => name,
    });
    told.collect::<Vec<_>>().join(", ")
}

fn what(event: &Value, say: Say) -> String {
    let told = match text(event, "/subtype/0/code") {
        "" => say.pick("Yêu cầu khác", "Another request").to_owned(),
        code => named(&KINDS, code, say),
    };
    match text(event, "/outcome") {
        "0" => told,
        _ => format!("{told} ({})", say.pick("không được", "refused or failed")),
    }
}

fn purpose(event: &Value, say: Say) -> String {
    let code = text(event, "/purposeOfEvent/0/coding/0/code");
    let told = if code.is_empty() { String::new() } else { named(&PURPOSES, code, say) };
    match text(event, "/purposeOfEvent/0/text") {
        "" => told,
        reason => format!("{told}: {reason}"),
    }
}

/// What a code is called; the code itself where it has no name here.
fn named(names: &[(&str, (&str, &str))], code: &str, say: Say) -> String {
    let known = names.iter().find(|(known, _)| *known == code);
    known.map_or(code, |(_, (vi, en))| say.pick(*vi, *en)).to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_line_is_told_in_plain_words() {
        let event = json!({
            "recorded": "2026-12-01T08:15:09.123+07:00", "outcome": "4",
            "subtype": [{ "code": "search" }, { "code": "search-type" }],
            "purposeOfEvent": [{ "coding": [{ "code": "BTG" }], "text": "băng huyết" }],
            "agent": [
                { "who": { "reference": "Practitioner/h", "display": "Y sĩ Hoa" },
                  "role": [{ "text": "village-midwife" }], "requestor": true },
                { "who": { "reference": "Organization/t" }, "requestor": false },
            ],
        });
        let say = Say::new(false);
        assert_eq!(moment(text(&event, "/recorded"), say), "01/12/2026 08:15");
        assert_eq!(
            (who(&event, say), role(&event, say)),
            ("Y sĩ Hoa".into(), "Cô đỡ thôn bản".into())
        );
        assert_eq!(organization(&event), "Organization/t");
        assert_eq!(what(&event, say), "Tìm (không được)");
        assert_eq!(purpose(&event, say), "Cấp cứu (Break-Glass): băng huyết");
        assert_eq!(role(&event, Say::new(true)), "Village midwife");
    }

    #[test]
    fn older_ones_are_a_page_further() {
        let url = "http://x/fhir/Patient/a/$access-log?_count=50&_cursor=17";
        let bundle = json!({ "link": [{ "relation": "self", "url": "x" }, { "relation": "next", "url": url }] });
        assert_eq!(next(&bundle).as_deref(), Some("17"));
        assert_eq!(next(&json!({ "link": [] })), None);
    }
}
