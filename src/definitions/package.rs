//! Packed definitions: zstd-compressed NDJSON, one JSON resource a line, sorted by type and URL.
//!
//! `profiles/README.md` says what is in the files and how they are built.

use thiserror::Error;

/// Types of R4 with their snapshots, trimmed.
pub(crate) const STRUCTURES: &[u8] = include_bytes!("../../profiles/core/structures.ndjson.zst");

/// Types, profiles, extensions and logical models of R4 with their differentials and texts.
pub(crate) const DIFFERENTIALS: &[u8] =
    include_bytes!("../../profiles/core/differentials.ndjson.zst");

/// Search parameters, compartments and operations of R4.
pub(crate) const REQUESTS: &[u8] = include_bytes!("../../profiles/core/requests.ndjson.zst");

/// Code systems and value sets of R4.
pub(crate) const TERMINOLOGY: &[u8] = include_bytes!("../../profiles/core/terminology.ndjson.zst");

/// Extensions that HL7 published for R4 after it, and those of R4 that say something else today; code
/// systems and value sets these need.
pub(crate) const EXTENSIONS: &[u8] = include_bytes!("../../profiles/core/extensions.ndjson.zst");

/// Why definitions could not be read.
#[derive(Debug, Error)]
pub enum DefinitionError {
    #[error("the definitions cannot be decompressed")]
    Packed(#[source] std::io::Error),
    #[error("the definitions are not UTF-8")]
    Encoding(#[source] std::string::FromUtf8Error),
    #[error("definition on line {line} cannot be read")]
    Line {
        line: usize,
        #[source]
        source: serde_json::Error,
    },
    #[error("{path}: type {type_code} is not known")]
    UnknownType { path: Box<str>, type_code: Box<str> },
    #[error("there are too many definitions")]
    TooMany,
}

/// Unpacks a file of definitions.
pub(crate) fn unpack(packed: &[u8]) -> Result<String, DefinitionError> {
    let bytes = zstd::decode_all(packed).map_err(DefinitionError::Packed)?;
    String::from_utf8(bytes).map_err(DefinitionError::Encoding)
}

/// Reads every line that holds a resource of one type.
pub(crate) fn read<'a, T: serde::Deserialize<'a>>(
    text: &'a str,
    resource_type: &str,
) -> Result<Vec<T>, DefinitionError> {
    let head = format!(r#"{{"resourceType":"{resource_type}","#);
    let lines = text.lines().zip(1..).filter(|(line, _)| line.starts_with(&head));
    lines
        .map(|(text, line)| {
            serde_json::from_str(text).map_err(|source| DefinitionError::Line { line, source })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_unpacks_into_lines_with_a_type_and_a_url() {
        for packed in [STRUCTURES, DIFFERENTIALS, REQUESTS, TERMINOLOGY, EXTENSIONS] {
            let text = unpack(packed).expect("unpacks");
            for line in text.lines() {
                let head = &line[..line.len().min(120)];
                assert!(head.starts_with(r#"{"resourceType":""#), "{head}");
                assert!(head.contains(r#"","url":""#), "{head}");
            }
        }
    }

    #[test]
    fn reads_the_lines_of_one_type_and_names_the_bad_one() {
        let text = "{\"resourceType\":\"A\",\"n\":1}\n{\"resourceType\":\"B\",\"n\":2}\n";
        let read_values: Vec<serde_json::Value> = read(text, "B").expect("reads");
        assert_eq!(read_values.len(), 1);
        let bad: Result<Vec<Vec<u8>>, _> = read(text, "B");
        assert!(matches!(bad, Err(DefinitionError::Line { line: 2, .. })));
    }
}
