//! The head of a request: all of it but the body. It can be sent to another thread.

use actix_web::HttpRequest;
use actix_web::http::header::{ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, HeaderMap, HeaderValue};
use actix_web::http::{Method, Uri};

/// The head of a request, as this server works with it.
#[derive(Debug, Clone, Copy)]
pub(in crate::http) struct Head<'r> {
    pub(in crate::http) method: &'r Method,
    pub(in crate::http) uri: &'r Uri,
    pub(in crate::http) headers: &'r HeaderMap,
}

/// The same for another thread.
#[derive(Debug, Clone)]
pub(in crate::http) struct OwnHead {
    method: Method,
    uri: Uri,
    headers: HeaderMap,
}

impl<'r> Head<'r> {
    pub(in crate::http) fn of(request: &'r HttpRequest) -> Self {
        Self { method: request.method(), uri: request.uri(), headers: request.headers() }
    }

    pub(in crate::http) fn path(self) -> &'r str {
        self.uri.path()
    }

    /// What follows the `?`; nothing when there is none.
    pub(in crate::http) fn query_string(self) -> &'r str {
        self.uri.query().unwrap_or_default()
    }

    pub(in crate::http) fn owned(self) -> OwnHead {
        let Self { method, uri, headers } = self;
        OwnHead { method: method.clone(), uri: uri.clone(), headers: headers.clone() }
    }
}

/// The language that a link of a page asks for.
const LANGUAGE: &str = "lang=";

/// Whether the address said the language: it stands alone then, as no browser sends it.
pub(in crate::http) fn says_language(head: Head<'_>) -> bool {
    let said = head.headers.get(ACCEPT_LANGUAGE).map(HeaderValue::as_bytes);
    matches!(said, Some(b"en" | b"vi"))
}

impl OwnHead {
    /// The same, where the query of a page says the language: software says it by `Accept-Language`.
    pub(in crate::http) fn in_language(head: Head<'_>) -> Option<Self> {
        let query = head.uri.query().filter(|query| query.contains(LANGUAGE))?;
        let (said, kept): (Vec<&str>, Vec<&str>) =
            query.split('&').partition(|pair| pair.starts_with(LANGUAGE));
        let language = match said.first()?.strip_prefix(LANGUAGE)? {
            "en" => "en",
            "vi" => "vi",
            _ => return None,
        };
        let mut own = head.owned();
        own.headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_static(language));
        let path = match kept.join("&") {
            rest if rest.is_empty() => head.uri.path().to_owned(),
            rest => format!("{}?{rest}", head.uri.path()),
        };
        own.uri = Uri::try_from(path).ok()?;
        Some(own)
    }

    /// The same for a reply in plain JSON, whatever the client takes.
    pub(in crate::http) fn plain(mut self) -> Self {
        self.headers.insert(ACCEPT, HeaderValue::from_static("application/fhir+json"));
        self.headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        let is_kept = |pair: &&str| !pair.starts_with("_format=") && !pair.starts_with("_pretty=");
        if let Some(query) = self.uri.query() {
            let kept: Vec<&str> = query.split('&').filter(is_kept).collect();
            let path = format!("{}?{}", self.uri.path(), kept.join("&"));
            self.uri = Uri::try_from(path).unwrap_or(self.uri);
        }
        self
    }

    pub(in crate::http) fn head(&self) -> Head<'_> {
        Head { method: &self.method, uri: &self.uri, headers: &self.headers }
    }
}
