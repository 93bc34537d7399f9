//! Replies that are compressed with Zstandard, <https://www.rfc-editor.org/rfc/rfc8878>; actix does the
//! other codings.

use actix_web::http::header::{
    ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, HeaderName, HeaderValue,
};

use super::answer::Reply;
use crate::http::request::head::Head;

/// Bytes from which it is worth it.
const WORTH: usize = 256;
/// How much is done for it: more takes longer than it saves.
const LEVEL: i32 = 3;

/// The reply, compressed when the client likes that best.
pub(in crate::http) fn shrunk(request: Head<'_>, reply: Reply) -> Reply {
    let has = |name: &HeaderName| reply.headers.iter().any(|(known, _)| known == name);
    if reply.body.len() < WORTH
        || has(&CONTENT_ENCODING)
        || !is_text(&reply)
        || !is_liked_best(request)
    {
        return reply;
    }
    let Ok(small) = zstd::bulk::compress(&reply.body, LEVEL) else { return reply };
    let mut headers = reply.headers;
    headers.push((CONTENT_ENCODING, HeaderValue::from_static("zstd")));
    Reply { headers, body: small.into(), ..reply }
}

/// Whether a body is of a type that gets smaller.
fn is_text(reply: &Reply) -> bool {
    let kind = reply.headers.iter().find(|(name, _)| *name == CONTENT_TYPE);
    kind.and_then(|(_, kind)| kind.to_str().ok()).is_some_and(|kind| {
        kind.starts_with("text/") || kind.contains("json") || kind.contains("xml")
    })
}

/// Whether a client takes it, and no other coding of this server more.
fn is_liked_best(request: Head<'_>) -> bool {
    let all = request.headers.get_all(ACCEPT_ENCODING).filter_map(|value| value.to_str().ok());
    let (mut zstd, mut others) = (0.0_f32, 0.0_f32);
    for range in all.flat_map(|value| value.split(',')) {
        let mut parts = range.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let weight = parts.find_map(|part| part.strip_prefix("q=")?.trim().parse().ok());
        let weight: f32 = weight.unwrap_or(1.0);
        match name {
            name if name.eq_ignore_ascii_case("zstd") => zstd = weight,
            "" | "identity" | "*" => {}
            _ => others = others.max(weight),
        }
    }
    zstd > 0.0 && zstd >= others
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderMap;
    use actix_web::http::{Method, StatusCode, Uri};

    use super::*;

    #[test]
    fn it_is_compressed_for_those_who_like_it_best() {
        let text = "{\"resourceType\":\"Patient\"}".repeat(40);
        for (accepted, expected) in [
            ("zstd", true),
            ("gzip, deflate, br, zstd", true),
            ("gzip;q=0.5, ZSTD;q=0.9", true),
            ("gzip, zstd;q=0.9", false),
            ("zstd;q=0", false),
            ("gzip", false),
            ("*", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(accepted));
            let (method, uri) = (Method::GET, Uri::from_static("/"));
            let head = Head { method: &method, uri: &uri, headers: &headers };
            let mut reply = Reply::new(StatusCode::OK);
            reply.headers.push((CONTENT_TYPE, HeaderValue::from_static("application/json")));
            let reply = shrunk(head, Reply { body: text.clone().into(), ..reply });
            let is_small = reply.headers.iter().any(|(name, _)| *name == CONTENT_ENCODING);
            assert_eq!(is_small, expected, "{accepted}");
            if is_small {
                let whole = zstd::bulk::decompress(&reply.body, text.len()).expect("it is zstd");
                assert_eq!(whole, text.as_bytes());
            }
        }
    }
}
