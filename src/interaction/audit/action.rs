//! What an interaction asks for, as it is written down.

use serde_json::Value;

use crate::criteria::access::Doing;
use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::interaction::request::Request;
use crate::interaction::search::scope::Scope;
use crate::search::query::Query;
use crate::store::audit::event::What;

use super::named::{patient, patients, written};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Action {
    pub what: What,
    pub doing: Doing,
    pub kind: Option<ResourceKind>,
    /// Empty where there is none.
    pub id: String,
    /// 0 where there is none.
    pub version: i64,
    pub query: String,
    /// Those whom it names.
    pub patients: Vec<String>,
}

/// The elements by which a resource says whom it is about.
const SUBJECTS: [&str; 5] = ["subject", "patient", "beneficiary", "individual", "for"];

impl Action {
    /// Something that is done to no resource of a type in particular.
    pub fn new(what: What, doing: Doing, kind: Option<ResourceKind>) -> Self {
        let (id, query) = (String::new(), String::new());
        Self { what, doing, kind, id, version: 0, query, patients: Vec::new() }
    }

    /// What a request asks for; none where it is nobody's business.
    pub fn of(request: &Request, base: &str) -> Option<Self> {
        let of_one = |what, doing, kind: &ResourceKind, id: &ResourceId| Self {
            id: id.as_str().to_owned(),
            ..Self::new(what, doing, Some(*kind))
        };
        let of_type = |what, doing, kind: &ResourceKind, query: &Query| Self {
            query: written(kind.name(), query),
            patients: patients(Some(*kind), query, base),
            ..Self::new(what, doing, Some(*kind))
        };
        Some(match request {
            Request::Capabilities | Request::Bundle { .. } => return None,
            Request::Read { kind, id, .. } => of_one(What::Read, Doing::Read, kind, id),
            Request::VRead { kind, id, version, .. } => Self {
                version: version.parse().unwrap_or_default(),
                ..of_one(What::VRead, Doing::Read, kind, id)
            },
            Request::History { kind, id, .. } => {
                of_one(What::HistoryInstance, Doing::Read, kind, id)
            }
            Request::HistoryOfAll { kind: Some(kind), query } => Self {
                query: written(&format!("{kind}/_history"), query),
                ..Self::new(What::HistoryType, Doing::Search, Some(*kind))
            },
            Request::HistoryOfAll { kind: None, query } => Self {
                query: written("_history", query),
                ..Self::new(What::HistorySystem, Doing::Search, None)
            },
            Request::Search { scope, query } => search(scope, query, base),
            Request::Create { kind, resource, if_none_exist } => {
                let asked = if_none_exist.as_deref().unwrap_or_default();
                Self {
                    patients: subjects(resource, base),
                    query: match asked {
                        "" => String::new(),
                        asked => written(kind.name(), &Query::parse([asked])),
                    },
                    ..Self::new(What::Create, Doing::Create, Some(*kind))
                }
            }
            Request::Update { kind, id, resource, .. } => Self {
                patients: subjects(resource, base),
                ..of_one(What::Update, Doing::Update, kind, id)
            },
            Request::ConditionalUpdate { kind, query, .. } => {
                of_type(What::Update, Doing::Update, kind, query)
            }
            Request::Patch { kind, id, .. } => of_one(What::Patch, Doing::Update, kind, id),
            Request::ConditionalPatch { kind, query, .. } => {
                of_type(What::Patch, Doing::Update, kind, query)
            }
            Request::Delete { kind, id, .. } => of_one(What::Delete, Doing::Delete, kind, id),
            Request::ConditionalDelete { kind, query, .. } => {
                of_type(What::Delete, Doing::Delete, kind, query)
            }
        })
    }
}

fn search(scope: &Scope, query: &Query, base: &str) -> Action {
    let (path, kind, within) = match scope {
        Scope::Type(kind) => (kind.name().to_owned(), Some(*kind), None),
        Scope::System => (String::new(), None, None),
        Scope::Compartment { of, id, kind } => {
            let members = kind.map_or("*", ResourceKind::name);
            (format!("{of}/{id}/{members}"), *kind, Some((of, id)))
        }
        Scope::Everything { of, id, .. } => {
            (format!("{of}/{id}/$everything"), None, Some((of, id)))
        }
    };
    let mut named = patients(kind, query, base);
    if let Some((of, id)) = within
        && *of == ResourceKind::PATIENT
        && !named.iter().any(|one| one == id.as_str())
    {
        named.push(id.as_str().to_owned());
    }
    let what = if kind.is_some() { What::SearchType } else { What::SearchSystem };
    Action {
        query: written(&path, query),
        patients: named,
        ..Action::new(what, Doing::Search, kind)
    }
}

/// Whom a resource that was sent says to be about.
fn subjects(resource: &Value, base: &str) -> Vec<String> {
    let references =
        SUBJECTS.iter().filter_map(|name| resource.get(name)?.get("reference")?.as_str());
    let ids = references.filter_map(|reference| patient(reference, base));
    ids.filter(|id| ResourceId::parse(id).is_some()).map(str::to_owned).collect()
}
