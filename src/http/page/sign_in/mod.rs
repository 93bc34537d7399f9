//! Signing in and out, and who is signed in.
//!
//! Whoever needs to know who sits at the browser asks [`visitor`]: it gives who is signed in, or the
//! reply that sends the browser to the page for signing in, from where it comes back to an address of
//! this server. Only addresses of our own are gone back to.
//!
//! ```text
//! GET  /oauth/authorize?… ─► visitor ─► 303 /sign-in?back=/oauth/authorize?…
//! POST /sign-in       form_token, back, username, password ─► 303 back, or the page for the code
//! POST /sign-in/code  form_token, back, username, code     ─► 303 back
//! POST /sign-out      form_token
//! ```

mod back;
mod origin;

use std::sync::Arc;

use actix_web::http::header::{CACHE_CONTROL, HeaderValue, RETRY_AFTER, SET_COOKIE};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, web};

use super::noted::Visit;
use super::{html, unmade};
use crate::authorization::server::Server;
use crate::authorization::session::{COOKIE, Signed};
use crate::authorization::sign_in::Outcome;
use crate::http::house::House;
use crate::http::lanes::Lane;
use crate::http::request::browser::Browser;
use crate::http::request::cookie::{cookie, keep};
use crate::http::request::form::Form;
use crate::http::request::head::Head;
use crate::interaction::engine::Engine;
use crate::store::audit::event::What;
use crate::store::error::StoreError;
use crate::ui::say::Say;
use crate::ui::sign_in::{self as page, Fault, SECOND_FACTOR, SIGN_IN, SIGN_OUT, Shown};

pub(super) use back::said;
pub(in crate::http) use back::see_other;
use back::{ours, spoken};
use origin::Origin;
pub(in crate::http) use origin::away;

/// What the form for name and password is for.
const PURPOSE: &str = "sign-in";
/// Minutes between a right password and the code of the second factor.
const BETWEEN: u32 = 10;
/// Bytes of a name that is looked up.
const NAME: usize = 256;

/// Who is signed in with the browser; nobody without a session, or where there is no authorization
/// server.
pub(in crate::http) async fn signed_in(
    request: &HttpRequest,
    house: &House,
) -> Result<Option<Signed>, StoreError> {
    let Some(server) = &house.authorization else { return Ok(None) };
    match cookie(Head::of(request), COOKIE, house.is_secure) {
        Some(cookie) => server.signed_in(&cookie).await,
        None => Ok(None),
    }
}

/// Who is signed in, or the reply that has the browser sign in and come back.
///
/// `back` is an address below this server's origin, path and query, without what is a proxy's own; none
/// is that of the request. What was posted is not posted again: whoever needs it puts it into `back`.
pub(in crate::http) async fn visitor(
    request: &HttpRequest,
    house: &House,
    back: Option<&str>,
) -> Result<Signed, HttpResponse> {
    match signed_in(request, house).await {
        Ok(Some(signed)) => Ok(signed),
        Ok(None) => {
            let asked = request.uri().path_and_query().map_or("/", |asked| asked.as_str());
            let back = ours(house, back.unwrap_or(asked));
            let say = said(request);
            Err(see_other(house, &say.href(SIGN_IN, &[("back", &back)])))
        }
        Err(error) => Err(away(&error)),
    }
}

/// The reply to a request for one of these pages; none for others.
pub(super) async fn reply(
    request: &HttpRequest,
    payload: &mut web::Payload,
    (engine, house): (&web::Data<Engine>, &web::Data<House>),
) -> Option<HttpResponse> {
    let path = house.address.page(request.path());
    if ![SIGN_IN, SECOND_FACTOR, SIGN_OUT].contains(&path) {
        return None;
    }
    let server = house.authorization.clone()?;
    let visit = Visit::begin(request, engine);
    let asked = Asked { request, house, server, visit, browser: Browser::of(request, house) };
    let done = match (request.method(), path) {
        (&Method::GET | &Method::HEAD, SIGN_OUT) => asked.leave().await,
        (&Method::GET | &Method::HEAD, _) => Ok(asked.begin()),
        (&Method::POST, path) => match Form::read(request, payload, house).await {
            Ok(form) => match path {
                SIGN_IN => asked.password(&form).await,
                SECOND_FACTOR => asked.code(&form).await,
                _ => asked.left(&form).await,
            },
            Err(failure) => {
                let status = StatusCode::from_u16(failure.status()).unwrap_or_default();
                Ok(asked.shown(status, "/", "", Some(Fault::Stale)))
            }
        },
        _ => return None,
    };
    Some(done.unwrap_or_else(|error| away(&error)))
}

struct Asked<'r> {
    request: &'r HttpRequest,
    house: &'r web::Data<House>,
    server: Arc<Server>,
    visit: Visit,
    browser: Browser,
}

impl Asked<'_> {
    /// The page for name and password.
    fn begin(&self) -> HttpResponse {
        let query = Form::parse(self.request.query_string()).unwrap_or_default();
        let back = ours(self.house, query.one("back").unwrap_or("/"));
        self.shown(StatusCode::OK, &back, "", None)
    }

    async fn password(&self, form: &Form) -> Result<HttpResponse, StoreError> {
        let field = |name| form.one(name).unwrap_or_default();
        let (name, back) = (field("username"), ours(self.house, field("back")));
        if !self.browser.sent(self.house, PURPOSE, form) {
            return Ok(self.shown(StatusCode::FORBIDDEN, &back, name, Some(Fault::Stale)));
        }
        let (server, asked) = (Arc::clone(&self.server), self.asked(name));
        let password = field("password").to_owned();
        let tried = self
            .house
            .lanes
            .run(Lane::Quick, move || async move { server.sign_in(asked.from(), &password).await });
        match tried.await {
            Ok(done) => self.answer(done?, &back, name).await,
            Err(undone) => Ok(unmade(undone)),
        }
    }

    async fn code(&self, form: &Form) -> Result<HttpResponse, StoreError> {
        let field = |name| form.one(name).unwrap_or_default();
        let (name, back) = (field("username"), ours(self.house, field("back")));
        let bound = self.server.second_factor_of(name.get(..NAME).unwrap_or(name)).await?;
        let forms = self.house.forms.within(BETWEEN);
        let Some(bound) = bound.filter(|bound| self.browser.sent_of(&forms, bound, form)) else {
            return Ok(self.shown(StatusCode::FORBIDDEN, &back, name, Some(Fault::Stale)));
        };
        let asked = self.asked(name);
        match self.server.second_factor(asked.from(), field("code")).await? {
            Outcome::Refused => {
                if let Err(unrecorded) = self.record(What::SignIn, name, 401).await {
                    return Ok(unrecorded);
                }
                let token = self.browser.token_of(&forms, &bound);
                let fault = Some(Fault::WrongCode);
                let shown =
                    Shown { say: self.say(), token: &token, back: &back, username: name, fault };
                Ok(self.page(StatusCode::UNAUTHORIZED, page::code(&shown)))
            }
            outcome => self.answer(outcome, &back, name).await,
        }
    }

    async fn answer(
        &self,
        outcome: Outcome,
        back: &str,
        name: &str,
    ) -> Result<HttpResponse, StoreError> {
        let status = match &outcome {
            Outcome::Done(_) => Some(200),
            Outcome::Code { .. } => None,
            Outcome::NoFactor => Some(403),
            Outcome::Refused => Some(401),
            Outcome::Throttled { .. } => Some(429),
        };
        if let Some(status) = status
            && let Err(unrecorded) = self.record(What::SignIn, name, status).await
        {
            return Ok(unrecorded);
        }
        let shown = |status, fault| self.shown(status, back, name, Some(fault));
        Ok(match outcome {
            Outcome::Done(begun) => {
                let language = begun.signed.account.language;
                let mut response = see_other(self.house, &spoken(back, language));
                let kept = keep((COOKIE, &begun.cookie), self.house.is_secure, None);
                set(&mut response, kept);
                response
            }
            Outcome::Code { bound } => {
                let token = self.browser.token_of(&self.house.forms.within(BETWEEN), &bound);
                let shown =
                    Shown { say: self.say(), token: &token, back, username: name, fault: None };
                self.page(StatusCode::OK, page::code(&shown))
            }
            Outcome::NoFactor => shown(StatusCode::FORBIDDEN, Fault::NoFactor),
            Outcome::Refused => shown(StatusCode::UNAUTHORIZED, Fault::Wrong),
            Outcome::Throttled { seconds } => {
                let minutes = seconds.div_euclid(60).saturating_add(1);
                let mut response = shown(StatusCode::TOO_MANY_REQUESTS, Fault::Throttled(minutes));
                response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
                response
            }
        })
    }

    /// The page for signing out.
    async fn leave(&self) -> Result<HttpResponse, StoreError> {
        let Some(signed) = signed_in(self.request, self.house).await? else {
            return Ok(self.page(StatusCode::OK, page::signed_out(self.say())));
        };
        let token = self.browser.token(self.house, SIGN_OUT);
        let account = signed.account.name;
        let is_administrator = self.server.control().is_administrator(&account);
        let page = page::sign_out(self.say(), &token, (&account, is_administrator));
        Ok(self.page(StatusCode::OK, page))
    }

    async fn left(&self, form: &Form) -> Result<HttpResponse, StoreError> {
        if !self.browser.sent(self.house, SIGN_OUT, form) {
            return self.leave().await;
        }
        let signed = signed_in(self.request, self.house).await?;
        if let Some(cookie) = cookie(Head::of(self.request), COOKIE, self.house.is_secure) {
            self.server.sign_out(&cookie).await?;
        }
        if let Some(signed) = signed
            && let Err(unrecorded) = self.record(What::SignOut, &signed.account.name, 200).await
        {
            return Ok(unrecorded);
        }
        let mut response = self.page(StatusCode::OK, page::signed_out(self.say()));
        set(&mut response, keep((COOKIE, ""), self.house.is_secure, Some(0)));
        Ok(response)
    }

    /// Records who signed in or out, or tried to; the reply where that cannot be done. What is the name
    /// of no account may be anything, even a password, and is not written down.
    async fn record(&self, what: What, name: &str, status: u16) -> Result<(), HttpResponse> {
        let is_known = self.server.known().accounts.contains_key(name);
        let account = if is_known { name } else { "" };
        let who = (self.server.control().own_issuer(), account);
        self.visit.account(who, (what, ""), status).await
    }

    fn shown(
        &self,
        status: StatusCode,
        back: &str,
        username: &str,
        fault: Option<Fault>,
    ) -> HttpResponse {
        let token = self.browser.token(self.house, PURPOSE);
        let shown = Shown { say: self.say(), token: &token, back, username, fault };
        self.page(status, page::password(&shown))
    }

    fn page(&self, status: StatusCode, page: String) -> HttpResponse {
        let mut builder = HttpResponse::build(status);
        builder.insert_header((CACHE_CONTROL, "no-store"));
        let mut response = html(builder, &self.house.address, page);
        set(&mut response, self.browser.kept(self.house));
        response
    }

    fn say(&self) -> Say {
        said(self.request)
    }

    fn asked(&self, name: &str) -> Origin {
        let address = self.request.peer_addr().map(|peer| peer.ip().to_string());
        Origin {
            name: name.get(..NAME).unwrap_or(name).to_owned(),
            address: address.unwrap_or_default(),
            before: cookie(Head::of(self.request), COOKIE, self.house.is_secure),
        }
    }
}

fn set(response: &mut HttpResponse, cookie: Option<HeaderValue>) {
    if let Some(cookie) = cookie {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
}
