//! Whether a token counts, and what it says: [RFC 7662](https://www.rfc-editor.org/rfc/rfc7662). Of what
//! does not count nothing else is said.

use serde_json::{Map, Value, json};

use crate::access::home::Home;
use crate::access::token::{Clock, Jws};
use crate::authorization::record::{Client, ClientKind};
use crate::index::row::micros_as_float;

use super::desk::{Desk, SECOND};
use super::fault::{Code, Fault};
use super::home::Own;
use super::kept::Family;
use super::request::parameter::Parameters;
use super::secret::{hash, is_same};

/// Claims of an access token that are told.
const TOLD: [&str; 12] = [
    "scope",
    "client_id",
    "exp",
    "iss",
    "sub",
    "patient",
    "encounter",
    "fhirUser",
    "aud",
    "iat",
    "jti",
    "extensions",
];

impl Desk<'_> {
    /// Answers whoever keeps a secret or a key; a public client may be anybody.
    pub async fn introspect(
        &self,
        authorization: &[&[u8]],
        parameters: &Parameters,
    ) -> Result<Value, Fault> {
        let client = Box::pin(self.authenticated(authorization, parameters)).await?;
        if client.kind == ClientKind::Public {
            return Err(Code::UnauthorizedClient.because(
                "Chỉ ứng dụng confidential hoặc system được hỏi về token.",
                "Confidential clients and systems only may ask about tokens.",
            ));
        }
        let token = parameters.need("token")?;
        let told = match Box::pin(self.access_token(token)).await? {
            Some(claims) => Some(claims),
            None => self.refresh_token(token).await?,
        };
        Ok(told.unwrap_or_else(|| json!({ "active": false })))
    }

    /// What an access token of ours says, if it counts.
    async fn access_token(&self, token: &str) -> Result<Option<Value>, Fault> {
        let own = self.own();
        let Some((jws, claims)) = Box::pin(self.checked(&own, token)).await else {
            return Ok(None);
        };
        if !own.stands(&claims).await.map_err(|_away| away())? {
            return Ok(None);
        }
        let mut told = Map::from_iter([("active".to_owned(), json!(true))]);
        for name in TOLD {
            told.extend(jws.payload.get(name).map(|value| (name.to_owned(), value.clone())));
        }
        told.insert("token_type".to_owned(), json!("Bearer"));
        Ok(Some(Value::Object(told)))
    }

    /// What a refresh token says, if it is the one that counts.
    async fn refresh_token(&self, token: &str) -> Result<Option<Value>, Fault> {
        let Some(family) = self.family_of(token).await? else { return Ok(None) };
        let is_usable = self.client(&family.allowed.client_id).await?.is_some()
            && self.account(&family.account).await?.is_some()
            && self.end(&family.allowed).await?.is_some();
        let allowed = &family.allowed;
        let mut told = json!({
            "active": true, "scope": allowed.scope.join(" "), "client_id": allowed.client_id,
            "exp": family.until.div_euclid(SECOND), "iss": self.oauth.issuer, "sub": family.account,
            "iat": family.made.div_euclid(SECOND), "token_type": "refresh_token",
        });
        if let Some(told) = told.as_object_mut() {
            for (name, value) in [("patient", &allowed.patient), ("encounter", &allowed.encounter)]
            {
                told.extend(value.as_ref().map(|value| (name.to_owned(), json!(value))));
            }
        }
        Ok(is_usable.then_some(told))
    }

    /// The family whose refresh token something is.
    pub(super) async fn family_of(&self, token: &str) -> Result<Option<Family>, Fault> {
        let Some((handle, secret)) = token.split_once('.') else { return Ok(None) };
        let found = self.kept.get::<Family>(&hash("family", handle)).await?;
        let family = found.map(|found| found.record);
        let is_it = |family: &Family| {
            let current = family.refresh.as_deref().unwrap_or_default();
            is_same(current.as_bytes(), hash("refresh", secret).as_bytes())
        };
        Ok(family.filter(is_it))
    }

    /// An access token that we signed, and that has not expired.
    pub(super) async fn checked<'t>(
        &self,
        own: &Own,
        token: &'t str,
    ) -> Option<(Jws<'t>, crate::access::token::Claims)> {
        let jws = Jws::parse(token).ok()?;
        let now = micros_as_float(self.now) / 1_000_000.0;
        let leeway = std::time::Duration::from_secs(self.oauth.leeway).as_secs_f64();
        let claims = own.check(&jws, Clock { now, leeway }).await.ok()?;
        Some((jws, claims))
    }

    pub(super) fn own(&self) -> Own {
        Own::new(self.oauth.issuer.clone(), &self.engine.base, self.kept.clone())
    }

    /// Whether a client may do something with a token that another one was given.
    pub(super) fn is_own(client: &Client, other: &str) -> bool {
        client.client_id == other
    }
}

fn away() -> Fault {
    Code::TemporarilyUnavailable
        .because("Máy chủ chưa kiểm được token lúc này.", "Tokens cannot be checked right now.")
}
