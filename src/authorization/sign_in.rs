//! Signing in: a name and a password, then, where there is one, a second factor.
//!
//! Each attempt is counted before it is looked at, by name and address, for fifteen minutes from the
//! first; beyond the limit nobody is looked at. A name that there is not is answered like a wrong
//! password, and takes as long. A code of a second factor serves once.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::config::control::SecondFactor;
use crate::fhir::time;
use crate::store::authority::row::Kind;
use crate::store::error::StoreError;

use super::factor::step;
use super::kept::{Found, add, remove, replace};
use super::password::fits;
use super::record::{Account, Method, Record, Used};
use super::server::Server;
use super::session::{Begun, hex};

/// Microseconds for which attempts are counted.
const PERIOD: i64 = 15 * 60_000_000;
/// Microseconds for which a used step of a second factor is remembered: longer than it counts.
const USED: i64 = 5 * 60_000_000;
/// How often an attempt is counted anew when others of the same name and address come between.
const TRIES: usize = 16;

/// Who signs in from where.
#[derive(Debug, Clone, Copy)]
pub struct From<'a> {
    pub name: &'a str,
    pub address: &'a str,
    /// The cookie of the session that the browser has already.
    pub before: Option<&'a str>,
}

/// What became of an attempt.
#[derive(Clone)]
pub enum Outcome {
    Done(Box<Begun>),
    /// The password is right; what the form for the second factor is bound to.
    Code {
        bound: String,
    },
    /// The password is right, but the account must have a second factor and has none.
    NoFactor,
    Refused,
    /// Too many attempts; seconds until there may be more.
    Throttled {
        seconds: i64,
    },
}

/// Attempts of a name from an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Attempts {
    id: String,
    count: u32,
    until: i64,
}

impl Record for Attempts {
    const KIND: Kind = Kind::Attempt;

    fn id(&self) -> &str {
        &self.id
    }

    fn until(&self) -> Option<i64> {
        Some(self.until)
    }
}

impl From<'_> {
    /// What its attempts are counted under.
    fn id(self) -> String {
        let mut hash = Sha256::new();
        hash.update(self.name.as_bytes());
        hash.update([0]);
        hash.update(self.address.as_bytes());
        hex(&hash.finalize())
    }
}

impl Server {
    /// Tries a name and a password.
    pub async fn sign_in(&self, from: From<'_>, password: &str) -> Result<Outcome, StoreError> {
        if let Some(seconds) = self.count(from).await? {
            return Ok(Outcome::Throttled { seconds });
        }
        let account = self.account(from.name).await?;
        let is_right = fits(account.as_ref().map(|account| account.password.as_str()), password);
        let Some(account) = account.filter(|account| is_right && account.is_active()) else {
            return Ok(Outcome::Refused);
        };
        if account.totp.is_some() {
            self.uncount(from).await?;
            return Ok(Outcome::Code { bound: bound(&account) });
        }
        let roles = self.control().roles_of(&account.name);
        let is_staff = roles.iter().any(|role| !role.is_personal());
        if is_staff && self.second_factor == SecondFactor::Required {
            return Ok(Outcome::NoFactor);
        }
        let changes = vec![remove::<Attempts>(&from.id())];
        let begun = self.begin(account, (vec![Method::Pwd], from.before), changes).await?;
        Ok(begun.map_or(Outcome::Refused, |begun| Outcome::Done(Box::new(begun))))
    }

    /// What the form for the second factor of somebody is bound to, if there is one: her name and
    /// her password, as they are now.
    pub async fn second_factor_of(&self, name: &str) -> Result<Option<String>, StoreError> {
        let account = self.account(name).await?.filter(|one| one.is_active() && one.totp.is_some());
        Ok(account.as_ref().map(bound))
    }

    /// Tries a code of somebody whose password was right just now.
    pub async fn second_factor(&self, from: From<'_>, code: &str) -> Result<Outcome, StoreError> {
        if let Some(seconds) = self.count(from).await? {
            return Ok(Outcome::Throttled { seconds });
        }
        let Some(account) = self.account(from.name).await?.filter(Account::is_active) else {
            return Ok(Outcome::Refused);
        };
        let now = time::now().micros();
        let seconds = u64::try_from(now.div_euclid(1_000_000)).unwrap_or_default();
        let step = account.totp.as_deref().and_then(|secret| step(secret, code, seconds));
        let Some(step) = step else { return Ok(Outcome::Refused) };
        let used =
            Used { id: format!("totp/{}/{step}", account.name), until: now.saturating_add(USED) };
        let changes = vec![add(&used)?, remove::<Attempts>(&from.id())];
        let methods = vec![Method::Pwd, Method::Otp];
        let begun = self.begin(account, (methods, from.before), changes).await?;
        Ok(begun.map_or(Outcome::Refused, |begun| Outcome::Done(Box::new(begun))))
    }

    /// Takes an attempt back that was no failure: only the code is missing, and its attempts count.
    async fn uncount(&self, from: From<'_>) -> Result<(), StoreError> {
        let id = from.id();
        for _ in 0..TRIES {
            let found: Option<Found<Attempts>> = self.kept().get(&id).await?;
            let Some(found) = found else { return Ok(()) };
            let change = match found.record.count {
                ..=1 => remove::<Attempts>(&id),
                count => replace(&Attempts { count: count - 1, ..found.record.clone() }, &found)?,
            };
            if self.kept().change(vec![change]).await? {
                return Ok(());
            }
        }
        Ok(())
    }

    async fn account(&self, name: &str) -> Result<Option<Account>, StoreError> {
        Ok(self.kept().get::<Account>(name).await?.map(|found| found.record))
    }

    /// Counts an attempt; the seconds to wait when there were too many already.
    async fn count(&self, from: From<'_>) -> Result<Option<i64>, StoreError> {
        let (id, now) = (from.id(), time::now().micros());
        for _ in 0..TRIES {
            let found: Option<Found<Attempts>> = self.kept().get(&id).await?;
            let change = match &found {
                None => {
                    let until = now.saturating_add(PERIOD);
                    add(&Attempts { id: id.clone(), count: 1, until })?
                }
                Some(Found { record, .. }) if record.count >= self.attempts => {
                    let left = record.until.saturating_sub(now).max(1);
                    return Ok(Some(left.div_euclid(1_000_000).saturating_add(1)));
                }
                Some(found) => {
                    let count = found.record.count.saturating_add(1);
                    replace(&Attempts { count, ..found.record.clone() }, found)?
                }
            };
            if self.kept().change(vec![change]).await? {
                return Ok(None);
            }
        }
        // So many at once are no person.
        Ok(Some(1))
    }
}

fn bound(account: &Account) -> String {
    let of_password = hex(&Sha256::digest(account.password.as_bytes()));
    format!("second-factor/{}/{of_password}", account.name)
}
