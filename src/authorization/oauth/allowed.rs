//! What a person allowed an app, or what a system may do by itself: what tokens are made of.

use serde::{Deserialize, Serialize};

use super::request::scope::has;

/// What was allowed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Allowed {
    pub client_id: String,
    /// The name of the account of whoever allowed it; none for a system.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    pub scope: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patient: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encounter: Option<String>,
    #[serde(default)]
    pub needs_banner: bool,
    /// Codes of v3-ActReason.
    #[serde(default)]
    pub purposes: Vec<String>,
    /// The session in which it was allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// When the person signed in, in seconds since 1970, and how.
    #[serde(default)]
    pub since: i64,
    #[serde(default)]
    pub methods: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
}

/// For how long an app may go on without asking again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lasting {
    /// As long as its access token counts.
    Once,
    /// As long as the person is signed in.
    Online,
    Offline,
}

impl Allowed {
    /// For how long.
    pub fn lasting(&self) -> Lasting {
        match () {
            () if has(&self.scope, "offline_access") => Lasting::Offline,
            () if has(&self.scope, "online_access") && self.session.is_some() => Lasting::Online,
            () => Lasting::Once,
        }
    }
}
