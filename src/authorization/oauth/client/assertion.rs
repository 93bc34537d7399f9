//! A JWT by which a client authenticates, [RFC 7523](https://www.rfc-editor.org/rfc/rfc7523#section-3) as
//! [SMART narrows it](https://hl7.org/fhir/smart-app-launch/client-confidential-asymmetric.html).
//!
//! What its header says of keys is not looked at; `jku` may be there only when it is what is registered.

use std::str::FromStr;

use jsonwebtoken::Algorithm;
use jsonwebtoken::crypto::verify;
use serde_json::Value;

use crate::access::token::Jws;
use crate::access::token::jwks::Key;

/// The algorithms that are taken.
pub const ALGORITHMS: [&str; 2] = ["RS384", "ES384"];
/// Seconds that an assertion may last.
const LONGEST: f64 = 300.0;
/// Bytes of a `jti`.
const LONGEST_ID: usize = 256;
/// Keys of one name that are tried.
const MOST: usize = 4;

/// What an assertion is held against.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'e> {
    pub client: &'e str,
    /// The URL of the token endpoint.
    pub audience: &'e str,
    pub jwks_url: Option<&'e str>,
    /// Seconds since 1970, and those that clocks may differ by.
    pub now: f64,
    pub leeway: f64,
}

/// What may not be used again.
#[derive(Debug, Clone, PartialEq)]
pub struct Once {
    pub id: String,
    /// Seconds since 1970 until which it is to be remembered.
    pub until: f64,
}

/// An assertion that was taken apart.
#[derive(Debug)]
pub struct Assertion<'a> {
    jws: Jws<'a>,
    algorithm: (Algorithm, &'static str),
    kid: String,
}

impl<'a> Assertion<'a> {
    /// Takes an assertion apart; the reason why not is for the log.
    pub fn parse(text: &'a str) -> Result<Self, &'static str> {
        let jws = Jws::parse(text).map_err(|_fault| "no JWT")?;
        let header = |name: &str| jws.header.get(name).and_then(Value::as_str);
        if ["crit", "b64", "enc", "zip"].iter().any(|name| jws.header.contains_key(*name)) {
            return Err("a header that is critical or of encryption");
        }
        if !header("typ").is_some_and(|typ| typ.eq_ignore_ascii_case("JWT")) {
            return Err("typ is not JWT");
        }
        let name = header("alg").and_then(|alg| ALGORITHMS.into_iter().find(|one| *one == alg));
        let name = name.ok_or("an algorithm that is not taken (alg)")?;
        let algorithm = Algorithm::from_str(name).map_err(|_unknown| "unknown alg")?;
        let kid = header("kid").filter(|kid| !kid.is_empty()).ok_or("no kid")?.to_owned();
        Ok(Self { jws, algorithm: (algorithm, name), kid })
    }

    /// Whom it says to be.
    pub fn client(&self) -> Option<&str> {
        self.jws.payload.get("iss")?.as_str()
    }

    /// Whether one of some keys may have signed it.
    pub fn fits(&self, keys: &[Key]) -> bool {
        keys.iter().any(|key| key.fits(Some(&self.kid), self.algorithm))
    }

    /// Checks it with the keys of the registration.
    pub fn check(&self, keys: &[Key], expected: Expected<'_>) -> Result<Once, &'static str> {
        if let Some(jku) = self.jws.header.get("jku")
            && (jku.as_str().is_none() || jku.as_str() != expected.jwks_url)
        {
            return Err("jku is not what is registered");
        }
        let message = self.jws.message.as_bytes();
        let mut fitting =
            keys.iter().filter(|key| key.fits(Some(&self.kid), self.algorithm)).take(MOST);
        let is_signed = |key: &Key| {
            verify(self.jws.signature, message, &key.key, self.algorithm.0).unwrap_or_default()
        };
        if !fitting.any(is_signed) {
            return Err("the signature is not right");
        }
        self.claims(expected)
    }

    fn claims(&self, expected: Expected<'_>) -> Result<Once, &'static str> {
        let Expected { client, audience, now, leeway, .. } = expected;
        let text = |name: &str| self.jws.payload.get(name).and_then(Value::as_str);
        if text("iss") != Some(client) || text("sub") != Some(client) {
            return Err("iss and sub are not the client");
        }
        let is_for_us = match self.jws.payload.get("aud") {
            Some(Value::String(one)) => one == audience,
            Some(Value::Array(all)) => {
                matches!(all.as_slice(), [Value::String(one)] if one == audience)
            }
            _ => false,
        };
        if !is_for_us {
            return Err("aud is not the token endpoint");
        }
        let expires = self.seconds("exp")?.ok_or("no exp")?;
        if now >= expires + leeway || expires > now + LONGEST + leeway {
            return Err("expired, or for too long (exp)");
        }
        for name in ["iat", "nbf"] {
            if self.seconds(name)?.is_some_and(|from| from > now + leeway) {
                return Err("not valid yet (iat, nbf)");
            }
        }
        let id = text("jti").filter(|id| !id.is_empty() && id.len() <= LONGEST_ID);
        Ok(Once { id: id.ok_or("no jti")?.to_owned(), until: expires + leeway })
    }

    fn seconds(&self, name: &str) -> Result<Option<f64>, &'static str> {
        match self.jws.payload.get(name) {
            None => Ok(None),
            Some(Value::Number(number)) => {
                let seconds = number.as_f64().filter(|one| one.is_finite() && *one > 0.0);
                seconds.map(Some).ok_or("a time is none")
            }
            Some(_) => Err("a time is no number"),
        }
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use jsonwebtoken::jwk::Jwk;
    use jsonwebtoken::{EncodingKey, crypto::sign};
    use serde_json::json;

    use super::*;
    use crate::access::token::jwks;

    const AUDIENCE: &str = "https://mebe.example/oauth/token";
    const NOW: f64 = 1_000_000.0;
    const JWKS: &str = "https://his.example/jwks";

    fn rsa() -> EncodingKey {
        EncodingKey::from_rsa_der(include_bytes!("../../../../tests/harness/keys/rsa.der"))
    }

    fn keys() -> Vec<Key> {
        let mut jwk = json!(Jwk::from_encoding_key(&rsa(), Algorithm::RS384).expect("a key"));
        jwk["kid"] = "k".into();
        jwks::keys(json!({ "keys": [jwk] }).to_string().as_bytes()).expect("keys")
    }

    fn good() -> (Value, Value) {
        let header = json!({ "alg": "RS384", "typ": "JWT", "kid": "k" });
        let payload = json!({
            "iss": "his", "sub": "his", "aud": AUDIENCE, "exp": NOW + 200.0, "jti": "1",
        });
        (header, payload)
    }

    fn signed(header: &Value, payload: &Value) -> String {
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", encode(header), encode(payload));
        let signature = sign(message.as_bytes(), &rsa(), Algorithm::RS384).expect("a signature");
        format!("{message}.{signature}")
    }

    fn check(header: &Value, payload: &Value) -> Result<Once, &'static str> {
        let text = signed(header, payload);
        let expected = Expected {
            client: "his",
            audience: AUDIENCE,
            jwks_url: Some(JWKS),
            now: NOW,
            leeway: 30.0,
        };
        Assertion::parse(&text)?.check(&keys(), expected)
    }

    #[test]
    fn a_good_one_is_taken() {
        let (mut header, mut payload) = good();
        assert_eq!(check(&header, &payload), Ok(Once { id: "1".into(), until: NOW + 230.0 }));
        (header["jku"], payload["aud"]) = (JWKS.into(), json!([AUDIENCE]));
        (payload["iat"], payload["nbf"]) = (json!(NOW - 1.0), json!(NOW + 1.0));
        assert!(check(&header, &payload).is_ok());
    }

    #[test]
    fn each_header_that_lies_is_refused() {
        for (name, value) in [
            ("alg", json!("none")),
            ("alg", json!("HS384")),
            ("alg", json!("RS256")),
            ("alg", json!("ES384")),
            ("alg", json!(["RS384"])),
            ("typ", json!("at+jwt")),
            ("typ", Value::Null),
            ("kid", json!("other")),
            ("kid", json!("")),
            ("kid", json!(1)),
            ("jku", json!("https://evil.example/jwks")),
            ("jku", json!([JWKS])),
            ("crit", json!(["exp"])),
            ("b64", json!(false)),
        ] {
            let (mut header, payload) = good();
            header[name] = value.clone();
            assert!(check(&header, &payload).is_err(), "{name}: {value}");
        }
    }

    #[test]
    fn each_claim_that_does_not_hold_is_refused() {
        for (name, value) in [
            ("iss", json!("other")),
            ("sub", json!("other")),
            ("aud", json!("https://mebe.example/fhir")),
            ("aud", json!([AUDIENCE, "https://evil.example"])),
            ("aud", json!(null)),
            ("exp", json!(NOW - 31.0)),
            ("exp", json!(NOW + 331.0)),
            ("exp", json!((NOW + 100.0).to_string())),
            ("exp", Value::Null),
            ("iat", json!(NOW + 60.0)),
            ("nbf", json!(NOW + 60.0)),
            ("jti", json!("")),
            ("jti", json!(1)),
            ("jti", json!("x".repeat(300))),
        ] {
            let (header, mut payload) = good();
            payload[name] = value.clone();
            assert!(check(&header, &payload).is_err(), "{name}: {value}");
        }
    }
}
