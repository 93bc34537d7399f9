//! Signs tokens, <https://www.rfc-editor.org/rfc/rfc7515>.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use serde_json::{Value, json};

use crate::authorization::record::SigningKey;

/// A token of some type, signed with a key.
pub fn signed(key: &SigningKey, kind: &str, claims: &Value) -> Option<String> {
    let header = json!({ "alg": "ES384", "typ": kind, "kid": key.kid });
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", encode(&header), encode(claims));
    let private = EncodingKey::from_ec_der(&STANDARD.decode(&key.private).ok()?);
    let signature = crypto::sign(message.as_bytes(), &private, Algorithm::ES384);
    signature.ok().map(|signature| format!("{message}.{signature}"))
}
