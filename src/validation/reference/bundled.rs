//! The Bundle that the resource at hand is in, with its entries by `fullUrl`,
//! <https://hl7.org/fhir/R4/bundle.html#references>.

use std::cell::OnceCell;
use std::rc::Rc;

use rustc_hash::FxHashMap;
use serde_json::Value;

/// A Bundle; copies share what was found of it.
#[derive(Clone)]
pub(in crate::validation) struct Bundled<'a> {
    pub(in crate::validation) value: &'a Value,
    /// Whether its entries are to be stored together.
    is_transaction: bool,
    /// Made when first asked for: a Bundle of many entries is not searched for each reference.
    by_url: Rc<OnceCell<FxHashMap<&'a str, &'a Value>>>,
}

impl<'a> Bundled<'a> {
    pub(in crate::validation) fn new(value: &'a Value) -> Self {
        let is_transaction = value.get("type").is_some_and(|kind| kind == "transaction");
        Self { value, is_transaction, by_url: Rc::default() }
    }

    /// The resource of the entry that is to be stored under this address, `Patient/1`.
    pub(in crate::validation) fn written(&self, address: &str) -> Option<&'a Value> {
        self.resource(address).filter(|_| self.is_transaction)
    }

    /// The resource of the first entry with this `fullUrl`.
    pub(in crate::validation) fn resource(&self, full_url: &str) -> Option<&'a Value> {
        self.by_url.get_or_init(|| self.index()).get(full_url).copied()
    }

    pub(in crate::validation) fn entries(&self) -> impl Iterator<Item = &'a Value> + use<'a> {
        self.value.get("entry").and_then(Value::as_array).into_iter().flatten()
    }

    fn index(&self) -> FxHashMap<&'a str, &'a Value> {
        let mut index = FxHashMap::default();
        for entry in self.entries() {
            if let (Some(url), Some(resource)) =
                (entry.get("fullUrl").and_then(Value::as_str), entry.get("resource"))
            {
                index.entry(url).or_insert(resource);
            }
            if self.is_transaction
                && let (Some(request), Some(resource)) =
                    (entry.get("request"), entry.get("resource"))
                && request.get("method").is_some_and(|method| method == "PUT")
                && let Some(url) = request.get("url").and_then(Value::as_str)
            {
                index.entry(url).or_insert(resource);
            }
        }
        index
    }
}
