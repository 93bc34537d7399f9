//! Takes a form that was sent: checked, then stored with its records in one transaction, once.

use serde_json::{Value, json};

use super::changed::{known_of, since};
use super::fault::{self, Fault};
use super::filled::{Reading, Sent};
use super::known::Form;
use super::page::{Held, Page, Reply, Shown};
use crate::fhir::id::ResourceId;
use crate::fhir::issue::Text;
use crate::fhir::kind::ResourceKind;
use crate::fhir::member::members;
use crate::interaction::bundle::entries::{Answered, run};
use crate::interaction::failure::{Failure, Kind};
use crate::interaction::respond::Answer;
use crate::interaction::single::idempotent::{answered, keep};
use crate::operation::questionnaire::extract::extracted;
use crate::operation::questionnaire::populate::{About, populated};
use crate::store::write::Keep;
use crate::validation::request::Request;

/// What became of it.
pub(super) enum Outcome {
    /// The id of the response.
    Stored(String),
    /// The form again.
    Shown(Reply),
}

/// A form that was sent, and what the server knows itself.
struct Sending<'s> {
    page: &'s Page<'s>,
    form: Form,
    patient: &'s Value,
    questionnaire: &'s Value,
    sent: &'s Sent,
    known: Value,
}

/// Takes a form.
pub(super) async fn submit(
    page: &Page<'_>,
    form: Form,
    (id, patient): (&ResourceId, &Value),
    questionnaire: &Value,
    sent: &Sent,
) -> Result<Outcome, Failure> {
    let keep = kept(page, (id, form), sent)?;
    if let Some(stored) = before(page, keep.as_ref()).await? {
        return Ok(Outcome::Stored(stored));
    }
    let known = populated(page.ctx, questionnaire, &About::patient(patient)).await?.response;
    let sending = Sending { page, form, patient, questionnaire, sent, known };
    if !sent.one("them").is_empty() {
        return Ok(sending.again(&[], &[], 200));
    }
    let notes = meanwhile(page, questionnaire, &sending.known, sent);
    if !notes.is_empty() {
        return Ok(sending.again(&[], &notes, 409));
    }
    let (response, faults) = sending.read().await?;
    if !faults.is_empty() {
        return Ok(sending.again(&faults, &[], 422));
    }
    Box::pin(sending.store(&response, keep)).await
}

impl Sending<'_> {
    /// The form again, with what is wrong or has changed, and what was typed.
    fn again(&self, faults: &[Fault], notes: &[String], status: u16) -> Outcome {
        let Self { form, patient, questionnaire, sent, known, .. } = self;
        let key = sent.one("key");
        let (form, sent) = (*form, Some(*sent));
        Outcome::Shown(self.page.form(&Shown {
            form,
            patient,
            questionnaire,
            known,
            sent,
            faults,
            notes,
            key,
            status,
        }))
    }

    /// The response, and what is wrong with it.
    async fn read(&self) -> Result<(Value, Vec<Fault>), Failure> {
        let Self { questionnaire, sent, known, .. } = self;
        let ctx = self.page.ctx;
        let mut reading = Reading { ctx, questionnaire, sent, faults: Vec::new() };
        let items = reading.items(members(questionnaire, "item"), known, "")?;
        let mut faults = reading.faults;
        let response = completed(known, items);
        if !members(&response, "item").is_empty() {
            let found = ctx.examine(&response, Request::default()).await?;
            let found = fault::of_response(found, (questionnaire, &response));
            let is_new = |one: &Fault| faults.iter().all(|known| known.field != one.field);
            let found: Vec<Fault> = found.into_iter().filter(is_new).collect();
            faults.extend(found);
        }
        Ok((response, faults))
    }

    /// Stores the response with its records, all or nothing.
    async fn store(&self, response: &Value, keep: Option<Keep>) -> Result<Outcome, Failure> {
        let Self { page, questionnaire, .. } = self;
        let extracted = extracted(page.ctx, questionnaire, response)?;
        let bundle = with_response(extracted.bundle, response);
        let failure = match Box::pin(run(&page.ctx.keeping(keep.as_ref()), bundle)).await {
            Ok(done) => return Ok(Outcome::Stored(response_of(&done).ok_or_else(lost)?)),
            Err(failure) => failure,
        };
        // The same form may have been stored at the same moment.
        if let Some(stored) = before(page, keep.as_ref()).await? {
            return Ok(Outcome::Stored(stored));
        }
        if !matches!(failure.kind, Kind::Unprocessable | Kind::Malformed | Kind::Conflict) {
            return Err(failure);
        }
        let issues = failure.issues.clone();
        let faults = fault::of_records(issues, &extracted.origins, (questionnaire, response));
        if faults.is_empty() { Err(failure) } else { Ok(self.again(&faults, &[], 422)) }
    }
}

/// What makes that a form is stored once: the key it carries, and all that was typed.
fn kept(
    page: &Page<'_>,
    (id, form): (&ResourceId, Form),
    sent: &Sent,
) -> Result<Option<Keep>, Failure> {
    let key = sent.one("key");
    if uuid::Uuid::parse_str(key).is_err() {
        return Err(Kind::Malformed.because(
            "Phiếu thiếu khóa (key) của nó. Hãy mở lại phiếu rồi gửi.",
            "The form has lost its key. Open it again and send it.",
        ));
    }
    if page.ctx.engine.rest.idempotency_seconds == 0 {
        return Ok(None);
    }
    let about = format!("form {id} {} {key}", form.slug);
    keep(page.ctx, &about, &[about.as_bytes(), sent.typed().as_bytes()]).map(Some)
}

/// The response that was stored of this form before.
async fn before(page: &Page<'_>, keep: Option<&Keep>) -> Result<Option<String>, Failure> {
    let Some(keep) = keep else { return Ok(None) };
    match answered(page.ctx, keep).await {
        Ok(Some(Answer::Kept(answer))) => Ok(match *answer {
            Answer::Bundle(done) => response_of(&done),
            _ => None,
        }),
        Ok(_) => Ok(None),
        Err(failure) if failure.kind == Kind::Unprocessable => Err(Kind::Conflict.because(
            "Phiếu này đã ghi vào sổ rồi; những gì chị vừa sửa chưa được ghi. Muốn ghi thêm, hãy mở phiếu mới.",
            "This form was saved already; what you changed since was not. Open a new form to record more.",
        )),
        Err(failure) => Err(failure),
    }
}

/// The response among what was stored.
fn response_of(done: &Answered) -> Option<String> {
    done.entries.iter().find_map(|entry| match entry {
        Ok(Answer::Saved(saved)) if saved.stored.kind == ResourceKind::QUESTIONNAIRE_RESPONSE => {
            Some(saved.stored.id.to_string())
        }
        _ => None,
    })
}

/// What a form that comes late is told, or one that rests on what is no more.
fn meanwhile(page: &Page<'_>, questionnaire: &Value, known: &Value, sent: &Sent) -> Vec<String> {
    let say = page.say;
    let (changed, is_other) = since(sent.one("was"), &known_of(questionnaire, known, say));
    let is_late = page.asked.held == Held::Late;
    if !is_late && !is_other {
        return Vec::new();
    }
    let mut notes = Vec::new();
    notes.push(match is_late {
        true => say.pick(
            "Phiếu này mở đã lâu nên chưa được ghi. Những gì chị đã điền vẫn còn; hãy xem lại rồi ghi.",
            "This form was opened long ago, so it was not saved yet. What you typed is kept; look at it and save.",
        ),
        false => say.pick(
            "Sổ đã thay đổi từ lúc chị mở phiếu, nên phiếu chưa được ghi. Những gì chị đã điền vẫn còn; hãy xem lại rồi ghi.",
            "The booklet has changed since you opened the form, so it was not saved yet. What you typed is kept; look at it and save.",
        ),
    }.to_owned());
    match changed.is_empty() {
        true if is_late => notes.push(
            say.pick("Trong lúc đó sổ không có gì thay đổi.", "Nothing has changed meanwhile.")
                .to_owned(),
        ),
        true => {}
        false => {
            notes.push(format!("{} {}", say.pick("Đã thay đổi:", "Changed:"), changed.join("; ")))
        }
    }
    notes
}

fn completed(known: &Value, items: Vec<Value>) -> Value {
    let mut response = known.clone();
    if let Some(object) = response.as_object_mut() {
        object.insert("status".into(), json!("completed"));
        object.shift_remove("item");
        if !items.is_empty() {
            object.insert("item".into(), Value::Array(items));
        }
    }
    response
}

/// The transaction with the response in it.
fn with_response(mut bundle: Value, response: &Value) -> Value {
    let entry = json!({
        "fullUrl": format!("urn:uuid:{}", uuid::Uuid::now_v7()),
        "resource": response,
        "request": { "method": "POST", "url": "QuestionnaireResponse" },
    });
    if let Some(object) = bundle.as_object_mut()
        && let Value::Array(entries) = object.entry("entry").or_insert_with(|| json!([]))
    {
        entries.push(entry);
    }
    bundle
}

fn lost() -> Failure {
    let text = Text::new("Không tìm thấy phiếu vừa ghi.", "The form that was stored is not found.");
    Kind::Exception.because(text.vi, text.en)
}
