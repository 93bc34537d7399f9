//! The resources that a resource refers to, read before something is evaluated that may look at
//! them: an evaluation does not wait for the database.

use std::cell::RefCell;

use rustc_hash::FxHashMap;
use serde_json::Value;

use crate::fhir::id::ResourceId;
use crate::fhir::reference::Target;
use crate::fhirpath::environment::Resolver;
use crate::store::error::StoreError;
use crate::store::row::Op;

use super::engine::Engine;

/// How many references are followed.
pub const REFERENCES: usize = 64;
/// How many references may lie between the resource and one that is read.
const LEVELS: usize = 2;
/// How often what was asked for is read, to be asked for more.
pub(super) const ROUNDS: usize = 4;
/// How much is read, in bytes.
const BYTES: usize = 4 << 20;

/// Resources by what references to them say.
#[derive(Debug, Default)]
pub struct Gathered {
    found: FxHashMap<Box<str>, Option<Value>>,
    bytes: usize,
}

impl Resolver for Gathered {
    fn resolve(&self, reference: &str) -> Option<&Value> {
        self.found.get(reference)?.as_ref()
    }
}

/// What is read, and what was asked for besides.
pub(super) struct Asking<'g> {
    gathered: &'g Gathered,
    base: &'g str,
    missing: RefCell<Vec<Box<str>>>,
}

impl<'g> Asking<'g> {
    pub(super) fn new(gathered: &'g Gathered, base: &'g str) -> Self {
        Self { gathered, base, missing: RefCell::default() }
    }

    /// References to resources of this server that were asked for and are not read yet.
    pub(super) fn missing(self) -> Vec<Box<str>> {
        self.missing.into_inner()
    }
}

impl Resolver for Asking<'_> {
    fn resolve(&self, reference: &str) -> Option<&Value> {
        if let Some(found) = self.gathered.found.get(reference) {
            return found.as_ref();
        }
        let is_local = matches!(Target::parse(reference, self.base), Target::Local { .. });
        let mut missing = self.missing.borrow_mut();
        let is_new = missing.len() < REFERENCES && missing.iter().all(|one| **one != *reference);
        if is_local && is_new {
            missing.push(reference.into());
        }
        None
    }
}

impl Gathered {
    /// Reads resources as far as the limits go; whether there was any to be read.
    pub(super) async fn add(
        &mut self,
        engine: &Engine,
        references: Vec<Box<str>>,
    ) -> Result<bool, StoreError> {
        let before = self.found.len();
        for reference in references {
            if self.found.contains_key(&*reference) {
                continue;
            }
            if self.found.len() >= REFERENCES || self.bytes > BYTES {
                break;
            }
            let body = body(engine, &reference).await?.unwrap_or_default();
            self.bytes += body.len();
            self.found.insert(reference, serde_json::from_str(&body).ok());
        }
        Ok(self.found.len() > before)
    }
}

/// Reads what a resource refers to, and what that refers to, as far as the limits go. What is not
/// on this server, or was deleted, is not found.
pub async fn gather(engine: &Engine, resource: &Value) -> Result<Gathered, StoreError> {
    let mut gathered = Gathered::default();
    let mut wanted = Vec::new();
    references(resource, &mut wanted);
    for _ in 0..LEVELS {
        let level = wanted.clone();
        if !gathered.add(engine, std::mem::take(&mut wanted)).await? {
            break;
        }
        let found = level.iter().filter_map(|reference| gathered.resolve(reference));
        found.for_each(|found| references(found, &mut wanted));
    }
    Ok(gathered)
}

async fn body(engine: &Engine, reference: &str) -> Result<Option<String>, StoreError> {
    let Target::Local { kind, id, version } = Target::parse(reference, &engine.base) else {
        return Ok(None);
    };
    let Some(id) = ResourceId::parse(id) else { return Ok(None) };
    let stored = match version {
        None => {
            let stored = engine.store.current(kind, &id).await?;
            let stored = stored.filter(|stored| stored.op != Op::Deleted);
            stored.or_else(|| engine.served.read(kind, &id))
        }
        Some(version) => match version.parse() {
            Ok(version) => engine.store.version(kind, &id, version).await?,
            Err(_) => None,
        },
    };
    Ok(stored.map(|stored| stored.body).filter(|body| !body.is_empty()))
}

/// The texts of all references to resources of servers.
fn references(value: &Value, found: &mut Vec<Box<str>>) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| references(value, found)),
        Value::Object(members) => {
            for (key, value) in members {
                match value {
                    Value::String(text) if key == "reference" && !text.starts_with('#') => {
                        found.push(text.as_str().into());
                    }
                    value => references(value, found),
                }
            }
        }
        _ => {}
    }
}
