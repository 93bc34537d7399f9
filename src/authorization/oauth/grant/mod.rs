//! The token endpoint: what is given for a code, for a refresh token, and to a system.

mod code;
mod refresh;
mod system;

use serde_json::Value;

use crate::authorization::record::{Client, ClientKind};

use super::client::presented::{Presented, unknown};
use super::desk::Desk;
use super::fault::{Code, Fault};
use super::kept::Family;
use super::request::parameter::Parameters;
use super::secret::hash;

impl Desk<'_> {
    /// Answers a request for tokens.
    pub async fn token(
        &self,
        authorization: &[&[u8]],
        parameters: &Parameters,
    ) -> Result<Value, Fault> {
        let kind = parameters.need("grant_type")?;
        if !["authorization_code", "refresh_token", "client_credentials"].contains(&kind) {
            return Err(Code::UnsupportedGrantType.because(
                "grant_type phải là authorization_code, refresh_token hoặc client_credentials.",
                "grant_type must be authorization_code, refresh_token or client_credentials.",
            ));
        }
        let client = match Presented::is_nothing(authorization, parameters) {
            true if kind == "refresh_token" => Box::pin(self.bearer_of(parameters)).await?,
            _ => Box::pin(self.authenticated(authorization, parameters)).await?,
        };
        match kind {
            "authorization_code" => Box::pin(self.by_code(&client, parameters)).await,
            "refresh_token" => Box::pin(self.by_refresh(&client, parameters)).await,
            _ => Box::pin(self.by_itself(&client, parameters)).await,
        }
    }
}

impl Desk<'_> {
    /// The public client that a refresh token was given to. It has nothing to authenticate with, and need
    /// not even name itself: `fhirclient` does not.
    async fn bearer_of(&self, parameters: &Parameters) -> Result<Client, Fault> {
        let handle = parameters.need("refresh_token")?.split_once('.').map(|(handle, _)| handle);
        let id = hash("family", handle.unwrap_or_default());
        let family = self.kept.get::<Family>(&id).await?.ok_or_else(no_grant)?;
        let client = self.client(&family.record.allowed.client_id).await?;
        client.filter(|client| client.kind == ClientKind::Public).ok_or_else(unknown)
    }
}

/// Nobody learns which of the reasons it was.
fn no_grant() -> Fault {
    Code::InvalidGrant.because(
        "Mã hoặc refresh token không dùng được: sai, đã hết hạn, đã dùng rồi, hoặc của ứng dụng khác.",
        "The code or refresh token cannot be used: it is wrong, has expired, was used, or is not this client's.",
    )
}
