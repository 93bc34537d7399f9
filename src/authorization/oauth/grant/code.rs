//! Tokens for a code, <https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3>.

use serde_json::Value;

use crate::authorization::kept;
use crate::authorization::oauth::allowed::Lasting;
use crate::authorization::oauth::desk::Desk;
use crate::authorization::oauth::fault::Fault;
use crate::authorization::oauth::kept::{Code, Family};
use crate::authorization::oauth::request::parameter::Parameters;
use crate::authorization::oauth::request::pkce::verifies;
use crate::authorization::oauth::secret::{hash, random};
use crate::authorization::oauth::token::answer::{Tokens, answer};
use crate::authorization::record::Client;

use super::no_grant;

impl Desk<'_> {
    /// Exchanges a code. It serves once: whoever sends it again ends what it was exchanged for, since one
    /// of the two stole it.
    pub(super) async fn by_code(
        &self,
        client: &Client,
        parameters: &Parameters,
    ) -> Result<Value, Fault> {
        let (code, redirect) = (parameters.need("code")?, parameters.need("redirect_uri")?);
        let verifier = parameters.need("code_verifier")?;
        let id = hash("code", code);
        let found = self.kept.get::<Code>(&id).await?;
        let found = found.filter(|found| found.record.allowed.client_id == client.client_id);
        let found = found.ok_or_else(no_grant)?;
        let record = &found.record;
        if let Some(family) = &record.family {
            self.end_family(family).await?;
            return Err(no_grant());
        }
        if self.now >= record.ends
            || record.redirect_uri != redirect
            || !verifies(verifier, &record.challenge)
        {
            return Err(no_grant());
        }
        let allowed = &record.allowed;
        let account = allowed.account.clone().ok_or_else(no_grant)?;
        self.account(&account).await?.ok_or_else(no_grant)?;
        let until = self.end(allowed).await?.ok_or_else(no_grant)?;
        let (handle, secret) = (random(), random());
        let is_lasting = allowed.lasting() != Lasting::Once;
        let family = Family {
            id: hash("family", &handle),
            account,
            allowed: allowed.clone(),
            refresh: is_lasting.then(|| hash("refresh", &secret)),
            made: self.now,
            used: self.now,
            until,
        };
        let tokens = self.tokens(allowed, Some(&family.id)).await?;
        let used = Code {
            family: Some(family.id.clone()),
            until: until.max(record.until),
            ..record.clone()
        };
        let changes = vec![kept::replace(&used, &found)?, kept::add(&family)?];
        if !self.kept.change(changes).await? {
            // Somebody else was faster with the same code.
            let other = self.kept.get::<Code>(&id).await?.and_then(|other| other.record.family);
            if let Some(other) = other {
                self.end_family(&other).await?;
            }
            return Err(no_grant());
        }
        let refresh = is_lasting.then(|| format!("{handle}.{secret}"));
        Ok(answer(&Tokens { refresh, ..tokens }, allowed))
    }
}
