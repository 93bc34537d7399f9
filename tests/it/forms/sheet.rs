//! A form as a browser has it, without scripts.

use crate::harness::call::Reply;
use crate::harness::server::Server;

pub(super) type Pairs = Vec<(String, String)>;

/// A form as a browser has it.
#[derive(Debug, Clone)]
pub(super) struct Sheet {
    pub(super) path: String,
    pub(super) cookie: String,
    pub(super) fields: Pairs,
    pub(super) page: Reply,
}

fn text_of(html: &str) -> String {
    let plain = html.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">");
    plain.replace("&amp;", "&")
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let rest = tag.split_once(&format!(" {name}=\""))?.1;
    rest.split_once('"').map(|(value, _)| text_of(value))
}

/// What a browser would send of the form of a page, without the buttons.
pub(super) fn fields(page: &str) -> Pairs {
    let mut all = Vec::new();
    let form = page.split_once("<form").map_or("", |(_, rest)| rest);
    let form = form.split_once("</form>").map_or(form, |(form, _)| form);
    for part in form.split('<').skip(1) {
        let (tag, rest) = part.split_once('>').unwrap_or((part, ""));
        let Some(name) = attribute(tag, "name") else {
            if tag.starts_with("option") && tag.contains(" selected") {
                let value = attribute(tag, "value").unwrap_or_default();
                if let Some((_, last)) = all.last_mut() {
                    *last = value;
                }
            }
            continue;
        };
        let is_off = tag.contains("type=\"radio\"") && !tag.contains(" checked");
        let value = attribute(tag, "value").unwrap_or_default();
        match tag.split(' ').next().unwrap_or_default() {
            "input" if !is_off => all.push((name, value)),
            "select" => all.push((name, String::new())),
            "textarea" => all.push((name, text_of(rest))),
            _ => {}
        }
    }
    all
}

pub(super) async fn open(server: &Server, path: &str) -> Sheet {
    let page = server.get(&format!("{}{path}", server.top())).await.is(200);
    assert!(page.text.len() < 60_000, "{path}: {}", page.text.len());
    assert_eq!(page.header("cache-control"), Some("no-store"));
    let policy = page.header("content-security-policy").unwrap();
    assert_eq!(page.text.matches("<script>").count(), 1, "{path}");
    assert!(policy.contains("; script-src 'sha256-") && !policy.contains("unsafe"), "{policy}");
    let cookie = page.header("set-cookie").expect("a cookie").split(';').next().unwrap().to_owned();
    Sheet { path: path.to_owned(), cookie, fields: fields(&page.text), page }
}

impl Sheet {
    /// Types into a field, which has to be there.
    pub(super) fn with(mut self, pairs: &[(&str, &str)]) -> Self {
        for (name, value) in pairs {
            let field = self.fields.iter_mut().find(|(known, _)| known == name);
            field.unwrap_or_else(|| panic!("no field {name} at {}", self.path)).1 =
                (*value).to_owned();
        }
        self
    }

    pub(super) fn one(&self, name: &str) -> &str {
        self.fields.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    pub(super) async fn post(&self, server: &Server, cookie: &str, fields: &Pairs) -> Reply {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let call = server.call("POST", &format!("{}{}", server.top(), self.path)).body(body);
        let call = call.header("content-type", "application/x-www-form-urlencoded");
        call.header("cookie", cookie).await
    }

    pub(super) async fn send(&self, server: &Server) -> Reply {
        self.post(server, &self.cookie, &self.fields).await
    }

    /// Presses the button that adds a group.
    pub(super) async fn more(&self, server: &Server, group: &str) -> Self {
        let mut asked = self.fields.clone();
        asked.push(("them".to_owned(), group.to_owned()));
        let page = self.post(server, &self.cookie, &asked).await.is(200);
        Self { fields: fields(&page.text), page, ..self.clone() }
    }
}

pub(super) async fn saved(server: &Server, sheet: Sheet) -> Reply {
    let reply = sheet.send(server).await;
    let told = reply.text.split("<main").nth(1).unwrap_or_default();
    assert_eq!(reply.status, 200, "{}: {told}", sheet.path);
    assert!(reply.text.contains("Đã ghi vào sổ"), "{}: {told}", sheet.path);
    reply
}
