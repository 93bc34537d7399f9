//! What is answered, before actix has it. Nothing of it is kept by anybody on the way.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue, LOCATION, PRAGMA,
    REFERRER_POLICY, RETRY_AFTER, SET_COOKIE, WWW_AUTHENTICATE,
};
use serde_json::Value;

use crate::authorization::oauth::fault::{Code, Fault};
use crate::http::house::House;
use crate::ui::address;

/// An answer.
#[derive(Debug, Default)]
pub(super) struct Answered {
    status: u16,
    body: Body,
    /// Whether it is sent to a path of this server.
    is_here: bool,
    cookie: Option<HeaderValue>,
    challenge: Option<&'static str>,
    /// Where a form of the page leads besides here, as a content security policy names it.
    leads: Option<String>,
    /// Seconds that anybody may keep it.
    kept: Option<u32>,
}

#[derive(Debug, Default)]
enum Body {
    #[default]
    Nothing,
    Json(Value),
    Page(String),
    Sent(String),
}

impl Answered {
    pub(super) fn json(value: Value) -> Self {
        Self { status: 200, body: Body::Json(value), ..Self::default() }
    }

    pub(super) fn nothing() -> Self {
        Self { status: 200, ..Self::default() }
    }

    pub(super) fn page(status: u16, page: String) -> Self {
        Self { status, body: Body::Page(page), ..Self::default() }
    }

    /// Sends a browser somewhere, with GET whatever it sent.
    pub(super) fn sent(url: String) -> Self {
        Self { status: 303, body: Body::Sent(url), ..Self::default() }
    }

    /// Sends it on to a path of this server.
    pub(super) fn sent_here(path: String) -> Self {
        Self { is_here: true, ..Self::sent(path) }
    }

    /// A fault in JSON; a client that authenticated by a header is told how.
    pub(super) fn fault(fault: &Fault, is_by_header: bool) -> Self {
        let challenge = match fault.code {
            Code::InvalidClient if is_by_header => Some("Basic realm=\"mebe\""),
            Code::InvalidToken => Some("Bearer realm=\"mebe\", error=\"invalid_token\""),
            _ => None,
        };
        let (status, body) = (fault.code.status(), Body::Json(fault.json()));
        Self { status, body, challenge, ..Self::default() }
    }

    pub(super) fn busy() -> Self {
        let fault = Code::TemporarilyUnavailable
            .because("Máy chủ đang bận, hãy thử lại.", "The server is busy, try again.");
        Self::fault(&fault, false)
    }

    pub(super) fn keeping(self, cookie: Option<HeaderValue>) -> Self {
        Self { cookie, ..self }
    }

    pub(super) fn leading(self, leads: String) -> Self {
        Self { leads: Some(leads), ..self }
    }

    pub(super) fn kept(self, seconds: u32) -> Self {
        Self { kept: Some(seconds), ..self }
    }

    pub(super) fn response(self, house: &House) -> HttpResponse {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut builder = HttpResponse::build(status);
        match self.kept {
            Some(seconds) => {
                builder.insert_header((CACHE_CONTROL, format!("public, max-age={seconds}")));
            }
            None => {
                builder.insert_header((CACHE_CONTROL, "no-store"));
                builder.insert_header((PRAGMA, "no-cache"));
            }
        }
        if [429, 503].contains(&self.status) {
            builder.insert_header((RETRY_AFTER, "1"));
        }
        builder.append_header(("x-robots-tag", "noindex, nofollow"));
        if let Some(challenge) = self.challenge {
            builder.insert_header((WWW_AUTHENTICATE, challenge));
        }
        if let Some(cookie) = self.cookie {
            builder.append_header((SET_COOKIE, cookie));
        }
        match self.body {
            Body::Nothing => builder.finish(),
            Body::Json(value) => {
                builder.insert_header((CONTENT_TYPE, "application/json")).body(value.to_string())
            }
            Body::Sent(url) => {
                let prefix = if self.is_here { house.address.prefix() } else { "" };
                let url = format!("{prefix}{url}");
                builder.insert_header((REFERRER_POLICY, "no-referrer"));
                match HeaderValue::from_str(&url) {
                    Ok(url) => builder.insert_header((LOCATION, url)).finish(),
                    Err(_) => HttpResponse::InternalServerError().finish(),
                }
            }
            Body::Page(page) => {
                let page = address::below(house.address.prefix(), page);
                let mut policy = address::policy(&page);
                if let Some(leads) = self.leads.filter(|leads| !leads.contains([';', ','])) {
                    let both = format!("form-action 'self' {leads}");
                    policy = policy.replace("form-action 'self'", &both);
                }
                builder
                    .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
                    .insert_header((CONTENT_SECURITY_POLICY, policy))
                    // Without it a browser says of its own forms that they come from nowhere.
                    .insert_header((REFERRER_POLICY, "same-origin"))
                    .body(page)
            }
        }
    }
}
