//! A list of what is due as a searchset of Tasks that are stored nowhere,
//! <https://hl7.org/fhir/R4/task.html>.

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::answer::computed;
use crate::definitions::base::BASE;
use crate::fhir::date::calendar::iso;
use crate::fhir::issue::Language;
use crate::mch::due::Due;
use crate::mch::due::window::Status;

/// One thing to do as a Task.
pub(in crate::operation) fn task(due: &Due, language: Language) -> Value {
    let label = if language == Language::English { &due.label.en } else { &due.label.vi };
    let system = |name: &str| format!("{BASE}/CodeSystem/{name}");
    let mut period = Map::new();
    period.insert("start".into(), iso(due.window.due).into());
    if let Some(end) = due.window.end().or(due.window.latest) {
        period.insert("end".into(), iso(end).into());
    }
    let mut task = json!({
        "resourceType": "Task",
        "meta": { "tag": [computed(&due.version)] },
        "status": "requested",
        "intent": "proposal",
        "businessStatus": {
            "coding": [{ "system": system("mch-due-status"), "code": due.status.code() }],
            "text": told(due.status, language),
        },
        "code": { "coding": [{ "system": system("mch-due"), "code": due.code }], "text": label },
        "description": format!("{label}: {}. {}", told(due.status, language), due.source),
        "for": { "reference": due.person },
        "restriction": { "period": period },
    });
    if let Some(task) = task.as_object_mut() {
        if let Some(focus) = &due.focus {
            task.insert("focus".into(), json!({ "reference": focus }));
        }
        if let Some(owner) = &due.owner {
            task.insert("owner".into(), json!({ "reference": owner }));
        }
    }
    task
}

/// A status in words.
pub(in crate::operation) fn told(status: Status, language: Language) -> &'static str {
    let (vi, en) = match status {
        Status::Upcoming => ("sắp tới", "upcoming"),
        Status::Due => ("đến hạn", "due"),
        Status::Overdue => ("quá hạn", "overdue"),
        Status::Missed => ("đã lỡ", "missed"),
        Status::Done => ("đã làm", "done"),
        Status::NotApplicable => ("không cần", "not applicable"),
    };
    if language == Language::English { en } else { vi }
}

/// The address of a Task that nobody can read: the same for the same thing on every day.
fn full_url(due: &Due) -> String {
    let mut hash = Sha256::new();
    let owner = due.owner.as_deref().unwrap_or_default();
    let focus = due.focus.as_deref().filter(|_| due.status != Status::Done).unwrap_or_default();
    hash.update(format!("{} {} {} {owner} {focus}", due.person, due.code, due.window.due));
    let bytes: Vec<u8> = hash.finalize().into_iter().collect();
    let hex: String = bytes.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default().to_owned();
    format!(
        "urn:uuid:{}-{}-5{}-a{}-{}",
        part(0, 8),
        part(8, 12),
        part(13, 16),
        part(17, 20),
        part(20, 32)
    )
}

/// One page of a list.
#[derive(Debug, Clone, Copy)]
pub(super) struct Page<'a> {
    pub(super) shown: &'a [Due],
    /// How many there are; none where nobody counted.
    pub(super) total: Option<usize>,
    pub(super) has_next: bool,
    pub(super) offset: usize,
    pub(super) count: usize,
    /// The URL of the list without `_offset`, and with a `?`.
    pub(super) url: &'a str,
    pub(super) language: Language,
}

/// The page as a Bundle.
pub(super) fn bundle(page: Page<'_>) -> Value {
    let Page { shown, total, has_next, offset, count, url, language } = page;
    let entries: Vec<Value> = shown
        .iter()
        .map(|due| json!({ "fullUrl": full_url(due), "resource": task(due, language), "search": { "mode": "match" } }))
        .collect();
    let at = |offset: usize| format!("{url}&_offset={offset}");
    let mut links = vec![json!({ "relation": "self", "url": at(offset) })];
    if offset > 0 {
        links.push(json!({ "relation": "first", "url": at(0) }));
    }
    if has_next {
        links.push(json!({ "relation": "next", "url": at(offset + count) }));
    }
    let mut bundle = json!({
        "resourceType": "Bundle",
        "meta": { "tag": [computed(&crate::mch::catalogue::catalogue().version)] },
        "type": "searchset",
        "link": links,
    });
    if let Some(bundle) = bundle.as_object_mut() {
        bundle.extend(total.map(|total| ("total".to_owned(), total.into())));
        bundle.extend((!entries.is_empty()).then(|| ("entry".to_owned(), entries.into())));
    }
    bundle
}
