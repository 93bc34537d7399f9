//! A browser: it keeps cookies, fills forms and goes where it is sent, but never beyond the server.

use std::collections::BTreeMap;

use reqwest::header::{COOKIE, HeaderMap, LOCATION, SET_COOKIE};

/// A browser.
#[derive(Debug, Clone)]
pub(crate) struct Browser {
    client: reqwest::Client,
    top: String,
    cookies: BTreeMap<String, String>,
    /// The site of the page that it shows.
    origin: String,
}

/// What a browser shows, or where it is sent.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    /// Where it is sent that is not this server.
    pub(crate) away: Option<String>,
}

/// A form of a page.
#[derive(Debug, Clone, Default)]
pub(crate) struct Form {
    pub(crate) action: String,
    pub(crate) fields: Vec<(String, String)>,
    /// Names of its buttons and inputs, checked or not.
    pub(crate) names: Vec<String>,
}

impl Browser {
    pub(crate) fn new(top: &str) -> Self {
        let policy = reqwest::redirect::Policy::none();
        let client = reqwest::Client::builder().no_proxy().redirect(policy).build().unwrap();
        let (top, origin) = (top.to_owned(), top.to_owned());
        Self { client, top, cookies: BTreeMap::new(), origin }
    }

    /// The same with a page of another site.
    pub(crate) fn on(self, origin: &str) -> Self {
        Self { origin: origin.to_owned(), ..self }
    }

    pub(crate) async fn get(&mut self, url: &str) -> Page {
        self.follow("GET", url, None).await
    }

    pub(crate) async fn post(&mut self, url: &str, fields: &[(String, String)]) -> Page {
        self.follow("POST", url, Some(fields)).await
    }

    /// Sends a form with some of its fields filled.
    pub(crate) async fn send(&mut self, form: &Form, filled: &[(&str, &str)]) -> Page {
        let is_filled = |name: &str| filled.iter().any(|(filled, _)| *filled == name);
        let kept = form.fields.iter().filter(|(name, _)| !is_filled(name)).cloned();
        let more = filled.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let fields: Vec<_> = kept.chain(more).collect();
        self.post(&form.action, &fields).await
    }

    async fn follow(
        &mut self,
        method: &str,
        url: &str,
        fields: Option<&[(String, String)]>,
    ) -> Page {
        let (mut method, mut url, mut fields) = (method.to_owned(), url.to_owned(), fields);
        for _ in 0..10 {
            if url.starts_with('/') {
                url = format!("{}{url}", self.top);
            }
            let mut request = self.client.request(method.parse().unwrap(), &url);
            let cookies: Vec<String> =
                self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            if !cookies.is_empty() {
                request = request.header(COOKIE, cookies.join("; "));
            }
            if let Some(fields) = fields {
                let body =
                    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
                request = request.header("content-type", "application/x-www-form-urlencoded");
                request = request.header("origin", &self.origin).body(body);
            }
            let reply = request.send().await.expect("a reply");
            for cookie in reply.headers().get_all(SET_COOKIE) {
                let pair = cookie.to_str().unwrap().split(';').next().unwrap();
                let (name, value) = pair.split_once('=').unwrap();
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
            let (status, headers) = (reply.status().as_u16(), reply.headers().clone());
            let place = headers.get(LOCATION).map(|place| place.to_str().unwrap().to_owned());
            let text = reply.text().await.unwrap();
            match place {
                Some(place) if place.starts_with('/') || place.starts_with(&self.top) => {
                    (method, url, fields) = ("GET".to_owned(), place, None);
                }
                away => return Page { status, headers, text, away },
            }
        }
        panic!("too many redirects: {url}")
    }

    /// What the browser keeps under a name.
    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }

    /// Has the browser keep something that somebody else chose.
    pub(crate) fn plant(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.to_owned(), value.to_owned());
    }
}

impl Page {
    /// The same page, when it has this status.
    #[track_caller]
    pub(crate) fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}\n{:?}", self.text, self.away);
        self
    }

    /// The form that has a field or a button of a name.
    #[track_caller]
    pub(crate) fn form(&self, name: &str) -> Form {
        let form = self.find(name);
        form.unwrap_or_else(|| {
            panic!("no form has {name}: {} {:?}\n{}", self.status, self.away, self.text)
        })
    }

    pub(crate) fn find(&self, name: &str) -> Option<Form> {
        let forms =
            self.text.split("<form").skip(1).map(|rest| rest.split("</form>").next().unwrap());
        let mut forms = forms.map(form);
        forms.find(|form| form.names.iter().any(|known| known == name))
    }

    /// A parameter of where the browser is sent.
    #[track_caller]
    pub(crate) fn told(&self, name: &str) -> Option<String> {
        let away = self
            .away
            .as_ref()
            .unwrap_or_else(|| panic!("sent nowhere: {} {}", self.status, self.text));
        let query = away.split_once('?').map_or("", |(_, query)| query);
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        pairs.find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
    }
}

fn form(text: &str) -> Form {
    let mut form = Form::default();
    for tag in text.split('<').map(|rest| rest.split('>').next().unwrap_or_default()) {
        let value = |name: &str| {
            let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
            let text = rest.split('"').next().unwrap_or_default();
            let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
            Some(text.replace("&#39;", "'").replace("&amp;", "&"))
        };
        if form.action.is_empty()
            && let Some(action) = value("action")
        {
            form.action = action;
        }
        let Some(name) = value("name") else { continue };
        form.names.push(name.clone());
        let kind = value("type").unwrap_or_default();
        let is_sent = match kind.as_str() {
            "checkbox" | "radio" => tag.contains(" checked"),
            "submit" => false,
            _ => tag.starts_with("input"),
        };
        if is_sent {
            form.fields.push((name, value("value").unwrap_or_default()));
        }
    }
    form
}
