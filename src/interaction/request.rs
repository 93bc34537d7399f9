//! One request, from the wire or from the entry of a bundle, as the interactions take it.

use serde_json::Value;

use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::patch::document::Patch;
use crate::search::query::Query;

use super::failure::{Failure, Kind};
use super::route::{Interaction, Target};
use super::search::scope::Scope;
use super::single::precondition::{Conditions, Tags, Unless};
use super::unused::{self, SHOWN};

/// A request with everything its interaction needs.
#[derive(Debug)]
pub enum Request {
    Capabilities,
    Bundle { bundle: Value },
    Read { kind: ResourceKind, id: ResourceId, unless: Unless, query: Query },
    VRead { kind: ResourceKind, id: ResourceId, version: String, unless: Unless, query: Query },
    History { kind: ResourceKind, id: ResourceId, query: Query },
    HistoryOfAll { kind: Option<ResourceKind>, query: Query },
    Search { scope: Scope, query: Query },
    Create { kind: ResourceKind, resource: Value, if_none_exist: Option<String> },
    Update { kind: ResourceKind, id: ResourceId, resource: Value, conditions: Conditions },
    ConditionalUpdate { kind: ResourceKind, query: Query, resource: Value, conditions: Conditions },
    Patch { kind: ResourceKind, id: ResourceId, patch: Patch, if_match: Option<Tags> },
    ConditionalPatch { kind: ResourceKind, query: Query, patch: Patch, if_match: Option<Tags> },
    Delete { kind: ResourceKind, id: ResourceId, if_match: Option<Tags> },
    ConditionalDelete { kind: ResourceKind, query: Query, if_match: Option<Tags> },
}

/// What comes with a path.
#[derive(Debug, Default)]
pub struct Parts {
    pub query: Query,
    pub resource: Option<Value>,
    pub patch: Option<Patch>,
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
        let Parts { query, resource, patch, if_match, if_none_exist, unless, .. } = parts;
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
            Interaction::SearchType => Self::Search { scope: scope(&target)?, query },
            Interaction::SearchSystem => Self::Search { scope: Scope::System, query },
            Interaction::Create => Self::Create { kind: kind()?, resource: body()?, if_none_exist },
            Interaction::Update => {
                let (kind, resource) = (kind()?, body()?);
                let conditions = Conditions { if_match, is_new: unless.is_new()? };
                match target.id {
                    Some(id) => Self::Update { kind, id, resource, conditions },
                    None => {
                        let query = criteria(query)?;
                        Self::ConditionalUpdate { kind, query, resource, conditions }
                    }
                }
            }
            Interaction::Patch => {
                let (kind, patch) = (kind()?, patch.ok_or_else(no_body)?);
                match target.id {
                    Some(id) => Self::Patch { kind, id, patch, if_match },
                    None => {
                        Self::ConditionalPatch { kind, query: criteria(query)?, patch, if_match }
                    }
                }
            }
            Interaction::Delete => match target.id {
                Some(id) => Self::Delete { kind: kind()?, id, if_match },
                None => {
                    Self::ConditionalDelete { kind: kind()?, query: criteria(query)?, if_match }
                }
            },
            Interaction::Operation
            | Interaction::OpenApi
            | Interaction::JobStatus
            | Interaction::JobCancel => return Err(alone()),
        })
    }
}

/// What is searched below a type: all of it, or what is in the compartment of one.
fn scope(target: &Target) -> Result<Scope, Failure> {
    let kind = target.kind.ok_or_else(incomplete)?;
    Ok(match target.members {
        None => Scope::Type(kind),
        Some(members) => {
            let id = target.id.clone().ok_or_else(incomplete)?;
            Scope::Compartment { of: kind, id, kind: members.kind() }
        }
    })
}

/// The criteria of a URL without an id: what is said there about the reply is none.
pub(super) fn criteria(mut query: Query) -> Result<Query, Failure> {
    query.parameters.retain(|parameter| !SHOWN.contains(&parameter.name.as_str()));
    if query.parameters.is_empty() {
        return Err(Kind::Malformed.because(
            "URL phải nêu id (Loại/id) hoặc điều kiện (Loại?identifier=…).",
            "The URL needs an id (Type/id) or criteria (Type?identifier=…).",
        ));
    }
    Ok(query)
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
