//! The endpoints of the authorization server that is built in, below `/oauth` at the origin, and what
//! clients are told of them.
//!
//! | path | what |
//! |---|---|
//! | `[base]/.well-known/smart-configuration`, `/.well-known/…`, `/oauth/jwks` | [`discovery`] |
//! | `/oauth/token`, `/oauth/introspect`, `/oauth/revoke`, `/oauth/launch` | [`service`]: answers in JSON |
//! | `/oauth/authorize`, `/oauth/manage` | [`authorize`], [`manage`]: pages for people |

mod answered;
mod authorize;
mod discovery;
mod manage;
mod service;

use std::sync::Arc;
use std::time::Instant;

use actix_web::http::Method;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{HttpRequest, HttpResponse, web};

use crate::access::control::Control;
use crate::authorization::oauth::desk::{Desk, OAuth};
use crate::authorization::record::Session;
use crate::interaction::engine::Engine;
use crate::ui::say::Say;
use crate::ui::sign_in::SIGN_IN;

use super::house::House;
use super::lanes::Lane;
use super::page::sign_in::signed_in;
use super::request::browser::Browser;
use super::request::head::Head;
use answered::Answered;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Endpoint {
    Told(discovery::Told),
    Service(service::Service),
    Authorize,
    Manage,
}

/// A request that was read: it can go to another thread.
#[derive(Debug)]
struct Asked {
    endpoint: Endpoint,
    is_post: bool,
    authorization: Vec<Vec<u8>>,
    query: String,
    form: Vec<(String, String)>,
    browser: Browser,
    session: Option<Session>,
    is_english: bool,
}

/// What all of it needs.
struct Place {
    engine: web::Data<Engine>,
    house: web::Data<House>,
    oauth: Arc<OAuth>,
    control: Arc<Control>,
}

impl Endpoint {
    fn of(request: &HttpRequest, house: &House) -> Option<Self> {
        if house.address.below(request.path()) == Some("/.well-known/smart-configuration") {
            return Some(Self::Told(discovery::Told::Smart));
        }
        Some(match house.address.page(request.path()) {
            "/.well-known/oauth-authorization-server" => Self::Told(discovery::Told::Server),
            "/.well-known/openid-configuration" => Self::Told(discovery::Told::OpenId),
            "/oauth/jwks" => Self::Told(discovery::Told::Jwks),
            "/oauth/token" => Self::Service(service::Service::Token),
            "/oauth/introspect" => Self::Service(service::Service::Introspect),
            "/oauth/revoke" => Self::Service(service::Service::Revoke),
            "/oauth/launch" => Self::Service(service::Service::Launch),
            "/oauth/authorize" => Self::Authorize,
            "/oauth/manage" => Self::Manage,
            _ => return None,
        })
    }

    /// What may be done there.
    fn allows(self, method: &Method) -> bool {
        let reads = [Method::GET, Method::HEAD].contains(method);
        match self {
            Self::Told(_) => reads,
            Self::Service(_) => *method == Method::POST,
            Self::Authorize | Self::Manage => reads || *method == Method::POST,
        }
    }

    fn methods(self) -> &'static str {
        match self {
            Self::Told(_) => "GET, HEAD, OPTIONS",
            Self::Service(_) => "POST, OPTIONS",
            Self::Authorize | Self::Manage => "GET, HEAD, POST, OPTIONS",
        }
    }
}

/// Which pages of other sites may ask for something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// A browser may be sent here from anywhere; no page may read the answer.
    Browser,
    /// Any page may read it.
    Anybody,
    /// Pages of registered apps.
    Apps,
}

/// Which pages of other sites may ask for what a request asks for.
pub(super) fn reach(request: &HttpRequest, house: &House) -> Option<Reach> {
    let below = house.address.below(request.path());
    match Endpoint::of(request, house) {
        Some(Endpoint::Told(_)) => Some(Reach::Anybody),
        Some(Endpoint::Service(_)) => Some(Reach::Apps),
        Some(Endpoint::Authorize) => Some(Reach::Browser),
        Some(Endpoint::Manage) => None,
        None if below == Some("/metadata") => Some(Reach::Anybody),
        None => below.map(|_| Reach::Apps),
    }
}

/// The reply to a request for one of the endpoints; none for other paths, and where there is no
/// authorization server.
pub(super) async fn reply(
    request: &HttpRequest,
    payload: &mut web::Payload,
    engine: &web::Data<Engine>,
    house: &web::Data<House>,
) -> Option<HttpResponse> {
    let (oauth, control) = (house.oauth.clone()?, house.control.clone()?);
    let endpoint = Endpoint::of(request, house)?;
    if *request.method() == Method::OPTIONS {
        return Some(
            HttpResponse::NoContent().insert_header(("Allow", endpoint.methods())).finish(),
        );
    }
    if !endpoint.allows(request.method()) {
        return Some(
            HttpResponse::MethodNotAllowed().insert_header(("Allow", endpoint.methods())).finish(),
        );
    }
    let start = Instant::now();
    let asked = match read(request, payload, endpoint, house).await {
        Ok(asked) => asked,
        Err(answered) => return Some(answered.response(house)),
    };
    let place = Place { engine: engine.clone(), house: house.clone(), oauth, control };
    let budget = house.budget(Lane::Slow, start);
    let work = move || async move { budget.follow(Box::pin(answer(place, asked))).await };
    let answered = house.lanes.run(Lane::Quick, work).await;
    Some(answered.unwrap_or_else(|_undone| Answered::busy()).response(house))
}

async fn read(
    request: &HttpRequest,
    payload: &mut web::Payload,
    endpoint: Endpoint,
    house: &House,
) -> Result<Asked, Answered> {
    let signed = match endpoint {
        Endpoint::Authorize | Endpoint::Manage => signed_in(request, house).await,
        _ => Ok(None),
    };
    let signed = signed.map_err(|error| Answered::fault(&error.into(), false))?;
    let head = Head::of(request);
    let is_post = *request.method() == Method::POST;
    let form = match is_post {
        true => service::fields(request, payload, endpoint, house).await?,
        false => Vec::new(),
    };
    let sent = head.headers.get_all(AUTHORIZATION);
    Ok(Asked {
        endpoint,
        is_post,
        authorization: sent.map(|value| value.as_bytes().to_vec()).collect(),
        query: head.query_string().to_owned(),
        browser: Browser::of(request, house),
        session: signed.map(|signed| signed.session),
        is_english: is_english(head, &form),
        form,
    })
}

/// Whether a page is to be in English: as it says, as the app says, else as the browser would have it.
fn is_english(head: Head<'_>, form: &[(String, String)]) -> bool {
    let query: Vec<(String, String)> =
        form_urlencoded::parse(head.query_string().as_bytes()).into_owned().collect();
    let all = || form.iter().chain(&query);
    if let Some((_, value)) = all().find(|(name, _)| name == "lang") {
        return value == "en";
    }
    let locales = all().find(|(name, _)| name == "ui_locales");
    if let Some((_, locales)) = locales {
        let mut known = locales.split(' ').filter_map(|locale| locale.get(..2));
        return known.find(|code| ["vi", "en"].contains(code)) == Some("en");
    }
    super::request::header::language(head) == crate::fhir::issue::Language::English
}

async fn answer(place: Place, asked: Asked) -> Answered {
    let Place { engine, house, oauth, control } = &place;
    let desk = match Desk::open(oauth, engine, control).await {
        Ok(desk) => desk,
        Err(error) => return Answered::fault(&error.into(), false),
    };
    match asked.endpoint {
        Endpoint::Told(told) => discovery::answer(&desk, told).await,
        Endpoint::Service(service) => service::answer(&desk, service, &asked).await,
        Endpoint::Authorize => Box::pin(authorize::answer(&desk, house, &asked)).await,
        Endpoint::Manage => Box::pin(manage::answer(&desk, house, &asked)).await,
    }
}

/// The reply that has the browser sign in and come back to a path of this server.
fn sign_in(asked: &Asked, back: &str) -> Answered {
    let say = Say::new(asked.is_english);
    Answered::sent_here(say.href(SIGN_IN, &[("back", back)]))
}
