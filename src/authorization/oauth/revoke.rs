//! Ends a token, [RFC 7009](https://www.rfc-editor.org/rfc/rfc7009): with a refresh token all that came of
//! what was allowed, with an access token that one.

use crate::authorization::kept;
use crate::authorization::record::Used;

use super::desk::Desk;
use super::fault::Fault;
use super::home::revoked;
use super::kept::Family;
use super::request::parameter::Parameters;
use super::secret::hash;

impl Desk<'_> {
    /// Ends a token of the client that asks. What is no such token is no fault: it does not count, as is
    /// wished.
    pub async fn revoke(
        &self,
        authorization: &[&[u8]],
        parameters: &Parameters,
    ) -> Result<(), Fault> {
        let client = Box::pin(self.authenticated(authorization, parameters)).await?;
        let token = parameters.need("token")?;
        let own = self.own();
        if let Some((_, claims)) = Box::pin(self.checked(&own, token)).await {
            if Self::is_own(&client, &claims.client)
                && let Some(id) = &claims.id
            {
                let until = self.after(self.oauth.token_seconds + 2 * self.oauth.leeway);
                let used = Used { id: revoked(id), until };
                self.kept.change(vec![kept::set(&used)?]).await?;
                self.control.forget();
            }
            return Ok(());
        }
        let Some((handle, _)) = token.split_once('.') else { return Ok(()) };
        let id = hash("family", handle);
        let found = self.kept.get::<Family>(&id).await?;
        // A refresh token that was used ends the family as well.
        if found.is_some_and(|found| Self::is_own(&client, &found.record.allowed.client_id)) {
            self.end_family(&id).await?;
        }
        Ok(())
    }
}
