//! Clients: apps and systems, added, listed, disabled.

use std::net::IpAddr;

use serde_json::Value;

use crate::fhir::issue::Text;
use crate::fhir::time;

use super::account::Rules;
use super::grant::{Granted, Holder, Wanted};
use super::kept::{Found, Kept, add as added, replace};
use super::password::hash;
use super::record::{Client, ClientKind, Status};
use super::trouble::{Trouble, name as check_name};

/// Addresses that a client may be sent back to.
const MOST_URIS: usize = 20;
/// Bytes of an address, of a name, and of all scopes.
const MOST_BYTES: usize = 4_096;

/// A client that is to be.
#[derive(Clone)]
pub struct Asked {
    pub client_id: String,
    pub kind: ClientKind,
    pub name: Option<String>,
    pub redirect_uris: Vec<String>,
    pub scope: String,
    pub jwks: Option<Value>,
    pub jwks_url: Option<String>,
    pub secret: Option<String>,
    pub launch_uri: Option<String>,
    /// What a system is granted.
    pub grant: Option<Wanted>,
}

/// A client and what it was granted.
#[derive(Debug, Clone)]
pub struct Whole {
    pub client: Client,
    pub grants: Vec<Granted>,
}

/// Adds a client.
pub async fn add(kept: &Kept, rules: &Rules, asked: &Asked) -> Result<Whole, Trouble> {
    check(asked)?;
    let holder = Holder::Client(&asked.client_id);
    let granted = asked.grant.as_ref();
    let granted = granted.map(|grant| Granted::new(holder, grant, (&rules.areas, rules.zone)));
    let granted = granted.transpose().map_err(Trouble::Refused)?;
    let secret = asked.secret.as_ref().map(|text| hash(text, &asked.client_id, rules.least));
    let client = Client {
        client_id: asked.client_id.clone(),
        kind: asked.kind,
        status: Status::Active,
        name: asked.name.clone(),
        redirect_uris: asked.redirect_uris.clone(),
        scope: asked.scope.split_whitespace().collect::<Vec<_>>().join(" "),
        secret: secret.transpose()?,
        jwks: asked.jwks.clone(),
        jwks_url: asked.jwks_url.clone(),
        launch_uri: asked.launch_uri.clone(),
        made: time::now().micros(),
    };
    let mut changes = vec![added(&client)?];
    if let Some(granted) = &granted {
        changes.push(added(granted)?);
    }
    match kept.change(changes).await? {
        true => Ok(Whole { client, grants: granted.into_iter().collect() }),
        false => Err(Trouble::Already(Text::new(
            format!("đã có client {}", asked.client_id),
            format!("there is a client {} already", asked.client_id),
        ))),
    }
}

/// All clients, in the order of their ids.
pub async fn list(kept: &Kept) -> Result<Vec<Whole>, Trouble> {
    let grants: Vec<Granted> = kept.all().await?;
    let clients: Vec<Client> = kept.all().await?;
    let whole = |client: Client| {
        let parent = Holder::Client(&client.client_id).parent();
        let grants = grants.iter().filter(|grant| grant.holder == parent).cloned().collect();
        Whole { client, grants }
    };
    Ok(clients.into_iter().map(whole).collect())
}

/// Disables a client: its tokens end at once.
pub async fn disable(kept: &Kept, id: &str) -> Result<Whole, Trouble> {
    loop {
        let found: Option<Found<Client>> = kept.get(id).await?;
        let Some(found) = found else {
            return Err(Trouble::Missing(Text::new(
                format!("không có client {id}"),
                format!("there is no client {id}"),
            )));
        };
        if !found.record.is_active() {
            return Err(Trouble::Already(Text::new(
                format!("client {id} đã bị khóa từ trước"),
                format!("the client {id} is disabled already"),
            )));
        }
        let client = Client { status: Status::Disabled, ..found.record.clone() };
        if kept.change(vec![replace(&client, &found)?]).await? {
            let grants = kept.of_parent(&Holder::Client(id).parent()).await?;
            return Ok(Whole { client, grants });
        }
    }
}

fn check(asked: &Asked) -> Result<(), Trouble> {
    check_name(&asked.client_id)?;
    let means = [asked.secret.is_some(), asked.jwks.is_some(), asked.jwks_url.is_some()];
    let means = means.iter().filter(|is_given| **is_given).count();
    let (is_public, is_system) =
        (asked.kind == ClientKind::Public, asked.kind == ClientKind::System);
    let refused = |vi: &str, en: &str| Err(Trouble::refused(vi, en));
    if is_public && means > 0 {
        return refused(
            "client public không giữ được bí mật: không dùng secret hay jwks",
            "a public client keeps no secret: neither secret nor jwks is for it",
        );
    }
    if !is_public && means != 1 {
        return refused(
            "client này cần đúng một trong: secret, jwks, jwks_url",
            "this client needs one of: secret, jwks, jwks_url",
        );
    }
    if is_public && asked.redirect_uris.is_empty() {
        return refused("client public cần redirect_uri", "a public client needs a redirect_uri");
    }
    if !is_system && asked.grant.is_some() {
        return refused(
            "quyền chỉ cấp cho client system; người có quyền của tài khoản mình",
            "grants are for clients of kind system; people have those of their accounts",
        );
    }
    let texts = asked.redirect_uris.iter().chain(&asked.name).chain([&asked.scope]);
    if asked.redirect_uris.len() > MOST_URIS
        || texts.into_iter().any(|text| text.len() > MOST_BYTES)
    {
        return Err(Trouble::refused(
            format!("nhiều nhất {MOST_URIS} redirect_uri, và {MOST_BYTES} byte mỗi giá trị"),
            format!("{MOST_URIS} redirect_uris at the most, and {MOST_BYTES} bytes a value"),
        ));
    }
    for uri in &asked.redirect_uris {
        redirect_uri(uri, is_public)?;
    }
    if let Some(uri) = asked.launch_uri.as_deref().filter(|uri| !is_web(uri)) {
        return Err(Trouble::refused(
            format!("launch_uri {uri} phải là https, hoặc http ở chính máy này"),
            format!("launch_uri {uri} must be https, or http on this machine"),
        ));
    }
    if asked.jwks_url.as_deref().is_some_and(|url| !is_web(url)) {
        return refused(
            "jwks_url phải là https, hoặc http ở chính máy này",
            "jwks_url must be https, or http on this machine",
        );
    }
    let is_word =
        |word: &str| word.bytes().all(|byte| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e));
    if !asked.scope.split_whitespace().all(is_word) {
        return refused(
            "scope chỉ có ký tự ASCII, không có dấu nháy kép và gạch chéo ngược",
            "scope has ASCII characters only, without quotation marks and backslashes",
        );
    }
    asked.jwks.as_ref().map_or(Ok(()), keys)
}

/// Whether an address is one that somebody may be sent back to with a code.
fn redirect_uri(uri: &str, is_public: bool) -> Result<(), Trouble> {
    let (scheme, rest) = uri.split_once(':').unwrap_or(("", uri));
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    let is_plain =
        uri.bytes().all(|byte| (0x21..0x7f).contains(&byte)) && !uri.contains(['#', '\\']);
    // A scheme of an app's own is a domain of its maker, written backwards.
    let is_own = is_public && scheme.contains('.') && !rest.is_empty();
    if is_scheme && is_plain && (is_web(uri) || is_own) {
        return Ok(());
    }
    Err(Trouble::refused(
        format!(
            "redirect_uri {uri} phải là https, http ở chính máy này, hoặc (client public) một scheme riêng có dấu chấm như vn.example.app:/; không có #"
        ),
        format!(
            "redirect_uri {uri} must be https, http on this machine, or (public clients) a scheme of its own with a dot such as vn.example.app:/; without #"
        ),
    ))
}

/// Whether an address is https, or http on this machine.
fn is_web(url: &str) -> bool {
    let secure = url.strip_prefix("https://");
    let Some(rest) = secure.or_else(|| url.strip_prefix("http://")) else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.is_empty() || authority.contains('@') {
        return false;
    }
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    };
    let is_loopback = host == "localhost"
        || host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    !host.is_empty() && (secure.is_some() || is_loopback)
}

/// Whether a set of keys has public keys, and nothing that is secret.
fn keys(jwks: &Value) -> Result<(), Trouble> {
    let keys = jwks.get("keys").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let text = |key: &Value, name: &str| key.get(name).and_then(Value::as_str).map(str::to_owned);
    let is_public = |key: &Value| {
        let is_known = matches!(text(key, "kty").as_deref(), Some("RSA" | "EC"));
        let is_secret = ["d", "p", "q", "k"].iter().any(|name| key.get(name).is_some());
        is_known && !is_secret && text(key, "kid").is_some_and(|kid| !kid.is_empty())
    };
    if (1..=20).contains(&keys.len()) && keys.iter().all(is_public) {
        return Ok(());
    }
    Err(Trouble::refused(
        "jwks phải có keys, từ 1 đến 20 khóa công khai RSA hoặc EC, mỗi khóa có kid",
        "jwks must have keys, 1 to 20 public keys of kind RSA or EC, each with a kid",
    ))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn addresses_to_go_back_to() {
        for good in [
            "https://app.example/cb?x=1",
            "http://127.0.0.1/cb",
            "http://localhost:9/cb",
            "http://[::1]:9/cb",
            "vn.example.app:/cb",
        ] {
            assert!(redirect_uri(good, true).is_ok(), "{good}");
        }
        for bad in [
            "",
            "app.example/cb",
            "http://app.example/cb",
            "https://app.example/#x",
            "https://user@app.example/",
            "https:///cb",
            "javascript:alert(1)",
            "data:text/html,x",
            "https://app.example/\u{e1}",
            "https://app.example/a b",
            "https://app.example\\@evil.example/",
        ] {
            assert!(redirect_uri(bad, true).is_err(), "{bad}");
        }
        assert!(redirect_uri("vn.example.app:/cb", false).is_err());
    }

    #[test]
    fn keys_are_public() {
        let key = json!({ "kty": "EC", "kid": "1", "crv": "P-384", "x": "a", "y": "b" });
        assert!(keys(&json!({ "keys": [key] })).is_ok());
        let mut private = key.clone();
        private["d"] = "c".into();
        let mut nameless = key.clone();
        nameless["kid"] = "".into();
        for bad in [
            json!({}),
            json!({ "keys": [] }),
            json!({ "keys": [private] }),
            json!({ "keys": [nameless] }),
            json!({ "keys": [{ "kty": "oct", "kid": "1", "k": "x" }] }),
        ] {
            assert!(keys(&bad).is_err(), "{bad}");
        }
    }
}
