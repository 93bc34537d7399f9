//! Search parameters, <https://hl7.org/fhir/R4/searchparameter.html>: expressions that can be read,
//! and agreement with the parameter they are derived from.

use serde_json::Value;

use super::search_parameter_use;
use crate::definitions::search_parameter::ParamType;
use crate::fhir::issue::IssueCode;
use crate::fhir::kind::ResourceKind;
use crate::fhir::member::{members, text};
use crate::fhirpath::expression::Expression;
use crate::fhirpath::value::kind::Dialect;
use crate::validation::element::path::Path;
use crate::validation::rule::finding::{error, shown, when_strict};
use crate::validation::walk::Walk;

/// Checks a search parameter.
pub(in crate::validation::rule) fn check(walk: &mut Walk<'_>, path: &Path<'_>) {
    let parameter = walk.resource;
    if let Some(expression) = text(parameter, "expression") {
        let shapes = &walk.registry.shapes;
        if let Err(fault) = Expression::compile(shapes, None, Dialect::Definitions, expression) {
            let issue = error(
                IssueCode::Invalid,
                format!("Biểu thức sai ở byte {}: {}.", fault.at, fault.fault),
                format!("The expression is wrong at byte {}: {}.", fault.at, fault.fault),
            );
            walk.report(&path.child("expression"), when_strict(walk, issue));
        }
    }
    derived(walk, parameter, path);
    search_parameter_use::check(walk, path);
}

fn derived(walk: &mut Walk<'_>, parameter: &Value, path: &Path<'_>) {
    let Some(from) = text(parameter, "derivedFrom") else { return };
    let Some(known) = walk.registry.search.by_url(from) else { return };
    let wanted = type_code(known.kind);
    let shown = shown(from);
    if let Some(found) = text(parameter, "type").filter(|found| *found != wanted) {
        let issue = error(
            IssueCode::BusinessRule,
            format!(
                "Kiểu {found} khác với kiểu {wanted} của {shown} mà tham số này dẫn xuất từ đó."
            ),
            format!("The type {found} is not that of {shown}, from which it is derived: {wanted}."),
        );
        walk.report(&path.child("type"), when_strict(walk, issue));
    }
    for (at, base) in members(parameter, "base").iter().enumerate() {
        let Some(name) = base.as_str() else { continue };
        let Some(kind) = ResourceKind::parse(name) else { continue };
        if walk.registry.search.of_kind_by_url(kind, from).is_none() {
            let issue = error(
                IssueCode::BusinessRule,
                format!("{name} không phải là base của {shown} mà tham số này dẫn xuất từ đó."),
                format!("{name} is not a base of {shown}, from which this is derived."),
            );
            walk.report(&path.item("base", at), when_strict(walk, issue));
        }
    }
}

/// <https://hl7.org/fhir/R4/valueset-search-param-type.html>
pub(super) fn type_code(kind: ParamType) -> &'static str {
    match kind {
        ParamType::Number => "number",
        ParamType::Date => "date",
        ParamType::String => "string",
        ParamType::Token => "token",
        ParamType::Reference => "reference",
        ParamType::Composite => "composite",
        ParamType::Quantity => "quantity",
        ParamType::Uri => "uri",
        ParamType::Special => "special",
    }
}
