//! `$graphql`, <https://hl7.org/fhir/R4/resource-operation-graphql.html>: by GET with `query`, by POST with
//! the document itself, with the JSON of `GraphQL` or with `Parameters`.
//!
//! The answer is JSON, not a resource, and so is what went wrong: `errors`, each with its
//! `OperationOutcome` among its `extensions`.

use serde_json::{Map, Value, json};

use crate::fhir::issue::{Language, operation_outcome};
use crate::fhir::json;
use crate::graphql::document::Document;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::interaction::respond::Plain;
use crate::interaction::search::graphql::{Unanswered, answer};
use crate::operation::call::{Call, Posted};

/// What is asked.
#[derive(Debug, Default)]
struct Asked {
    query: Option<String>,
    operation: Option<String>,
    variables: Value,
}

/// Answers a document.
pub(in crate::operation) async fn graphql(
    ctx: &Ctx<'_>,
    call: &Call<'_>,
) -> Result<Plain, Failure> {
    let unanswered = match data(ctx, call).await {
        Ok(data) => return Ok(Plain { status: 200, json: json!({ "data": data }) }),
        Err(unanswered) => unanswered,
    };
    if unanswered.failure.is_ours() {
        return Err(unanswered.failure);
    }
    let status = unanswered.failure.status();
    Ok(Plain { status, json: errors(&unanswered, call.language) })
}

async fn data(ctx: &Ctx<'_>, call: &Call<'_>) -> Result<Value, Unanswered> {
    let Asked { query, operation, variables } = asked(call)?;
    let query = query.ok_or_else(|| {
        Kind::Malformed.because(
            "Thiếu tài liệu GraphQL. Gửi bằng GET: ?query=…; bằng POST: Content-Type application/graphql, hoặc application/json với {\"query\": \"…\"}.",
            "There is no GraphQL document. By GET send ?query=…; by POST Content-Type application/graphql, or application/json with {\"query\": \"…\"}.",
        )
    })?;
    let document = Document::read(&query, operation.as_deref(), &variables)?;
    let instance = call.instance(ctx).await?;
    answer(ctx, &document, instance.as_ref()).await
}

/// What a call asks: the query of its URL, and its body over that.
fn asked(call: &Call<'_>) -> Result<Asked, Failure> {
    let mut asked = of_parameters(call.query)?;
    let Some(posted) = &call.posted else { return Ok(asked) };
    if is_document(call) {
        let text = std::str::from_utf8(posted.text).map_err(|_not_utf8| {
            Kind::Malformed
                .because("Tài liệu GraphQL không phải UTF-8.", "The GraphQL document is not UTF-8.")
        })?;
        asked.query = Some(text.to_owned());
        return Ok(asked);
    }
    let of_body = of_body(posted)?;
    Ok(Asked {
        query: of_body.query.or(asked.query),
        operation: of_body.operation.or(asked.operation),
        variables: if of_body.variables.is_null() { asked.variables } else { of_body.variables },
    })
}

fn is_document(call: &Call<'_>) -> bool {
    let named = call.content_type.and_then(|text| text.split(';').next()).unwrap_or_default();
    named.trim().eq_ignore_ascii_case("application/graphql")
}

fn of_body(posted: &Posted<'_>) -> Result<Asked, Failure> {
    posted.accept()?;
    let body = posted.resource.map_err(Failure::clone)?;
    if body.get("resourceType").is_some_and(|kind| kind == "Parameters") {
        return of_parameters(body);
    }
    let Some(object) = body.as_object() else {
        return Err(Kind::Malformed.because(
            "Phần thân phải là một object JSON có 'query'.",
            "The body must be a JSON object with 'query'.",
        ));
    };
    Ok(Asked {
        query: text(object, "query")?,
        operation: text(object, "operationName")?,
        variables: object.get("variables").cloned().unwrap_or_default(),
    })
}

fn text(object: &Map<String, Value>, name: &str) -> Result<Option<String>, Failure> {
    match object.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(Kind::Malformed
            .because(format!("'{name}' phải là một chuỗi."), format!("'{name}' must be a text."))),
    }
}

/// The same in `Parameters`, where variables are JSON in a text.
fn of_parameters(parameters: &Value) -> Result<Asked, Failure> {
    let parameters = crate::operation::parameters::Parameters::new(parameters);
    let one = |name| parameters.texts(name).next().map(str::to_owned);
    let variables = match one("variables").filter(|text| !text.trim().is_empty()) {
        Some(text) => json::parse(text.as_bytes()).map_err(|issue| {
            let failure = Kind::Malformed.with(vec![issue]);
            failure.of("http.variables")
        })?,
        None => Value::Null,
    };
    Ok(Asked { query: one("query"), operation: one("operationName"), variables })
}

fn errors(unanswered: &Unanswered, language: Language) -> Value {
    let errors = unanswered.failure.issues.iter().map(|issue| {
        let message = match language {
            Language::Vietnamese => &issue.text.vi,
            Language::English => &issue.text.en,
        };
        let outcome = operation_outcome(std::slice::from_ref(issue), language);
        let mut error = json!({ "message": message, "extensions": { "resource": outcome } });
        if let Some((line, column)) = unanswered.at {
            let place = json!([{ "line": line, "column": column }]);
            error.as_object_mut().map(|error| error.insert("locations".to_owned(), place));
        }
        error
    });
    json!({ "errors": errors.collect::<Vec<_>>() })
}
