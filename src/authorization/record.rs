//! What is kept, as it stands in the rows of the authorization server.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::store::authority::row::Kind;

/// Something that is kept under an id.
pub trait Record: Serialize + DeserializeOwned {
    /// The kind of its rows.
    const KIND: Kind;

    /// Its id; the body of the row has it, too.
    fn id(&self) -> &str;

    /// What it belongs to.
    fn parent(&self) -> Option<&str> {
        None
    }

    /// Microseconds since 1970; from then on it is not there.
    fn until(&self) -> Option<i64> {
        None
    }
}

/// Whether an account or a client may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    #[default]
    Active,
    Disabled,
}

/// The language of somebody's pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Spoken {
    #[default]
    Vi,
    En,
}

/// Somebody who signs in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// The name she signs in with, and the claim `sub` of her tokens.
    pub name: String,
    pub status: Status,
    /// A hash of the password, as argon2 writes it.
    pub password: String,
    /// The secret of the second factor, in base32.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub totp: Option<String>,
    #[serde(default)]
    pub language: Spoken,
    /// Microseconds since 1970.
    pub made: i64,
}

/// What a client is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClientKind {
    /// An app that keeps no secret.
    Public,
    /// An app that keeps one, or a key.
    Confidential,
    /// A system that asks for itself.
    System,
}

/// An app or a system.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Client {
    pub client_id: String,
    pub kind: ClientKind,
    pub status: Status,
    /// What people are told it is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default)]
    pub redirect_uris: Vec<String>,
    /// The words of scopes that it may ask for, at the most.
    #[serde(default)]
    pub scope: String,
    /// A hash of its secret, as argon2 writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// Its public keys, a JWKS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwks: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwks_url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub launch_uri: Option<String>,
    /// Microseconds since 1970.
    pub made: i64,
}

/// What a key is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyStatus {
    /// Tokens are signed with it.
    Active,
    /// Published already, so that whoever keeps the set of keys has it when it becomes active.
    Next,
    /// Tokens that it signed count until they end.
    Retired,
}

/// A key that tokens are signed with: ES384.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SigningKey {
    pub kid: String,
    pub status: KeyStatus,
    /// The private key: PKCS #8, DER in base64.
    pub private: String,
    /// The public key as a JWK, with `kid`, `alg` and `use`.
    pub public: Value,
    /// Microseconds since 1970.
    pub made: i64,
    /// From when on nothing that it signed counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<i64>,
}

/// How somebody showed who she is, as the claim `amr` names it, RFC 8176.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    Pwd,
    Otp,
}

/// Somebody is signed in with a browser.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Session {
    /// SHA-256 of what the browser keeps, in hexadecimal digits: who reads the rows cannot use it.
    pub id: String,
    /// The name of the account.
    pub account: String,
    pub methods: Vec<Method>,
    /// When she signed in, in microseconds since 1970.
    pub since: i64,
    pub until: i64,
}

/// What may not be used a second time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Used {
    /// What it is, and whose: `totp/NAME/STEP`.
    pub id: String,
    /// From when on it would not count anyway.
    pub until: i64,
}

impl Record for Used {
    const KIND: Kind = Kind::Used;

    fn id(&self) -> &str {
        &self.id
    }

    fn until(&self) -> Option<i64> {
        Some(self.until)
    }
}

impl Record for Account {
    const KIND: Kind = Kind::Account;

    fn id(&self) -> &str {
        &self.name
    }
}

impl Record for Client {
    const KIND: Kind = Kind::Client;

    fn id(&self) -> &str {
        &self.client_id
    }
}

impl Record for SigningKey {
    const KIND: Kind = Kind::SigningKey;

    fn id(&self) -> &str {
        &self.kid
    }

    fn until(&self) -> Option<i64> {
        self.until
    }
}

impl Record for Session {
    const KIND: Kind = Kind::Session;

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

impl Account {
    /// Whether she may sign in.
    pub fn is_active(&self) -> bool {
        self.status == Status::Active
    }
}

impl Client {
    /// Whether it may be used.
    pub fn is_active(&self) -> bool {
        self.status == Status::Active
    }
}

// Hashes and keys stand in no log.
impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Account").field("status", &self.status).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("client_id", &self.client_id).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SigningKey").field("kid", &self.kid).finish_non_exhaustive()
    }
}
