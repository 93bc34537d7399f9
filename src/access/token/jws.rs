//! A token in its three parts, <https://www.rfc-editor.org/rfc/rfc7515#section-7.1>.
//!
//! JSON is read strictly: a member that is there twice means one thing to one reader and another to the
//! next, so such a token is none.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use crate::fhir::json::parse;

use super::Fault;

/// Bytes of a token.
const LONGEST: usize = 16 << 10;

/// A token that was taken apart; nothing of it is believed yet.
#[derive(Debug)]
pub struct Jws<'t> {
    pub header: Map<String, Value>,
    pub payload: Map<String, Value>,
    /// What is signed.
    pub message: &'t str,
    pub signature: &'t str,
}

impl<'t> Jws<'t> {
    /// Takes a token apart.
    pub fn parse(token: &'t str) -> Result<Self, Fault> {
        if token.len() > LONGEST {
            return Err(Fault::Bad("longer than a token may be"));
        }
        let parts: Vec<&str> = token.split('.').collect();
        let [header, payload, signature] = parts.as_slice() else {
            return Err(Fault::Bad("not three parts"));
        };
        let (message, _) = token.rsplit_once('.').ok_or(Fault::Bad("not three parts"))?;
        // A signature of nothing is what `none` has.
        let is_signed = URL_SAFE_NO_PAD.decode(signature).is_ok_and(|bytes| !bytes.is_empty());
        if !is_signed {
            return Err(Fault::Bad("no signature"));
        }
        Ok(Self { header: object(header)?, payload: object(payload)?, message, signature })
    }

    /// Who says to have issued it.
    pub fn issuer(&self) -> Option<&str> {
        self.payload.get("iss")?.as_str()
    }
}

fn object(part: &str) -> Result<Map<String, Value>, Fault> {
    let bytes = URL_SAFE_NO_PAD.decode(part);
    let bytes = bytes.map_err(|_no_base64| Fault::Bad("a part is not base64url"))?;
    match parse(&bytes) {
        Ok(Value::Object(object)) => Ok(object),
        _ => Err(Fault::Bad("a part is no JSON object, or has a member twice")),
    }
}
