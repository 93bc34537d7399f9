//! The keys of an issuer, <https://www.rfc-editor.org/rfc/rfc7517#section-5>: from a file or a URL of
//! the settings, read again when they are old or a token names one that is not there, but no more than
//! once a minute, whoever asks.

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::Value;
use tokio::sync::Mutex;

use crate::fhir::json::parse;
use crate::fhir::member::{member, members, text};

use super::Fault;
use super::fetch::fetch;

/// Keys older than this are read again when a token comes.
const OLD: Duration = Duration::from_secs(600);
/// Between two readings.
const PAUSE: Duration = Duration::from_secs(60);
/// Keys of one issuer.
const MOST: usize = 256;
/// Bytes of the modulus of an RSA key, <https://www.rfc-editor.org/rfc/rfc7518#section-3.3>.
const SHORTEST: usize = 256;

/// Where keys are.
#[derive(Debug)]
pub(super) enum Source {
    File(PathBuf),
    Url(String),
}

/// The keys of one issuer.
#[derive(Debug)]
pub(super) struct Jwks {
    source: Source,
    keys: RwLock<Option<Arc<Vec<Key>>>>,
    /// When they were last read, or tried to be; who holds it reads.
    read: Mutex<Option<Instant>>,
}

/// A public key and what it is for.
#[derive(Debug)]
pub struct Key {
    kid: Option<String>,
    /// The only algorithm, when it names one.
    algorithm: Option<String>,
    family: Family,
    pub key: DecodingKey,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    Rsa,
    P256,
    P384,
    Ed25519,
}

impl Family {
    fn of(algorithm: Algorithm) -> Option<Self> {
        Some(match algorithm {
            Algorithm::RS256
            | Algorithm::RS384
            | Algorithm::RS512
            | Algorithm::PS256
            | Algorithm::PS384
            | Algorithm::PS512 => Self::Rsa,
            Algorithm::ES256 => Self::P256,
            Algorithm::ES384 => Self::P384,
            Algorithm::EdDSA => Self::Ed25519,
            _ => return None,
        })
    }
}

impl Jwks {
    pub(super) fn new(source: Source) -> Self {
        Self { source, keys: RwLock::default(), read: Mutex::default() }
    }

    /// Reads a file of keys now, so that a fault is told at the start.
    pub(super) fn load_file(&self) -> Result<(), String> {
        let Source::File(path) = &self.source else { return Ok(()) };
        let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
        let keys = keys(&bytes).ok_or("no JWKS")?;
        if keys.is_empty() {
            return Err("no public key for signatures in it".to_owned());
        }
        self.keep(keys);
        Ok(())
    }

    /// The keys that may have signed a token: those of its `kid`, or the only one that fits.
    pub(super) async fn find(
        &self,
        kid: Option<&str>,
        (algorithm, name): (Algorithm, &str),
    ) -> Result<Vec<Arc<Vec<Key>>>, Fault> {
        let fits = |keys: &Arc<Vec<Key>>| keys.iter().any(|key| key.fits(kid, (algorithm, name)));
        let found = self.keys();
        if found.as_ref().is_some_and(fits) && !self.is_old().await {
            return Ok(found.into_iter().collect());
        }
        self.renew().await;
        match self.keys() {
            None => Err(Fault::NoKeys),
            Some(keys) if fits(&keys) => Ok(vec![keys]),
            Some(_) => Err(Fault::Bad("no such key (kid)")),
        }
    }

    fn keys(&self) -> Option<Arc<Vec<Key>>> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn keep(&self, keys: Vec<Key>) {
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(keys));
    }

    async fn is_old(&self) -> bool {
        match &self.source {
            Source::File(_) => false,
            Source::Url(_) => self.read.lock().await.is_none_or(|read| read.elapsed() > OLD),
        }
    }

    /// Reads the keys again, unless that was tried a moment ago; what cannot be read leaves them.
    async fn renew(&self) {
        let mut read = self.read.lock().await;
        if read.is_some_and(|read| read.elapsed() < PAUSE) {
            return;
        }
        *read = Some(Instant::now());
        let bytes = match &self.source {
            Source::File(path) => std::fs::read(path).map_err(|error| error.to_string()),
            Source::Url(url) => {
                let url = url.clone();
                let fetched = tokio::task::spawn_blocking(move || fetch(&url)).await;
                match fetched {
                    Ok(fetched) => {
                        fetched.map(|fetched| fetched.bytes).map_err(|error| error.to_string())
                    }
                    Err(error) => Err(error.to_string()),
                }
            }
        };
        match bytes.map(|bytes| keys(&bytes)) {
            Ok(Some(keys)) => self.keep(keys),
            Ok(None) => tracing::warn!("the keys of an issuer are no JWKS; those of before stay"),
            Err(error) => tracing::warn!(error, "the keys of an issuer cannot be read"),
        }
    }
}

impl Key {
    /// Whether it may have signed a token.
    pub fn fits(&self, kid: Option<&str>, (algorithm, name): (Algorithm, &str)) -> bool {
        Family::of(algorithm) == Some(self.family)
            && self.algorithm.as_ref().is_none_or(|own| own == name)
            && kid.is_none_or(|kid| self.kid.as_deref() == Some(kid))
    }
}

/// The public keys of a set that sign; what is none of those is left out. None when it is no set.
pub fn keys(bytes: &[u8]) -> Option<Vec<Key>> {
    let set = parse(bytes).ok()?;
    let Value::Array(_) = member(&set, "keys")? else { return None };
    Some(members(&set, "keys").iter().take(MOST).filter_map(key).collect())
}

fn key(jwk: &Value) -> Option<Key> {
    let is_for_others = text(jwk, "use").is_some_and(|purpose| purpose != "sig");
    let operations = members(jwk, "key_ops");
    let verifies = operations.iter().any(|operation| operation.as_str() == Some("verify"));
    if is_for_others || !(operations.is_empty() || verifies) {
        return None;
    }
    let (family, key) = match (text(jwk, "kty")?, text(jwk, "crv")) {
        ("RSA", _) => {
            let (n, e) = (text(jwk, "n")?, text(jwk, "e")?);
            let modulus = URL_SAFE_NO_PAD.decode(n).ok()?;
            let length = modulus.iter().skip_while(|byte| **byte == 0).count();
            if length < SHORTEST {
                return None;
            }
            (Family::Rsa, DecodingKey::from_rsa_components(n, e))
        }
        ("EC", Some(curve @ ("P-256" | "P-384"))) => {
            let family = if curve == "P-256" { Family::P256 } else { Family::P384 };
            (family, DecodingKey::from_ec_components(text(jwk, "x")?, text(jwk, "y")?))
        }
        ("OKP", Some("Ed25519")) => {
            (Family::Ed25519, DecodingKey::from_ed_components(text(jwk, "x")?))
        }
        _ => return None,
    };
    let owned = |name| text(jwk, name).map(str::to_owned);
    Some(Key { kid: owned("kid"), algorithm: owned("alg"), family, key: key.ok()? })
}
