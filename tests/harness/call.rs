//! A request, and the reply to it.

use std::future::{Future, IntoFuture};
use std::pin::Pin;

use reqwest::RequestBuilder;
use reqwest::header::HeaderMap;
use serde_json::Value;

/// A request that is sent when awaited.
pub(crate) struct Call {
    request: RequestBuilder,
    typed: bool,
}

/// What came back.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    /// The body, as it came.
    pub(crate) bytes: Vec<u8>,
    pub(crate) text: String,
}

impl Call {
    pub(crate) fn new(request: RequestBuilder) -> Self {
        Self { request, typed: false }
    }

    /// Adds a header. A body without `Content-Type` is sent as FHIR JSON.
    pub(crate) fn header(self, name: &str, value: &str) -> Self {
        let typed = self.typed || name.eq_ignore_ascii_case("content-type");
        Self { request: self.request.header(name, value), typed }
    }

    /// Adds a header whose value need not be ASCII.
    pub(crate) fn raw_header(self, name: &str, value: &[u8]) -> Self {
        let value = reqwest::header::HeaderValue::from_bytes(value).expect("a value");
        Self { request: self.request.header(name, value), ..self }
    }

    /// Sends a body without saying what it is.
    pub(crate) fn untyped(self) -> Self {
        Self { typed: true, ..self }
    }

    pub(crate) fn body(self, body: impl ToString) -> Self {
        Self { request: self.request.body(body.to_string()), ..self }
    }

    /// Sends a body as it is.
    pub(crate) fn bytes(self, body: Vec<u8>) -> Self {
        Self { request: self.request.body(body), ..self }
    }

    /// Sends the request; an error when there is no reply.
    pub(crate) async fn attempt(self) -> Result<Reply, reqwest::Error> {
        let request = match self.typed {
            true => self.request,
            false => self.request.header("content-type", "application/fhir+json"),
        };
        let reply = request.send().await?;
        let (status, headers) = (reply.status().as_u16(), reply.headers().clone());
        let bytes = reply.bytes().await?.to_vec();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Ok(Reply { status, headers, bytes, text })
    }
}

impl IntoFuture for Call {
    type Output = Reply;
    type IntoFuture = Pin<Box<dyn Future<Output = Reply> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async { self.attempt().await.expect("a reply") })
    }
}

impl Reply {
    /// The same reply, when it has this status.
    #[track_caller]
    pub(crate) fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    /// The body.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        let kind = self.header("content-type");
        assert_eq!(kind, Some("application/fhir+json; charset=utf-8"), "{}", self.text);
        serde_json::from_str(&self.text).expect("JSON")
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().expect("text"))
    }

    /// The id of the resource in the body.
    #[track_caller]
    pub(crate) fn id(&self) -> String {
        self.json()["id"].as_str().expect("an id").to_owned()
    }

    /// The first text of an `OperationOutcome`.
    #[track_caller]
    pub(crate) fn said(&self) -> String {
        self.json()["issue"][0]["details"]["text"].as_str().expect("a text").to_owned()
    }

    /// The ids in a Bundle of matches, in order.
    #[track_caller]
    pub(crate) fn ids(&self) -> Vec<String> {
        let bundle = self.json();
        let entries = bundle["entry"].as_array().into_iter().flatten();
        let matches = entries.filter(|entry| entry["search"]["mode"] == "match");
        matches.map(|entry| entry["resource"]["id"].as_str().unwrap().to_owned()).collect()
    }

    /// The URL of a Bundle's link.
    #[track_caller]
    pub(crate) fn link(&self, relation: &str) -> Option<String> {
        let bundle = self.json();
        let mut links = bundle["link"].as_array().into_iter().flatten();
        let link = links.find(|link| link["relation"] == relation)?;
        link["url"].as_str().map(ToOwned::to_owned)
    }
}
