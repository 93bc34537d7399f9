//! Where requests are answered: the settings of the endpoints, what is kept, and who may do what.

use crate::access::control::{Control, origin};
use crate::authorization::kept::{self, Kept};
use crate::authorization::record::{Account, Client, KeyStatus, Session, SigningKey};
use crate::config::settings::Settings;
use crate::fhir::time;
use crate::interaction::engine::Engine;
use crate::interaction::failure::{Failure, Kind};
use crate::store::error::{StoreError, causes};

use super::allowed::{Allowed, Lasting};
use super::client::keys::Keys;
use super::fault::{Code, Fault};
use super::kept::Family;
use super::token::answer::Tokens;
use super::token::claims::Making;
use super::token::sign::signed;

/// Microseconds of a second.
pub const SECOND: i64 = 1_000_000;
/// Seconds of a day.
const DAY: u64 = 86_400;

/// What the endpoints are set to.
#[derive(Debug)]
pub struct OAuth {
    /// The scheme, host and port of the base URL.
    pub issuer: String,
    pub token_seconds: u64,
    pub code_seconds: u64,
    pub refresh_days: u64,
    pub leeway: u64,
    /// Keys that clients registered by URL.
    pub keys: Keys,
}

/// One request's place.
#[derive(Debug, Clone)]
pub struct Desk<'d> {
    pub oauth: &'d OAuth,
    pub engine: &'d Engine,
    pub control: &'d Control,
    pub kept: Kept,
    /// Microseconds since 1970.
    pub now: i64,
}

impl OAuth {
    /// As the settings say; none when there is no authorization server.
    pub fn of(settings: &Settings) -> Option<Self> {
        settings.authorization_server.then(|| Self {
            issuer: origin(&settings.base()),
            token_seconds: settings.token_seconds,
            code_seconds: settings.code_seconds,
            refresh_days: settings.refresh_days,
            leeway: settings.leeway_seconds,
            keys: Keys::default(),
        })
    }

    /// The URL of the token endpoint.
    pub fn token_endpoint(&self) -> String {
        super::metadata::endpoint(&self.issuer, "token")
    }
}

impl<'d> Desk<'d> {
    pub async fn open(
        oauth: &'d OAuth,
        engine: &'d Engine,
        control: &'d Control,
    ) -> Result<Self, StoreError> {
        let kept = Kept::of(engine).await?;
        Ok(Self { oauth, engine, control, kept, now: time::now().micros() })
    }

    /// A client that may be used.
    pub async fn client(&self, id: &str) -> Result<Option<Client>, StoreError> {
        let found = self.kept.get::<Client>(id).await?.map(|found| found.record);
        Ok(found.filter(Client::is_active))
    }

    /// An account that may be used.
    pub async fn account(&self, name: &str) -> Result<Option<Account>, StoreError> {
        let found = self.kept.get::<Account>(name).await?.map(|found| found.record);
        Ok(found.filter(Account::is_active))
    }

    /// Seconds from now, in microseconds since 1970.
    pub fn after(&self, seconds: u64) -> i64 {
        let seconds = i64::try_from(seconds).unwrap_or(i64::MAX / SECOND);
        self.now.saturating_add(seconds.saturating_mul(SECOND))
    }

    /// Until when the tokens of what was allowed may go on; none when what they hang on has ended.
    pub async fn end(&self, allowed: &Allowed) -> Result<Option<i64>, StoreError> {
        let shortest = self.after(self.oauth.token_seconds + self.oauth.leeway);
        Ok(match allowed.lasting() {
            Lasting::Once => Some(shortest),
            Lasting::Offline => Some(self.after(self.oauth.refresh_days * DAY).max(shortest)),
            Lasting::Online => {
                let id = allowed.session.as_deref().unwrap_or_default();
                self.kept.get::<Session>(id).await?.map(|session| session.record.until)
            }
        })
    }

    /// Ends all tokens of a family.
    pub async fn end_family(&self, id: &str) -> Result<(), StoreError> {
        self.kept.change(vec![kept::remove::<Family>(id)]).await?;
        self.control.forget();
        Ok(())
    }

    /// Makes the tokens of what was allowed.
    pub async fn tokens(&self, allowed: &Allowed, family: Option<&str>) -> Result<Tokens, Fault> {
        let who = Box::pin(self.who(allowed)).await?;
        let key = self.signing_key().await?;
        let making = Making {
            issuer: &self.oauth.issuer,
            base: &self.engine.base,
            now: self.now.div_euclid(SECOND),
            seconds: self.oauth.token_seconds,
        };
        let access = signed(&key, "at+jwt", &making.access(allowed, family, &who));
        let identity = match making.identity(allowed, &who) {
            Some(claims) => {
                let key = self.identity_key(&key).await?.ok_or_else(unsigned)?;
                Some(key.signed(&claims).ok_or_else(unsigned)?)
            }
            None => None,
        };
        let seconds = self.oauth.token_seconds;
        let access = access.ok_or_else(unsigned)?;
        Ok(Tokens { access, identity, refresh: None, seconds, fhir_user: who.fhir_user })
    }

    async fn signing_key(&self) -> Result<SigningKey, Fault> {
        let all = self.kept.all::<SigningKey>().await?;
        all.into_iter().find(|key| key.status == KeyStatus::Active).ok_or_else(unsigned)
    }
}

fn unsigned() -> Fault {
    tracing::error!("tokens cannot be signed: there is no usable key (mebe key list)");
    Code::ServerError.because(
        "Máy chủ chưa ký được token. Hãy báo người vận hành.",
        "The server cannot sign tokens right now. Tell its operators.",
    )
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Failure::from(error).into()
    }
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        if failure.is_ours() {
            let cause = failure.cause.as_deref().map(|cause| causes(cause));
            tracing::error!(cause = cause.as_deref().unwrap_or("none"), "authorization failed");
        }
        let code = match failure.kind {
            Kind::Unavailable | Kind::TooCostly => Code::TemporarilyUnavailable,
            Kind::NoToken | Kind::BadToken => Code::InvalidToken,
            Kind::Forbidden | Kind::InsufficientScope => Code::AccessDenied,
            _ if failure.is_ours() => Code::ServerError,
            _ => Code::InvalidRequest,
        };
        let text = failure.issues.into_iter().next().map(|issue| issue.text);
        let (vi, en) = text.map(|text| (text.vi, text.en)).unwrap_or_default();
        code.because(vi, en)
    }
}
