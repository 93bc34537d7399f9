//! `X-Provenance`: who changes what, and why, told beside a change and stored with it,
//! <https://hl7.org/fhir/R4/provenance.html#header>. What was changed is its target.

use serde_json::{Value, json};

use crate::fhir::id::ResourceId;
use crate::fhir::issue::{Issue, IssueCode, Text};
use crate::fhir::json;
use crate::fhir::kind::ResourceKind;
use crate::store::write::{Audit, IfSame};
use crate::validation::request::Request;

use crate::interaction::commit::put;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};

/// Reads the header.
pub async fn read(ctx: &Ctx<'_>, text: &str) -> Result<Value, Failure> {
    let read = json::parse(text.as_bytes()).map_err(|issue| Kind::Malformed.with(vec![issue]));
    let mut said = read.map_err(|failure| failure.of("http.X-Provenance"))?;
    let is_provenance = said.get("resourceType").is_some_and(|kind| kind == "Provenance");
    if !is_provenance {
        return Err(wrong(
            "X-Provenance phải là một Provenance viết bằng JSON.",
            "X-Provenance must be a Provenance in JSON.",
        ));
    }
    if said.get("target").is_some() {
        return Err(wrong(
            "Provenance trong X-Provenance không được có target: máy chủ ghi những gì được thay đổi vào đó.",
            "A Provenance in X-Provenance has no target: the server writes down there what is changed.",
        ));
    }
    // What becomes the target is not known yet.
    aim(&mut said, json!([{ "display": "X-Provenance" }]));
    let request = Request { expected: Some(ResourceKind::PROVENANCE), ..Request::default() };
    let issues = ctx.examine(&said, request).await?;
    Failure::unless_clean(issues).map_err(|mut failure| {
        for issue in &mut failure.issues {
            issue.text.vi = format!("X-Provenance: {}", issue.text.vi);
            issue.text.en = format!("X-Provenance: {}", issue.text.en);
        }
        failure
    })?;
    Ok(said)
}

/// That there are no changes that it could be about.
pub fn useless() -> Failure {
    wrong(
        "X-Provenance không có tác dụng ở đây: chỉ dùng khi tạo, sửa, xóa hay gửi Bundle.",
        "X-Provenance has no effect here: it is for creates, updates, deletions and Bundles.",
    )
}

/// The record of changes.
pub(in crate::interaction) fn record(
    ctx: &Ctx<'_>,
    said: &Value,
    changed: &[(ResourceKind, ResourceId)],
) -> Audit {
    let mut resource = said.clone();
    let targets = changed.iter().map(|(kind, id)| json!({ "reference": format!("{kind}/{id}") }));
    aim(&mut resource, Value::Array(targets.collect()));
    let (kind, id) = (ResourceKind::PROVENANCE, ResourceId::generate());
    let put = put(ctx.engine, (kind, &id), &resource, IfSame::Renews);
    Audit { kind, id, put }
}

fn aim(provenance: &mut Value, target: Value) {
    if let Some(members) = provenance.as_object_mut() {
        members.insert("target".to_owned(), target);
    }
}

fn wrong(vi: &str, en: &str) -> Failure {
    let issue = Issue::error(IssueCode::Invalid, Text::new(vi, en));
    Kind::Malformed.with(vec![issue.at("http.X-Provenance")])
}
