//! Who asks, and what they may do: from the header `Authorization` to rights.

use std::sync::{Arc, OnceLock};

use moka::sync::Cache;
use sha2::{Digest, Sha256};

use crate::config::settings::Settings;
use crate::criteria::access::{Access, Reason};
use crate::criteria::tree::Criteria;
use crate::fhir::kind::ResourceKind;
use crate::fhir::time;
use crate::index::row::micros_as_float;
use crate::interaction::engine::Engine;
use crate::interaction::failure::{Failure, Kind};
use crate::interaction::scoped::gate::selecting;

use super::author::Authored;
use super::consent::known::Known;
use super::consent::said::Consents;
use super::fault::AccessError;
use super::grant::fault::FileError;
use super::grant::role::Role;
use super::grant::row::Areas;
use super::grant::{Grant, Holder};
use super::held::Held;
use super::policy::{Granted, Reached, Rights};
use super::reach::Reach;
use super::represented::Represented;
use super::scope::Scope;
use super::token::trusted::{At, Trusted};
use super::token::{Claims, Fault, Jws};

/// Tokens that are remembered.
const REMEMBERED: u64 = 20_000;

/// Decides who may do what.
#[derive(Debug)]
pub struct Control {
    issuers: Vec<Trusted>,
    held: Held,
    /// The issuer of this server's own tokens, and of who is signed in.
    own: String,
    /// What tokens claim that were checked, by a hash of each.
    known: Cache<[u8; 32], Arc<Claims>>,
    /// What consents say.
    consents: Known,
    leeway: u64,
    care_days: u32,
    adult_years: u32,
}

/// Somebody of whom it is known who it is.
#[derive(Debug, Clone)]
pub struct Asker {
    pub issuer: String,
    pub subject: String,
    pub client: String,
    /// The words of `scope`.
    pub scope: Vec<String>,
    pub patient: Option<crate::fhir::id::ResourceId>,
    /// What for, as codes of v3-ActReason; none: what is usual for whoever asks.
    pub purposes: Vec<String>,
}

impl Asker {
    /// Somebody who is signed in at this server.
    pub fn of_account(own: &str, account: &str) -> Self {
        Self {
            issuer: own.to_owned(),
            subject: account.to_owned(),
            client: String::new(),
            scope: vec!["user/*.cruds".to_owned()],
            patient: None,
            purposes: Vec::new(),
        }
    }

    /// Whether a system has the token for itself.
    pub fn is_system(&self) -> bool {
        self.subject == self.client
    }
}

impl Control {
    /// As the settings say.
    pub fn new(settings: &Settings) -> Result<Self, AccessError> {
        let mut issuers: Vec<Trusted> = Vec::new();
        for issuer in &settings.issuer {
            let name = issuer.issuer.clone();
            if issuers.iter().any(|other| other.issuer.issuer == name) {
                return Err(AccessError::Twice(name));
            }
            let trusted = Trusted::new(issuer.clone());
            issuers.push(trusted.map_err(|error| AccessError::Keys(name, error))?);
        }
        Ok(Self {
            issuers,
            held: Held::new(settings)?,
            own: origin(&settings.base()),
            known: Cache::new(REMEMBERED),
            consents: Known::default(),
            leeway: settings.leeway_seconds,
            care_days: settings.care_days_after,
            adult_years: settings.adult_years,
        })
    }

    /// Reads the file of grants again; what was in it before stays when there is a fault.
    pub fn reload(&self) -> Result<usize, FileError> {
        self.held.reload()
    }

    /// Takes the grants that are rows, in place of those of before.
    pub fn learn(&self, grants: Vec<Grant>) {
        self.held.learn(grants);
    }

    /// The grants that there are, whether they hold or not.
    pub fn grants(&self) -> Arc<Vec<Grant>> {
        self.held.all()
    }

    /// What units were before, as the file says.
    pub fn areas(&self) -> Areas {
        self.held.areas()
    }

    /// The roles that an account was granted, whether they hold now or not.
    pub fn roles_of(&self, account: &str) -> Vec<Role> {
        self.held.roles_of(account)
    }

    /// The issuer of this server's own tokens: its origin.
    pub fn own_issuer(&self) -> &str {
        &self.own
    }

    /// What may be done by somebody who is signed in: all that her grants reach.
    pub async fn of_account(&self, engine: &Engine, account: &str) -> Result<Access, Failure> {
        let asker = Asker::of_account(&self.own, account);
        let rights = Box::pin(self.rights(engine, &asker)).await?;
        Ok(Access::by("somebody who is signed in", Arc::new(rights)))
    }

    /// Whether tokens of an issuer are taken.
    pub fn trusts(&self, issuer: &str) -> bool {
        self.issuers.iter().any(|one| one.issuer.issuer == issuer)
    }

    /// What may be done by whoever sends these headers.
    pub async fn admit(&self, engine: &Engine, headers: &[&[u8]]) -> Result<Access, Failure> {
        let token = match headers {
            [] => return Err(no_token()),
            [only] => bearer(only).ok_or_else(bad_token)?,
            _ => return Err(bad_token()),
        };
        let claims = self.identify(token).await?;
        let asker = Asker {
            issuer: claims.issuer.clone(),
            subject: claims.subject.clone(),
            client: claims.client.clone(),
            scope: claims.scope.clone(),
            patient: claims.patient.clone(),
            purposes: claims.purposes.clone(),
        };
        let rights = Box::pin(self.rights(engine, &asker)).await?;
        Ok(Access::by("holder of a token", Arc::new(rights)))
    }

    /// Checks a token once, and remembers what it claims until it ends.
    async fn identify(&self, token: &str) -> Result<Arc<Claims>, Failure> {
        let clock = self.clock();
        let hash: [u8; 32] = Sha256::digest(token.as_bytes()).into();
        if let Some(known) = self.known.get(&hash) {
            if known.holds(clock) {
                return Ok(known);
            }
            self.known.invalidate(&hash);
        }
        let checked = self.checked(token, clock);
        match checked.await {
            Ok((claims, is_single)) => {
                let claims = Arc::new(claims);
                if !is_single {
                    self.known.insert(hash, Arc::clone(&claims));
                }
                Ok(claims)
            }
            Err(Fault::Bad(reason)) => {
                tracing::info!(reason, "token refused");
                Err(bad_token())
            }
            Err(Fault::NoKeys) => Err(no_keys()),
        }
    }

    /// Checks a token: one that says whose it is by its keys, or by asking its issuer; an opaque one by
    /// asking each issuer that is asked, until one knows it. Also whether it counts once.
    async fn checked(&self, token: &str, clock: At) -> Result<(Claims, bool), Fault> {
        if let Ok(jws) = Jws::parse(token) {
            let issuer = jws.issuer().ok_or(Fault::Bad("no iss"))?;
            let trusted = self.issuers.iter().find(|one| one.issuer.issuer == issuer);
            let trusted = trusted.ok_or(Fault::Bad("of an unknown issuer (iss)"))?;
            let claims = match trusted.is_asked() {
                true => trusted.ask(token, clock).await?,
                false => trusted.check(&jws, clock).await?,
            };
            return Ok((claims, trusted.issuer.single_use));
        }
        let mut fault = Fault::Bad("no JWT");
        for trusted in self.issuers.iter().filter(|one| one.is_asked()) {
            match trusted.ask(token, clock).await {
                Ok(claims) => return Ok((claims, trusted.issuer.single_use)),
                Err(Fault::NoKeys) => fault = Fault::NoKeys,
                Err(Fault::Bad(_)) => {}
            }
        }
        Err(fault)
    }

    /// The rights of somebody, now.
    pub async fn rights(&self, engine: &Engine, asker: &Asker) -> Result<Rights, Failure> {
        let (now, indexer) = (time::now().micros(), engine.indexer());
        let reach = Reach { indexer: &indexer, now, days_after: self.care_days };
        let represented = Represented { engine, now, adult: self.adult_years };
        let (mut grants, mut actors) = (Vec::new(), Vec::new());
        let mut chooses_ids = false;
        let all = self.grants();
        for grant in all.iter().filter(|grant| grant.holds(now) && self.is_of(grant, asker)) {
            chooses_ids |= grant.choose_ids;
            let (own, named) = Box::pin(represented.by(grant)).await?;
            actors.extend(named);
            actors.extend(grant.staff());
            grants.push(Reached {
                role: grant.role,
                line: grant.line,
                labels: grant.labels.clone(),
                ways: reach.ways(grant),
                own,
            });
        }
        let scopes = asker.scope.iter().filter_map(|word| granted(engine, word)).collect();
        actors.sort_unstable();
        actors.dedup();
        let authored = Authored::new(Arc::clone(&indexer), &actors);
        let known = (engine, &self.consents);
        let consents = Consents::of(known, reach, (actors, &asker.purposes));
        let consents = Box::pin(consents).await?;
        let mut rights = Rights {
            grants,
            scopes,
            patient: asker.patient.clone(),
            is_patient_reached: false,
            is_system: asker.is_system(),
            consents,
            authored,
            parts: OnceLock::new(),
            chooses_ids,
            holder: format!("{}\n{}\n{}", asker.issuer, asker.subject, asker.client),
        };
        if let Some(patient) = &rights.patient {
            let herself = vec![Criteria::Ids(vec![patient.clone()]), rights.everybody()];
            let rows = engine.rows.for_server(Reason::Rights);
            rights.is_patient_reached = rows.has(ResourceKind::PATIENT, herself).await?;
        }
        Ok(rights)
    }

    /// Whether a grant is somebody's.
    fn is_of(&self, grant: &Grant, asker: &Asker) -> bool {
        match &grant.holder {
            Holder::User(account) => {
                !asker.is_system() && asker.issuer == self.own && *account == asker.subject
            }
            Holder::Subject { issuer, subject } => {
                !asker.is_system() && *issuer == asker.issuer && *subject == asker.subject
            }
            Holder::Client(client) => asker.is_system() && *client == asker.client,
        }
    }

    fn clock(&self) -> At {
        let now = micros_as_float(time::now().micros()) / 1_000_000.0;
        At { now, leeway: std::time::Duration::from_secs(self.leeway).as_secs_f64() }
    }
}

/// `https://host` of `https://host/a/fhir`.
pub fn origin(base: &str) -> String {
    let (scheme, rest) = base.split_once("://").unwrap_or(("http", base));
    let authority = rest.split('/').next().unwrap_or(rest);
    format!("{scheme}://{authority}")
}

/// A scope for resources; one whose query cannot be read allows nothing.
fn granted(engine: &Engine, word: &str) -> Option<Granted> {
    let scope = Scope::parse(word)?;
    if scope.query.is_empty() {
        return Some(Granted { scope, query: None });
    }
    let query = Some(selecting(engine, scope.kind?, &scope.query)?);
    Some(Granted { scope, query })
}

/// The token of `Bearer …`, <https://www.rfc-editor.org/rfc/rfc6750#section-2.1>.
fn bearer(header: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(header).ok()?;
    let (scheme, token) = text.split_once(' ')?;
    let token = token.trim_matches(' ');
    let is_of_token = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte);
    let is_token = !token.is_empty() && token.bytes().all(is_of_token);
    (scheme.eq_ignore_ascii_case("bearer") && is_token).then_some(token)
}

fn no_token() -> Failure {
    Kind::NoToken.because(
        "Cần một token: gửi tiêu đề Authorization: Bearer … của một nơi cấp mà máy chủ tin.",
        "A token is needed: send the header Authorization: Bearer … of an issuer that this server trusts.",
    )
}

fn bad_token() -> Failure {
    Kind::BadToken.because(
        "Token không dùng được: sai, đã hết hạn, hoặc không dành cho máy chủ này. Hãy lấy token mới.",
        "The token cannot be used: it is wrong, has expired or is not for this server. Get a new one.",
    )
}

fn no_keys() -> Failure {
    Kind::Unavailable.because(
        "Máy chủ chưa kiểm được token lúc này. Hãy thử lại sau ít phút.",
        "This server cannot check tokens right now. Try again in a few minutes.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bearer_has_one_token() {
        let check = |text: &str, expected| assert_eq!(bearer(text.as_bytes()), expected, "{text}");
        check("Bearer a.b.c", Some("a.b.c"));
        check("bearer  a.b.c", Some("a.b.c"));
        for bad in ["Bearer", "Bearer ", "Basic a.b.c", "Bearer a b", "Bearer a,Bearer b", "a.b.c"]
        {
            check(bad, None);
        }
    }
}
