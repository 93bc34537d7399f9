//! One request, from the wire or from the entry of a bundle, as the interactions take it.

use serde_json::Value;

use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::mch::check::{concerns, may_concern};
use crate::search::query::Query;

use super::failure::{Failure, Kind};
use super::route::{Interaction, Target};
use super::single::precondition::{Tags, Unless};
use super::unused;

/// A request with everything its interaction needs.
#[derive(Debug)]
pub enum Request {
    Capabilities,
    Bundle { bundle: Value },
    Read { kind: ResourceKind, id: ResourceId, unless: Unless, query: Query },
    VRead { kind: ResourceKind, id: ResourceId, version: String, unless: Unless, query: Query },
    History { kind: ResourceKind, id: ResourceId, query: Query },
    HistoryOfAll { kind: Option<ResourceKind>, query: Query },
    Search { kind: ResourceKind, query: Query },
    Create { kind: ResourceKind, resource: Value, if_none_exist: Option<String> },
    Update { kind: ResourceKind, id: ResourceId, resource: Value, if_match: Option<Tags> },
    Delete { kind: ResourceKind, id: ResourceId, if_match: Option<Tags> },
}

/// What comes with a path.
#[derive(Debug, Default)]
pub struct Parts {
    pub query: Query,
    pub resource: Option<Value>,
    pub if_match: Option<Tags>,
    pub if_none_exist: Option<String>,
    pub unless: Unless,
    /// `Prefer: handling=lenient`
    pub lenient: bool,
}

impl Request {
    /// Puts a request together.
    pub fn new(interaction: Interaction, target: Target, parts: Parts) -> Result<Self, Failure> {
        unused::check(interaction, &target, &parts)?;
        let Parts { query, resource, if_match, if_none_exist, unless, .. } = parts;
        let body = || resource.ok_or_else(no_body);
        let kind = || target.kind.ok_or_else(incomplete);
        let id = || target.id.clone().ok_or_else(incomplete);
        Ok(match interaction {
            Interaction::Capabilities => Self::Capabilities,
            Interaction::Bundle => Self::Bundle { bundle: body()? },
            Interaction::Read => Self::Read { kind: kind()?, id: id()?, unless, query },
            Interaction::VRead => Self::VRead {
                kind: kind()?,
                id: id()?,
                version: target.version.clone().ok_or_else(incomplete)?,
                unless,
                query,
            },
            Interaction::HistoryInstance => Self::History { kind: kind()?, id: id()?, query },
            Interaction::HistoryType => Self::HistoryOfAll { kind: Some(kind()?), query },
            Interaction::HistorySystem => Self::HistoryOfAll { kind: None, query },
            Interaction::SearchType => Self::Search { kind: kind()?, query },
            Interaction::Create => Self::Create { kind: kind()?, resource: body()?, if_none_exist },
            Interaction::Update => {
                Self::Update { kind: kind()?, id: id()?, resource: body()?, if_match }
            }
            Interaction::Delete => Self::Delete { kind: kind()?, id: id()?, if_match },
            Interaction::Operation | Interaction::JobStatus | Interaction::JobCancel => {
                return Err(alone());
            }
        })
    }
}

impl Request {
    /// Whether it stores a record that the rules across records concern.
    pub(super) fn concerns(&self) -> bool {
        matches!(self, Self::Create { resource, .. } | Self::Update { resource, .. } if concerns(resource) || may_concern(resource))
    }
}

fn no_body() -> Failure {
    Kind::Malformed.because(
        "Yêu cầu này cần một tài nguyên JSON trong phần thân.",
        "This request needs a JSON resource in its body.",
    )
}

fn alone() -> Failure {
    Kind::NotSupported.because(
        "Hãy gọi riêng operation và trạng thái công việc, không phải trong một Bundle.",
        "Call operations, and ask for the state of jobs, on their own, not in a Bundle.",
    )
}

fn incomplete() -> Failure {
    Kind::NotFound.because("URL chưa đầy đủ.", "The URL is incomplete.")
}
