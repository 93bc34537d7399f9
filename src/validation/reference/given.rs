//! The resources in Parameters, to which others in them refer by type and id.

use std::cell::OnceCell;
use std::rc::Rc;

use rustc_hash::FxHashMap;
use serde_json::Value;

use crate::fhir::member::{member, members, text};

/// Parts in parts; what is deeper is not looked for.
const DEEPEST: usize = 60;

/// Found when first asked for; copies share it.
#[derive(Clone, Default)]
pub(in crate::validation) struct Given<'a>(Rc<OnceCell<Found<'a>>>);

/// Resources by type and id.
type Found<'a> = FxHashMap<(&'a str, &'a str), &'a Value>;

impl<'a> Given<'a> {
    /// The first resource in the parameters that a reference such as `Patient/1` means.
    pub(in crate::validation) fn resource(
        &self,
        whole: &'a Value,
        reference: &str,
    ) -> Option<&'a Value> {
        if text(whole, "resourceType") != Some("Parameters") {
            return None;
        }
        let (kind, id) = reference.split_once('/')?;
        let found = self.0.get_or_init(|| {
            let mut found = FxHashMap::default();
            gather(members(whole, "parameter"), DEEPEST, &mut found);
            found
        });
        found.get(&(kind, id)).copied()
    }
}

fn gather<'a>(parameters: &'a [Value], deepest: usize, found: &mut Found<'a>) {
    for parameter in parameters {
        if let Some(resource) = member(parameter, "resource")
            && let (Some(kind), Some(id)) = (text(resource, "resourceType"), text(resource, "id"))
        {
            found.entry((kind, id)).or_insert(resource);
        }
        if deepest > 0 {
            gather(members(parameter, "part"), deepest - 1, found);
        }
    }
}
