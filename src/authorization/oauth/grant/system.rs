//! Tokens for a system itself, <https://hl7.org/fhir/smart-app-launch/backend-services.html>: no refresh
//! token, since it can ask again.

use serde_json::Value;

use crate::authorization::oauth::allowed::Allowed;
use crate::authorization::oauth::desk::Desk;
use crate::authorization::oauth::fault::{Code, Fault};
use crate::authorization::oauth::request::authorize::purposes;
use crate::authorization::oauth::request::parameter::Parameters;
use crate::authorization::oauth::request::scope::for_system;
use crate::authorization::oauth::token::answer::answer;
use crate::authorization::record::{Client, ClientKind};

impl Desk<'_> {
    /// Gives a system what it registered.
    pub(super) async fn by_itself(
        &self,
        client: &Client,
        parameters: &Parameters,
    ) -> Result<Value, Fault> {
        if client.kind != ClientKind::System {
            return Err(Code::UnauthorizedClient.because(
                "client_credentials chỉ dành cho ứng dụng loại system.",
                "client_credentials is for clients of the kind system.",
            ));
        }
        let scope = for_system(parameters.get("scope").unwrap_or_default(), &client.scope)?;
        let mut allowed =
            Allowed { client_id: client.client_id.clone(), scope, ..Allowed::default() };
        allowed.purposes = match purposes(parameters)? {
            none if none.is_empty() => self.purposes(&allowed),
            asked => asked,
        };
        let tokens = self.tokens(&allowed, None).await?;
        Ok(answer(&tokens, &allowed))
    }
}
