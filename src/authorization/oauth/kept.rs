//! What is kept of what is given out: codes, families of tokens, launches. No secret is: rows have
//! hashes.

use serde::{Deserialize, Serialize};

use crate::authorization::record::Record;
use crate::store::authority::row::Kind;

use super::allowed::Allowed;

/// A code that is exchanged for tokens, once. When it was, it is kept, so that a second use is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Code {
    /// A hash of the code.
    pub id: String,
    pub allowed: Allowed,
    pub redirect_uri: String,
    pub challenge: String,
    /// The family that it was exchanged for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family: Option<String>,
    /// When it ends by itself, used or not.
    pub ends: i64,
    pub until: i64,
}

/// All tokens that come of what a person allowed once: they end together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Family {
    /// A hash of the part that all refresh tokens of it begin with.
    pub id: String,
    pub account: String,
    pub allowed: Allowed,
    /// A hash of the refresh token that counts; all others of the family were used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh: Option<String>,
    pub made: i64,
    /// When it was used last.
    pub used: i64,
    pub until: i64,
}

/// What an app is launched with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Launch {
    /// A hash of the parameter `launch`.
    pub id: String,
    pub client_id: String,
    pub account: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patient: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encounter: Option<String>,
    /// Whether its app came with it.
    #[serde(default)]
    pub is_opened: bool,
    pub until: i64,
}

impl Record for Code {
    const KIND: Kind = Kind::Code;

    fn id(&self) -> &str {
        &self.id
    }

    fn until(&self) -> Option<i64> {
        Some(self.until)
    }
}

impl Record for Family {
    const KIND: Kind = Kind::Family;

    fn id(&self) -> &str {
        &self.id
    }

    fn parent(&self) -> Option<&str> {
        Some(&self.account)
    }

    fn until(&self) -> Option<i64> {
        Some(self.until)
    }
}

impl Record for Launch {
    const KIND: Kind = Kind::Launch;

    fn id(&self) -> &str {
        &self.id
    }

    fn until(&self) -> Option<i64> {
        Some(self.until)
    }
}
