//! What clients are told of the endpoints and of the keys.

use serde_json::json;

use crate::authorization::oauth::desk::Desk;
use crate::authorization::oauth::metadata;

use super::answered::Answered;

/// Seconds that it may be kept.
const KEPT: u32 = 60;

/// What is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    Smart,
    Server,
    OpenId,
    Jwks,
}

/// Tells it.
pub(super) async fn answer(desk: &Desk<'_>, told: Told) -> Answered {
    let issuer = &desk.oauth.issuer;
    let json = match told {
        Told::Smart => metadata::smart(issuer),
        Told::Server => metadata::authorization_server(issuer),
        Told::OpenId => metadata::openid(issuer),
        Told::Jwks => match desk.public_keys().await {
            Ok(keys) => json!({ "keys": keys }),
            Err(error) => return Answered::fault(&error.into(), false),
        },
    };
    Answered::json(json).kept(KEPT)
}
