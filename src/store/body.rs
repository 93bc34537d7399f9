//! Bodies as they are kept: packed by Zstandard with a dictionary of what resources say again and again
//! ([ADR 0037](../../docs/adr/0037-packed-bodies.md)).
//!
//! A packed body begins with [`MARK`], which no JSON does, and goes on with a frame without its first
//! four bytes, which are always the same. Whatever begins otherwise is the text itself: databases of
//! before have such bodies, and what packing would make longer stays so.
//!
//! The dictionary may never change: another one would have another mark.

use std::cell::RefCell;
use std::sync::LazyLock;

use rusqlite::ToSql;
use rusqlite::types::{FromSqlError, ToSqlOutput, ValueRef};
use sea_orm::QueryResult;
use zstd::bulk::{Compressor, Decompressor};
use zstd::dict::{DecoderDictionary, EncoderDictionary};
use zstd::zstd_safe::{CParameter, get_frame_content_size};

use super::error::StoreError;

/// What a packed body begins with.
const MARK: u8 = 1;
/// What a frame begins with.
const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
/// The head of a frame, magic and all, at most.
const HEAD: usize = 18;
/// No body is as long: a length beyond it is damage, and no memory is taken for it.
const LONGEST: u64 = 1 << 30;
const LEVEL: i32 = 3;

static DICTIONARY: &[u8] = include_bytes!("body.dict");
static PACKING: LazyLock<EncoderDictionary<'static>> =
    LazyLock::new(|| EncoderDictionary::copy(DICTIONARY, LEVEL));
static UNPACKING: LazyLock<DecoderDictionary<'static>> =
    LazyLock::new(|| DecoderDictionary::copy(DICTIONARY));

thread_local! {
    static PACKER: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
    static UNPACKER: RefCell<Option<Decompressor<'static>>> = const { RefCell::new(None) };
}

/// A body as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::store) struct Packed(pub(in crate::store) Vec<u8>);

impl Packed {
    /// Packs a body.
    pub(in crate::store) fn of(text: &str) -> Self {
        let packed = compressed(text.as_bytes()).filter(|packed| packed.len() < text.len());
        Self(packed.unwrap_or_else(|| text.as_bytes().to_vec()))
    }
}

/// `SQLite` has a text where a body is not packed.
impl ToSql for Packed {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match is_packed(&self.0) {
            true => ValueRef::Blob(&self.0),
            false => ValueRef::Text(&self.0),
        }))
    }
}

/// Whether a body is packed.
pub(in crate::store) fn is_packed(bytes: &[u8]) -> bool {
    bytes.first() == Some(&MARK)
}

fn compressed(text: &[u8]) -> Option<Vec<u8>> {
    let frame = PACKER.with_borrow_mut(|packer| {
        if packer.is_none() {
            let mut made = Compressor::with_prepared_dictionary(&PACKING).ok()?;
            made.set_parameter(CParameter::DictIdFlag(false)).ok()?;
            *packer = Some(made);
        }
        packer.as_mut()?.compress(text).ok()
    })?;
    let rest = frame.strip_prefix(&MAGIC)?;
    let mut packed = Vec::with_capacity(rest.len() + 1);
    packed.push(MARK);
    packed.extend_from_slice(rest);
    Some(packed)
}

/// The text of a body as it is kept.
pub(in crate::store) fn unpacked(kept: &[u8]) -> Result<String, StoreError> {
    let text = match is_packed(kept) {
        true => decompressed(kept).ok_or_else(|| damaged("it cannot be unpacked"))?,
        false => kept.to_vec(),
    };
    String::from_utf8(text).map_err(|_not_a_text| damaged("it is no text"))
}

fn decompressed(kept: &[u8]) -> Option<Vec<u8>> {
    let frame = [&MAGIC, kept.get(1..)?].concat();
    let size = get_frame_content_size(&frame).ok()?.filter(|size| *size <= LONGEST)?;
    let size = usize::try_from(size).ok()?;
    UNPACKER.with_borrow_mut(|unpacker| {
        if unpacker.is_none() {
            *unpacker = Decompressor::with_prepared_dictionary(&UNPACKING).ok();
        }
        unpacker.as_mut()?.decompress(&frame, size).ok()
    })
}

/// The bytes of the text of a body as it is kept, which is not unpacked for it.
pub(in crate::store) fn size(kept: &[u8]) -> usize {
    if !is_packed(kept) {
        return kept.len();
    }
    let head = kept.iter().skip(1).take(HEAD).copied();
    let head: Vec<u8> = MAGIC.into_iter().chain(head).collect();
    let size = get_frame_content_size(&head).ok().flatten();
    size.and_then(|size| usize::try_from(size).ok()).unwrap_or(kept.len())
}

fn damaged(what: &str) -> StoreError {
    StoreError::Corrupt { table: "resource", what: format!("a body is damaged: {what}") }
}

/// The body in a column of a row; none of what is deleted.
pub(in crate::store) fn of(row: &QueryResult, at: usize) -> Result<Option<String>, StoreError> {
    row.try_get_by_index::<Option<Vec<u8>>>(at)?.map(|kept| unpacked(&kept)).transpose()
}

/// The same on `SQLite`.
pub(in crate::store) fn of_sqlite(
    row: &rusqlite::Row<'_>,
    at: usize,
) -> rusqlite::Result<Option<String>> {
    let Some(kept) = row.get_ref(at)?.as_bytes_or_null()? else { return Ok(None) };
    let text = unpacked(kept).map_err(|error| FromSqlError::Other(Box::new(error)))?;
    Ok(Some(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"{"resourceType":"Observation","id":"01a2319d-60f0-75bd-bc63-ae96e0c828ec","meta":{"versionId":"1","lastUpdated":"2026-12-01T19:38:47.281+07:00"},"status":"final","code":{"coding":[{"system":"http://loinc.org","code":"29463-7","display":"Body weight"}],"text":"Cân nặng mẹ"},"valueQuantity":{"value":56.8,"unit":"kg","system":"http://unitsofmeasure.org","code":"kg"}}"#;

    #[test]
    fn a_body_comes_out_as_it_went_in() {
        let long = TEXT.repeat(10_000);
        for text in [TEXT, "{}", "", "{\"a\":\"mẹ\"}", long.as_str()] {
            let kept = Packed::of(text).0;
            assert_eq!(unpacked(&kept).expect("a text"), text);
            assert_eq!(size(&kept), text.len());
            assert!(kept.len() <= text.len());
        }
        let packed = Packed::of(TEXT).0.len();
        assert!(packed * 3 < TEXT.len(), "{packed} of {}", TEXT.len());
    }

    #[test]
    fn what_is_not_packed_is_the_text() {
        assert_eq!(unpacked(TEXT.as_bytes()).expect("a text"), TEXT);
        assert_eq!(size(TEXT.as_bytes()), TEXT.len());
    }

    #[test]
    fn damage_is_told() {
        let kept = Packed::of(TEXT).0;
        let shorter = kept.get(..kept.len() - 1).expect("bytes");
        let longer = [kept.as_slice(), b" "].concat();
        let huge = [&[MARK, 0xc0], [0xff; 8].as_slice()].concat();
        for damaged in [shorter, &longer, &huge, &[MARK], &[MARK, 0xff], b"\xff"] {
            assert!(unpacked(damaged).is_err(), "{damaged:?}");
        }
    }

    /// The dictionary is part of what is stored.
    #[test]
    fn the_dictionary_is_what_it_was() {
        assert_eq!(xxhash_rust::xxh3::xxh3_64(DICTIONARY), DICTIONARY_IS);
    }

    const DICTIONARY_IS: u64 = 0x1dc7_2f88_0ca7_9332;
}
