//! Who is signed in with which browser.
//!
//! A browser keeps a random value as a cookie; the row has only its hash. Whoever signs in gets a new
//! one, so that nobody can give somebody a session beforehand. It ends with the time, by signing out,
//! when the account is disabled and when it gets another password.

use sha2::{Digest, Sha256};

use crate::fhir::time;
use crate::store::error::StoreError;

use super::kept::{add, remove};
use super::password::random;
use super::record::{Account, Method, Session};
use super::server::Server;

use crate::store::authority::row::Change;

/// The name of the cookie.
pub const COOKIE: &str = "mebe-session";

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub struct Signed {
    pub session: Session,
    pub account: Account,
}

/// Somebody has just signed in.
#[derive(Clone)]
pub struct Begun {
    /// The value of the cookie.
    pub cookie: String,
    pub signed: Signed,
}

/// The id of the session that a cookie is of.
fn id(cookie: &str) -> String {
    hex(&Sha256::digest(cookie.as_bytes()))
}

/// Bytes in hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Server {
    /// Who is signed in with a cookie.
    pub async fn signed_in(&self, cookie: &str) -> Result<Option<Signed>, StoreError> {
        let Some(session) = self.kept().get::<Session>(&id(cookie)).await? else { return Ok(None) };
        let session = session.record;
        let account = self.kept().get::<Account>(&session.account).await?;
        let account = account.map(|found| found.record).filter(Account::is_active);
        Ok(account.map(|account| Signed { session, account }))
    }

    /// Ends the session of a cookie.
    pub async fn sign_out(&self, cookie: &str) -> Result<(), StoreError> {
        self.kept().change(vec![remove::<Session>(&id(cookie))]).await.map(drop)
    }

    /// Begins a session, in place of the one that the browser had, together with other changes; none
    /// when one of them fails.
    pub(super) async fn begin(
        &self,
        account: Account,
        (methods, before): (Vec<Method>, Option<&str>),
        mut changes: Vec<Change>,
    ) -> Result<Option<Begun>, StoreError> {
        let Some(bytes) = random::<32>() else { return Err(StoreError::Interrupted) };
        let (cookie, since) = (hex(&bytes), time::now().micros());
        let until = since.saturating_add(i64::from(self.session_minutes) * 60_000_000);
        let name = account.name.clone();
        let session = Session { id: id(&cookie), account: name, methods, since, until };
        changes.push(add(&session)?);
        changes.extend(before.map(|cookie| remove::<Session>(&id(cookie))));
        let is_made = self.kept().change(changes).await?;
        Ok(is_made.then_some(Begun { cookie, signed: Signed { session, account } }))
    }
}
