//! The browser that a page is made for: the cookie that tokens of forms are bound to.

use actix_web::HttpRequest;
use actix_web::http::header::HeaderValue;

use crate::fhir::time;
use crate::http::house::House;
use crate::ui::form_token::{COOKIE, FIELD, FormTokens, is_browser, new_browser};

use super::cookie::{cookie, keep};
use super::form::Form;
use super::head::Head;

/// A browser.
#[derive(Debug)]
pub(in crate::http) struct Browser {
    id: String,
    is_new: bool,
}

impl Browser {
    /// The one that sent a request.
    pub(in crate::http) fn of(request: &HttpRequest, house: &House) -> Self {
        let known = cookie(Head::of(request), COOKIE, house.is_secure);
        match known.filter(|id| is_browser(id)) {
            Some(id) => Self { id, is_new: false },
            None => Self { id: new_browser(), is_new: true },
        }
    }

    /// The token for a form that is for something.
    pub(in crate::http) fn token(&self, house: &House, purpose: &str) -> String {
        self.token_of(&house.forms, purpose)
    }

    /// The same, of other tokens.
    pub(in crate::http) fn token_of(&self, forms: &FormTokens, purpose: &str) -> String {
        forms.issue(&self.id, purpose, time::now().micros())
    }

    /// Whether a form was made here for this browser and for this.
    pub(in crate::http) fn sent(&self, house: &House, purpose: &str, form: &Form) -> bool {
        self.sent_of(&house.forms, purpose, form)
    }

    /// The same, of other tokens.
    pub(in crate::http) fn sent_of(&self, forms: &FormTokens, purpose: &str, form: &Form) -> bool {
        let now = time::now().micros();
        let holds = |token: &str| forms.holds(&self.id, purpose, token, now);
        !self.is_new && form.one(FIELD).is_some_and(holds)
    }

    /// Whether it was made here once, however long ago.
    pub(in crate::http) fn once_sent(&self, house: &House, purpose: &str, form: &Form) -> bool {
        let was_made = |token| house.forms.was_made(&self.id, purpose, token);
        !self.is_new && form.one(FIELD).is_some_and(was_made)
    }

    /// The header `Set-Cookie` of a page with a form, where the browser has no cookie yet.
    pub(in crate::http) fn kept(&self, house: &House) -> Option<HeaderValue> {
        self.is_new.then(|| keep((COOKIE, &self.id), house.is_secure, None))?
    }
}
