//! `/so/{patient}/bao-sai`: says that an entry is wrong and what would be right, with a photograph of the
//! paper when there is one; and what became of the reports so far.

use maud::{Markup, html};
use serde_json::Value;

use super::super::item::told;
use super::super::person::{self, name};
use super::super::reader::{Made, Reader, Reply, framed, moved, nowhere, text};
use super::task::{Report, State, photo, said, state};
use super::writer::writer;
use crate::fhir::id::ResourceId;
use crate::fhir::member::members;
use crate::interaction::bundle::entries::run;
use crate::interaction::failure::Failure;
use crate::interaction::record::person::Person;
use crate::mch::correction::is_correction;
use crate::mch::record::records::{Record, Records};
use crate::ui::form_token::FIELD;
use crate::ui::say::Say;

/// Letters that what is right and who says so may have.
const SAID: usize = 2_000;
const WHO: usize = 100;

/// The page, or what is sent by it.
pub(in crate::ui::booklet) async fn page(
    reader: &Reader<'_, '_>,
    id: &ResourceId,
) -> Result<Reply, Failure> {
    let say = reader.say;
    let person = person::open(reader, id).await?;
    let records = person.records(reader.ctx);
    let asked = reader.told("ve").unwrap_or_default();
    // Some types are on pages that no engine reads.
    let other = match records.at(asked) {
        Some(_) => None,
        None => reader.read(asked).await?,
    };
    let other = other.as_ref().map(|resource| Record { address: asked, resource });
    let entry = records.at(asked).or(other);
    // What belongs to somebody else is not spoken of here.
    let entry = entry.filter(|one| is_of(&records, one, &person.address)).ok_or_else(nowhere)?;
    let mut fault = None;
    if reader.asked.is_posted {
        fault = fault_of(reader, &person);
        if fault.is_none() {
            match send(reader, &person, (&records, &entry)).await {
                Ok(()) => {
                    let back = say.href(&format!("/so/{id}"), &[("da-bao", "1")]);
                    return Ok(moved(format!("{back}#bao-sai")));
                }
                Err(failure) if failure.is_ours() => return Err(failure),
                // What was typed is not lost where it may not be stored.
                Err(failure) => fault = Some(told_of(&failure, say)),
            }
        }
    }
    let owner = writer(&records, &entry, &person.address);
    let owner = match owner {
        Some(at) => reader.read(at).await?.map(|one| text(&one, "/name").to_owned()),
        None => None,
    };
    let patient = person.patient().unwrap_or(&Value::Null);
    let about = label(&entry, say);
    let body = html! {
        p { (name(patient, say)) " · "
            a href=(say.href(&format!("/so/{id}"), &[])) { (say.pick("Về sổ", "Back to the booklet")) } }
        div .card { p { b { (about.0) } @if !about.1.is_empty() { ": " (about.1) } }
            @if let Some(owner) = owner { p .dim { (say.pick("Nơi ghi", "Written by")) ": " (owner) } } }
        @if let Some(fault) = &fault { p .fault role="alert" id="loi" { (fault) } }
        (form(reader, (id.as_str(), entry.address), fault.is_some()))
        p .dim { (say.pick(
            "Báo sai không sửa sổ ngay. Cơ sở đã ghi sẽ xem, sửa hoặc trả lời vì sao không sửa; chị xem câu trả lời ngay trong sổ.",
            "A report does not change the booklet by itself. The facility that wrote it looks at it, and changes it or says why not; its answer stands in the booklet.",
        )) }
    };
    let title = say.pick("Báo sai", "Report a mistake").to_owned();
    let status = if fault.is_none() { 200 } else { reader.asked.fault_status() };
    Ok(framed((say, reader.asked), status, Made { title, body }))
}

fn told_of(failure: &Failure, say: Say) -> String {
    let all: Vec<&str> = failure.issues.iter().map(|issue| say.text(&issue.text)).collect();
    all.join(" ")
}

/// Whether an entry is the person's own.
fn is_of(records: &Records<'_>, one: &Record<'_>, person: &str) -> bool {
    let by = ["subject", "patient", "for", "beneficiary"];
    let is_by = by.iter().any(|name| records.address(one.resource.get(*name)) == Some(person));
    let mut there = members(one.resource, "participant").iter();
    let takes_part = there.any(|part| records.address(part.get("actor")) == Some(person));
    !is_correction(one.resource) && (one.address == person || is_by || takes_part)
}

/// What is said of an entry: what it is, and its value with its day.
fn label(entry: &Record<'_>, say: Say) -> (String, String) {
    if text(entry.resource, "/resourceType") == "Patient" {
        let born = say.date(text(entry.resource, "/birthDate"));
        return (say.pick("Tên, ngày sinh, địa chỉ", "Name, birth, address").to_owned(), born);
    }
    let told = told(entry.resource, say);
    let parts = [told.value, say.date(&told.at)];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    (told.label, parts.join(" · "))
}

fn form(reader: &Reader<'_, '_>, (id, entry): (&str, &str), is_wrong: bool) -> Markup {
    let say = reader.say;
    let kept = |name: &str| if reader.asked.is_posted { reader.told(name) } else { None };
    html! {
        form method="post" enctype="multipart/form-data" action=(say.href(&format!("/so/{id}/bao-sai"), &[])) {
            input type="hidden" name=(FIELD) value=(reader.asked.token);
            input type="hidden" name="ve" value=(entry);
            label for="dung" { (say.pick("Điều đúng là gì?", "What would be right?")) }
            textarea #dung name="dung" rows="4" maxlength=(SAID) required
                aria-invalid=[is_wrong.then_some("true")] aria-describedby=[is_wrong.then_some("loi")] {
                (kept("dung").unwrap_or_default())
            }
            label for="nguoi" { (say.pick("Ai báo (mẹ, bố, bà…), nếu muốn ghi", "Who reports (mother, father, grandmother…), if you like")) }
            input #nguoi type="text" name="nguoi" maxlength=(WHO) autocomplete="off" value=(kept("nguoi").unwrap_or_default());
            label for="anh" { (say.pick("Ảnh chụp trang sổ giấy, nếu có (JPEG, PNG)", "A photograph of the paper, if there is one (JPEG, PNG)")) }
            input #anh type="file" name="anh" accept="image/jpeg,image/png";
            button type="submit" { (say.pick("Gửi báo sai", "Send the report")) }
        }
    }
}

/// What is wrong with what was sent, in words.
fn fault_of(reader: &Reader<'_, '_>, person: &Person) -> Option<String> {
    let say = reader.say;
    if let Some(fault) = &reader.asked.fault {
        return Some(say.text(fault).to_owned());
    }
    let said = reader.told("dung").unwrap_or_default();
    let who = reader.told("nguoi").unwrap_or_default();
    if said.is_empty() {
        return Some(
            say.pick("Hãy viết điều đúng là gì.", "Write what would be right.").to_owned(),
        );
    }
    if said.chars().count() > SAID || who.chars().count() > WHO {
        return Some(say.pick(
            format!("Viết nhiều nhất {SAID} chữ cái."),
            format!("Write {SAID} letters at most."),
        ));
    }
    let open = person.stored.iter().filter(|(_, one)| is_correction(one));
    let open = open.filter(|(_, one)| state(one) == Some(State::Waiting)).count();
    let most = reader.ctx.engine.care.open_corrections;
    (open >= most).then(|| {
        say.pick(
            format!("Sổ này đã có {open} lần báo sai chưa được trả lời; hãy chờ cơ sở trả lời."),
            format!("This booklet has {open} reports that wait for an answer; please wait for it."),
        )
    })
}

async fn send(
    reader: &Reader<'_, '_>,
    person: &Person,
    (records, entry): (&Records<'_>, &Record<'_>),
) -> Result<(), Failure> {
    let (label, _) = label(entry, Say::new(false));
    let now = reader.moment();
    let report = Report {
        person: &person.address,
        entry: entry.address,
        label: &label,
        owner: writer(records, entry, &person.address),
        who: reader.told("nguoi").unwrap_or_default(),
        said: reader.told("dung").unwrap_or_default(),
        photo: reader.asked.photo.as_ref(),
        now: &now,
    };
    stored(reader, report.bundle()).await
}

/// Stores a transaction.
pub(super) async fn stored(reader: &Reader<'_, '_>, bundle: Value) -> Result<(), Failure> {
    let answered = Box::pin(run(reader.ctx, bundle)).await?;
    for one in answered.entries {
        one?;
    }
    Ok(())
}

/// The reports of somebody and what became of them; nothing where there are none.
pub(in crate::ui::booklet) fn list(reader: &Reader<'_, '_>, person: &Person, id: &str) -> Markup {
    let say = reader.say;
    let all = person.stored.iter().map(|(_, one)| one).filter(|one| is_correction(one));
    let mut all: Vec<(&Value, State)> = all.filter_map(|one| Some((one, state(one)?))).collect();
    all.sort_by_key(|(one, _)| std::cmp::Reverse(text(one, "/authoredOn").to_owned()));
    let is_new = reader.told("da-bao").is_some();
    html! {
        @if is_new || !all.is_empty() {
            section #bao-sai .aside {
                h2 { (say.pick("Đã báo sai", "Reported mistakes")) }
                @if is_new { p role="status" { b { (say.pick("Đã gửi. Câu trả lời của cơ sở sẽ hiện ở đây.", "Sent. The facility's answer will stand here.")) } } }
                ul { @for (one, state) in &all { li { (line(one, *state, say)) } } }
            }
        }
        p .aside .dim { (say.pick("Thấy chỗ ghi sai? Bấm “báo sai” cạnh mục ấy, hay", "Something is wrong? Press “report a mistake” beside it, or"))
            (super::link(id, &person.address, say)) " " (say.pick("về tên, ngày sinh, địa chỉ.", "about the name, the birth or the address.")) }
    }
}

/// One report: when, about what, what is said to be right, and the answer.
pub(super) fn line(task: &Value, state: State, say: Say) -> Markup {
    let reason = text(task, "/statusReason/text");
    let (class, word) = match state {
        State::Waiting => ("cell yellow", say.pick("chờ cơ sở trả lời", "waits for an answer")),
        State::Mended => ("cell white", say.pick("đã sửa", "changed")),
        State::Refused => ("cell white", say.pick("không sửa", "not changed")),
    };
    html! {
        (say.date(text(task, "/authoredOn"))) ": " b { (text(task, "/focus/display")) } " – "
        (say.pick("cho là đúng", "said to be right")) ": “" (said(task)) "” "
        span class=(class) { (word) }
        @if !reason.is_empty() { ": " (reason) }
    }
}

/// The photograph of a report, for whoever answers it.
pub(super) fn picture(reader: &Reader<'_, '_>, task: &Value) -> Markup {
    let at = photo(task).map(|at| format!("{}/{at}", reader.ctx.engine.base));
    html! { @if let Some(at) = at { " " a href=(at) { (reader.say.pick("Ảnh chụp", "Photograph")) } } }
}
