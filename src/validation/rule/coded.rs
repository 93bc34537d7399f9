//! Codes of rules: is one in a value set that a resource names or contains?

use serde_json::Value;

use crate::fhir::member::{members, text};
use crate::terminology::service::{CodeRef, Membership, Unknown};
use crate::validation::walk::Walk;

/// Whether a code is in a value set.
pub(super) fn membership(walk: &Walk<'_>, set: &str, code: CodeRef<'_>) -> Membership {
    walk.engine.terminology.membership(set, code)
}

/// Whether a code is in a value set among contained resources: as far as that one lists its codes.
pub(super) fn contained(
    walk: &Walk<'_>,
    within: &[Value],
    id: &str,
    code: CodeRef<'_>,
) -> Membership {
    let Some(set) = within.iter().find(|resource| text(resource, "id") == Some(id)) else {
        return Membership::Unknown(Unknown::ValueSet);
    };
    let Some(compose) = set.get("compose") else { return Membership::Unknown(Unknown::ValueSet) };
    let mut unknown = None;
    for include in members(compose, "include") {
        let concepts = members(include, "concept");
        let is_system = code.system.is_none_or(|system| text(include, "system") == Some(system));
        if !members(include, "valueSet").is_empty() {
            let mut sets = members(include, "valueSet").iter().filter_map(Value::as_str);
            if sets.any(|set| membership(walk, set, code) == Membership::Member) {
                return Membership::Member;
            }
            unknown = Some(Unknown::ValueSet);
        } else if concepts.is_empty() && is_system {
            unknown = Some(Unknown::ValueSet);
        } else if is_system && concepts.iter().any(|one| text(one, "code") == Some(code.code)) {
            return Membership::Member;
        }
    }
    unknown.map_or(Membership::NotMember, Membership::Unknown)
}
