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
        let asked = [&self.introspection_url, &self.client_id, &self.client_secret_file];
        let is_asked = asked.iter().any(|one| one.is_some());
        let is_whole = asked.iter().all(|one| one.as_ref().is_some_and(|one| !one.is_empty()));
        if is_asked && !is_whole {
            return Err(
                "có đủ introspection_url, client_id và client_secret_file / have introspection_url, client_id and client_secret_file together",
            );
        }
        let ways = [&self.jwks_file, &self.jwks_url, &self.introspection_url];
        if ways.iter().filter(|way| way.is_some()).count() != 1 {
            return Err(
                "có đúng một trong jwks_file, jwks_url và introspection_url / have one of jwks_file, jwks_url and introspection_url",
            );
        }
        if [&self.jwks_url, &self.introspection_url].into_iter().flatten().any(|url| !is_safe(url))
        {
            return Err(
                "có jwks_url, introspection_url là https, hoặc http ở chính máy này / have a jwks_url or introspection_url with https, or http on this machine",
            );
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
    fn an_issuer_has_keys_or_is_asked() {
        let asked = Issuer {
            jwks_url: None,
            introspection_url: Some("https://idp.example/introspect".into()),
            client_id: Some("mebe".into()),
            client_secret_file: Some("secret".into()),
            ..issuer("https://idp.example")
        };
        assert_eq!(asked.check(), Ok(()));
        assert!(Issuer { client_secret_file: None, ..asked.clone() }.check().is_err());
        assert!(Issuer { jwks_file: Some("k".into()), ..asked.clone() }.check().is_err());
        let open = Some("http://idp.example/introspect".into());
        assert!(Issuer { introspection_url: open, ..asked.clone() }.check().is_err());
        assert!(Issuer { introspection_url: None, ..asked }.check().is_err());
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
