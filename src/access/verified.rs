//! Tokens that were checked: once by their issuer's keys, then remembered until they end.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use moka::sync::Cache;
use sha2::{Digest, Sha256};

use crate::config::settings::Settings;
use crate::fhir::time;
use crate::index::row::micros_as_float;
use crate::interaction::failure::Failure;

use super::bearer::{bad_token, bearer, no_keys, no_token};
use super::control::{Asker, origin};
use super::fault::AccessError;
use super::home::Home;
use super::token::trusted::Trusted;
use super::token::{Claims, Clock, Fault, Jws};

/// Tokens that are remembered.
const REMEMBERED: u64 = 20_000;

/// For so long nobody asks again whether a token of our own still counts.
const STANDING: Duration = Duration::from_millis(500);

/// Whose tokens are taken, and those that were.
#[derive(Debug)]
pub(super) struct Tokens {
    issuers: Vec<Trusted>,
    /// What tokens claim that were checked, by a hash of each.
    known: Cache<[u8; 32], Arc<Known>>,
    /// The authorization server that is built in, once it is there.
    home: OnceLock<Arc<dyn Home>>,
    leeway: u64,
}

/// A token that was checked.
#[derive(Debug)]
struct Known {
    claims: Claims,
    /// When one of our own was last seen to count.
    stood: Option<Mutex<Instant>>,
}

impl Known {
    /// Whether it has not expired. One of our own is by our own clock.
    fn holds(&self, clock: Clock) -> bool {
        let leeway = if self.stood.is_some() { 0.0 } else { clock.leeway };
        self.claims.holds(Clock { leeway, ..clock })
    }
}

impl Tokens {
    /// Those of the issuers of the settings.
    pub(super) fn new(settings: &Settings) -> Result<Self, AccessError> {
        let mut issuers: Vec<Trusted> = Vec::new();
        for issuer in &settings.issuer {
            let name = issuer.issuer.clone();
            // Somebody else's token may not speak for an account of this server.
            let is_own = settings.authorization_server && name == origin(&settings.base());
            if is_own || issuers.iter().any(|other| other.issuer.issuer == name) {
                return Err(AccessError::Twice(name));
            }
            let trusted = Trusted::new(issuer.clone());
            issuers.push(trusted.map_err(|error| AccessError::Keys(name, error))?);
        }
        let (known, home) = (Cache::new(REMEMBERED), OnceLock::new());
        Ok(Self { issuers, known, home, leeway: settings.leeway_seconds })
    }

    /// Takes those of an authorization server that is built in, from now on.
    pub(super) fn settle(&self, home: Arc<dyn Home>) {
        // There is one, and it is made once.
        let _is_first = self.home.set(home).is_ok();
    }

    /// Looks again, at the next request, whether those count that are remembered.
    pub(super) fn forget(&self) {
        self.known.invalidate_all();
    }

    /// Whether tokens of an issuer are taken.
    pub(super) fn trusts(&self, issuer: &str) -> bool {
        self.issuers.iter().any(|one| one.issuer.issuer == issuer)
            || self.home.get().is_some_and(|home| home.issuer() == issuer)
    }

    /// Who sends these headers.
    pub(super) async fn asker(&self, headers: &[&[u8]]) -> Result<Asker, Failure> {
        let token = match headers {
            [] => return Err(no_token()),
            [only] => bearer(only).ok_or_else(bad_token)?,
            _ => return Err(bad_token()),
        };
        let known = self.identify(token).await?;
        let claims = &known.claims;
        Ok(Asker {
            issuer: claims.issuer.clone(),
            subject: claims.subject.clone(),
            client: claims.client.clone(),
            scope: claims.scope.clone(),
            patient: claims.patient.clone(),
            purposes: claims.purposes.clone(),
            token: claims.id.clone(),
        })
    }

    /// Checks a token once, and remembers what it claims until it ends.
    async fn identify(&self, token: &str) -> Result<Arc<Known>, Failure> {
        let clock = self.clock();
        let hash: [u8; 32] = Sha256::digest(token.as_bytes()).into();
        let told = match self.known.get(&hash) {
            Some(known) if known.holds(clock) => self.still(&known).await.map(|()| known),
            _ => Box::pin(self.checked(token, hash, clock)).await,
        };
        told.map_err(|fault| {
            self.known.invalidate(&hash);
            match fault {
                Fault::Bad(reason) => {
                    tracing::info!(reason, "token refused");
                    bad_token()
                }
                Fault::NoKeys => no_keys(),
            }
        })
    }

    /// Checks a token for the first time.
    async fn checked(
        &self,
        token: &str,
        hash: [u8; 32],
        clock: Clock,
    ) -> Result<Arc<Known>, Fault> {
        let Ok(jws) = Jws::parse(token) else {
            return Box::pin(self.opaque(token, hash, clock)).await;
        };
        let issuer = jws.issuer().ok_or(Fault::Bad("no iss"))?;
        if let Some(home) = self.home.get().filter(|home| home.issuer() == issuer) {
            let claims = home.check(&jws, clock).await?;
            if !home.stands(&claims).await? {
                return Err(Fault::Bad("ended"));
            }
            let known = Arc::new(Known { claims, stood: Some(Mutex::new(Instant::now())) });
            self.known.insert(hash, Arc::clone(&known));
            return Ok(known);
        }
        let trusted = self.issuers.iter().find(|one| one.issuer.issuer == issuer);
        let trusted = trusted.ok_or(Fault::Bad("of an unknown issuer (iss)"))?;
        let claims = match trusted.is_asked() {
            true => trusted.ask(token, clock).await?,
            false => trusted.check(&jws, clock).await?,
        };
        let known = Arc::new(Known { claims, stood: None });
        if !trusted.issuer.single_use {
            self.known.insert(hash, Arc::clone(&known));
        }
        Ok(known)
    }

    /// Asks each issuer that is asked of an opaque token, until one knows it.
    async fn opaque(&self, token: &str, hash: [u8; 32], clock: Clock) -> Result<Arc<Known>, Fault> {
        let mut fault = Fault::Bad("no JWT");
        for trusted in self.issuers.iter().filter(|one| one.is_asked()) {
            match trusted.ask(token, clock).await {
                Ok(claims) => {
                    let known = Arc::new(Known { claims, stood: None });
                    if !trusted.issuer.single_use {
                        self.known.insert(hash, Arc::clone(&known));
                    }
                    return Ok(known);
                }
                Err(Fault::NoKeys) => fault = Fault::NoKeys,
                Err(Fault::Bad(_)) => {}
            }
        }
        Err(fault)
    }

    /// Asks now and then whether a token of our own still counts, whichever process ended it.
    async fn still(&self, known: &Known) -> Result<(), Fault> {
        let (Some(stood), Some(home)) = (&known.stood, self.home.get()) else { return Ok(()) };
        let now = Instant::now();
        let last = *stood.lock().unwrap_or_else(PoisonError::into_inner);
        if now.duration_since(last) < STANDING {
            return Ok(());
        }
        if !home.stands(&known.claims).await? {
            return Err(Fault::Bad("ended"));
        }
        *stood.lock().unwrap_or_else(PoisonError::into_inner) = now;
        Ok(())
    }

    fn clock(&self) -> Clock {
        let now = micros_as_float(time::now().micros()) / 1_000_000.0;
        Clock { now, leeway: Duration::from_secs(self.leeway).as_secs_f64() }
    }
}
