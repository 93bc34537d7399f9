//! Who else gives out tokens that are taken here: `[[issuer]]`.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

/// An issuer of tokens, and how its tokens are checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issuer {
    /// The claim `iss`, as it is.
    pub issuer: String,
    /// One of these must be in the claim `aud`.
    pub audience: Vec<String>,
    /// Its keys, in a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwks_file: Option<String>,
    /// Its keys, at a URL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwks_url: Option<String>,
    /// Where opaque tokens are asked about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub introspection_url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_secret_file: Option<String>,
    /// Algorithms of signatures that are taken.
    #[serde(default = "algorithms")]
    pub algorithms: Vec<String>,
    /// What the header's `typ` may be.
    #[serde(default = "types")]
    pub types: Vec<String>,
    /// Whether a token counts once.
    #[serde(default)]
    pub single_use: bool,
}

/// The algorithms that may be named: all have a public key.
pub const ASYMMETRIC: [&str; 9] =
    ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"];

fn algorithms() -> Vec<String> {
    ["RS256", "RS384", "ES256", "ES384"].map(str::to_owned).to_vec()
}

fn types() -> Vec<String> {
    ["at+jwt", "application/at+jwt"].map(str::to_owned).to_vec()
}

impl Issuer {
    /// What is wrong with it.
    pub(super) fn check(&self) -> Result<(), &'static str> {
        if self.issuer.is_empty() {
            return Err("có issuer, là claim iss / have an issuer, which is the claim iss");
        }
        if self.audience.is_empty() || self.audience.iter().any(String::is_empty) {
            return Err("có audience, là claim aud / have an audience, which is the claim aud");
        }
        if self.introspection_url.is_some()
            || self.client_id.is_some()
            || self.client_secret_file.is_some()
        {
            return Err(
                "chưa có introspection_url: máy chủ chỉ nhận JWT, hãy dùng jwks_file hoặc jwks_url / not have introspection_url yet: only JWTs are taken, use jwks_file or jwks_url",
            );
        }
        match (&self.jwks_file, &self.jwks_url) {
            (Some(_), None) => {}
            (None, Some(url)) if is_safe(url) => {}
            (None, Some(_)) => {
                return Err(
                    "có jwks_url là https, hoặc http ở chính máy này / have a jwks_url with https, or http on this machine",
                );
            }
            _ => {
                return Err(
                    "có đúng một trong jwks_file và jwks_url / have one of jwks_file and jwks_url",
                );
            }
        }
        let is_known = |name: &String| ASYMMETRIC.contains(&name.as_str());
        if self.algorithms.is_empty() || !self.algorithms.iter().all(is_known) {
            return Err(
                "có algorithms trong RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, EdDSA / have algorithms among RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, EdDSA",
            );
        }
        if self.types.is_empty() {
            return Err("có types / have types");
        }
        Ok(())
    }
}

/// Whether nobody on the way can change what is fetched.
fn is_safe(url: &str) -> bool {
    if url.starts_with("https://") {
        return true;
    }
    let Some(rest) = url.strip_prefix("http://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        return false;
    }
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
        _ => authority,
    };
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn issuer(jwks_url: &str) -> Issuer {
        Issuer {
            issuer: "https://idp.example".into(),
            audience: vec!["https://mebe.example/fhir".into()],
            jwks_file: None,
            jwks_url: Some(jwks_url.into()),
            introspection_url: None,
            client_id: None,
            client_secret_file: None,
            algorithms: algorithms(),
            types: types(),
            single_use: false,
        }
    }

    #[test]
    fn keys_are_fetched_where_nobody_can_change_them() {
        for good in [
            "https://idp.example/keys",
            "http://127.0.0.1:9/k",
            "http://[::1]/k",
            "http://localhost:9",
        ] {
            assert_eq!(issuer(good).check(), Ok(()), "{good}");
        }
        for bad in [
            "http://idp.example/keys",
            "http://127.0.0.1@evil.example/",
            "http://localhost.evil.example",
            "ftp://127.0.0.1",
            "file:///keys",
        ] {
            assert!(issuer(bad).check().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_secret_key_signs_nothing() {
        for name in ["HS256", "none", "None", "rs256", ""] {
            let algorithms = vec!["ES256".into(), name.to_owned()];
            assert!(
                Issuer { algorithms, ..issuer("https://idp.example") }.check().is_err(),
                "{name}"
            );
        }
    }
}
