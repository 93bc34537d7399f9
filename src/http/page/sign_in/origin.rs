//! Who signs in from where, and what is answered when that cannot be looked up.

use actix_web::HttpResponse;
use actix_web::http::header::RETRY_AFTER;

use crate::authorization::sign_in::From;
use crate::store::error::{StoreError, causes};

/// Who signs in from where, for another thread.
pub(super) struct Origin {
    pub(super) name: String,
    pub(super) address: String,
    pub(super) before: Option<String>,
}

impl Origin {
    pub(super) fn from(&self) -> From<'_> {
        From { name: &self.name, address: &self.address, before: self.before.as_deref() }
    }
}

/// The reply when the rows are not to be had.
pub(in crate::http) fn away(error: &StoreError) -> HttpResponse {
    tracing::warn!(error = %causes(error), "who is signed in cannot be told");
    HttpResponse::ServiceUnavailable().insert_header((RETRY_AFTER, "1")).finish()
}
