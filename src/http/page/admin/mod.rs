//! The administrator's page: who may open it, and what it shows. [`mod@changed`] is what its forms do.

mod changed;

use std::sync::Arc;

use actix_web::http::header::{CACHE_CONTROL, SET_COOKIE};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, web};

use super::noted::Visit;
use super::sign_in::{away, said, visitor};
use super::{html, unmade};
use crate::access::grant::role::Role;
use crate::authorization::grant::Granted;
use crate::authorization::record::ClientKind;
use crate::authorization::server::Server;
use crate::authorization::session::Signed;
use crate::authorization::trouble::Trouble;
use crate::authorization::{account, client};
use crate::fhir::issue::Text;
use crate::http::house::House;
use crate::http::lanes::Lane;
use crate::http::request::browser::Browser;
use crate::http::request::form::Form;
use crate::interaction::engine::Engine;
use crate::store::audit::event::What;
use crate::ui::admin::client::Client;
use crate::ui::admin::page::{self, Notice, Shown};
use crate::ui::admin::user::User;
use crate::ui::admin::{ADMIN, Forms};
use crate::ui::say::Say;

use changed::changed;

/// The reply to a request for the page or one of its forms; none for others.
pub(super) async fn reply(
    request: &HttpRequest,
    payload: &mut web::Payload,
    (engine, house): (&web::Data<Engine>, &web::Data<House>),
) -> Option<HttpResponse> {
    let place = house.address.page(request.path()).strip_prefix(ADMIN)?;
    let place = place.trim_end_matches('/');
    let server = house.authorization.clone()?;
    let is_form = *request.method() == Method::POST && place.starts_with('/');
    let is_page = matches!(*request.method(), Method::GET | Method::HEAD) && place.is_empty();
    if !is_form && !is_page {
        return None;
    }
    let signed = match visitor(request, house, Some(ADMIN)).await {
        Ok(signed) => signed,
        Err(sent_away) => return Some(sent_away),
    };
    let (visit, browser) = (Visit::begin(request, engine), Browser::of(request, house));
    let asked = Asked { request, house, server, signed, visit, browser };
    if !asked.server.control().is_administrator(&asked.signed.account.name) {
        let page = page::refused(asked.say(), &asked.signed.account.name);
        return Some(asked.made(StatusCode::FORBIDDEN, page));
    }
    if is_page {
        return Some(asked.shown(StatusCode::OK, None).await);
    }
    Some(match Form::read(request, payload, house).await {
        Ok(form) => asked.done(place, form).await,
        Err(failure) => {
            let status = StatusCode::from_u16(failure.status()).unwrap_or_default();
            let texts: Vec<Text> = failure.issues.into_iter().map(|issue| issue.text).collect();
            asked.refused(status, &texts).await
        }
    })
}

/// Characters of what a form is about, as it is recorded.
const NAMED: usize = 100;

struct Asked<'r> {
    request: &'r HttpRequest,
    house: &'r web::Data<House>,
    server: Arc<Server>,
    signed: Signed,
    visit: Visit,
    browser: Browser,
}

impl Asked<'_> {
    /// What the forms are for: they end with the session.
    fn purpose(&self) -> String {
        format!("admin/{}", self.signed.session.id)
    }

    fn say(&self) -> Say {
        said(self.request)
    }

    /// Does what a form asks for.
    async fn done(&self, place: &str, form: Form) -> HttpResponse {
        if !self.browser.sent(self.house, &self.purpose(), &form) {
            let stale = Text::new(
                "Trang đã mở quá lâu. Hãy gửi lại.",
                "The page was open for too long. Send it again.",
            );
            return self.refused(StatusCode::FORBIDDEN, &[stale]).await;
        }
        let about = ["user", "client"].into_iter().find_map(|field| form.one(field));
        let about = format!("{ADMIN}{place} {}", about.unwrap_or_default());
        let about: String = about.chars().take(NAMED).collect();
        let (server, place) = (Arc::clone(&self.server), place.to_owned());
        let doing = move || async move { changed(&server, &place, &form).await };
        let done = match self.house.lanes.run(Lane::Quick, doing).await {
            Ok(done) => done,
            Err(undone) => return unmade(undone),
        };
        let status = match &done {
            Ok(Some(_)) => 200,
            Ok(None) => 404,
            Err(trouble) => status(trouble).as_u16(),
        };
        let who = (self.server.control().own_issuer(), self.signed.account.name.as_str());
        let what = (What::Accounts, about.trim_end());
        if let Err(unrecorded) = self.visit.account(who, what, status).await {
            return unrecorded;
        }
        match done {
            Ok(Some(done)) => {
                let say = self.say();
                let texts = vec![say.text(&done.text).to_owned()];
                let notice = Notice { is_done: true, texts, secret: done.secret };
                self.shown(StatusCode::OK, Some(&notice)).await
            }
            Ok(None) => {
                let unknown = Text::new("Không có việc này.", "There is no such thing to do.");
                self.refused(StatusCode::NOT_FOUND, &[unknown]).await
            }
            Err(Trouble::Rows(error)) => away(&error),
            Err(trouble) => self.refused(self::status(&trouble), &trouble.texts()).await,
        }
    }

    async fn refused(&self, status: StatusCode, texts: &[Text]) -> HttpResponse {
        let say = self.say();
        let texts = texts.iter().map(|text| say.text(text).to_owned()).collect();
        self.shown(status, Some(&Notice { texts, ..Notice::default() })).await
    }

    async fn shown(&self, status: StatusCode, notice: Option<&Notice>) -> HttpResponse {
        let kept = self.server.kept();
        let (users, clients) = match (account::list(kept).await, client::list(kept).await) {
            (Ok(users), Ok(clients)) => (users, clients),
            (Err(Trouble::Rows(error)), _) | (_, Err(Trouble::Rows(error))) => {
                return away(&error);
            }
            _ => return HttpResponse::InternalServerError().finish(),
        };
        let users: Vec<User> = users.into_iter().map(user).collect();
        let clients: Vec<Client> = clients.into_iter().map(shown_client).collect();
        let roles: Vec<&str> = Role::ALL.into_iter().map(Role::name).collect();
        let of_systems = Role::ALL.into_iter().filter(|role| !role.is_personal());
        let system_roles: Vec<&str> = of_systems.map(Role::name).collect();
        let token = self.browser.token(self.house, &self.purpose());
        let page = page::page(&Shown {
            forms: Forms { say: self.say(), token: &token },
            person: &self.signed.account.name,
            users: &users,
            clients: &clients,
            roles: &roles,
            system_roles: &system_roles,
            notice,
        });
        self.made(status, page)
    }

    fn made(&self, status: StatusCode, page: String) -> HttpResponse {
        let mut builder = HttpResponse::build(status);
        builder.insert_header((CACHE_CONTROL, "no-store"));
        let mut response = html(builder, &self.house.address, page);
        if let Some(cookie) = self.browser.kept(self.house) {
            response.headers_mut().append(SET_COOKIE, cookie);
        }
        response
    }
}

fn status(trouble: &Trouble) -> StatusCode {
    match trouble {
        Trouble::Already(_) => StatusCode::CONFLICT,
        Trouble::Missing(_) => StatusCode::NOT_FOUND,
        Trouble::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Trouble::Rows(_) => StatusCode::SERVICE_UNAVAILABLE,
        Trouble::Failed => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn user(whole: account::Whole) -> User {
    let account::Whole { account, grants } = whole;
    User {
        is_active: account.is_active(),
        has_second_factor: account.totp.is_some(),
        name: account.name,
        grants: grants.iter().map(line).collect(),
    }
}

fn shown_client(whole: client::Whole) -> Client {
    let client::Whole { client, grants } = whole;
    let kind = match client.kind {
        ClientKind::Public => "public",
        ClientKind::Confidential => "confidential",
        ClientKind::System => "system",
    };
    Client {
        is_active: client.is_active(),
        id: client.client_id,
        name: client.name.unwrap_or_default(),
        kind: kind.to_owned(),
        redirect_uris: client.redirect_uris,
        scope: client.scope,
        grants: grants.iter().map(line).collect(),
    }
}

/// A grant in a line: its keys, but for whose it is.
fn line(granted: &Granted) -> String {
    let keys = granted.keys.iter().filter(|(key, _)| *key != "user" && *key != "client");
    keys.map(|(key, value)| format!("{key} = {value}")).collect::<Vec<_>>().join(" · ")
}
