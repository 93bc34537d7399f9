//! How far a referral came: asked for, accepted, seen, replied to, closed, or nobody came.
//!
//! A referral is a `ServiceRequest` of the category `referral`. What is based on it or has it as focus
//! tells how it went on: a Task of the facility that takes over, the Encounter there, the reply.

use serde_json::Value;

use super::catalogue::Sentence;
use super::record::concept::has_local;
use super::record::days::Days;
use super::record::records::{Record, Records};
use crate::fhir::member::members;

/// How far it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    Requested,
    Accepted,
    Seen,
    Replied,
    Closed,
    NoShow,
}

/// A referral of a person.
#[derive(Debug, Clone, Copy)]
pub struct Referral<'a> {
    pub request: Record<'a>,
    pub stage: Stage,
    /// The day it was decided.
    pub asked: i64,
    /// The addresses of the facility that refers and of the one referred to.
    pub from: Option<&'a str>,
    pub to: Option<&'a str>,
}

impl Stage {
    const ALL: [(Self, &'static str); 6] = [
        (Self::Requested, "requested"),
        (Self::Accepted, "accepted"),
        (Self::Seen, "seen"),
        (Self::Replied, "replied"),
        (Self::Closed, "closed"),
        (Self::NoShow, "no-show"),
    ];

    /// As it is kept.
    pub fn code(self) -> &'static str {
        Self::ALL.iter().find(|(stage, _)| *stage == self).map_or("", |(_, code)| code)
    }

    /// The one that is kept so.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, of)| *of == code).map(|(stage, _)| *stage)
    }

    /// In words.
    pub fn label(self) -> Sentence {
        let (vi, en) = match self {
            Self::Requested => ("đã chuyển", "requested"),
            Self::Accepted => ("đã nhận", "accepted"),
            Self::Seen => ("đã khám", "seen"),
            Self::Replied => ("đã phản hồi", "replied to"),
            Self::Closed => ("đã xong", "closed"),
            Self::NoShow => ("không đến", "nobody came"),
        };
        Sentence { vi: vi.into(), en: en.into() }
    }
}

/// The referrals of a person up to a day, the first one first.
pub fn referrals<'a>(records: &Records<'a>, person: &str, day: i64) -> Vec<Referral<'a>> {
    let all = records.pointing("ServiceRequest", "subject", person);
    let mut found: Vec<_> = all
        .filter_map(|one| read(records, one, person, day))
        .filter(|one| one.asked <= day)
        .collect();
    found.sort_by_key(|one| (one.asked, one.request.address));
    found
}

fn read<'a>(
    records: &Records<'a>,
    request: Record<'a>,
    person: &str,
    day: i64,
) -> Option<Referral<'a>> {
    let resource = request.resource;
    let is_referral = members(resource, "category")
        .iter()
        .any(|one| has_local(Some(one), "mch-request-category", &["referral"]));
    let status = resource.get("status").and_then(Value::as_str)?;
    if !is_referral || matches!(status, "draft" | "revoked" | "entered-in-error" | "unknown") {
        return None;
    }
    let asked = Days::of(resource.get("authoredOn"), records.zone)?.first;
    let stage = stage(records, request, person, (status, day));
    let of_list = |name: &str| {
        let all = members(resource, name).iter();
        let mut addresses = all.filter_map(|one| records.address(Some(one)));
        addresses.find(|one| one.starts_with("Organization/"))
    };
    let requester = records.address(resource.get("requester"));
    let requester = requester.filter(|one| one.starts_with("Organization/"));
    let encounter = records.target(resource.get("encounter"));
    let at = encounter.and_then(|one| records.address(one.resource.get("serviceProvider")));
    Some(Referral { request, stage, asked, from: requester.or(at), to: of_list("performer") })
}

/// How far it came by a day.
fn stage(
    records: &Records<'_>,
    request: Record<'_>,
    person: &str,
    (status, day): (&str, i64),
) -> Stage {
    let mut stage = if status == "completed" { Stage::Closed } else { Stage::Requested };
    for task in records.pointing_at("Task", person) {
        if is_about(records, task.resource, request.address)
            && is_by(records, task.resource, "authoredOn", day)
        {
            stage = stage.max(of_task(task.resource));
        }
    }
    let mut seen = Vec::new();
    for visit in records.pointing("Encounter", "subject", person) {
        let is_based = names(records, visit.resource, "basedOn", request.address);
        let started = visit
            .resource
            .get("period")
            .and_then(|period| Days::of(period.get("start"), records.zone));
        if !is_based || started.is_some_and(|started| started.first > day) {
            continue;
        }
        let status = visit.resource.get("status").and_then(Value::as_str).unwrap_or_default();
        stage = stage.max(match status {
            "finished" => Stage::Replied,
            "arrived" | "triaged" | "in-progress" | "onleave" => Stage::Seen,
            _ => Stage::Requested,
        });
        seen.push(visit.address);
    }
    for reply in records.pointing("Composition", "subject", person) {
        let encounter = records.address(reply.resource.get("encounter"));
        let is_reply = encounter.is_some_and(|one| seen.contains(&one))
            || members(reply.resource, "event")
                .iter()
                .any(|one| names(records, one, "detail", request.address))
            || members(reply.resource, "relatesTo")
                .iter()
                .any(|one| records.address(one.get("targetReference")) == Some(request.address));
        if is_reply && is_by(records, reply.resource, "date", day) {
            stage = stage.max(Stage::Replied);
        }
    }
    stage
}

fn of_task(task: &Value) -> Stage {
    let status = task.get("status").and_then(Value::as_str).unwrap_or_default();
    match status {
        "accepted" | "in-progress" | "ready" | "on-hold" => Stage::Accepted,
        "completed" => Stage::Replied,
        "rejected" | "failed" | "cancelled" => Stage::NoShow,
        _ if !members(task, "output").is_empty() => Stage::Replied,
        _ => Stage::Requested,
    }
}

/// Whether a Task is about a request.
fn is_about(records: &Records<'_>, task: &Value, request: &str) -> bool {
    records.address(task.get("focus")) == Some(request) || names(records, task, "basedOn", request)
}

/// Whether one of a list of references leads to an address.
fn names(records: &Records<'_>, resource: &Value, list: &str, address: &str) -> bool {
    members(resource, list).iter().any(|one| records.address(Some(one)) == Some(address))
}

/// Whether something was written by a day; what has no date was.
fn is_by(records: &Records<'_>, resource: &Value, element: &str, day: i64) -> bool {
    Days::of(resource.get(element), records.zone).is_none_or(|written| written.first <= day)
}
