//! `$validate`, <https://hl7.org/fhir/R4/resource-operation-validate.html>.
//!
//! The answer is an `OperationOutcome` with status 200 whenever the resource could be looked at,
//! also when it turned out to be no JSON at all; another status means that nothing was validated.

use serde_json::Value;

use crate::fhir::id::ResourceId;
use crate::fhir::issue::merge::{add_others, once};
use crate::fhir::issue::{Issue, IssueCode, Severity, operation_outcome};
use crate::fhir::kind::ResourceKind;
use crate::fhir::position::locate;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind, information};
use crate::interaction::record::preview::foresee;
use crate::interaction::single::read::read;
use crate::interaction::single::update::other_id as other_id_text;
use crate::validation::request::Request;

use super::call::Call;
use super::validate_request::{Mode, Resource, ValidateRequest};

/// Answers with every finding about a resource.
pub(super) async fn validate(ctx: &Ctx<'_>, call: &Call<'_>) -> Result<Value, Failure> {
    let asked = ValidateRequest::read(call)?;
    let mut issues = match (asked.mode, &asked.resource) {
        (Some(Mode::Delete), _) => deletion(ctx, call).await?,
        (_, Resource::Unreadable(issues)) => issues.to_vec(),
        (_, Resource::Sent { resource, below }) => {
            let mut found = check(ctx, call, &asked, resource).await?;
            if let Some(below) = below {
                move_below(&mut found, below);
            }
            let mut issues = about_the_text(call);
            add_others(&mut issues, found);
            if let Some(posted) = &call.posted {
                locate(posted.text, &mut issues);
            }
            issues
        }
        (_, Resource::Stored) => {
            let (kind, id) = instance(call)?;
            let text = read(ctx, kind, id).await?.body;
            let stored = serde_json::from_str(&text).map_err(|_corrupt| unreadable(kind, id))?;
            let mut issues = check(ctx, call, &asked, &stored).await?;
            locate(text.as_bytes(), &mut issues);
            issues
        }
    };
    if issues.is_empty() {
        issues.push(information("Không có lỗi nào.", "There are no issues."));
    }
    Ok(operation_outcome(&issues, call.language))
}

/// What is wrong with the text itself. This server stores XML in another order than that of the
/// definitions, but it is not valid.
fn about_the_text(call: &Call<'_>) -> Vec<Issue> {
    let notes = call.posted.map(|posted| posted.notes).unwrap_or_default();
    let told = notes.iter().map(|note| {
        // What is an error anyway is one for who writes, too.
        let only_asked = (!note.severity.refuses()).then_some("text");
        Issue { severity: Severity::Error, only_asked, ..note.clone() }
    });
    told.collect()
}

async fn check(
    ctx: &Ctx<'_>,
    call: &Call<'_>,
    asked: &ValidateRequest<'_>,
    resource: &Value,
) -> Result<Vec<Issue>, Failure> {
    let request = Request {
        expected: call.kind,
        profiles: &asked.profiles,
        strict: true,
        ..Request::default()
    };
    let mut issues = ctx.examine(resource, request).await?;
    issues.extend(foresee(ctx, resource).await?);
    // What refuses one of ours is only a warning to whom knows nothing of the patient.
    once(&mut issues);
    // An update must say which resource it is; the other modes look at the content alone.
    if let (Some(Mode::Update), Some(kind), Some(id)) = (asked.mode, call.kind, call.id)
        && resource.get("id").and_then(Value::as_str) != Some(id.as_str())
    {
        issues.push(other_id(kind, id, resource));
    }
    Ok(issues)
}

/// Whether the resource may be deleted: this server lets any resource go that is there.
async fn deletion(ctx: &Ctx<'_>, call: &Call<'_>) -> Result<Vec<Issue>, Failure> {
    let (kind, id) = instance(call)?;
    match read(ctx, kind, id).await {
        Ok(_) => Ok(vec![information(
            format!("{kind}/{id} có thể xóa được."),
            format!("{kind}/{id} can be deleted."),
        )]),
        Err(failure) if failure.kind == Kind::Gone => Ok(vec![information(
            format!("{kind}/{id} đã bị xóa từ trước; xóa lần nữa không làm gì."),
            format!("{kind}/{id} was deleted before; deleting it again does nothing."),
        )]),
        Err(failure) => Err(failure),
    }
}

fn instance<'c>(call: &Call<'c>) -> Result<(ResourceKind, &'c ResourceId), Failure> {
    call.kind.zip(call.id).ok_or_else(|| {
        Kind::Malformed.because(
            "Hãy gửi tài nguyên trong phần thân, hoặc gọi $validate trên một tài nguyên đã lưu: [loại]/[id]/$validate.",
            "Send a resource in the body, or call $validate on a stored one: [type]/[id]/$validate.",
        )
    })
}

/// What is said of the resource is said of the parameter that holds it.
fn move_below(issues: &mut [Issue], below: &str) {
    for issue in issues {
        let expression = issue.expression.take().unwrap_or_default();
        issue.expression = Some(match expression.split_once('.') {
            Some((_, rest)) => format!("{below}.{rest}"),
            None => below.to_owned(),
        });
    }
}

fn other_id(kind: ResourceKind, id: &ResourceId, resource: &Value) -> Issue {
    let text = other_id_text(id, resource);
    Issue::error(IssueCode::Invalid, text).at(format!("{kind}.id"))
}

fn unreadable(kind: ResourceKind, id: &ResourceId) -> Failure {
    Kind::Exception.because(
        format!("Không đọc được nội dung đã lưu của {kind}/{id}. Hãy chạy `mebe verify`."),
        format!("The stored content of {kind}/{id} cannot be read. Run `mebe verify`."),
    )
}
