//! Whether a client is what is registered. It authenticates in the one way that it registered: with keys
//! by an assertion, with a secret by the secret, with neither by its name.

use std::sync::Arc;

use crate::access::token::jwks::{self, Key};
use crate::authorization::kept;
use crate::authorization::oauth::desk::{Desk, SECOND};
use crate::authorization::oauth::fault::Fault;
use crate::authorization::oauth::request::parameter::Parameters;
use crate::authorization::oauth::secret::hash;
use crate::authorization::password::fits;
use crate::authorization::record::{Client, ClientKind, Used};
use crate::index::row::micros_as_float;

use super::assertion::{Assertion, Expected, Once};
use super::presented::{Presented, unknown};

impl Desk<'_> {
    /// The client that sends a request.
    pub async fn authenticated(
        &self,
        authorization: &[&[u8]],
        parameters: &Parameters,
    ) -> Result<Client, Fault> {
        let presented = Presented::read(authorization, parameters)?;
        let (client, assertion) = match &presented {
            Presented::Assertion { client, assertion } => {
                let parsed = Assertion::parse(assertion).map_err(refused)?;
                let named = parsed.client().ok_or_else(|| refused("no iss"))?.to_owned();
                if client.as_ref().is_some_and(|client| *client != named) {
                    return Err(refused("client_id is not iss"));
                }
                (named, Some(parsed))
            }
            other => (other.client().unwrap_or_default().to_owned(), None),
        };
        let client = self.client(&client).await?.ok_or_else(unknown)?;
        let has_keys = client.jwks.is_some() || client.jwks_url.is_some();
        match (&presented, assertion) {
            (Presented::Assertion { .. }, Some(assertion)) if has_keys => {
                self.asserted(&client, &assertion).await?;
            }
            (Presented::Secret { secrets, .. }, _) if !has_keys => {
                let known = client.secret.as_deref().ok_or_else(unknown)?;
                if !secrets.iter().any(|secret| fits(Some(known), secret)) {
                    return Err(unknown());
                }
            }
            (Presented::Name(_), _) if client.kind == ClientKind::Public => {}
            _ => return Err(unknown()),
        }
        Ok(client)
    }

    /// Checks an assertion, and that it is sent for the first time.
    async fn asserted(&self, client: &Client, assertion: &Assertion<'_>) -> Result<(), Fault> {
        let audience = self.oauth.token_endpoint();
        let expected = Expected {
            client: &client.client_id,
            audience: &audience,
            jwks_url: client.jwks_url.as_deref(),
            now: micros_as_float(self.now) / 1_000_000.0,
            leeway: std::time::Duration::from_secs(self.oauth.leeway).as_secs_f64(),
        };
        let keys = self.keys_of(client, assertion).await.ok_or_else(|| refused("no keys"))?;
        let Once { id, until } = assertion.check(&keys, expected).map_err(refused)?;
        let ahead =
            std::time::Duration::try_from_secs_f64(until - expected.now).unwrap_or_default();
        let used = Used {
            id: hash(&format!("assertion of {}", client.client_id), &id),
            until: self.after(ahead.as_secs().saturating_add(1)).max(self.now + SECOND),
        };
        match self.kept.change(vec![kept::add(&used)?]).await? {
            true => Ok(()),
            false => Err(refused("used before (jti)")),
        }
    }

    async fn keys_of(&self, client: &Client, assertion: &Assertion<'_>) -> Option<Arc<Vec<Key>>> {
        match (&client.jwks, &client.jwks_url) {
            (Some(jwks), _) => jwks::keys(jwks.to_string().as_bytes()).map(Arc::new),
            (None, Some(url)) => self.oauth.keys.at(url, |keys| assertion.fits(keys)).await,
            (None, None) => None,
        }
    }
}

/// The reason is for the log.
fn refused(reason: &'static str) -> Fault {
    tracing::info!(reason, "client assertion refused");
    unknown()
}
