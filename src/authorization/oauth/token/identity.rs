//! The keys that ID tokens are signed with: RS256, which SMART and `OpenID` Connect demand of them. Each goes
//! with a key of access tokens, is made when it is first needed, and goes when that one does.

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::authorization::kept;
use crate::authorization::oauth::desk::Desk;
use crate::authorization::record::{Record, SigningKey};
use crate::store::authority::row::Kind;
use crate::store::error::StoreError;

/// The algorithm of ID tokens.
pub const ALGORITHM: &str = "RS256";

/// A key that ID tokens are signed with.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentityKey {
    pub kid: String,
    /// The private key: PKCS #8, DER in base64.
    private: String,
    /// The public key as a JWK.
    pub public: Value,
    until: Option<i64>,
}

impl std::fmt::Debug for IdentityKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IdentityKey").field("kid", &self.kid).finish_non_exhaustive()
    }
}

impl Record for IdentityKey {
    const KIND: Kind = Kind::IdentityKey;

    fn id(&self) -> &str {
        &self.kid
    }

    fn until(&self) -> Option<i64> {
        self.until
    }
}

impl IdentityKey {
    /// A new key beside one of access tokens.
    fn beside(key: &SigningKey) -> Option<Self> {
        let pair = KeyPair::generate(KeySize::Rsa2048).ok()?;
        let public = pair.public_key();
        let part = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let modulus = part(public.modulus().big_endian_without_leading_zero());
        let exponent = part(public.exponent().big_endian_without_leading_zero());
        let kid = name(key);
        let public = json!({
            "kty": "RSA", "use": "sig", "alg": ALGORITHM, "kid": kid, "n": modulus, "e": exponent,
        });
        let der = AsDer::as_der(&pair).ok()?;
        let private = STANDARD.encode(der.as_ref());
        Some(Self { kid, private, public, until: key.until })
    }

    /// A token, signed.
    pub fn signed(&self, claims: &Value) -> Option<String> {
        let header = json!({ "alg": ALGORITHM, "typ": "JWT", "kid": self.kid });
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", encode(&header), encode(claims));
        let pair = RsaKeyPair::from_pkcs8(&STANDARD.decode(&self.private).ok()?).ok()?;
        let mut signature = vec![0; pair.public_modulus_len()];
        let random = SystemRandom::new();
        pair.sign(&RSA_PKCS1_SHA256, &random, message.as_bytes(), &mut signature).ok()?;
        Some(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

fn name(key: &SigningKey) -> String {
    format!("{}-id", key.kid)
}

impl Desk<'_> {
    /// The key that goes with one of access tokens; whoever needs it first makes it.
    pub async fn identity_key(&self, key: &SigningKey) -> Result<Option<IdentityKey>, StoreError> {
        let id = name(key);
        if let Some(found) = self.kept.get::<IdentityKey>(&id).await? {
            return Ok(Some(found.record));
        }
        let Some(made) = IdentityKey::beside(key) else { return Ok(None) };
        match self.kept.change(vec![kept::add(&made)?]).await? {
            true => Ok(Some(made)),
            false => Ok(self.kept.get::<IdentityKey>(&id).await?.map(|found| found.record)),
        }
    }

    /// The public keys of all tokens that may count.
    pub async fn public_keys(&self) -> Result<Vec<Value>, StoreError> {
        let keys: Vec<SigningKey> = self.kept.all().await?;
        let beside: Vec<IdentityKey> = self.kept.all().await?;
        let goes_with = |one: &IdentityKey| keys.iter().any(|key| name(key) == one.kid);
        let beside = beside.into_iter().filter(goes_with).map(|one| one.public).collect::<Vec<_>>();
        Ok(keys.into_iter().map(|key| key.public).chain(beside).collect())
    }
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::jwk::Jwk;
    use jsonwebtoken::{Algorithm, DecodingKey, crypto};

    use super::*;
    use crate::authorization::record::KeyStatus;

    #[test]
    fn what_it_signs_is_verified_with_what_is_published() {
        let key = SigningKey {
            kid: "k".into(),
            status: KeyStatus::Active,
            private: String::new(),
            public: Value::Null,
            made: 0,
            until: None,
        };
        let key = IdentityKey::beside(&key).expect("a key");
        let token = key.signed(&json!({ "sub": "x" })).expect("a token");
        let jwk: Jwk = serde_json::from_value(key.public).expect("a JWK");
        let public = DecodingKey::from_jwk(&jwk).expect("a key");
        let (message, signature) = token.rsplit_once('.').expect("three parts");
        let is_signed = crypto::verify(signature, message.as_bytes(), &public, Algorithm::RS256);
        assert!(is_signed.expect("a check"));
    }
}
