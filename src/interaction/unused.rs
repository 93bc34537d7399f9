//! What comes with a request although its interaction has no use for it: said, not passed over.
//!
//! Nobody learns otherwise that `POST /Patient?identifier=…` creates a second Patient, or that an
//! `If-None-Exist` of an update was for nothing.

use crate::fhir::issue::{Issue, IssueCode, Text};
use crate::search::query::{Parameter, Query};

use super::failure::{Failure, Kind};
use super::request::Parts;
use super::route::{Interaction, Target};
use super::single::shown::is_view;

/// Parameters that say how to show what comes back.
pub(super) const SHOWN: [&str; 2] = ["_format", "_pretty"];

/// Refuses a request with parameters or conditions that its interaction does not take.
pub(super) fn check(
    interaction: Interaction,
    target: &Target,
    parts: &Parts,
) -> Result<(), Failure> {
    parameters(interaction, target, &parts.query, parts.lenient)?;
    let has =
        [("If-Match", parts.if_match.is_some()), ("If-None-Exist", parts.if_none_exist.is_some())];
    for (name, _) in has.into_iter().filter(|(_, has)| *has) {
        if !takes(interaction, name) {
            return Err(
                Kind::Malformed.with(vec![Issue::error(IssueCode::NotSupported, useless(name))])
            );
        }
    }
    Ok(())
}

/// Whether an interaction takes a condition. Proxies add `If-None-Match` to whatever is read.
pub(super) fn takes(interaction: Interaction, condition: &str) -> bool {
    match condition {
        "If-Match" | "ifMatch" => {
            matches!(interaction, Interaction::Update | Interaction::Patch | Interaction::Delete)
        }
        "If-None-Exist" | "ifNoneExist" => interaction == Interaction::Create,
        "ifNoneMatch" if interaction == Interaction::Update => true,
        _ => matches!(interaction, Interaction::Read | Interaction::VRead),
    }
}

/// That a condition has no effect here.
pub(super) fn useless(name: &str) -> Text {
    let (vi, en) = match name {
        "If-Match" | "ifMatch" => ("PUT, PATCH và DELETE", "PUT, PATCH and DELETE"),
        "If-None-Exist" | "ifNoneExist" => ("POST để tạo mới", "a POST that creates"),
        _ => ("GET của một tài nguyên", "a GET of one resource"),
    };
    Text::new(
        format!(
            "{name} không có tác dụng ở đây: chỉ dùng với {vi}. Không có gì được thực hiện; hãy bỏ đi hoặc đổi yêu cầu."
        ),
        format!(
            "{name} has no effect here: it is for {en}. Nothing was done; leave it out or change the request."
        ),
    )
}

/// Refuses parameters of the URL that an interaction does not take; a read may be lenient.
pub(super) fn parameters(
    interaction: Interaction,
    target: &Target,
    query: &Query,
    lenient: bool,
) -> Result<(), Failure> {
    let reads = match interaction {
        Interaction::Read | Interaction::VRead => true,
        // They are criteria.
        Interaction::Update | Interaction::Patch | Interaction::Delete if target.id.is_none() => {
            return Ok(());
        }
        Interaction::Create
        | Interaction::Update
        | Interaction::Patch
        | Interaction::Delete
        | Interaction::Bundle => false,
        Interaction::Capabilities
        | Interaction::OpenApi
        | Interaction::HistoryInstance
        | Interaction::HistoryType
        | Interaction::HistorySystem
        | Interaction::SearchType
        | Interaction::JobStatus
        | Interaction::JobCancel
        | Interaction::SearchSystem
        | Interaction::Operation => return Ok(()),
    };
    let is_surplus = |parameter: &&Parameter| {
        let name = parameter.name.as_str();
        !(SHOWN.contains(&name) || reads && is_view(parameter))
    };
    let issues: Vec<Issue> = query
        .parameters
        .iter()
        .filter(is_surplus)
        .filter(|_| !(reads && lenient))
        .map(|parameter| {
            let text = surplus(interaction, target, parameter);
            let place = format!("http.{}", parameter.key());
            Issue::error(IssueCode::NotSupported, text).at(place)
        })
        .collect();
    if issues.is_empty() { Ok(()) } else { Err(Kind::Malformed.with(issues)) }
}

fn surplus(interaction: Interaction, target: &Target, parameter: &Parameter) -> Text {
    let key = parameter.key();
    let kind = target.kind.map_or("", |kind| kind.name());
    match interaction {
        Interaction::Create => Text::new(
            format!(
                "Tham số '{key}' không có tác dụng khi tạo mới, nên {kind} có thể bị tạo trùng. Để chỉ tạo khi chưa có, hãy gửi điều kiện trong header If-None-Exist (trong Bundle: request.ifNoneExist); để tìm kiếm bằng POST, gửi tới {kind}/_search."
            ),
            format!(
                "The parameter '{key}' has no effect on a create, which could make a second {kind}. To create only when there is none, send the criteria in the header If-None-Exist (in a Bundle: request.ifNoneExist); to search by POST, send them to {kind}/_search."
            ),
        ),
        Interaction::Update | Interaction::Patch | Interaction::Delete => Text::new(
            format!(
                "Tham số '{key}' không có tác dụng khi đã nêu id trong URL. Hãy bỏ đi; để chọn tài nguyên theo điều kiện, hãy bỏ id: {kind}?{key}=…"
            ),
            format!(
                "The parameter '{key}' has no effect beside the id of the URL. Leave it out; to choose the resource by criteria, leave the id out: {kind}?{key}=…"
            ),
        ),
        _ => Text::new(
            format!(
                "Máy chủ không dùng tham số '{key}' ở đây. Hãy bỏ tham số này, hoặc gửi Prefer: handling=lenient để máy chủ bỏ qua khi đọc."
            ),
            format!(
                "This server does not use the parameter '{key}' here. Leave it out, or send Prefer: handling=lenient to have it ignored when something is read."
            ),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fhir::id::ResourceId;

    #[track_caller]
    fn check(interaction: Interaction, query: &str, lenient: bool, expected: bool) {
        let query = Query::parse([query]);
        let target = Target { id: ResourceId::parse("a"), ..Target::default() };
        let found = parameters(interaction, &target, &query, lenient);
        assert_eq!(found.is_ok(), expected, "{interaction:?} {query:?}");
    }

    #[test]
    fn parameters_without_effect_are_refused() {
        check(Interaction::Create, "identifier=1", false, false);
        check(Interaction::Create, "identifier=1", true, false);
        check(Interaction::Create, "_format=json&_pretty=true", false, true);
        check(Interaction::Update, "x", false, false);
        check(Interaction::Delete, "_cascade=delete", true, false);
        check(Interaction::Bundle, "a=b", false, false);
        check(Interaction::Read, "_summary=false", false, true);
        check(Interaction::Read, "_summary=true", false, true);
        check(Interaction::Read, "name=a", false, false);
        check(Interaction::Update, "_summary=true", false, false);
        check(Interaction::Read, "name=a", true, true);
        check(Interaction::SearchType, "whatever=1", false, true);
    }
}
