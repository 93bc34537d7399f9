//! Replies with everything left out that differs from run to run, for snapshots.

use super::call::Reply;
use super::server::Server;

/// Status, the headers that say something about the resource, and the body, with the server's
/// address, new ids and instants replaced.
pub(crate) fn settled(server: &Server, reply: &Reply) -> String {
    let mut text = format!("{}\n", reply.status);
    for name in ["content-type", "etag", "last-modified", "location"] {
        if let Some(value) = reply.header(name) {
            let value = if name == "last-modified" { "[date]" } else { value };
            text.push_str(&format!("{name}: {value}\n"));
        }
    }
    if !reply.text.is_empty() {
        let body = serde_json::to_string_pretty(&reply.json()).expect("JSON");
        text.push_str(&format!("\n{body}\n"));
    }
    let text = text.replace(&server.base(), "[base]");
    replaced(&replaced(&text, 36, "[id]", is_id), INSTANT, "[instant]", is_instant)
}

/// `2026-11-22T14:30:00.000+07:00`
const INSTANT: usize = 29;

fn is_id(text: &[u8]) -> bool {
    let dashes = [8, 13, 18, 23];
    text.iter().enumerate().all(|(at, byte)| match dashes.contains(&at) {
        true => *byte == b'-',
        false => byte.is_ascii_hexdigit(),
    })
}

fn is_instant(text: &[u8]) -> bool {
    let pattern = b"0000-00-00T00:00:00.000+00:00";
    text.iter().zip(pattern).all(|(byte, like)| match like {
        b'0' => byte.is_ascii_digit(),
        like => byte == like,
    })
}

/// Replaces every run of `length` bytes that looks right.
fn replaced(text: &str, length: usize, with: &str, looks_right: fn(&[u8]) -> bool) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        if rest.as_bytes().get(..length).is_some_and(looks_right) {
            result.push_str(with);
            rest = &rest[length..];
        } else {
            let next = rest.chars().next().map_or(0, char::len_utf8);
            result.push_str(&rest[..next]);
            rest = &rest[next..];
        }
    }
    result
}
