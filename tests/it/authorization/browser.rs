//! A browser without scripts: cookies, forms with their hidden fields, redirects that are looked at.

use std::collections::BTreeMap;

use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;

use crate::harness::server::Server;

/// A browser at one server.
#[derive(Clone)]
pub(super) struct Browser {
    client: reqwest::Client,
    top: String,
    pub(super) cookies: BTreeMap<String, String>,
    /// Whether what is sent says that a page of this server sends it, as browsers do.
    pub(super) origin: Option<String>,
}

/// What came back.
#[derive(Debug, Clone)]
pub(super) struct Page {
    pub(super) status: u16,
    pub(super) text: String,
    pub(super) location: Option<String>,
    pub(super) set: Vec<String>,
    pub(super) headers: reqwest::header::HeaderMap,
}

impl Browser {
    pub(super) fn at(server: &Server) -> Self {
        let client = reqwest::Client::builder().no_proxy().redirect(Policy::none());
        let client = client.build().expect("a client");
        let top = server.top();
        Self { client, origin: Some(top.clone()), top, cookies: BTreeMap::new() }
    }

    async fn sent(&mut self, request: reqwest::RequestBuilder) -> Page {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = match cookies.is_empty() {
            true => request,
            false => request.header(COOKIE, cookies.join("; ")),
        };
        let reply = request.send().await.expect("a reply");
        let headers = reply.headers().clone();
        let text = |value: &reqwest::header::HeaderValue| value.to_str().expect("text").to_owned();
        let set: Vec<String> = headers.get_all(SET_COOKIE).iter().map(text).collect();
        for cookie in &set {
            let pair = cookie.split(';').next().expect("a pair");
            let (name, value) = pair.split_once('=').expect("a pair");
            match cookie.contains("Max-Age=0") {
                true => drop(self.cookies.remove(name)),
                false => drop(self.cookies.insert(name.to_owned(), value.to_owned())),
            }
        }
        let status = reply.status().as_u16();
        let location = headers.get(LOCATION).map(text);
        let text = reply.text().await.expect("text");
        Page { status, text, location, set, headers }
    }

    /// Opens an address without going on anywhere.
    pub(super) async fn open(&mut self, path: &str) -> Page {
        self.sent(self.client.get(format!("{}{path}", self.top))).await
    }

    /// Opens an address and goes on where it leads.
    pub(super) async fn get(&mut self, path: &str) -> Page {
        let mut page = self.open(path).await;
        for _ in 0..5 {
            let Some(location) = page.location.clone() else { break };
            page = self.open(&location).await;
        }
        page
    }

    /// Posts fields without going on anywhere.
    pub(super) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let mut pairs = form_urlencoded::Serializer::new(String::new());
        let body = pairs.extend_pairs(fields).finish();
        let request = self.client.post(format!("{}{path}", self.top));
        let request =
            request.header("content-type", "application/x-www-form-urlencoded").body(body);
        let request = match &self.origin {
            Some(origin) => request.header("origin", origin),
            None => request,
        };
        self.sent(request).await
    }

    /// Sends the form of a page whose action begins so, with its hidden fields.
    pub(super) async fn send(
        &mut self,
        page: &Page,
        action: &str,
        fields: &[(&str, &str)],
    ) -> Page {
        let (action, hidden) = page.form(action);
        let hidden = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let all: Vec<(&str, &str)> = hidden.chain(fields.iter().copied()).collect();
        self.post(&action, &all).await
    }

    /// Signs in with name and password from the page at a path; the reply.
    pub(super) async fn sign_in(&mut self, path: &str, name: &str, password: &str) -> Page {
        let page = self.get(path).await;
        assert_eq!(page.status, 200, "{}", page.text);
        self.send(&page, "/sign-in", &[("username", name), ("password", password)]).await
    }

    /// What the browser keeps of being signed in.
    pub(super) fn session(&self) -> Option<&str> {
        self.cookies.get("mebe-session").map(String::as_str)
    }
}

impl Page {
    /// The action of a form that begins so, and its hidden fields.
    #[track_caller]
    pub(super) fn form(&self, action: &str) -> (String, Vec<(String, String)>) {
        let begin = format!("action=\"{action}");
        let forms = self.text.split("<form").skip(1);
        let form = forms.filter_map(|form| form.split("</form>").next());
        let form = form.filter(|form| form.contains(&begin)).min_by_key(|form| form.len());
        let form = form.unwrap_or_else(|| panic!("no form for {action}: {}", self.text));
        let action = attribute(form, "action").expect("an action");
        let inputs = form.split("<input").skip(1).filter_map(|input| input.split('>').next());
        let hidden = inputs.filter(|input| input.contains("type=\"hidden\""));
        let pair = |input| Some((attribute(input, "name")?, attribute(input, "value")?));
        (action, hidden.filter_map(pair).collect())
    }
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let value = tag.split(&format!("{name}=\"")).nth(1)?.split('"').next()?;
    let value = value.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">");
    Some(value.replace("&amp;", "&"))
}
