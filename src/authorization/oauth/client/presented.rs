//! What a client shows to say who it is: one thing only
//! ([RFC 6749 §2.3](https://www.rfc-editor.org/rfc/rfc6749#section-2.3)).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::authorization::oauth::fault::{Code, Fault};
use crate::authorization::oauth::request::parameter::Parameters;

/// What a client assertion must say to be a JWT.
const BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// Bytes of a `client_id`.
const LONGEST: usize = 256;

/// What a client shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Presented {
    /// Its name alone: a public client has nothing else.
    Name(String),
    /// Its name and a secret, which may have been encoded or not.
    Secret { client: String, secrets: Vec<String> },
    /// A JWT that it signed.
    Assertion { client: Option<String>, assertion: String },
}

impl Presented {
    /// Reads it from the header `Authorization` and from the form.
    pub fn read(authorization: &[&[u8]], parameters: &Parameters) -> Result<Self, Fault> {
        let (secret, assertion) =
            (parameters.get("client_secret"), parameters.get("client_assertion"));
        let is_typed = parameters.get("client_assertion_type").is_some();
        let named = parameters.get("client_id");
        let ways = authorization.len() + usize::from(secret.is_some());
        if ways + usize::from(assertion.is_some() || is_typed) > 1 {
            return Err(Code::InvalidRequest.because(
                "Chỉ dùng một cách xác thực ứng dụng.",
                "A client authenticates in one way only.",
            ));
        }
        if named.is_some_and(|named| named.len() > LONGEST) {
            return Err(unknown());
        }
        if let [header] = authorization {
            let shown = basic(header).ok_or_else(unknown)?;
            let is_other = |named: &str| shown.client() != Some(named);
            return if named.is_some_and(is_other) { Err(unknown()) } else { Ok(shown) };
        }
        let owned = |named: &str| named.to_owned();
        if let Some(secret) = secret {
            let client = named.map(owned).ok_or_else(unknown)?;
            return Ok(Self::Secret { client, secrets: vec![secret.to_owned()] });
        }
        if assertion.is_some() || is_typed {
            let is_known = parameters.get("client_assertion_type") == Some(BEARER);
            let assertion = assertion.filter(|_| is_known).ok_or_else(|| {
                Code::InvalidClient.because(
                    format!("Cần client_assertion, và client_assertion_type là {BEARER}."),
                    format!("client_assertion is needed, and client_assertion_type {BEARER}."),
                )
            })?;
            let client = named.map(owned);
            return Ok(Self::Assertion { client, assertion: assertion.to_owned() });
        }
        named.map(owned).map(Self::Name).ok_or_else(unknown)
    }

    /// Whether a client shows nothing at all.
    pub fn is_nothing(authorization: &[&[u8]], parameters: &Parameters) -> bool {
        let names = ["client_id", "client_secret", "client_assertion", "client_assertion_type"];
        authorization.is_empty() && names.iter().all(|name| parameters.get(name).is_none())
    }

    /// Whom it says to be, unless only its assertion says so.
    pub fn client(&self) -> Option<&str> {
        match self {
            Self::Name(client) | Self::Secret { client, .. } => Some(client),
            Self::Assertion { client, .. } => client.as_deref(),
        }
    }
}

/// Reads `Basic …`. Both parts are form-encoded by those who follow the RFC, and as they are by others.
fn basic(header: &[u8]) -> Option<Presented> {
    let (scheme, rest) = std::str::from_utf8(header).ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let bytes = STANDARD.decode(rest.trim()).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let (client, secret) = text.split_once(':')?;
    let decoded = |part: &str| -> String {
        let pair = form_urlencoded::parse(part.as_bytes()).next();
        pair.map(|(name, _)| name.into_owned()).unwrap_or_default()
    };
    let mut secrets = vec![secret.to_owned()];
    if secret.contains(['%', '+']) && !secret.contains(['&', '=']) {
        secrets.push(decoded(secret));
    }
    let client = if client.contains('%') { decoded(client) } else { client.to_owned() };
    let is_short = !client.is_empty() && client.len() <= LONGEST && secret.len() <= LONGEST * 4;
    is_short.then_some(Presented::Secret { client, secrets })
}

/// Nobody learns whether there is such a client.
pub fn unknown() -> Fault {
    Code::InvalidClient.because(
        "Không xác thực được ứng dụng: client_id, bí mật hoặc assertion không đúng.",
        "The client is not known, or did not authenticate as it is registered.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(header: Option<&str>, form: &str) -> Result<Presented, Code> {
        let parameters = Parameters::parse(form).expect("parameters");
        let headers: Vec<&[u8]> = header.iter().map(|header| header.as_bytes()).collect();
        Presented::read(&headers, &parameters).map_err(|fault| fault.code)
    }

    fn secret(client: &str, secrets: &[&str]) -> Result<Presented, Code> {
        let secrets = secrets.iter().map(|one| (*one).to_owned()).collect();
        Ok(Presented::Secret { client: client.to_owned(), secrets })
    }

    #[test]
    fn a_client_shows_one_thing() {
        assert_eq!(read(None, "client_id=a"), Ok(Presented::Name("a".into())));
        assert_eq!(read(None, "client_id=a&client_secret=s"), secret("a", &["s"]));
        let basic = |text: &str| format!("Basic {}", STANDARD.encode(text));
        assert_eq!(read(Some(&basic("a:s:t")), ""), secret("a", &["s:t"]));
        assert_eq!(read(Some(&basic("a:s%2Bt")), "client_id=a"), secret("a", &["s%2Bt", "s+t"]));
        let form = format!("client_assertion=x.y.z&client_assertion_type={BEARER}");
        let expected = Presented::Assertion { client: None, assertion: "x.y.z".into() };
        assert_eq!(read(None, &form), Ok(expected));
    }

    #[test]
    fn two_things_or_nothing_are_refused() {
        let basic = format!("Basic {}", STANDARD.encode("a:s"));
        for (header, form, code) in [
            (None, "", Code::InvalidClient),
            (None, "client_secret=s", Code::InvalidClient),
            (Some(basic.as_str()), "client_secret=s", Code::InvalidRequest),
            (Some(basic.as_str()), "client_id=b", Code::InvalidClient),
            (Some("Bearer x"), "", Code::InvalidClient),
            (Some("Basic ???"), "", Code::InvalidClient),
            (None, "client_id=a&client_assertion=x", Code::InvalidClient),
            (
                None,
                "client_id=a&client_assertion=x&client_assertion_type=saml",
                Code::InvalidClient,
            ),
            (None, "client_id=a&client_secret=s&client_assertion=x", Code::InvalidRequest),
        ] {
            assert_eq!(read(header, form), Err(code), "{form}");
        }
    }
}
