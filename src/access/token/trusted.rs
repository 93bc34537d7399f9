//! An issuer whose tokens are taken, and the check of one.
//!
//! What the header of a token says of keys (`jwk`, `jku`, `x5u`, `x5c`) is never looked at; `kid` is
//! compared with the names of the keys that the settings lead to, and is no path. The algorithm must be
//! one of the settings', and fit the type of the key: a public key is never a secret.

use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;

use jsonwebtoken::Algorithm;
use jsonwebtoken::crypto::verify;
use serde_json::Value;

use crate::config::issuer::Issuer;

use super::introspection::Introspection;
use super::jwks::{Jwks, Key, Source};
use super::once::Once;
use super::{Claims, Clock, Fault, Jws};

/// An issuer whose tokens are taken.
#[derive(Debug)]
pub(in crate::access) struct Trusted {
    pub(in crate::access) issuer: Issuer,
    way: Way,
    once: Once,
}

/// How tokens of an issuer are checked.
#[derive(Debug)]
enum Way {
    Keys(Jwks),
    Asked(Introspection),
}

impl Trusted {
    /// As the settings say; what is wrong with its files.
    pub(in crate::access) fn new(issuer: Issuer) -> Result<Self, String> {
        let source = match (&issuer.jwks_file, &issuer.jwks_url) {
            (Some(file), _) => Source::File(file.into()),
            (None, Some(url)) => Source::Url(url.clone()),
            (None, None) => return Self::asked(issuer),
        };
        let keys = Jwks::new(source);
        keys.load_file()?;
        Ok(Self { issuer, way: Way::Keys(keys), once: Once::default() })
    }

    fn asked(issuer: Issuer) -> Result<Self, String> {
        let (Some(url), Some(client), Some(secret)) =
            (&issuer.introspection_url, &issuer.client_id, &issuer.client_secret_file)
        else {
            return Err("neither jwks_file, jwks_url nor introspection_url".to_owned());
        };
        let way = Way::Asked(Introspection::new(url, client, Path::new(secret))?);
        Ok(Self { issuer, way, once: Once::default() })
    }

    /// Whether it is asked what its tokens claim.
    pub(in crate::access) fn is_asked(&self) -> bool {
        matches!(self.way, Way::Asked(_))
    }

    /// Asks it of a token.
    pub(in crate::access) async fn ask(&self, token: &str, clock: Clock) -> Result<Claims, Fault> {
        let Way::Asked(introspection) = &self.way else { return Err(Fault::Bad("no JWT")) };
        let named = (self.issuer.issuer.as_str(), self.issuer.audience.as_slice());
        let claims = introspection.check(named, token, clock).await?;
        self.once(&claims, clock)?;
        Ok(claims)
    }

    /// Checks a token.
    pub(in crate::access) async fn check(
        &self,
        jws: &Jws<'_>,
        clock: Clock,
    ) -> Result<Claims, Fault> {
        let Way::Keys(keys) = &self.way else { return Err(Fault::Bad("no keys")) };
        let (algorithm, name) = self.algorithm(jws)?;
        self.header(jws)?;
        let kid = match jws.header.get("kid") {
            None => None,
            Some(Value::String(kid)) => Some(kid.as_str()),
            Some(_) => return Err(Fault::Bad("kid is no text")),
        };
        let sets: Vec<Arc<Vec<Key>>> = keys.find(kid, (algorithm, name)).await?;
        let all = sets.iter().flat_map(|set| set.iter());
        let fitting: Vec<&Key> =
            all.filter(|key| key.fits(kid, (algorithm, name))).take(4).collect();
        if kid.is_none() && fitting.len() > 1 {
            return Err(Fault::Bad("no kid, and several keys"));
        }
        let message = jws.message.as_bytes();
        let is_signed =
            |key: &&Key| verify(jws.signature, message, &key.key, algorithm).unwrap_or_default();
        if !fitting.iter().any(is_signed) {
            return Err(Fault::Bad("the signature is not right"));
        }
        let claims = Claims::read(&jws.payload, &self.issuer.audience, clock)?;
        self.once(&claims, clock)?;
        Ok(claims)
    }

    /// Takes a token that counts once.
    fn once(&self, claims: &Claims, clock: Clock) -> Result<(), Fault> {
        if !self.issuer.single_use {
            return Ok(());
        }
        let id = claims.id.as_deref().ok_or(Fault::Bad("no jti"))?;
        self.once.take(id, claims.expires + clock.leeway, clock.now)
    }

    /// The algorithm of a token, if it is one of the settings'.
    fn algorithm<'j>(&self, jws: &'j Jws<'_>) -> Result<(Algorithm, &'j str), Fault> {
        let name = jws.header.get("alg").and_then(Value::as_str).ok_or(Fault::Bad("no alg"))?;
        if !self.issuer.algorithms.iter().any(|one| one == name) {
            return Err(Fault::Bad("an algorithm that is not taken (alg)"));
        }
        let read = Algorithm::from_str(name);
        read.map(|algorithm| (algorithm, name)).map_err(|_unknown| Fault::Bad("unknown alg"))
    }

    /// What else a header may say.
    fn header(&self, jws: &Jws<'_>) -> Result<(), Fault> {
        // Nothing that is critical is known.
        if ["crit", "b64", "enc", "zip"].iter().any(|name| jws.header.contains_key(*name)) {
            return Err(Fault::Bad("a header that is critical or of encryption"));
        }
        let kind = jws.header.get("typ").and_then(Value::as_str).ok_or(Fault::Bad("no typ"))?;
        let is_taken = |one: &String| one.eq_ignore_ascii_case(kind);
        match self.issuer.types.iter().any(is_taken) {
            true => Ok(()),
            false => Err(Fault::Bad("a token of another kind (typ)")),
        }
    }
}
