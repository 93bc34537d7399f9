//! Search parameters that are to be searched by: what can never work is refused when it is stored,
//! what works in part is told.

use serde_json::Value;

use crate::definitions::search_parameter::{ParamType, ParameterDefinition, SearchParameter};
use crate::fhir::issue::{Issue, IssueCode};
use crate::fhir::kind::ResourceKind;
use crate::fhir::member::{members, text};
use crate::fhirpath::path::compiler::{compile, compile_at};
use crate::validation::element::path::Path;
use crate::validation::rule::finding::{error, shown, warning};
use crate::validation::walk::Walk;

/// Letters that a code has: it names rows of the index.
const MOST: usize = 64;

/// Checks a search parameter whose status is `active`; others are not indexed.
pub(super) fn check(walk: &mut Walk<'_>, path: &Path<'_>) {
    let parameter = walk.resource;
    if text(parameter, "status") != Some("active") {
        return;
    }
    // What is missing or of the wrong type is told elsewhere.
    let Ok(definition) = serde_json::from_value::<ParameterDefinition>(parameter.clone()) else {
        return;
    };
    let is_legal = |letter: char| letter.is_ascii_alphanumeric() || "_-.".contains(letter);
    let code = definition.code();
    if code.len() > MOST || !code.chars().all(is_legal) {
        let issue = never(
            format!(
                "Mã {} không dùng được: chỉ gồm tối đa {MOST} chữ cái, chữ số, '_', '-' và '.'.",
                shown(code)
            ),
            format!(
                "The code {} cannot be used: it has letters, digits, '_', '-' and '.' only, {MOST} at most.",
                shown(code)
            ),
        );
        walk.report(&path.child("code"), issue);
    }
    if definition.kind() == ParamType::Special {
        let issue = never(
            "Kiểu special là của những tham số mà chính máy chủ biết cách tìm; hãy dùng kiểu khác, hoặc status draft.".to_owned(),
            "Parameters of the type special are those that a server itself knows how to search by. Use another type, or the status draft.".to_owned(),
        );
        walk.report(&path.child("type"), issue);
        return;
    }
    if text(parameter, "expression").is_none() {
        let issue = never(
            "Không có expression thì không tìm được gì; hãy thêm, hoặc dùng status draft."
                .to_owned(),
            "Without an expression nothing can be found. Add one, or use the status draft."
                .to_owned(),
        );
        walk.report(path, issue);
        return;
    }
    of_types(walk, path, &definition);
    parts(walk, path, parameter);
}

/// An error of what can never work.
fn never(vi: String, en: String) -> Issue {
    error(IssueCode::BusinessRule, vi, en)
}

/// Tells for which types it does not work; errors when it works for none.
fn of_types(walk: &mut Walk<'_>, path: &Path<'_>, definition: &ParameterDefinition) {
    let kinds = definition.kinds();
    let faults: Vec<(&str, Issue)> =
        kinds.iter().filter_map(|kind| fault(walk, *kind, definition)).collect();
    let works = faults.len() < kinds.len();
    // One that applies to all types is said once.
    for (element, issue) in faults.into_iter().take(3) {
        let issue = if works { issue.warning() } else { issue };
        walk.report(&path.child(element), issue);
    }
}

/// Why it does not work for a type, and at which element.
fn fault(
    walk: &Walk<'_>,
    kind: ResourceKind,
    definition: &ParameterDefinition,
) -> Option<(&'static str, Issue)> {
    let parameter = definition.for_kind(kind);
    let expression = parameter.expression.as_deref().unwrap_or_default();
    if let Err(why) = compile(&walk.registry.shapes, kind, expression) {
        let issue = never(
            format!("Biểu thức không lập chỉ mục {kind} được: {why}."),
            format!("{kind} cannot be indexed by the expression: {why}."),
        );
        return Some(("expression", issue));
    }
    let own = walk.registry.search.find(kind, &parameter.code)?;
    if own.url == parameter.url || means_the_same(own, &parameter) {
        return None;
    }
    let (code, url) = (&own.code, &own.url);
    let issue = never(
        format!("Với {kind}, mã {code} đã là của {url}. Hãy đổi mã, hoặc dùng đúng url ấy."),
        format!(
            "For {kind}, the code {code} is that of {url}. Choose another code, or use that url."
        ),
    );
    // A guide may narrow a parameter of R4: that one still answers.
    let derived = text(walk.resource, "derivedFrom") == Some(&**url);
    let issue = if derived && own.kind == parameter.kind { issue.warning() } else { issue };
    Some(("code", issue))
}

/// Whether a parameter is another name of one.
fn means_the_same(own: &SearchParameter, other: &SearchParameter) -> bool {
    own.kind == other.kind && own.expression == other.expression
}

/// Checks the parts of a composite.
fn parts(walk: &mut Walk<'_>, path: &Path<'_>, parameter: &Value) {
    let is_composite = text(parameter, "type") == Some("composite");
    let parts = members(parameter, "component");
    if is_composite && parts.is_empty() {
        let issue = never(
            "Tham số composite cần ít nhất một component.".to_owned(),
            "A composite parameter needs a component at the least.".to_owned(),
        );
        walk.report(path, issue);
    }
    for (at, part) in parts.iter().enumerate().filter(|_| is_composite) {
        let place = path.item("component", at);
        let url = text(part, "definition").unwrap_or_default();
        let url = url.split('|').next().unwrap_or_default();
        if walk.registry.search.by_url(url).is_none() {
            let issue = warning(
                IssueCode::NotFound,
                format!(
                    "{} không đi kèm máy chủ; tham số này chỉ được lập chỉ mục khi nó được lưu.",
                    shown(url)
                ),
                format!(
                    "{} does not come with the server; this parameter is indexed only while that one is stored.",
                    shown(url)
                ),
            );
            walk.report(&place.child("definition"), issue);
        }
        let expression = text(part, "expression").unwrap_or_default();
        if let Some(why) = part_fault(walk, parameter, expression) {
            let issue = never(
                format!("Biểu thức của thành phần không dùng được: {why}."),
                format!("The component's expression cannot be used: {why}."),
            );
            walk.report(&place.child("expression"), issue);
        }
    }
}

/// Why the expression of a part can be used for no type.
fn part_fault(walk: &Walk<'_>, parameter: &Value, expression: &str) -> Option<String> {
    let definition: ParameterDefinition = serde_json::from_value(parameter.clone()).ok()?;
    let shapes = &walk.registry.shapes;
    let mut why = None;
    for kind in definition.kinds() {
        let whole = definition.for_kind(kind).expression.unwrap_or_default();
        let Ok(whole) = compile(shapes, kind, &whole) else { continue };
        match compile_at(shapes, kind, &whole.types(), expression) {
            Ok(_) => return None,
            Err(error) => why = Some(error.to_string()),
        }
    }
    why
}
