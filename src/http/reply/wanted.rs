//! What shapes a reply besides the answer.

use crate::fhir::issue::Language;
use crate::http::format::MediaType;
use crate::http::request::head::Head;
use crate::interaction::engine::{Engine, Prefer};

/// What shapes a reply besides the answer.
#[derive(Clone, Copy)]
pub(in crate::http) struct Wanted<'a> {
    pub(in crate::http) request: Head<'a>,
    pub(in crate::http) engine: &'a Engine,
    pub(in crate::http) prefer: Prefer,
    pub(in crate::http) language: Language,
    /// What the client takes.
    pub(in crate::http) media: MediaType,
}
