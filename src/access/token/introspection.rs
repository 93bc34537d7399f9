//! Opaque tokens: what their issuer says of them, <https://www.rfc-editor.org/rfc/rfc7662>.

use std::fmt;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};
use tokio::sync::Semaphore;

use crate::fhir::json::parse;

use super::fetch::ask;
use super::{Claims, Clock, Fault};

/// Seconds after which the issuer is asked again of a token that it called active.
const REMEMBERED: f64 = 60.0;
/// Questions that are asked of one issuer at the same time.
const TOGETHER: usize = 8;
/// Bytes of a token.
const LONGEST: usize = 16 << 10;

/// An issuer who is asked.
pub(super) struct Introspection {
    url: String,
    /// The header that says who asks; it is never shown.
    authorization: String,
    places: Semaphore,
}

impl fmt::Debug for Introspection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Introspection").field("url", &self.url).finish_non_exhaustive()
    }
}

impl Introspection {
    /// Asks at a URL as a client whose secret is in a file.
    pub(super) fn new(url: &str, client: &str, secret: &Path) -> Result<Self, String> {
        let secret = std::fs::read_to_string(secret)
            .map_err(|error| format!("client_secret_file: {error}"))?;
        let secret = secret.trim_end_matches(['\r', '\n']);
        if secret.is_empty() {
            return Err("client_secret_file is empty".to_owned());
        }
        let pair = format!("{}:{}", encoded(client), encoded(secret));
        let authorization = format!("Basic {}", STANDARD.encode(pair));
        Ok(Self { url: url.to_owned(), authorization, places: Semaphore::new(TOGETHER) })
    }

    /// What is claimed by a token that is active.
    pub(super) async fn check(
        &self,
        (issuer, audience): (&str, &[String]),
        token: &str,
        clock: Clock,
    ) -> Result<Claims, Fault> {
        if token.len() > LONGEST {
            return Err(Fault::Bad("longer than a token may be"));
        }
        let _place = self.places.acquire().await.map_err(|_closed| Fault::NoKeys)?;
        let (url, authorization) = (self.url.clone(), self.authorization.clone());
        let token = token.to_owned();
        let asked = tokio::task::spawn_blocking(move || ask(&url, &authorization, &token));
        let answer = match asked.await {
            Ok(Ok(bytes)) => parse(&bytes).ok(),
            Ok(Err(error)) => {
                tracing::warn!(%error, "an issuer cannot be asked of tokens");
                return Err(Fault::NoKeys);
            }
            Err(_ended) => return Err(Fault::NoKeys),
        };
        let Some(Value::Object(mut said)) = answer else {
            tracing::warn!("what an issuer says of a token is no JSON object");
            return Err(Fault::NoKeys);
        };
        match said.get("active") {
            Some(Value::Bool(true)) => {}
            Some(Value::Bool(false)) => return Err(Fault::Bad("not active")),
            _ => return Err(Fault::NoKeys),
        }
        complete(&mut said, issuer, clock);
        let claims = Claims::read(&said, audience, clock)?;
        if claims.issuer != issuer {
            return Err(Fault::Bad("of another issuer (iss)"));
        }
        let again = (clock.now + REMEMBERED).min(claims.expires);
        Ok(Claims { again: Some(again), ..claims })
    }
}

/// An issuer who is asked need not say who it is, nor when it issued what it calls active.
fn complete(said: &mut Map<String, Value>, issuer: &str, clock: Clock) {
    if !said.contains_key("iss") {
        said.insert("iss".to_owned(), issuer.into());
    }
    if !said.contains_key("iat") {
        said.insert("iat".to_owned(), (clock.now - 1.0).into());
    }
}

/// As <https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1> has names and secrets.
fn encoded(text: &str) -> String {
    let mut all = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'*' => {
                all.push(char::from(byte));
            }
            b' ' => all.push('+'),
            other => all.push_str(&format!("%{other:02X}")),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_secrets_are_encoded_before_they_are_joined() {
        assert_eq!(encoded("mebe-1.x_*"), "mebe-1.x_*");
        assert_eq!(encoded("a:b c%ạ"), "a%3Ab+c%25%E1%BA%A1");
    }
}
