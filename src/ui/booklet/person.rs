//! Whom a page is about: name, age or week, family, and the pages there are.

use maud::{Markup, html};
use serde_json::Value;

use super::reader::{Reader, text};
use crate::fhir::id::ResourceId;
use crate::interaction::failure::{Failure, Kind};
use crate::interaction::record::person::{self, PATIENT_ALONE, PREGNANCY, Person, Reach, WHOLE};
use crate::mch::gestation::{Gestation, Status, gestations, of_day};
use crate::mch::record::records::Records;
use crate::mch::record::role::{children, is_about_mother};
use crate::mch::risk::Asked;
use crate::operation::document::restricted::is_restricted;
use crate::ui::qr;
use crate::ui::say::Say;

/// What a page of a person can be asked for, which its print and its file are as well.
const CHOICES: [&str; 2] = ["indicator", "basis"];
const REACH: Reach = Reach { own: WHOLE, mother: PREGNANCY, children: PATIENT_ALONE };

/// Reads somebody with all that is recorded; whoever may not be shown is not there.
pub(super) async fn open(reader: &Reader<'_, '_>, id: &ResourceId) -> Result<Person, Failure> {
    let mut person = Box::pin(person::person(reader.ctx, id, REACH)).await?;
    if person.patient().is_none_or(is_restricted) {
        return Err(Kind::NotFound
            .because(format!("Không tìm thấy sổ {id}."), format!("There is no booklet {id}.")));
    }
    person.stored.retain(|(_, resource)| !is_restricted(resource));
    Ok(person)
}

/// What is known of the person of a page.
pub(super) struct Known<'a> {
    pub(super) address: String,
    pub(super) is_mother: bool,
    pub(super) pregnancies: Vec<Gestation<'a>>,
    pub(super) today: i64,
}

impl<'a> Known<'a> {
    pub(super) fn of(reader: &Reader<'_, '_>, person: &Person, records: &Records<'a>) -> Self {
        let today = reader.today();
        let address = person.address.clone();
        let is_mother = is_about_mother(records, &address, today);
        let pregnancies = match is_mother {
            true => gestations(records, &address, today),
            false => Vec::new(),
        };
        Self { address, is_mother, pregnancies, today }
    }

    /// The pregnancy of today, or the last one.
    pub(super) fn pregnancy(&self, records: &Records<'a>) -> Option<&Gestation<'a>> {
        of_day(records, &self.pregnancies, self.today)
    }

    /// What is asked of the colours of all that is recorded.
    pub(super) fn asked(&self, reader: &Reader<'_, '_>, records: &Records<'a>) -> Asked<'_, '_> {
        Asked {
            person: &self.address,
            is_mother: self.is_mother,
            pregnancy: self.pregnancy(records),
            day: self.today,
            corrected_months: reader.ctx.engine.care.corrected_months,
        }
    }

    /// The id of the Patient.
    pub(super) fn id(&self) -> &str {
        self.address.split_once('/').map_or("", |(_, id)| id)
    }
}

/// What somebody is called.
pub(in crate::ui) fn name(resource: &Value, say: Say) -> String {
    let told = text(resource, "/name/0/text");
    if !told.is_empty() {
        return told.to_owned();
    }
    let given = resource.pointer("/name/0/given").and_then(Value::as_array).into_iter().flatten();
    let family = text(resource, "/name/0/family");
    let parts = std::iter::once(family).chain(given.filter_map(Value::as_str));
    let whole = parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    if whole.is_empty() { say.pick("Chưa có tên", "No name").to_owned() } else { whole }
}

/// A telephone that a touch calls.
pub(super) fn telephone(patient: &Value) -> Markup {
    let all = patient.get("telecom").and_then(Value::as_array).into_iter().flatten();
    let mut phones = all.filter(|one| matches!(text(one, "/system"), "phone" | "sms"));
    let number = phones.next().map(|one| text(one, "/value")).unwrap_or_default();
    let plain: String = number.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    html! {
        @if plain.is_empty() { (number) } @else { a href={ "tel:" (plain) } { (number) } }
    }
}

/// Where somebody lives.
pub(super) fn place(patient: &Value) -> String {
    let whole = text(patient, "/address/0/text");
    if !whole.is_empty() {
        return whole.to_owned();
    }
    let lines = patient.pointer("/address/0/line").and_then(Value::as_array).into_iter().flatten();
    let more = ["/address/0/district", "/address/0/city", "/address/0/state"];
    let parts = lines.filter_map(Value::as_str).chain(more.map(|at| text(patient, at)));
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// One line of who it is: date of birth, age, sex.
pub(in crate::ui) fn line(patient: &Value, say: Say, today: i64) -> String {
    let born = text(patient, "/birthDate");
    let sex = match text(patient, "/gender") {
        "female" => say.pick("nữ", "female"),
        "male" => say.pick("nam", "male"),
        _ => "",
    };
    let birth = match born {
        "" => String::new(),
        born => format!("{} {}", say.pick("sinh", "born"), say.date(born)),
    };
    let age = match patient.get("deceasedBoolean").is_some_and(|is| is == true)
        || patient.get("deceasedDateTime").is_some()
    {
        true => say.pick("đã mất", "deceased").to_owned(),
        false => say.age_of(born, today).unwrap_or_default(),
    };
    let parts = [birth.as_str(), age.as_str(), sex];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// The head of a page of somebody: who, whose, and the pages there are. `here` is the page.
pub(super) fn head<'a>(
    reader: &Reader<'_, '_>,
    person: &Person,
    (records, known): (&Records<'a>, &Known<'a>),
    here: &str,
) -> Markup {
    let (say, id) = (reader.say, known.id());
    let patient = person.patient().unwrap_or(&Value::Null);
    let mothers = records.mothers(&known.address);
    let family = |all: Vec<&'a str>, label: &'static str| {
        let all: Vec<_> = all.into_iter().filter_map(|one| records.at(one)).collect();
        html! {
            @if !all.is_empty() {
                p { (label) ": " @for (place, one) in all.iter().enumerate() {
                    @if place > 0 { ", " }
                    a href=(say.href(&format!("/so/{}", one.address.trim_start_matches("Patient/")), &[])) {
                        (name(one.resource, say))
                    }
                } }
            }
        }
    };
    let phone = telephone(patient);
    let here_now = reader.asked.path.as_str();
    let shown: Vec<(&str, &str)> =
        CHOICES.iter().filter_map(|name| Some((*name, reader.told(name)?))).collect();
    let print: Vec<(&str, &str)> = shown.iter().copied().chain([("in", "1")]).collect();
    // Who holds the paper opens the page by it; who has no right to is told nothing there.
    let code = matches!(here, "" | "/tiem-chung")
        .then(|| {
            qr::svg(
                &reader.address(&format!("/so/{id}")),
                say.pick("Mã QR mở sổ này", "QR code that opens this booklet"),
            )
        })
        .flatten();
    html! {
        div .pair { div .card {
            p { (line(patient, say, known.today)) @if !phone.0.is_empty() { " · " (phone) } }
            p .dim { (place(patient)) }
            (family(mothers, say.pick("Mẹ", "Mother")))
            (family(children(records, &known.address), say.pick("Con", "Children")))
        } @if let Some(code) = code { div .code { (code) } } }
        nav .pages aria-label=(say.pick("Các trang của sổ", "Pages of the booklet")) {
            @for (path, label) in pages((known.is_mother, reader.ctx.engine.is_recording), say) {
                a href=(say.href(&format!("/so/{id}{path}"), &[])) aria-current=[(path == here).then_some("page")] {
                    (label)
                }
            }
            a href=(say.href(here_now, &print)) { (say.pick("Bản in", "To print")) }
            a href=(say.href(&format!("{here_now}.pdf"), &shown)) { "PDF" }
        }
    }
}

fn pages((is_mother, is_recording): (bool, bool), say: Say) -> Vec<(&'static str, &'static str)> {
    let all = [
        ("", say.pick("Sổ", "Booklet"), true, true),
        ("/kham-thai", say.pick("Khám thai", "Antenatal visits"), true, false),
        ("/tang-truong", say.pick("Tăng trưởng", "Growth"), false, true),
        ("/tiem-chung", say.pick("Tiêm chủng", "Vaccination"), true, true),
        ("/y-ba", say.pick("Y bạ", "Illness"), true, true),
        ("/ghi", say.pick("Ghi phiếu", "Record"), true, true),
        ("/ai-da-xem", say.pick("Ai đã xem", "Who has seen it"), is_recording, is_recording),
    ];
    let shown = all.into_iter().filter(
        |(_, _, of_mother, of_child)| {
            if is_mother { *of_mother } else { *of_child }
        },
    );
    shown.map(|(path, label, ..)| (path, label)).collect()
}

/// The week of a pregnancy, or how it ended.
pub(super) fn week(pregnancy: Option<&Gestation<'_>>, say: Say) -> Option<String> {
    let pregnancy = pregnancy?;
    let due = pregnancy.due().filter(|due| due.is_exact()).map(|due| say.day(due.first));
    let age = pregnancy.age.map(|(least, most)| match least == most {
        true => say.weeks(least),
        false => format!("{} – {}", say.weeks(least), say.weeks(most)),
    });
    Some(match pregnancy.status {
        Status::Ongoing => {
            let age =
                age.unwrap_or_else(|| say.pick("Chưa biết tuổi thai", "Week not known").to_owned());
            match due {
                Some(due) => format!("{age} · {} {due}", say.pick("dự kiến sinh", "due")),
                None => age,
            }
        }
        Status::Ended => {
            let day =
                pregnancy.end.filter(|end| end.day.is_exact()).map(|end| say.day(end.day.first));
            let ended = say.pick("Thai kỳ đã kết thúc", "The pregnancy has ended");
            let at = age.map(|age| format!(" {} {age}", say.pick("lúc", "at"))).unwrap_or_default();
            match day {
                Some(day) => format!("{ended} {} {day}{at}", say.pick("ngày", "on")),
                None => format!("{ended}{at}"),
            }
        }
        Status::Undated => say
            .pick(
                "Chưa biết tuổi thai: chưa ghi kinh cuối hay siêu âm",
                "Week not known: neither last period nor scan is recorded",
            )
            .to_owned(),
        Status::Unclosed => say
            .pick("Đợt quản lý thai chưa đóng", "The pregnancy episode was never closed")
            .to_owned(),
    })
}
