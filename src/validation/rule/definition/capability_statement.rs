//! Capability statements: the search parameters they list are of the type they say,
//! <https://hl7.org/fhir/R4/capabilitystatement.html>.

use super::search_parameter::type_code;
use crate::fhir::issue::IssueCode;
use crate::fhir::member::{members, text};
use crate::validation::element::path::Path;
use crate::validation::rule::finding::{error, shown, when_strict};
use crate::validation::walk::Walk;

/// Checks a capability statement.
pub(in crate::validation::rule) fn check(walk: &mut Walk<'_>, path: &Path<'_>) {
    let statement = walk.resource;
    for (at, rest) in members(statement, "rest").iter().enumerate() {
        let path = path.item("rest", at);
        for (at, resource) in members(rest, "resource").iter().enumerate() {
            let path = path.item("resource", at);
            for (at, parameter) in members(resource, "searchParam").iter().enumerate() {
                let (Some(url), Some(found)) =
                    (text(parameter, "definition"), text(parameter, "type"))
                else {
                    continue;
                };
                let url = url.split('|').next().unwrap_or(url);
                let Some(known) = walk.registry.search.by_url(url) else { continue };
                let wanted = type_code(known.kind);
                if found != wanted {
                    let url = shown(url);
                    let issue = error(
                        IssueCode::Invalid,
                        format!(
                            "Tham số tìm kiếm {url} có kiểu {wanted}, nhưng ở đây ghi {found}."
                        ),
                        format!(
                            "The search parameter {url} is of type {wanted}, but this says {found}."
                        ),
                    );
                    let issue = when_strict(walk, issue);
                    walk.report(&path.item("searchParam", at).child("type"), issue);
                }
            }
        }
    }
}
