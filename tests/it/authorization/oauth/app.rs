//! An app that uses the endpoints as it should, unless it is told otherwise.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::harness::call::Reply;
use crate::harness::server::Server;

use super::browser::{Browser, Page};
use super::world::{REDIRECT, sign_in};

pub(crate) const VERIFIER: &str = "mot-chuoi-du-dai-de-lam-code-verifier-cua-ung-dung-1";

/// An app.
#[derive(Debug, Clone)]
pub(crate) struct App<'s> {
    pub(crate) server: &'s Server,
    /// The parameters of its authorization requests.
    pub(crate) asks: Vec<(String, String)>,
    pub(crate) client: String,
}

pub(crate) fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
}

impl<'s> App<'s> {
    pub(crate) fn new(server: &'s Server, client: &str, scope: &str) -> Self {
        let asks = [
            ("response_type", "code"),
            ("client_id", client),
            ("redirect_uri", REDIRECT),
            ("scope", scope),
            ("state", "trang-thai"),
            ("aud", &server.base()),
            ("code_challenge", &challenge(VERIFIER)),
            ("code_challenge_method", "S256"),
        ];
        let asks = asks.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        Self { server, asks, client: client.to_owned() }
    }

    /// The same with a parameter that is another one, or not there.
    pub(crate) fn with(mut self, name: &str, value: Option<&str>) -> Self {
        self.asks.retain(|(known, _)| known != name);
        self.asks.extend(value.map(|value| (name.to_owned(), value.to_owned())));
        self
    }

    /// Where it sends the browser.
    pub(crate) fn url(&self) -> String {
        let query =
            form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.asks).finish();
        format!("{}/oauth/authorize?{query}", self.server.top())
    }

    /// The page that somebody sees who has signed in, in a browser of her own.
    pub(crate) async fn opened(&self, name: &str) -> (Browser, Page) {
        let mut browser = Browser::new(&self.server.top());
        let page = browser.get(&self.url()).await;
        let page = sign_in(&mut browser, &page, name).await;
        (browser, page)
    }

    /// The answer when somebody allows everything, for a patient where she is asked.
    pub(crate) async fn allowed(&self, name: &str, patient: Option<&str>) -> Page {
        let (mut browser, mut page) = self.opened(name).await;
        if let Some(patient) = patient {
            page = browser.send(&page.form("patient"), &[("patient", patient)]).await;
        }
        browser.send(&page.form("decision"), &[("decision", "approve")]).await
    }

    /// A code.
    pub(crate) async fn code(&self, name: &str, patient: Option<&str>) -> String {
        let answer = self.allowed(name, patient).await;
        answer.told("code").unwrap_or_else(|| panic!("no code: {:?}", answer.away))
    }

    /// Asks for tokens.
    pub(crate) async fn token(&self, fields: &[(&str, &str)]) -> Reply {
        post(self.server, "token", fields).await
    }

    /// Exchanges a code, as a public app does.
    pub(crate) async fn exchange(&self, code: &str) -> Reply {
        self.token(&[
            ("grant_type", "authorization_code"),
            ("client_id", &self.client),
            ("code", code),
            ("redirect_uri", REDIRECT),
            ("code_verifier", VERIFIER),
        ])
        .await
    }

    pub(crate) async fn refresh(&self, token: &str) -> Reply {
        self.token(&[
            ("grant_type", "refresh_token"),
            ("client_id", &self.client),
            ("refresh_token", token),
        ])
        .await
    }

    /// The tokens that it gets when somebody allows everything.
    pub(crate) async fn tokens(&self, name: &str, patient: Option<&str>) -> Value {
        json(&self.exchange(&self.code(name, patient).await).await.is(200))
    }
}

/// Sends a form to an endpoint.
pub(crate) async fn post(server: &Server, endpoint: &str, fields: &[(&str, &str)]) -> Reply {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let call = server.call("POST", &format!("{}/oauth/{endpoint}", server.top()));
    call.header("content-type", "application/x-www-form-urlencoded").body(body).await
}

/// The body of an answer in plain JSON.
#[track_caller]
pub(crate) fn json(reply: &Reply) -> Value {
    assert_eq!(reply.header("content-type"), Some("application/json"), "{}", reply.text);
    serde_json::from_str(&reply.text).expect("JSON")
}

/// Fails unless an answer is an error of OAuth.
#[track_caller]
pub(crate) fn refused(reply: &Reply, code: &str) {
    assert_eq!(json(reply)["error"], code, "{}", reply.text);
    assert!(reply.status == 400 || reply.status == 401, "{} {}", reply.status, reply.text);
    assert_eq!(reply.header("cache-control"), Some("no-store"));
}

/// The status of a read with a token.
pub(crate) async fn read(server: &Server, path: &str, token: &Value) -> u16 {
    let bearer = format!("Bearer {}", token.as_str().unwrap());
    server.get(path).header("Authorization", &bearer).await.status
}
