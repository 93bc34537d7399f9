//! Bodies that were compressed on the way: `Content-Encoding` of a request.
//!
//! A small body may become a very large one, so what comes out is counted as it comes out, against
//! the same limit as a body that was sent as it is.

use std::io::Read;

use actix_web::http::header;
use actix_web::web;
use flate2::bufread::{DeflateDecoder, GzDecoder, ZlibDecoder};

use crate::budget::Lease;
use crate::interaction::failure::{Failure, Kind};

use super::body::{busy, too_large};
use super::head::Head;

/// The codings that are read, for the header `Accept-Encoding` of a refusal.
pub(in crate::http) const READ: &str = "gzip, deflate, br, zstd";
/// The largest window of a body in Zstandard, as a power of two: what its decoder may take of memory.
const WINDOW: u32 = 23;
/// Bytes that the decoder of Brotli reads at a time.
const BUFFER: usize = 4 << 10;
/// Bytes that are inflated where they are read; more goes to another thread.
const HERE: usize = 8 << 10;

/// How a body was compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::http) enum Coding {
    Identity,
    Gzip,
    /// With the frame of zlib, as it should be, or without.
    Deflate,
    Brotli,
    Zstd,
}

/// How the body of a request is compressed.
pub(super) fn coding(request: Head<'_>) -> Result<Coding, Failure> {
    let mut codings = request.headers.get_all(header::CONTENT_ENCODING);
    let Some(first) = codings.next() else { return Ok(Coding::Identity) };
    let name = first.to_str().unwrap_or("?").trim().to_ascii_lowercase();
    let known = match name.as_str() {
        "" | "identity" => Some(Coding::Identity),
        "gzip" | "x-gzip" => Some(Coding::Gzip),
        "deflate" => Some(Coding::Deflate),
        "br" => Some(Coding::Brotli),
        "zstd" => Some(Coding::Zstd),
        _ => None,
    };
    known.filter(|_| codings.next().is_none()).ok_or_else(|| {
        Kind::UnsupportedMediaType.because(
            format!("Máy chủ không đọc được Content-Encoding này. Hãy gửi nguyên, hoặc nén bằng {READ}."),
            format!("This server does not read this Content-Encoding. Send the body as it is, or compressed by {READ}."),
        )
    })
}

/// The body as it was before it was compressed, up to a limit; its memory is leased as it comes out.
pub(super) async fn inflated(
    coding: Coding,
    body: web::Bytes,
    (limit, lease): (usize, Lease),
) -> Result<(web::Bytes, Lease), Failure> {
    if coding == Coding::Identity || body.is_empty() {
        return Ok((body, lease));
    }
    if body.len() <= HERE {
        return Ok((inflate(coding, &body, limit, &lease)?.freeze(), lease));
    }
    let work = move || Ok((inflate(coding, &body, limit, &lease)?.freeze(), lease));
    web::block(work).await.unwrap_or_else(|_ended| Err(broken()))
}

fn inflate(
    coding: Coding,
    body: &[u8],
    limit: usize,
    lease: &Lease,
) -> Result<web::BytesMut, Failure> {
    match coding {
        Coding::Identity => Ok(body.into()),
        Coding::Gzip => {
            drain(GzDecoder::new(body), limit, lease).and_then(at_its_end(GzDecoder::into_inner))
        }
        Coding::Deflate if is_zlib(body) => drain(ZlibDecoder::new(body), limit, lease)
            .and_then(at_its_end(ZlibDecoder::into_inner)),
        Coding::Deflate => drain(DeflateDecoder::new(body), limit, lease)
            .and_then(at_its_end(DeflateDecoder::into_inner)),
        Coding::Brotli => {
            let reader = brotli::Decompressor::new(body, BUFFER);
            drain(reader, limit, lease).map(|(all, _)| all)
        }
        Coding::Zstd => {
            let mut reader = zstd::Decoder::with_buffer(body).map_err(|_broken| broken())?;
            reader.window_log_max(WINDOW).map_err(|_broken| broken())?;
            drain(reader.single_frame(), limit, lease).and_then(at_its_end(zstd::Decoder::finish))
        }
    }
}

/// Whether a body begins with the two bytes of zlib, which some clients leave out.
fn is_zlib(body: &[u8]) -> bool {
    let head = body.get(..2).and_then(|head| <[u8; 2]>::try_from(head).ok());
    head.is_some_and(|head| head[0] & 0x0f == 8 && u16::from_be_bytes(head) % 31 == 0)
}

fn drain<R: Read>(
    mut reader: R,
    limit: usize,
    lease: &Lease,
) -> Result<(web::BytesMut, R), Failure> {
    let mut all = web::BytesMut::new();
    let mut part = [0; 16 << 10];
    loop {
        let count = reader.read(&mut part).map_err(|_broken| broken())?;
        let read = part.get(..count).unwrap_or_default();
        if read.is_empty() {
            return Ok((all, reader));
        }
        if all.len() + read.len() > limit {
            return Err(too_large(limit));
        }
        if !lease.grow(u64::try_from(read.len()).unwrap_or(u64::MAX)) {
            return Err(busy());
        }
        all.extend_from_slice(read);
    }
}

/// Refuses a body with something behind its end: it would be left out without a word.
fn at_its_end<'b, R>(
    rest: impl Fn(R) -> &'b [u8],
) -> impl Fn((web::BytesMut, R)) -> Result<web::BytesMut, Failure> {
    move |(all, reader)| match rest(reader).is_empty() {
        true => Ok(all),
        false => Err(broken()),
    }
}

fn broken() -> Failure {
    Kind::Malformed.because(
        "Phần thân không phải dữ liệu nén đúng như Content-Encoding nói.",
        "The body is not compressed as its Content-Encoding says.",
    )
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    use super::*;
    use crate::budget::Memory;

    const LIMIT: usize = 100_000;

    fn inflated(coding: Coding, body: &[u8]) -> Result<web::BytesMut, Failure> {
        let lease = Memory::new(1 << 20).lease(0).unwrap();
        inflate(coding, body, LIMIT, &lease)
    }

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    fn zlib(text: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    fn deflate(text: &[u8]) -> Vec<u8> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    fn brotli(text: &[u8]) -> Vec<u8> {
        let mut small = Vec::new();
        let mut encoder = brotli::CompressorWriter::new(&mut small, 4096, 5, 22);
        encoder.write_all(text).unwrap();
        drop(encoder);
        small
    }

    #[test]
    fn what_was_compressed_comes_out() {
        let text = "Nguyễn Thị Ánh ".repeat(1_000).into_bytes();
        for (coding, body) in [
            (Coding::Gzip, gzip(&text)),
            (Coding::Deflate, zlib(&text)),
            (Coding::Deflate, deflate(&text)),
            (Coding::Brotli, brotli(&text)),
            (Coding::Zstd, zstd::encode_all(&*text, 3).unwrap()),
        ] {
            let all = inflated(coding, &body).expect("a body");
            assert_eq!(&all[..], &text[..], "{coding:?}");
        }
    }

    #[test]
    fn what_is_too_large_inside_is_refused_and_never_made() {
        let bomb = gzip(&vec![0; 50 << 20]);
        assert!(bomb.len() < LIMIT);
        assert_eq!(inflated(Coding::Gzip, &bomb).unwrap_err().kind, Kind::TooLarge);
        let zeros = vec![0; 50 << 20];
        for (coding, bomb) in [
            (Coding::Brotli, brotli(&zeros)),
            (Coding::Zstd, zstd::encode_all(&*zeros, 3).unwrap()),
        ] {
            assert!(bomb.len() < LIMIT);
            assert_eq!(inflated(coding, &bomb).unwrap_err().kind, Kind::TooLarge, "{coding:?}");
        }
        assert!(inflated(Coding::Gzip, &gzip(&[1; LIMIT])).is_ok());
        assert!(inflated(Coding::Gzip, &gzip(&[1; LIMIT + 1])).is_err());
    }

    #[test]
    fn what_is_broken_is_refused() {
        let whole = gzip(b"{}");
        let cut = &whole[..whole.len() - 3];
        let longer = [whole.as_slice(), b"x"].concat();
        let twice = [whole.as_slice(), &whole].concat();
        let mut changed = whole.clone();
        changed[12] ^= 1;
        for body in [cut, &longer, &twice, &changed, b"{}"] {
            assert_eq!(inflated(Coding::Gzip, body).unwrap_err().kind, Kind::Malformed);
        }
        let zstd = zstd::encode_all(&b"{}"[..], 3).unwrap();
        let longer = [zstd.as_slice(), b"x"].concat();
        for body in [&zstd[..zstd.len() - 1], &longer, b"{}"] {
            assert_eq!(inflated(Coding::Zstd, body).unwrap_err().kind, Kind::Malformed);
        }
        let small = brotli("Ánh ".repeat(100).as_bytes());
        for body in [&small[..small.len() - 2], b"{}{}{}{}"] {
            assert_eq!(inflated(Coding::Brotli, body).unwrap_err().kind, Kind::Malformed);
        }
    }
}
