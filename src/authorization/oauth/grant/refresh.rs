//! New tokens for a refresh token, <https://www.rfc-editor.org/rfc/rfc6749#section-6>, which is another
//! one from then on ([RFC 9700 §4.14](https://www.rfc-editor.org/rfc/rfc9700#section-4.14)).

use serde_json::Value;

use crate::authorization::kept;
use crate::authorization::oauth::allowed::Allowed;
use crate::authorization::oauth::desk::Desk;
use crate::authorization::oauth::fault::Fault;
use crate::authorization::oauth::kept::Family;
use crate::authorization::oauth::request::parameter::Parameters;
use crate::authorization::oauth::request::scope::narrowed;
use crate::authorization::oauth::secret::{hash, is_same, random};
use crate::authorization::oauth::token::answer::{Tokens, answer};
use crate::authorization::record::Client;

use super::no_grant;

impl Desk<'_> {
    /// Refreshes. Whoever sends a refresh token that was used ends the family: one of the two stole it.
    pub(super) async fn by_refresh(
        &self,
        client: &Client,
        parameters: &Parameters,
    ) -> Result<Value, Fault> {
        let token = parameters.need("refresh_token")?;
        let (handle, secret) = token.split_once('.').ok_or_else(no_grant)?;
        let id = hash("family", handle);
        let found = self.kept.get::<Family>(&id).await?;
        let found = found.filter(|found| found.record.allowed.client_id == client.client_id);
        let found = found.ok_or_else(no_grant)?;
        let family = &found.record;
        let current = family.refresh.as_deref().ok_or_else(no_grant)?;
        if !is_same(current.as_bytes(), hash("refresh", secret).as_bytes()) {
            self.end_family(&id).await?;
            return Err(no_grant());
        }
        self.account(&family.account).await?.ok_or_else(no_grant)?;
        let Some(until) = self.end(&family.allowed).await? else {
            self.end_family(&id).await?;
            return Err(no_grant());
        };
        let scope = narrowed(parameters.get("scope"), &family.allowed.scope)?;
        let allowed = Allowed { scope, ..family.allowed.clone() };
        let tokens = self.tokens(&allowed, Some(&id)).await?;
        let secret = random();
        let refresh = Some(hash("refresh", &secret));
        let next = Family { refresh, used: self.now, until, ..family.clone() };
        if !self.kept.change(vec![kept::replace(&next, &found)?]).await? {
            self.end_family(&id).await?;
            return Err(no_grant());
        }
        let refresh = Some(format!("{handle}.{secret}"));
        Ok(answer(&Tokens { refresh, ..tokens }, &allowed))
    }
}
