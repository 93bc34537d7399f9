//! The tokens that we gave out, as control of access takes them.

use jsonwebtoken::Algorithm;
use jsonwebtoken::crypto::verify;
use serde_json::{Value, json};

use crate::access::home::{Answer, Home};
use crate::access::token::{Claims, Clock, Fault, Jws, jwks};
use crate::authorization::kept::Kept;
use crate::authorization::record::{Account, Client, Session, SigningKey, Used};
use crate::store::error::{StoreError, causes};

use super::allowed::Lasting;
use super::kept::Family;
use super::secret::hash;

/// The algorithm of our tokens.
const ALGORITHM: (Algorithm, &str) = (Algorithm::ES384, "ES384");

/// The authorization server, seen by control of access.
#[derive(Debug)]
pub struct Own {
    issuer: String,
    audience: Vec<String>,
    kept: Kept,
}

impl Own {
    pub fn new(issuer: String, base: &str, kept: Kept) -> Self {
        Self { issuer, audience: vec![base.to_owned()], kept }
    }

    async fn checked(&self, jws: &Jws<'_>, clock: Clock) -> Result<Claims, Fault> {
        let header = |name: &str| jws.header.get(name).and_then(Value::as_str);
        if ["crit", "b64", "enc", "zip"].iter().any(|name| jws.header.contains_key(*name)) {
            return Err(Fault::Bad("a header that is critical or of encryption"));
        }
        if header("typ") != Some("at+jwt") || header("alg") != Some(ALGORITHM.1) {
            return Err(Fault::Bad("not as our access tokens are (typ, alg)"));
        }
        let kid = header("kid").ok_or(Fault::Bad("no kid"))?;
        let found = self.kept.get::<SigningKey>(kid).await.map_err(|error| away(&error))?;
        let public = found.ok_or(Fault::Bad("no such key (kid)"))?.record.public;
        let set = json!({ "keys": [public] }).to_string();
        let keys = jwks::keys(set.as_bytes()).unwrap_or_default();
        let message = jws.message.as_bytes();
        let is_signed = |key: &jwks::Key| {
            key.fits(Some(kid), ALGORITHM)
                && verify(jws.signature, message, &key.key, ALGORITHM.0).unwrap_or_default()
        };
        if !keys.iter().any(is_signed) {
            return Err(Fault::Bad("the signature is not right"));
        }
        let claims = Claims::read(&jws.payload, &self.audience, clock)?;
        // It is by our own clock.
        if clock.now >= claims.expires {
            return Err(Fault::Bad("expired (exp)"));
        }
        // A person is never taken for the system that she uses.
        match family(&claims).is_some() && claims.subject == claims.client {
            true => Err(Fault::Bad("a person who is called as her client")),
            false => Ok(claims),
        }
    }

    async fn standing(&self, claims: &Claims) -> Result<bool, StoreError> {
        let Some(id) = claims.id.as_deref() else { return Ok(false) };
        let client = self.kept.get::<Client>(&claims.client).await?;
        if !client.is_some_and(|client| client.record.is_active()) {
            return Ok(false);
        }
        if self.kept.get::<Used>(&revoked(id)).await?.is_some() {
            return Ok(false);
        }
        let Some(family) = family(claims) else {
            return Ok(claims.subject == claims.client);
        };
        let Some(family) = self.kept.get::<Family>(family).await? else { return Ok(false) };
        let Family { allowed, account, .. } = family.record;
        if allowed.lasting() == Lasting::Online {
            let session = allowed.session.as_deref().unwrap_or_default();
            if self.kept.get::<Session>(session).await?.is_none() {
                return Ok(false);
            }
        }
        let is_hers = account == claims.subject && allowed.client_id == claims.client;
        let account = self.kept.get::<Account>(&account).await?;
        Ok(is_hers && account.is_some_and(|account| account.record.is_active()))
    }
}

/// The family of a token; a system's has none.
pub fn family(claims: &Claims) -> Option<&str> {
    claims.id.as_deref()?.split_once('.').map(|(family, _)| family)
}

/// The name under which it is kept that a token was revoked.
pub fn revoked(id: &str) -> String {
    hash("revoked", id)
}

fn away(error: &StoreError) -> Fault {
    tracing::error!(cause = causes(error), "tokens cannot be checked");
    Fault::NoKeys
}

impl Home for Own {
    fn issuer(&self) -> &str {
        &self.issuer
    }

    fn check<'a>(&'a self, jws: &'a Jws<'a>, clock: Clock) -> Answer<'a, Claims> {
        Box::pin(self.checked(jws, clock))
    }

    fn stands<'a>(&'a self, claims: &'a Claims) -> Answer<'a, bool> {
        Box::pin(async { self.standing(claims).await.map_err(|error| away(&error)) })
    }
}
