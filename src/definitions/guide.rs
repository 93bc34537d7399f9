//! The implementation guide of the booklet as it is embedded, <https://hl7.org/fhir/R4/implementationguide.html>.
//!
//! `profiles/README.md` says what is in the files and how they are built.

use super::base::built;
use super::package::{self, DefinitionError};

/// The definitions: a resource a line.
const DEFINITIONS: &[u8] = include_bytes!("../../profiles/packed/guide.ndjson.zst");

/// The item catalogue with what leads from codes to profiles: one JSON object.
const CATALOGUE: &[u8] = include_bytes!("../../profiles/packed/catalogue.json.zst");

/// The examples: a row of the manifest with its resource a line.
const EXAMPLES: &[u8] = include_bytes!("../../profiles/packed/examples.ndjson.zst");

/// The definitions, a resource a line.
pub fn definitions() -> Result<String, DefinitionError> {
    package::unpack(DEFINITIONS).map(built)
}

/// The item catalogue, one JSON object.
pub fn catalogue() -> Result<String, DefinitionError> {
    package::unpack(CATALOGUE).map(built)
}

/// The examples, a row of the manifest with its resource a line.
pub fn examples() -> Result<String, DefinitionError> {
    package::unpack(EXAMPLES).map(built)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    /// What is packed is what the files say: `npm run build:packed` was not forgotten.
    #[test]
    fn what_is_packed_is_what_the_files_say() {
        let top = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("profiles");
        let read = |path: std::path::PathBuf| -> Value {
            let text = built(std::fs::read_to_string(&path).expect("a file"));
            serde_json::from_str(&text).expect("JSON")
        };
        let lines = definitions().expect("unpacks");
        let mut packed = 0;
        for line in lines.lines() {
            let definition: Value = serde_json::from_str(line).expect("JSON");
            let text = |name: &str| definition[name].as_str().expect(name);
            let name = format!("{}-{}.json", text("resourceType"), text("id"));
            assert!(definition == read(top.join("guide").join(&name)), "{name} is stale");
            packed += 1;
        }
        // Beside the definitions there is `package.json`.
        assert_eq!(std::fs::read_dir(top.join("guide")).expect("a folder").count(), packed + 1);
        let catalogue: Value = serde_json::from_str(&catalogue().expect("unpacks")).expect("JSON");
        let sections = catalogue["sections"].as_array().expect("sections").iter();
        let files = sections.map(|section| section["section"].as_str().expect("a name"));
        let items =
            files.flat_map(|name| match read(top.join(format!("catalogue/items/{name}.json"))) {
                Value::Array(items) => items,
                _ => Vec::new(),
            });
        assert!(
            catalogue["items"].as_array().expect("items").iter().eq(&items.collect::<Vec<_>>())
        );
        assert_eq!(catalogue["lists"], read(top.join("catalogue/lists.json")));
        assert_eq!(catalogue["rules"], read(top.join("catalogue/rules.json")));
        let rows = examples().expect("unpacks").lines().count();
        let manifest = read(top.join("examples/manifest.json"));
        assert_eq!(rows, manifest.as_array().expect("rows").len());
    }
}
