//! A call of an operation, <https://hl7.org/fhir/R4/operations.html#executing>: where, with which
//! parameters, and the body as it was sent.

use serde_json::Value;

use crate::fhir::id::ResourceId;
use crate::fhir::issue::Language;
use crate::fhir::kind::ResourceKind;
use crate::interaction::failure::{Failure, Kind};
use crate::interaction::route::Method;
use crate::search::query::Query;

/// One call.
#[derive(Debug)]
pub struct Call {
    /// Without the `$`.
    pub name: String,
    pub method: Method,
    /// None at the base URL.
    pub kind: Option<ResourceKind>,
    /// None at the base URL or at a type.
    pub id: Option<ResourceId>,
    pub query: Query,
    /// None when the client sent nothing.
    pub body: Option<Body>,
    /// Of the texts that the answer is to have.
    pub language: Language,
}

/// A body as text, and what it says.
#[derive(Debug)]
pub struct Body {
    pub text: Vec<u8>,
    pub resource: Result<Value, Failure>,
}

impl Call {
    /// The resource in the body.
    pub(super) fn resource(&self) -> Result<&Value, Failure> {
        match &self.body {
            Some(Body { resource: Ok(resource), .. }) => Ok(resource),
            Some(Body { resource: Err(failure), .. }) => Err(failure.clone()),
            None => Err(Kind::Malformed.because(
                "Operation này cần một tài nguyên Parameters trong phần thân.",
                "This operation needs a Parameters resource in its body.",
            )),
        }
    }

    /// The values of a parameter of the URL.
    pub(super) fn values(&self, name: &str) -> impl Iterator<Item = &str> {
        let named = self.query.parameters.iter().filter(move |parameter| parameter.name == name);
        named.map(|parameter| &*parameter.text)
    }
}
