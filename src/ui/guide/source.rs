//! What the pages are made from, unpacked when the first page is asked for.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde_json::Value;

use crate::definitions::guide;

/// The guide.
#[derive(Debug, Default)]
pub(super) struct Guide {
    /// By type and id.
    definitions: BTreeMap<(String, String), Value>,
    catalogue: Value,
    /// Rows of the manifest, each with its `resource`.
    pub(super) examples: Vec<Value>,
}

impl Guide {
    /// The guide; empty when it cannot be read.
    pub(super) fn get() -> &'static Self {
        static GUIDE: OnceLock<Guide> = OnceLock::new();
        GUIDE.get_or_init(|| {
            Self::read().unwrap_or_else(|| {
                tracing::error!("the embedded guide cannot be read");
                Self::default()
            })
        })
    }

    fn read() -> Option<Self> {
        let lines = |text: String| -> Option<Vec<Value>> {
            text.lines().map(|line| serde_json::from_str(line).ok()).collect()
        };
        let definitions = lines(guide::definitions().ok()?)?
            .into_iter()
            .map(|one| ((text(&one, "resourceType").to_owned(), text(&one, "id").to_owned()), one));
        Some(Self {
            definitions: definitions.collect(),
            catalogue: serde_json::from_str(&guide::catalogue().ok()?).ok()?,
            examples: lines(guide::examples().ok()?)?,
        })
    }

    /// The definition of a type with an id.
    pub(super) fn definition(&self, kind: &str, id: &str) -> Option<&Value> {
        self.definitions.get(&(kind.to_owned(), id.to_owned()))
    }

    /// The definitions of a type.
    pub(super) fn of_type<'g>(&'g self, kind: &'g str) -> impl Iterator<Item = &'g Value> {
        let all = self.definitions.iter();
        all.filter(move |((found, _), _)| found == kind).map(|(_, definition)| definition)
    }

    /// A list of the catalogue: `items`, `lists`, `sections`, `rules`, `coverage`.
    pub(super) fn list(&self, name: &str) -> &[Value] {
        list(&self.catalogue, name)
    }

    /// An item of the catalogue.
    pub(super) fn item(&self, id: &str) -> Option<&Value> {
        self.list("items").iter().find(|item| text(item, "id") == id)
    }

    /// The part of a URL of the guide below its base: `StructureDefinition/mch-mother`.
    pub(super) fn below<'u>(&self, url: &'u str) -> Option<&'u str> {
        url.strip_prefix(text(&self.catalogue, "canonical"))?.strip_prefix('/')
    }
}

/// A text of an object; empty when there is none.
pub(super) fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// A list of an object; empty when there is none.
pub(super) fn list<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    value.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// The texts of a list.
pub(super) fn texts<'v>(value: &'v Value, name: &str) -> Vec<&'v str> {
    list(value, name).iter().filter_map(Value::as_str).collect()
}
