//! Links to further pages: the resource that a page lies behind or before, signed so that nobody
//! makes them up.
//!
//! ```text
//! cursor  = base64url(payload) "." base64url(first 16 bytes of HMAC-SHA-256(key, payload))
//! payload = JSON [fingerprint of the search, rid, [sort keys of that resource], "before"?]
//!         / JSON [fingerprint of the search, null, [], "last"]
//! ```
//!
//! Nothing is kept on the server. A page holds what is there when it is asked for: a resource that
//! stays as it is appears once, whatever is written meanwhile.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use xxhash_rust::xxh3::xxh3_64;

use crate::store::cell::Cell;
use crate::store::find::search::{Cursor, Turn};

use super::query::Parameter;

const BEFORE: &str = "before";
const LAST: &str = "last";

/// Bytes of the signature that are kept.
const SIGNATURE: usize = 16;

/// The secret that page links are signed with.
#[derive(Clone)]
pub struct CursorKey(Box<[u8]>);

impl CursorKey {
    /// Takes a secret.
    pub fn new(secret: impl Into<Box<[u8]>>) -> Self {
        Self(secret.into())
    }

    /// A key for something else, by which nothing is learned of this one.
    pub fn key_for(&self, purpose: &str) -> Vec<u8> {
        let bytes = self.mac(format!("key for {purpose}").as_bytes());
        bytes.map(|mac| mac.finalize().into_bytes().to_vec()).unwrap_or_default()
    }

    /// Writes the cursor of a link; that of the first page is none.
    pub fn seal(&self, turn: &Turn, fingerprint: u64) -> String {
        let cursor = turn.cursor();
        let keys = cursor.map(|cursor| cursor.keys.as_slice()).unwrap_or_default();
        let keys: Vec<Value> = keys.iter().map(cell_json).collect();
        let rid = cursor.map(|cursor| cursor.rid);
        let fingerprint = fingerprint.to_string();
        let payload = match turn {
            Turn::First | Turn::Behind(_) => json!([fingerprint, rid, keys]),
            Turn::Before(_) => json!([fingerprint, rid, keys, BEFORE]),
            Turn::Last => json!([fingerprint, rid, keys, LAST]),
        };
        let payload = payload.to_string();
        let signature = self.sign(payload.as_bytes());
        format!("{}.{}", URL_SAFE_NO_PAD.encode(&payload), URL_SAFE_NO_PAD.encode(signature))
    }

    /// Reads a cursor of a link; none when it is not of this server or not of this search.
    pub fn open(&self, text: &str, fingerprint: u64) -> Option<Turn> {
        let (payload, signature) = text.split_once('.')?;
        let payload = URL_SAFE_NO_PAD.decode(payload).ok()?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        self.mac(&payload)?.verify_truncated_left(&signature).ok()?;
        if signature.len() != SIGNATURE {
            return None;
        }
        let value: Value = serde_json::from_slice(&payload).ok()?;
        let of_this_search = value.get(0)?.as_str()? == fingerprint.to_string();
        let keys = value.get(2)?.as_array()?.iter().map(json_cell).collect();
        let cursor = || Some(Cursor { rid: value.get(1)?.as_i64()?, keys });
        let turn = match value.get(3).and_then(Value::as_str) {
            Some(LAST) => Turn::Last,
            Some(BEFORE) => Turn::Before(cursor()?),
            _ => Turn::Behind(cursor()?),
        };
        of_this_search.then_some(turn)
    }

    fn mac(&self, payload: &[u8]) -> Option<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).ok()?;
        mac.update(payload);
        Some(mac)
    }

    fn sign(&self, payload: &[u8]) -> Vec<u8> {
        let bytes = self.mac(payload).map(|mac| mac.finalize().into_bytes());
        bytes.map(|bytes| bytes.iter().take(SIGNATURE).copied().collect()).unwrap_or_default()
    }
}

impl std::fmt::Debug for CursorKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CursorKey")
    }
}

/// A number for a search: its type and the parameters that decide which resources come in which
/// order.
pub fn fingerprint(kind: &str, parameters: &[Parameter]) -> u64 {
    let mut text = kind.to_owned();
    for parameter in parameters.iter().filter(|parameter| parameter.name != "_count") {
        for part in [&parameter.key(), &parameter.text] {
            text.push('\0');
            text.push_str(part);
        }
    }
    xxh3_64(text.as_bytes())
}

fn cell_json(cell: &Cell) -> Value {
    match cell {
        Cell::Null => Value::Null,
        Cell::Integer(value) => json!({ "i": value }),
        Cell::Real(value) => json!({ "r": value.to_bits().to_string() }),
        Cell::Text(value) => json!({ "t": value }),
    }
}

fn json_cell(value: &Value) -> Cell {
    let integer = value.get("i").and_then(Value::as_i64).map(Cell::Integer);
    let real = || {
        let bits = value.get("r")?.as_str()?.parse().ok()?;
        Some(Cell::Real(f64::from_bits(bits)))
    };
    let text = || Some(Cell::Text(value.get("t")?.as_str()?.into()));
    integer.or_else(real).or_else(text).unwrap_or(Cell::Null)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cursor() -> Turn {
        let keys = vec![Cell::Null, Cell::Integer(-5), Cell::Real(0.1), Cell::Text("ệ".into())];
        Turn::Behind(Cursor { rid: 7, keys })
    }

    #[test]
    fn a_sealed_cursor_opens_for_its_search_only() {
        let key = CursorKey::new(*b"secret");
        let sealed = key.seal(&cursor(), 1);
        assert_eq!(key.open(&sealed, 1), Some(cursor()));
        assert_eq!(key.open(&sealed, 2), None);
        assert_eq!(CursorKey::new(*b"other").open(&sealed, 1), None);
        for turn in [Turn::Last, Turn::Before(Cursor { rid: -7, keys: Vec::new() })] {
            assert_eq!(key.open(&key.seal(&turn, 1), 1), Some(turn));
        }
    }

    #[test]
    fn a_changed_cursor_does_not_open() {
        let key = CursorKey::new(*b"secret");
        let sealed = key.seal(&cursor(), 1);
        for at in 0..sealed.len() {
            let mut bytes = sealed.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).expect("ASCII");
            // The last character of each part may carry unused bits only.
            assert!(
                changed == sealed || key.open(&changed, 1).is_none_or(|found| found == cursor())
            );
        }
        assert_eq!(key.open("", 1), None);
        assert_eq!(key.open("a.", 1), None);
    }
}
