//! What accounts and clients were granted by commands and on the admin page: the keys of a `[[grant]]`,
//! checked as those of the file are.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::access::grant::Grant;
use crate::access::grant::row::{Areas, read};
use crate::fhir::date::Zone;
use crate::fhir::issue::Text;
use crate::store::authority::row::Kind;

use super::record::Record;

/// A grant, as it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Granted {
    pub id: String,
    /// Whose it is: [`Holder::parent`].
    pub holder: String,
    /// As in the file.
    pub keys: Map<String, Value>,
}

/// Whose a grant is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder<'a> {
    Account(&'a str),
    Client(&'a str),
}

/// What is to be granted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    pub role: String,
    pub fhir_user: Vec<String>,
    pub organization: Option<String>,
    pub communes: Vec<String>,
    pub hamlets: Vec<String>,
    pub labels: Vec<String>,
    pub from: Option<String>,
    pub until: Option<String>,
    pub break_glass: bool,
    pub choose_ids: bool,
}

impl Record for Granted {
    const KIND: Kind = Kind::Grant;

    fn id(&self) -> &str {
        &self.id
    }

    fn parent(&self) -> Option<&str> {
        Some(&self.holder)
    }
}

impl Holder<'_> {
    /// What the rows of its grants belong to.
    pub fn parent(self) -> String {
        match self {
            Self::Account(name) => format!("account/{name}"),
            Self::Client(id) => format!("client/{id}"),
        }
    }

    fn key(self) -> (&'static str, String) {
        match self {
            Self::Account(name) => ("user", name.to_owned()),
            Self::Client(id) => ("client", id.to_owned()),
        }
    }
}

impl Granted {
    /// A new grant, when the file could have it.
    pub fn new(
        holder: Holder<'_>,
        wanted: &Wanted,
        (areas, zone): (&Areas, Zone),
    ) -> Result<Self, Vec<Text>> {
        let keys = keys(holder, wanted);
        let said = |key: &str, text: Text| match key {
            "" => text,
            key => Text::new(format!("{key}: {}", text.vi), format!("{key}: {}", text.en)),
        };
        read(&keys, areas, zone).map_err(|faults| {
            faults.into_iter().map(|fault| said(&fault.key, fault.text)).collect::<Vec<_>>()
        })?;
        // In the order in which they were made.
        let id = uuid::Uuid::now_v7().simple().to_string();
        Ok(Self { id, holder: holder.parent(), keys })
    }

    /// What it grants; none when that is not known any more, such as the code of a commune.
    pub fn read(&self, areas: &Areas, zone: Zone) -> Option<Grant> {
        read(&self.keys, areas, zone).ok()
    }
}

fn keys(holder: Holder<'_>, wanted: &Wanted) -> Map<String, Value> {
    let mut keys = Map::new();
    let (key, whose) = holder.key();
    keys.insert(key.into(), whose.into());
    keys.insert("role".into(), wanted.role.as_str().into());
    match wanted.fhir_user.as_slice() {
        [] => {}
        // Only a caregiver is several.
        [one] if wanted.role != "caregiver" => {
            keys.insert("fhir_user".into(), one.as_str().into());
        }
        several => {
            keys.insert("fhir_user".into(), several.into());
        }
    }
    for (key, list) in
        [("communes", &wanted.communes), ("hamlets", &wanted.hamlets), ("labels", &wanted.labels)]
    {
        if !list.is_empty() {
            keys.insert(key.into(), list.as_slice().into());
        }
    }
    for (key, text) in
        [("organization", &wanted.organization), ("from", &wanted.from), ("until", &wanted.until)]
    {
        if let Some(text) = text {
            keys.insert(key.into(), text.as_str().into());
        }
    }
    for (key, is_so) in [("break_glass", wanted.break_glass), ("choose_ids", wanted.choose_ids)] {
        if is_so {
            keys.insert(key.into(), true.into());
        }
    }
    keys
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn grants_are_kept_as_the_file_has_them() {
        let wanted = Wanted {
            role: "caregiver".into(),
            fhir_user: vec!["RelatedPerson/b".into()],
            until: Some("2027-01-01".into()),
            ..Wanted::default()
        };
        let areas = Areas::default();
        let granted = Granted::new(Holder::Account("bố"), &wanted, (&areas, Zone::default()));
        let granted = granted.expect("a grant");
        let expected = json!({
            "user": "bố", "role": "caregiver", "fhir_user": ["RelatedPerson/b"],
            "until": "2027-01-01",
        });
        assert_eq!(Value::Object(granted.keys.clone()), expected);
        assert_eq!(granted.parent(), Some("account/bố"));
        assert!(granted.read(&areas, Zone::default()).is_some());
        let bad = Wanted { role: "mother".into(), ..wanted };
        let faults = Granted::new(Holder::Account("bố"), &bad, (&areas, Zone::default()));
        assert!(faults.expect_err("no mother").iter().any(|text| text.en.contains("fhir_user")));
    }
}
