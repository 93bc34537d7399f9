//! The Task of a report, <https://hl7.org/fhir/R4/task.html>: `focus` the entry, `for` the person, `owner`
//! whoever wrote it, as inputs what is said to be right and a photograph of the paper.

use serde_json::{Value, json};

use super::super::reader::Photo;
use super::super::reader::text;
use crate::fhir::member::members;
use crate::mch::correction::{CODE, INTENT, SYSTEM};

/// What the inputs are called, which tells them apart.
const SAID: &str = "Điều được cho là đúng";
const PHOTO: &str = "Ảnh chụp giấy";
/// What an entry of a transaction is called by the others.
const PICTURE: &str = "urn:uuid:0f6d7c1e-6f0b-4b55-9a37-6c2f4f1d2a10";

/// What a report says.
pub(super) struct Report<'r> {
    pub(super) person: &'r str,
    pub(super) entry: &'r str,
    pub(super) label: &'r str,
    pub(super) owner: Option<&'r str>,
    /// Who reports, in their own words.
    pub(super) who: &'r str,
    pub(super) said: &'r str,
    pub(super) photo: Option<&'r Photo>,
    /// The time, as FHIR writes it.
    pub(super) now: &'r str,
}

impl Report<'_> {
    /// The transaction that stores it.
    pub(super) fn bundle(&self) -> Value {
        let mut task = json!({
            "resourceType": "Task",
            "status": "requested",
            "intent": INTENT,
            "code": {
                "coding": [{ "system": SYSTEM, "code": CODE }],
                "text": format!("Báo sai: {}", self.label),
            },
            "focus": { "reference": self.entry, "display": self.label },
            "for": { "reference": self.person },
            "authoredOn": self.now,
            "lastModified": self.now,
            "input": [{ "type": { "text": SAID }, "valueString": self.said }],
        });
        let mut entries = Vec::new();
        if let Some(owner) = self.owner {
            put(&mut task, "owner", json!({ "reference": owner }));
        }
        if !self.who.is_empty() {
            put(&mut task, "requester", json!({ "display": self.who }));
        }
        if let Some(photo) = self.photo {
            let attachment = json!({ "contentType": photo.media, "url": PICTURE, "title": PHOTO });
            let input = json!({ "type": { "text": PHOTO }, "valueAttachment": attachment });
            if let Some(inputs) = task.get_mut("input").and_then(Value::as_array_mut) {
                inputs.push(input);
            }
            entries.push(json!({
                "fullUrl": PICTURE,
                "request": { "method": "POST", "url": "Binary" },
                "resource": {
                    "resourceType": "Binary",
                    "contentType": photo.media,
                    "securityContext": { "reference": self.person },
                    "data": photo.base64(),
                },
            }));
        }
        entries.push(json!({ "request": { "method": "POST", "url": "Task" }, "resource": task }));
        json!({ "resourceType": "Bundle", "type": "transaction", "entry": entries })
    }
}

fn put(task: &mut Value, name: &str, value: Value) {
    if let Some(task) = task.as_object_mut() {
        task.insert(name.to_owned(), value);
    }
}

/// What is said to be right.
pub(super) fn said(task: &Value) -> &str {
    let mut inputs = members(task, "input").iter();
    inputs.find_map(|input| input.get("valueString")?.as_str()).unwrap_or_default()
}

/// Where the photograph is, below the base.
pub(super) fn photo(task: &Value) -> Option<&str> {
    let mut inputs = members(task, "input").iter();
    let url = inputs.find_map(|input| input.pointer("/valueAttachment/url")?.as_str())?;
    let at = url.rfind("Binary/")?;
    url.get(at..)
}

/// What became of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::ui::booklet) enum State {
    Waiting,
    Mended,
    Refused,
}

/// The state of a report; none where it was withdrawn.
pub(in crate::ui::booklet) fn state(task: &Value) -> Option<State> {
    match text(task, "/status") {
        "completed" => Some(State::Mended),
        "rejected" | "failed" => Some(State::Refused),
        "cancelled" | "entered-in-error" => None,
        _ => Some(State::Waiting),
    }
}

/// The transaction that answers a report, of a version that was read.
pub(super) fn answered(task: &Value, state: State, reason: &str, now: &str) -> Value {
    let mut task = task.clone();
    let id = text(&task, "/id").to_owned();
    let version = text(&task, "/meta/versionId").to_owned();
    let status = match state {
        State::Mended => "completed",
        State::Refused => "rejected",
        State::Waiting => "requested",
    };
    put(&mut task, "status", status.into());
    put(&mut task, "statusReason", json!({ "text": reason }));
    put(&mut task, "lastModified", now.into());
    let request = json!({
        "method": "PUT", "url": format!("Task/{id}"), "ifMatch": format!("W/\"{version}\""),
    });
    let entry = json!({ "request": request, "resource": task });
    json!({ "resourceType": "Bundle", "type": "transaction", "entry": [entry] })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mch::correction::is_correction;

    #[test]
    fn a_report_is_a_task_with_its_photograph() {
        let photo = Photo { media: "image/png", bytes: b"x".as_slice().into() };
        let report = Report {
            person: "Patient/a",
            entry: "Observation/b",
            label: "Cân nặng",
            owner: Some("Organization/c"),
            who: "",
            said: "44,5 kg",
            photo: Some(&photo),
            now: "2026-12-01T08:00:00+07:00",
        };
        let bundle = report.bundle();
        let task = bundle.pointer("/entry/1/resource").expect("a Task");
        assert!(is_correction(task));
        assert_eq!((said(task), state(task)), ("44,5 kg", Some(State::Waiting)));
        assert_eq!(
            task.pointer("/input/1/valueAttachment/url"),
            bundle.pointer("/entry/0/fullUrl")
        );
        let mut stored = task.clone();
        stored["id"] = "t".into();
        stored["input"][1]["valueAttachment"]["url"] = "Binary/x".into();
        assert_eq!(photo_of(&stored), Some("Binary/x"));
        let answer = answered(&stored, State::Refused, "đã xem lại", "2026-12-02T08:00:00+07:00");
        let answer = answer.pointer("/entry/0/resource").expect("a Task");
        assert_eq!(state(answer), Some(State::Refused));
        assert_eq!(answer["focus"], task["focus"]);
    }

    fn photo_of(task: &Value) -> Option<&str> {
        super::photo(task)
    }
}
