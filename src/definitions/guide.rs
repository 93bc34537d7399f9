//! The implementation guide of the booklet as it is embedded, <https://hl7.org/fhir/R4/implementationguide.html>.
//!
//! `profiles/README.md` says what is in the files and how they are built.

use super::package::{self, DefinitionError};

/// The definitions: a resource a line.
const DEFINITIONS: &[u8] = include_bytes!("../../profiles/packed/guide.ndjson.zst");

/// The item catalogue with what leads from codes to profiles: one JSON object.
const CATALOGUE: &[u8] = include_bytes!("../../profiles/packed/catalogue.json.zst");

/// The examples: a row of the manifest with its resource a line.
const EXAMPLES: &[u8] = include_bytes!("../../profiles/packed/examples.ndjson.zst");

/// The definitions, a resource a line.
pub fn definitions() -> Result<String, DefinitionError> {
    package::unpack(DEFINITIONS)
}

/// The item catalogue, one JSON object.
pub fn catalogue() -> Result<String, DefinitionError> {
    package::unpack(CATALOGUE)
}

/// The examples, a row of the manifest with its resource a line.
pub fn examples() -> Result<String, DefinitionError> {
    package::unpack(EXAMPLES)
}
