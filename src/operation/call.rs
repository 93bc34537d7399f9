//! One call of an operation, <https://hl7.org/fhir/R4/operations.html#executing>.

use serde_json::{Value, json};

use crate::definitions::base::{today, today_in};
use crate::fhir::id::ResourceId;
use crate::fhir::issue::{Issue, Language};
use crate::fhir::kind::ResourceKind;
use crate::interaction::engine::Ctx;
use crate::interaction::single::read::read;

use super::parameters::Parameters;
use crate::interaction::failure::{Failure, Kind};

/// What a client sends.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// Without the `$`.
    pub name: &'a str,
    /// None at the base URL.
    pub kind: Option<ResourceKind>,
    pub id: Option<&'a ResourceId>,
    /// The query as `Parameters`.
    pub query: &'a Value,
    /// The query as it was sent.
    pub raw_query: &'a str,
    pub posted: Option<Posted<'a>>,
    /// Whether it came by GET.
    pub is_get: bool,
    /// The language of texts.
    pub language: Language,
    /// `Accept-Language`, as it was sent.
    pub accept_language: Option<&'a str>,
    /// What the body is, as it was sent.
    pub content_type: Option<&'a str>,
}

/// A body: its text, and the resource it is or why it is none.
#[derive(Debug, Clone, Copy)]
pub struct Posted<'a> {
    pub text: &'a [u8],
    pub resource: Result<&'a Value, &'a Failure>,
    /// What is not as it should be in the text: errors where the resource is not all of it.
    pub notes: &'a [Issue],
}

impl Posted<'_> {
    /// Refuses a body that is no resource, or not all of one.
    pub(super) fn accept(&self) -> Result<(), Failure> {
        if self.notes.iter().any(|note| note.severity.refuses()) {
            return Err(Kind::Unprocessable.with(self.notes.to_vec()));
        }
        self.resource.map(|_| ()).map_err(Failure::clone)
    }
}

impl<'a> Call<'a> {
    /// The resource that was posted, or the query as `Parameters`.
    pub(super) fn body(&self) -> &'a Value {
        self.posted.and_then(|posted| posted.resource.ok()).unwrap_or(self.query)
    }

    /// The parameters of the call.
    pub(super) fn parameters(&self) -> Parameters<'a> {
        Parameters::new(self.body())
    }

    /// The resource that the operation is called on.
    pub(super) async fn instance(&self, ctx: &Ctx<'_>) -> Result<Option<Value>, Failure> {
        let (Some(kind), Some(id)) = (self.kind, self.id) else { return Ok(None) };
        let stored = read(ctx, kind, id).await?;
        serde_json::from_str(&stored.body)
            .map(|resource| Some(today_in(&resource).into_owned()))
            .map_err(|_corrupt| {
                Kind::Exception.because(
                "Máy chủ gặp lỗi bên trong. Hãy báo mã yêu cầu (X-Request-Id) cho người vận hành.",
                "The server failed. Tell its operators the request's id (X-Request-Id).",
            )
            })
    }
}

/// Whether a parameter says how to answer, whatever is asked: it is none of an operation.
fn is_of_every_request(name: &str) -> bool {
    name.starts_with('_') && !matches!(name, "_count" | "_sort" | "_offset")
}

/// The pairs of a query as `Parameters`. Types are those of text: operations read what they need.
pub fn query_as_parameters(query: &str) -> Value {
    let pairs = form_urlencoded::parse(query.as_bytes());
    let named = pairs.filter(|(name, _)| !name.is_empty() && !is_of_every_request(name));
    let parameters: Vec<Value> =
        named.map(|(name, text)| json!({ "name": name, "valueString": today(&text) })).collect();
    json!({ "resourceType": "Parameters", "parameter": parameters })
}
