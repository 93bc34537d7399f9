//! The pages `/so/{patient}/ghi`, the forms there are, and `/so/{patient}/ghi/{form}`, one of them.

use maud::{Markup, PreEscaped, html};
use serde_json::Value;

use super::changed::{known_of, written};
use super::fault::Fault;
use super::field::{Fields, id as id_of, named as named_item, words};
use super::filled::{Sent, needed};
use super::known::{FORMS, Form, named};
use super::submit::{self, Outcome};
use crate::budget;
use crate::fhir::date::calendar::DAY;
use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::fhir::member::members;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::interaction::record::person::{PATIENT_ALONE, PREGNANCY, Person, Reach, person};
use crate::interaction::single::read::read;
use crate::mch::record::role::is_about_mother;
use crate::operation::document::restricted::is_restricted;
use crate::operation::questionnaire::populate::{About, populated};
use crate::ui::booklet::person::{line, name};
use crate::ui::form_token::FIELD;
use crate::ui::frame::{Frame, asked as told, whole_for};
use crate::ui::say::Say;

/// Keeps what is typed in the browser's tab, and gives it back when asked, with the key of the form: what
/// was stored already is not stored again.
const DRAFT: &str = include_str!("draft.js");

const REACH: Reach = Reach { own: PREGNANCY, mother: &[], children: PATIENT_ALONE };

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// `/so/…/ghi…`, decoded.
    pub path: String,
    pub query: Vec<(String, String)>,
    /// The fields of a form that was sent.
    pub sent: Option<Vec<(String, String)>>,
    /// The token that a form of this page is given.
    pub token: String,
    /// What became of the token that was sent.
    pub held: Held,
    /// The account of who is signed in.
    pub person: Option<String>,
}

/// Whether a form came from a page of this server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Held {
    Good,
    /// It did, longer ago than tokens count.
    Late,
    #[default]
    No,
}

/// What is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    pub status: u16,
    pub body: String,
    /// Where to go on, once something was stored.
    pub location: Option<String>,
}

/// Whether a path is that of one of these pages.
pub fn is_ours(path: &str) -> bool {
    let Some((id, page)) = path.strip_prefix("/so/").and_then(|below| below.split_once('/')) else {
        return false;
    };
    !id.is_empty() && (page == "ghi" || page.starts_with("ghi/"))
}

/// The page at a path.
pub async fn reply(ctx: &Ctx<'_>, asked: &Asked) -> Reply {
    let say = Say::new(told(&asked.query, "lang") == Some("en"));
    let page = Page { ctx, say, asked };
    match Box::pin(page.made()).await {
        Ok(reply) => reply,
        Err(failure) => page.failed(&failure),
    }
}

/// The page for what could not be read at all.
pub fn failure(ctx: &Ctx<'_>, asked: &Asked, failure: &Failure) -> Reply {
    let say = Say::new(told(&asked.query, "lang") == Some("en"));
    Page { ctx, say, asked }.failed(failure)
}

/// A page that is being made.
#[derive(Clone, Copy)]
pub(super) struct Page<'p> {
    pub(super) ctx: &'p Ctx<'p>,
    pub(super) say: Say,
    pub(super) asked: &'p Asked,
}

/// A form as it is shown: filled, sent before, wrong.
pub(super) struct Shown<'s> {
    pub(super) form: Form,
    pub(super) patient: &'s Value,
    pub(super) questionnaire: &'s Value,
    pub(super) known: &'s Value,
    pub(super) sent: Option<&'s Sent>,
    pub(super) faults: &'s [Fault],
    /// What became of it meanwhile.
    pub(super) notes: &'s [String],
    pub(super) key: &'s str,
    pub(super) status: u16,
}

impl Page<'_> {
    async fn made(&self) -> Result<Reply, Failure> {
        let path = self.asked.path.trim_end_matches('/');
        let (id, below) =
            path.strip_prefix("/so/").and_then(|it| it.split_once('/')).ok_or_else(nowhere)?;
        let id = ResourceId::parse(id).ok_or_else(nowhere)?;
        let found = Box::pin(person(self.ctx, &id, REACH)).await?;
        let patient =
            found.patient().filter(|patient| !is_restricted(patient)).ok_or_else(nowhere)?;
        let is_mother = self.is_mother(&found);
        let Some(wanted) = below.strip_prefix("ghi/") else {
            return Ok(self.listed(&id, patient, is_mother));
        };
        let form = named(wanted).filter(|form| form.is_for(is_mother)).ok_or_else(nowhere)?;
        let questionnaire = self.questionnaire(form).await?;
        if let Some(sent) = &self.asked.sent {
            if self.asked.held == Held::No {
                return Err(foreign());
            }
            let sent = Sent::of(sent);
            let outcome = submit::submit(self, form, (&id, patient), &questionnaire, &sent);
            return Ok(match Box::pin(outcome).await? {
                Outcome::Stored(response) => self.stored(&id, &response),
                Outcome::Shown(reply) => reply,
            });
        }
        let known = populated(self.ctx, &questionnaire, &About::patient(patient)).await?;
        let key = uuid::Uuid::new_v4().to_string();
        let needed = needed(&questionnaire, &known.response);
        let notes: Vec<String> = needed.iter().map(|text| self.say.text(text).to_owned()).collect();
        Ok(self.form(&Shown {
            form,
            patient,
            questionnaire: &questionnaire,
            known: &known.response,
            sent: None,
            faults: &[],
            notes: &notes,
            key: &key,
            status: 200,
        }))
    }

    fn is_mother(&self, found: &Person) -> bool {
        let records = found.records(self.ctx);
        let now = self.ctx.now.saturating_add(self.ctx.engine.zone.micros());
        is_about_mother(&records, &found.address, now.div_euclid(DAY))
    }

    async fn questionnaire(&self, form: Form) -> Result<Value, Failure> {
        let id = ResourceId::parse(form.questionnaire).ok_or_else(nowhere)?;
        let stored = read(self.ctx, ResourceKind::QUESTIONNAIRE, &id).await?;
        budget::spend(1 + stored.body.len() / 64)?;
        serde_json::from_str(&stored.body).map_err(|_corrupt| nowhere())
    }

    /// The forms there are for somebody.
    fn listed(&self, id: &ResourceId, patient: &Value, is_mother: bool) -> Reply {
        let say = self.say;
        let title = format!("{}: {}", say.pick("Ghi phiếu", "Record"), name(patient, say));
        let body = html! {
            p { (self.about(patient)) }
            ul .people { @for form in FORMS.iter().filter(|form| form.is_for(is_mother)) {
                li { a .big href=(say.href(&format!("/so/{id}/ghi/{}", form.slug), &[])) { (form.title(say)) } }
            } }
            p { a href=(say.href(&format!("/so/{id}"), &[])) { (say.pick("Về sổ", "Back to the booklet")) } }
        };
        self.framed(200, &title, body)
    }

    fn about(&self, patient: &Value) -> String {
        let now = self.ctx.now.saturating_add(self.ctx.engine.zone.micros());
        line(patient, self.say, now.div_euclid(DAY))
    }

    /// A form.
    pub(super) fn form(&self, shown: &Shown<'_>) -> Reply {
        let say = self.say;
        let Shown { form, patient, questionnaire, known, sent, faults, notes, key, status } = shown;
        let fields = Fields { ctx: self.ctx, questionnaire, say, sent: *sent, faults };
        let was = written(&known_of(questionnaire, known, say));
        let id = patient.get("id").and_then(Value::as_str).unwrap_or_default();
        let title = format!("{}: {}", form.title(say), name(patient, say));
        let body = html! {
            p { (self.about(patient)) }
            (self.summary(questionnaire, faults, notes))
            p #nhap hidden { button type="button" .more { (say.pick("Lấy lại những gì đã gõ dở trên máy này", "Take back what was typed here before")) } }
            form method="post" action=(say.href(&self.asked.path, &[])) novalidate .record data-new=[sent.is_none().then_some("1")] {
                // The button that Enter presses is the one that stores, not one that adds a group.
                button type="submit" .first tabindex="-1" aria-hidden="true" { (say.pick("Ghi", "Save")) }
                input type="hidden" name=(FIELD) value=(self.asked.token);
                input type="hidden" name="key" value=(key);
                input type="hidden" name="was" value=(was);
                (fields.items(members(questionnaire, "item"), known, "", 0))
                p { button type="submit" { (say.pick("Ghi vào sổ", "Save")) } }
                p .dim { span .must { "*" } " " (say.pick("cần điền; mục nào chưa làm thì để trống", "required; leave empty what was not done")) }
            }
            p { a href=(say.href(&format!("/so/{id}/ghi"), &[])) { (say.pick("Phiếu khác", "Other forms")) } " · " a href=(say.href(&format!("/so/{id}"), &[])) { (say.pick("Về sổ, không ghi", "Back, nothing is saved")) } }
            script { (PreEscaped(DRAFT)) }
        };
        self.framed(*status, &title, body)
    }

    /// What is wrong, each leading to its field, and what has changed.
    fn summary(&self, questionnaire: &Value, faults: &[Fault], notes: &[String]) -> Markup {
        let say = self.say;
        html! {
            @if !notes.is_empty() {
                section .card role="status" { ul { @for note in notes { li { (note) } } } }
            }
            @if !faults.is_empty() {
                section .card .alarm role="alert" aria-labelledby="sai" {
                    h2 #sai { (say.pick("Chưa ghi được. Mời chị xem lại:", "Nothing was saved yet. Please look at:")) }
                    ul { @for fault in faults { li {
                        @match &fault.field {
                            Some(field) => a href={ "#" (id_of(field)) } { (asked_of(questionnaire, field, say)) (say.text(&fault.text)) },
                            None => (say.text(&fault.text)),
                        }
                    } } }
                }
            }
        }
    }

    /// Leads to the booklet, which says what was stored.
    fn stored(&self, id: &ResourceId, response: &str) -> Reply {
        let location = self.say.href(&format!("/so/{id}"), &[("ghi", response)]);
        let title = self.say.pick("Đã ghi", "Saved");
        let body = html! { p { a href=(location) { (self.say.pick("Về sổ", "To the booklet")) } } };
        Reply { location: Some(location.clone()), ..self.framed(303, title, body) }
    }

    /// A page that says what is wrong and leads back.
    fn failed(&self, failure: &Failure) -> Reply {
        let say = self.say;
        let status = if failure.status() == 410 { 404 } else { failure.status() };
        let title = match status {
            404 => say.pick("Không tìm thấy", "Not found"),
            _ => say.pick("Chưa làm được", "That did not work"),
        };
        let back = self.asked.path.rsplit_once('/').map_or("/so", |(before, _)| before);
        let back = if status == 404 { "/so" } else { back };
        let body = html! {
            @if status == 404 {
                p { (say.pick("Không có sổ hay phiếu này, hoặc chị không được xem.", "There is no such booklet or form, or you may not see it.")) }
            } @else {
                ul { @for issue in &failure.issues { li { (say.text(&issue.text)) } } }
            }
            p { a href=(say.href(back, &[])) { (say.pick("Quay lại", "Back")) } }
            @if status != 404 { p { a href=(say.href(&self.asked.path, &[])) { (say.pick("Mở phiếu mới", "Open a new form")) } } }
        };
        self.framed(status, title, body)
    }

    fn framed(&self, status: u16, title: &str, body: Markup) -> Reply {
        let Asked { path, query, person, .. } = self.asked;
        let frame = Frame { say: self.say, title, path, query, body };
        let body = whole_for(&frame, person.as_deref());
        Reply { status, body, location: None }
    }
}

/// What the question of a field is called.
fn asked_of(questionnaire: &Value, field: &str, say: Say) -> String {
    let link = field.split('~').next().unwrap_or_default();
    named_item(questionnaire, link)
        .map(|item| format!("{}: ", words(item, say)))
        .unwrap_or_default()
}

fn nowhere() -> Failure {
    Kind::NotFound.because("Không có trang này.", "There is no such page.")
}

fn foreign() -> Failure {
    Kind::Forbidden.because(
        "Phiếu này không được gửi từ trang của máy chủ, nên không được ghi. Hãy mở lại phiếu rồi gửi.",
        "This form was not sent from a page of this server, so nothing was stored. Open the form and send it again.",
    )
}
