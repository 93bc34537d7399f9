//! The keys that tokens are signed with: one that signs, one that is published to be the next, and those
//! of before, until nothing that they signed counts any more.

use std::time::Duration;

use aws_lc_rs::signature::{ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::json;

use crate::fhir::time;

use super::kept::{Found, Kept, add, replace};
use super::password::random;
use super::record::{KeyStatus, SigningKey, Used};
use super::trouble::Trouble;

/// The algorithm of all of them.
pub const ALGORITHM: &str = "ES384";
/// Microseconds for which a key of before is kept: longer than any token lasts.
const KEPT: i64 = 86_400_000_000;
/// Microseconds in which nobody else makes first keys, and how long one who was not first waits.
const FIRST: i64 = 2_000_000;
const PAUSE: Duration = Duration::from_millis(50);

/// A new key.
fn made(status: KeyStatus) -> Result<SigningKey, Trouble> {
    let pair = EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING);
    let document =
        pair.and_then(|pair| pair.to_pkcs8v1()).map_err(|_unspecified| Trouble::Failed)?;
    let kid: [u8; 12] = random().ok_or(Trouble::Failed)?;
    let kid = URL_SAFE_NO_PAD.encode(kid);
    let key = EncodingKey::from_ec_der(document.as_ref());
    let jwk = Jwk::from_encoding_key(&key, Algorithm::ES384);
    let mut public = json!(jwk.map_err(|error| {
        tracing::error!(%error, "a key has no public part");
        Trouble::Failed
    })?);
    if let Some(members) = public.as_object_mut() {
        for (name, value) in [("kid", kid.as_str()), ("use", "sig"), ("alg", ALGORITHM)] {
            members.insert(name.to_owned(), value.into());
        }
    }
    let private = STANDARD.encode(document.as_ref());
    Ok(SigningKey { kid, status, private, public, made: time::now().micros(), until: None })
}

impl SigningKey {
    /// What signs; none when the row is damaged.
    pub fn encoding(&self) -> Option<EncodingKey> {
        let der = STANDARD.decode(&self.private).ok()?;
        Some(EncodingKey::from_ec_der(&der))
    }
}

/// All keys: the one that signs, the next, those of before.
pub async fn list(kept: &Kept) -> Result<Vec<SigningKey>, Trouble> {
    let mut keys: Vec<SigningKey> = kept.all().await?;
    keys.sort_by_key(|key| {
        let place = match key.status {
            KeyStatus::Active => 0,
            KeyStatus::Next => 1,
            KeyStatus::Retired => 2,
        };
        (place, std::cmp::Reverse(key.made))
    });
    Ok(keys)
}

/// Sees to it that there is a key that signs, and a next one.
pub async fn ensure(kept: &Kept) -> Result<(), Trouble> {
    loop {
        let keys = list(kept).await?;
        if keys.iter().any(|key| key.status == KeyStatus::Active) {
            return Ok(());
        }
        if rotated(kept, &keys).await? {
            return Ok(());
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Has the next key sign, makes another next one, and retires the one that signed.
pub async fn rotate(kept: &Kept) -> Result<Vec<SigningKey>, Trouble> {
    loop {
        let keys = list(kept).await?;
        if rotated(kept, &keys).await? {
            return list(kept).await;
        }
    }
}

/// Whether nobody else was first.
async fn rotated(kept: &Kept, keys: &[SigningKey]) -> Result<bool, Trouble> {
    let mut changes = Vec::new();
    let mut has_next = false;
    for key in keys.iter().filter(|key| key.status != KeyStatus::Retired) {
        let found: Option<Found<SigningKey>> = kept.get(&key.kid).await?;
        let Some(found) = found.filter(|found| found.record == *key) else { return Ok(false) };
        let mut changed = key.clone();
        match key.status {
            KeyStatus::Next if !has_next => {
                has_next = true;
                changed.status = KeyStatus::Active;
            }
            _ => {
                changed.status = KeyStatus::Retired;
                changed.until = Some(time::now().micros().saturating_add(KEPT));
            }
        }
        changes.push(replace(&changed, &found)?);
    }
    if !has_next {
        // Of two servers that start at once on an empty database, one makes the first keys.
        let until = time::now().micros().saturating_add(FIRST);
        changes.push(add(&Used { id: "signing-key/first".to_owned(), until })?);
        changes.push(add(&made(KeyStatus::Active)?)?);
    }
    changes.push(add(&made(KeyStatus::Next)?)?);
    Ok(kept.change(changes).await?)
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::DecodingKey;
    use jsonwebtoken::crypto::{sign, verify};

    use super::*;

    #[test]
    fn what_a_key_signs_its_public_part_verifies() {
        let key = made(KeyStatus::Active).expect("a key");
        let signed = sign(b"text", &key.encoding().expect("it signs"), Algorithm::ES384);
        let signed = signed.expect("a signature");
        let jwk: Jwk = serde_json::from_value(key.public.clone()).expect("a key");
        let public = DecodingKey::from_jwk(&jwk).expect("a key");
        assert!(verify(&signed, b"text", &public, Algorithm::ES384).expect("it can be checked"));
        assert!(!verify(&signed, b"test", &public, Algorithm::ES384).expect("it can be checked"));
        assert_eq!((&key.public["alg"], &key.public["use"]), (&json!("ES384"), &json!("sig")));
        assert!(key.public.get("d").is_none());
        assert_ne!(made(KeyStatus::Active).expect("a key").kid, key.kid);
    }
}
