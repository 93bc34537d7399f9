//! The resources that a resource refers to, read before something is evaluated that may look at
//! them: an evaluation does not wait for the database.

use std::cell::{OnceCell, RefCell};

use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::Value;

use crate::definitions::base::today_in;
use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::fhir::reference::Target;
use crate::fhirpath::expression::environment::Resolver;
use crate::store::error::StoreError;
use crate::store::lookup::{Found, Lookup};

use super::engine::Ctx;

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
    found: FxHashMap<Box<str>, Option<Body>>,
    /// How many of them were read before anybody asked.
    ahead: usize,
    bytes: usize,
}

/// A resource, parsed when it is first looked at.
#[derive(Debug)]
struct Body {
    text: String,
    resource: OnceCell<Option<Value>>,
}

impl Body {
    fn new(text: String) -> Self {
        Self { text, resource: OnceCell::new() }
    }

    fn resource(&self) -> Option<&Value> {
        let read = || Some(today_in(&serde_json::from_str(&self.text).ok()?).into_owned());
        self.resource.get_or_init(read).as_ref()
    }
}

impl Resolver for Gathered {
    fn resolve(&self, reference: &str) -> Option<&Value> {
        self.found.get(reference)?.as_ref()?.resource()
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
            return found.as_ref().and_then(Body::resource);
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
        ctx: &Ctx<'_>,
        references: Vec<Box<str>>,
    ) -> Result<bool, StoreError> {
        let before = self.found.len();
        let mut current = Vec::new();
        for reference in references {
            if self.found.len() >= self.ahead + REFERENCES || self.bytes > BYTES {
                break;
            }
            if self.found.contains_key(&*reference) {
                continue;
            }
            let body = match Target::parse(&reference, &ctx.engine.base) {
                Target::Local { kind, id, version: None } => {
                    current.extend(ResourceId::parse(id).map(|id| (reference.clone(), kind, id)));
                    None
                }
                Target::Local { kind, id, version: Some(version) } => {
                    version_of(ctx, (kind, id), version).await?
                }
                _ => None,
            };
            self.put(reference, body);
        }
        self.add_current(ctx, current).await?;
        Ok(self.found.len() > before)
    }

    /// Reads resources as they are now, all by one question.
    async fn add_current(
        &mut self,
        ctx: &Ctx<'_>,
        wanted: Vec<(Box<str>, ResourceKind, ResourceId)>,
    ) -> Result<(), StoreError> {
        let address = |(_, kind, id): &(_, ResourceKind, ResourceId)| Lookup::Address {
            kind: *kind,
            id: id.clone(),
        };
        let lookups = wanted.iter().map(address).collect();
        for Found { lookup, hit } in ctx.rows().look_up(lookups, 1).await? {
            if let Some((reference, ..)) = wanted.get(lookup) {
                self.put(reference.clone(), Some(hit.stored.body));
            }
        }
        for (reference, kind, id) in wanted {
            if self.found.get(&reference).is_none_or(Option::is_none) {
                let provided = ctx.engine.served.read(kind, &id).map(|stored| stored.body);
                self.put(reference, provided);
            }
        }
        Ok(())
    }

    fn put(&mut self, reference: Box<str>, body: Option<String>) {
        let body = body.filter(|body| !body.is_empty());
        self.bytes += body.as_ref().map_or(0, String::len);
        self.found.insert(reference, body.map(Body::new));
    }
}

/// Reads what will be asked for when a resource is validated, so that it need not be validated
/// again: what those refer to that claim a profile, but for each other.
pub(super) async fn gather_ahead(ctx: &Ctx<'_>, resource: &Value) -> Result<Gathered, StoreError> {
    let mut wanted = Vec::new();
    if claims_profile(resource) {
        references(resource, &mut wanted);
    }
    let entries = resource.get("entry").and_then(Value::as_array);
    let entries = entries.into_iter().flatten().filter_map(|entry| entry.get("resource"));
    let claiming = entries.clone().filter(|one| claims_profile(one));
    claiming.for_each(|one| references(one, &mut wanted));
    let mut gathered = Gathered::default();
    if !wanted.is_empty() {
        let here: FxHashSet<String> = entries.filter_map(address).collect();
        wanted.retain(|reference| !here.contains(&**reference));
        gathered.add(ctx, wanted).await?;
    }
    // What nobody may ask for takes no room of what somebody will.
    (gathered.ahead, gathered.bytes) = (gathered.found.len(), 0);
    Ok(gathered)
}

fn claims_profile(resource: &Value) -> bool {
    resource.get("meta").is_some_and(|meta| meta.get("profile").is_some())
}

fn address(resource: &Value) -> Option<String> {
    let text = |name: &str| resource.get(name)?.as_str();
    Some(format!("{}/{}", text("resourceType")?, text("id")?))
}

/// Reads what a resource refers to, and what that refers to, as far as the limits go. What is not
/// on this server, or was deleted, is not found.
pub async fn gather(ctx: &Ctx<'_>, resource: &Value) -> Result<Gathered, StoreError> {
    let mut gathered = Gathered::default();
    let mut wanted = Vec::new();
    references(resource, &mut wanted);
    for _ in 0..LEVELS {
        let level = wanted.clone();
        if !gathered.add(ctx, std::mem::take(&mut wanted)).await? {
            break;
        }
        let found = level.iter().filter_map(|reference| gathered.resolve(reference));
        found.for_each(|found| references(found, &mut wanted));
    }
    Ok(gathered)
}

async fn version_of(
    ctx: &Ctx<'_>,
    (kind, id): (ResourceKind, &str),
    version: &str,
) -> Result<Option<String>, StoreError> {
    let (Some(id), Ok(version)) = (ResourceId::parse(id), version.parse()) else { return Ok(None) };
    let stored = ctx.rows().version(kind, &id, version).await?;
    Ok(stored.map(|stored| stored.body))
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
