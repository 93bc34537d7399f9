//! Checks README against the code: it lists every setting, and none that does not exist.

use std::collections::BTreeSet;
use std::path::Path;

use mebe::config::load;

/// The names in the first column of the tables under the heading about settings.
fn listed(readme: &str) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    let mut within = None;
    for line in readme.lines() {
        if line.starts_with('#') {
            let level = line.bytes().take_while(|byte| *byte == b'#').count();
            if line.to_lowercase().contains("setting") {
                within = within.or(Some(level));
            } else if within.is_some_and(|outer| level <= outer) {
                within = None;
            }
        }
        let cell = line.strip_prefix("| `").and_then(|rest| rest.split('`').next());
        names.extend(cell.filter(|_| within.is_some()));
    }
    names
}

#[test]
fn readme_lists_every_setting() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = std::fs::read_to_string(path).unwrap();
    let names = load::names();
    let known: BTreeSet<&str> = names.iter().map(String::as_str).collect();
    let listed = listed(&readme);
    let missing: Vec<_> = known.difference(&listed).collect();
    let extra: Vec<_> = listed.difference(&known).collect();
    assert!(
        missing.is_empty() && extra.is_empty(),
        "README.md, the tables under the heading with \"Settings\" (first cell: | `name` |): \
         missing {missing:?}, not a setting {extra:?}"
    );
}
