//! Why somebody may or may not do what a request asks for, without doing it.

use serde_json::{Value, json};

use crate::criteria::access::{Doing, Lack, Policy};
use crate::criteria::tree::Criteria;
use crate::fhir::kind::ResourceKind;
use crate::interaction::failure::Failure;
use crate::interaction::route::{self, Interaction, Method, Target};

use super::policy::{Rights, has};
use super::sort::Sort;

/// What becomes of a request.
pub fn explain(rights: &Rights, request: &str) -> Result<Value, Failure> {
    let (method, path) = request.split_once(' ').unwrap_or(("GET", request));
    let path = path.split('?').next().unwrap_or_default();
    let path = path.strip_prefix("/fhir").unwrap_or(path);
    let method = match method {
        "POST" => Method::Post,
        "PUT" => Method::Put,
        "PATCH" => Method::Patch,
        "DELETE" => Method::Delete,
        _ => Method::Get,
    };
    let (interaction, target) = route::find(method, path)?;
    let (Some(doing), Some(kind)) = (doing(interaction), of(&target)) else {
        return Ok(told(
            "narrow",
            vec![because("route", None, "what is within is asked type by type")],
            None,
        ));
    };
    Ok(of_type(rights, doing, kind))
}

fn of_type(rights: &Rights, doing: Doing, kind: ResourceKind) -> Value {
    if let Some(lack) = rights.lack(doing, kind) {
        let why = match lack {
            Lack::Scope(scope) => {
                because("scope", None, &format!("no scope allows it; {scope} would"))
            }
            Lack::Role => {
                because("role", None, &format!("no role that was granted does this with {kind}"))
            }
            Lack::Patient => because("patient", None, "the token's patient is reached by no grant"),
        };
        return told("deny", vec![why], None);
    }
    let mut all = Vec::new();
    for granted in rights.scopes.iter().filter(|one| one.scope.allows(doing, kind)) {
        let query = granted.scope.query.as_str();
        let more = if query.is_empty() { String::new() } else { format!(", where {query}") };
        let text = format!("a {}/ scope allows it{more}", granted.scope.level);
        all.push(because("scope", None, &text));
    }
    for grant in rights.grants.iter().filter(|grant| has(grant.role, doing, kind)) {
        let text =
            format!("role {}, opens labels [{}]", grant.role.name(), grant.labels.join(", "));
        all.push(because("grant", Some(grant.line), &text));
    }
    if rights.breaks_glass() {
        let open = match rights.opened.len() {
            0 => "the header Break-Glass opens one person who is not reached".to_owned(),
            count => format!("Break-Glass has opened {count} persons who are not reached"),
        };
        all.push(because("break-glass", None, &open));
    }
    if Sort::of(kind) == Sort::Audit {
        // These are no rows of a type: what is recorded is seen as a whole, or not at all.
        return match rights.is_auditor() {
            true => told("permit", all, None),
            false => told("deny", all, Some(&Criteria::False)),
        };
    }
    match rights.narrowing(doing, kind) {
        Criteria::True => told("permit", all, None),
        Criteria::False => told("deny", all, Some(&Criteria::False)),
        narrowed => told("narrow", all, Some(&narrowed)),
    }
}

fn told(decision: &str, because: Vec<Value>, criteria: Option<&Criteria>) -> Value {
    let criteria = criteria.map(ToString::to_string);
    json!({ "decision": decision, "because": because, "criteria": criteria })
}

fn because(rule: &str, line: Option<usize>, text: &str) -> Value {
    // A row stands at no line.
    let grant = line.map(|line| if line == 0 { "row".to_owned() } else { format!("line {line}") });
    json!({ "rule": rule, "grant": grant, "text": text })
}

fn doing(interaction: Interaction) -> Option<Doing> {
    Some(match interaction {
        Interaction::Read | Interaction::VRead | Interaction::HistoryInstance => Doing::Read,
        Interaction::SearchType | Interaction::HistoryType => Doing::Search,
        Interaction::Create => Doing::Create,
        Interaction::Update | Interaction::Patch => Doing::Update,
        Interaction::Delete => Doing::Delete,
        _ => return None,
    })
}

fn of(target: &Target) -> Option<ResourceKind> {
    target.searched()
}
