//! Grants that commands and the admin page make: the keys of a `[[grant]]` as JSON, read and checked as
//! a file is.

use std::path::Path;

use serde_json::{Map, Value};
use toml::de::{DeTable, DeValue};

use super::fault::Fault;
use super::{Grant, file};
use crate::fhir::date::Zone;

/// What units were before, as the text of a file of grants with no grant in it.
#[derive(Debug, Clone, Default)]
pub struct Areas(String);

impl Areas {
    /// Those of a file that was read already.
    pub fn of(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let Ok(parsed) = DeTable::parse(&text) else { return Self::default() };
        let mut areas = String::new();
        let tables = parsed.get_ref().iter().filter(|(key, _)| *key.get_ref() == "area");
        let lists = tables.filter_map(|(_, value)| match value.get_ref() {
            DeValue::Array(all) => Some(all),
            _ => None,
        });
        for area in lists.flat_map(|all| all.iter()) {
            let DeValue::Table(table) = area.get_ref() else { continue };
            areas.push_str("[[area]]\n");
            for (key, value) in table.iter() {
                let value = match value.get_ref() {
                    DeValue::Array(all) => {
                        all.iter().map(|one| text_of(one.get_ref())).collect::<Vec<_>>().into()
                    }
                    one => text_of(one),
                };
                areas.push_str(&format!("{} = {value}\n", key.get_ref()));
            }
        }
        Self(areas)
    }
}

fn text_of(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => text.to_string().into(),
        _ => Value::String(String::new()),
    }
}

/// Reads one. A text of JSON is one of TOML.
pub fn read(keys: &Map<String, Value>, areas: &Areas, zone: Zone) -> Result<Grant, Vec<Fault>> {
    let mut text = areas.0.clone();
    text.push_str("[[grant]]\n");
    for (key, value) in keys {
        text.push_str(&format!("{key} = {value}\n"));
    }
    let mut grants = file::grants(&text, zone)?;
    let missing = || vec![Fault::new(0, "", "không có quyền nào", "there is no grant")];
    let grant = grants.pop().ok_or_else(missing)?;
    // It stands at no line of any file.
    Ok(Grant { line: 0, ..grant })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::access::grant::Holder;

    fn one(keys: &Value, areas: &Areas) -> Result<Grant, Vec<Fault>> {
        read(keys.as_object().expect("an object"), areas, Zone::default())
    }

    #[test]
    fn rows_are_checked_as_a_file_is() {
        let midwife = json!({
            "user": "chị \"Lý\"", "role": "village-midwife", "fhir_user": "Practitioner/p",
            "communes": ["00004"], "hamlets": ["Nà Lầu"], "from": "2026-01-01", "choose_ids": true,
        });
        let grant = one(&midwife, &Areas::default()).expect("a grant");
        assert_eq!(grant.holder, Holder::User("chị \"Lý\"".to_owned()));
        assert!(grant.choose_ids && grant.line == 0 && grant.communes == ["00004"]);
        for (key, value) in [
            ("communes", json!(["12"])),
            ("role", json!("boss")),
            ("from", json!("soon")),
            ("fhir_user", json!("Group/p")),
            ("boss", json!(true)),
        ] {
            let mut bad = midwife.clone();
            bad[key] = value;
            let faults = one(&bad, &Areas::default()).expect_err(key);
            assert!(faults.iter().any(|fault| fault.key == key), "{faults:?}");
        }
    }

    #[test]
    fn units_of_the_file_are_known() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let path = folder.path().join("access.toml");
        let text = "[[area]]\ncode = \"new\"\npredecessors = [\"00004\", \"00007\"]\n\n[[grant]]\n";
        std::fs::write(&path, text).expect("written");
        let keys = json!({ "client": "his", "role": "vendor", "communes": ["new"] });
        let grant = one(&keys, &Areas::of(&path)).expect("a grant");
        assert_eq!(grant.communes, ["00004", "00007", "new"]);
        assert!(one(&keys, &Areas::default()).is_err());
    }
}
