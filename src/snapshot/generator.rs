//! Makes the snapshot of one definition from its base's.

use std::sync::Arc;

use serde_json::{Value, json};

use super::constrain::constrain;
use super::constraint::accumulate;
use super::element::{Element, items, set_base, text};
use super::fault::Fault;
use super::service::{Snapshots, Trail};
use super::specialize;
use super::text::with_absolute_links;
use super::tree::{self, MOST_ELEMENTS, Node};
use super::types::canonical;
use crate::fhir::issue::Issue;

/// What the canonicals of the specification's own definitions begin with.
const SPECIFICATION: &str = "http://hl7.org/fhir/StructureDefinition/";
/// Types between a type and the last one it is based on.
const MOST_BASES: usize = 20;

/// One snapshot in the making.
pub(super) struct Work<'a> {
    /// Of the definition.
    pub(super) url: &'a str,
    pub(super) is_specialization: bool,
    /// Whether what is constrained now is a slice that the base has elements for.
    pub(super) is_in_slice: bool,
    /// What content references refer to.
    pub(super) base: Option<Node>,
    pub(super) issues: Vec<Issue>,
    snapshots: &'a Snapshots,
    trail: &'a Trail<'a>,
    size: usize,
}

/// A definition with its snapshot.
#[derive(Debug)]
pub(super) struct Made {
    pub(super) definition: Value,
    /// What is wrong with the differential. The snapshot is right but for that.
    pub(super) issues: Vec<Issue>,
}

/// Makes the snapshot of a definition.
pub(super) fn generate(
    snapshots: &Snapshots,
    definition: &Value,
    trail: &Trail<'_>,
) -> Result<Made, Fault> {
    let url = definition.get("url").and_then(Value::as_str).unwrap_or_default();
    let differential = elements(definition, "differential");
    let base_url = definition.get("baseDefinition").and_then(Value::as_str);
    if differential.is_empty() && (base_url.is_none() || is_published(definition)) {
        return published(definition);
    }
    let derivation = definition.get("derivation").and_then(Value::as_str);
    let mut work = Work {
        url,
        is_specialization: derivation != Some("constraint"),
        is_in_slice: false,
        base: None,
        issues: Vec::new(),
        snapshots,
        trail,
        size: 0,
    };
    let said = match differential {
        [] => None,
        list => Some(tree::grow(list)?),
    };
    let mut root = match (base_url, &said) {
        (Some(base_url), _) => work.tree(base_url).map_err(|fault| match fault {
            Fault::UnknownType(url) => Fault::UnknownBase(url),
            fault => fault,
        })?,
        (None, Some(said)) => specialize::top(&mut work, said),
        (None, None) => return Err(Fault::NoElements),
    };
    if let Some(said) = &said {
        apply(&mut work, &mut root, said, base_url.is_some())?;
    }
    if work.size > MOST_ELEMENTS {
        return Err(Fault::TooLarge);
    }
    let list = tree::list(root);
    if list.len() > MOST_ELEMENTS {
        return Err(Fault::TooLarge);
    }
    Ok(Made { definition: with_snapshot(definition, list), issues: work.issues })
}

fn apply(work: &mut Work<'_>, root: &mut Node, said: &Node, has_base: bool) -> Result<(), Fault> {
    // How far the base has come in standardisation says nothing of what is made of it.
    root.element.shift_remove("extension");
    if work.is_specialization && has_base {
        root.step.name = said.step.name.clone();
        root.element.shift_remove("mapping");
    } else if root.step.name != said.step.name {
        let (expected, found) = (root.step.name.clone(), said.step.name.clone());
        return Err(Fault::OtherRoot { expected, found });
    }
    work.base = Some(root.clone());
    constrain(work, root, said, "");
    if work.is_specialization {
        set_base(&mut root.element, &root.step.name);
    }
    Ok(())
}

fn is_published(definition: &Value) -> bool {
    !elements(definition, "snapshot").is_empty()
}

/// A definition that comes with a snapshot only.
fn published(definition: &Value) -> Result<Made, Fault> {
    match elements(definition, "snapshot") {
        [] => Err(Fault::NoElements),
        _ => Ok(Made { definition: definition.clone(), issues: Vec::new() }),
    }
}

/// The elements of a differential or snapshot.
pub(super) fn elements<'d>(definition: &'d Value, list: &str) -> &'d [Value] {
    let list = definition.get(list).and_then(|list| list.get("element"));
    list.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// The definition with the snapshot in its place, before the differential.
fn with_snapshot(definition: &Value, list: Vec<Value>) -> Value {
    let mut snapshot = Some(json!({ "element": list }));
    let mut whole = serde_json::Map::new();
    for (name, value) in definition.as_object().into_iter().flatten() {
        if matches!(&**name, "snapshot" | "differential")
            && let Some(snapshot) = snapshot.take()
        {
            whole.insert("snapshot".into(), snapshot);
        }
        if name != "snapshot" {
            whole.insert(name.clone(), value.clone());
        }
    }
    if let Some(snapshot) = snapshot {
        whole.insert("snapshot".into(), snapshot);
    }
    Value::Object(whole)
}

/// The texts of the specification's own definitions have links that lead nowhere else.
fn link_to_specification(node: &mut Node) {
    for name in ["definition", "comment", "requirements", "meaningWhenMissing"] {
        if let Some(linked) = text(&node.element, name).and_then(with_absolute_links) {
            node.element.insert(name.into(), linked.into());
        }
    }
    for node in node.children.iter_mut().chain(&mut node.slices) {
        link_to_specification(node);
    }
}

impl Work<'_> {
    /// Notes what is wrong with an element.
    pub(super) fn report(&mut self, fault: Option<Fault>, id: &str) {
        self.issues.extend(fault.map(|fault| fault.at(id)));
    }

    /// Notes what is odd about an element.
    pub(super) fn warn(&mut self, fault: &Fault, id: &str) {
        self.issues.push(fault.at(id).warning());
    }

    /// Counts elements that were added.
    pub(super) fn grown(&mut self, by: usize) {
        self.size = self.size.saturating_add(by);
    }

    /// Whether the definition is the specification's own.
    pub(super) fn is_of_specification(&self) -> bool {
        self.url.starts_with(SPECIFICATION)
    }

    /// A definition with its snapshot.
    pub(super) fn definition(&self, canonical: &str) -> Result<Arc<Value>, Fault> {
        // Once there are too many elements no more are fetched, so that hostile ones end.
        if self.size > MOST_ELEMENTS {
            return Err(Fault::TooLarge);
        }
        self.snapshots.made(canonical, Some(self.trail))
    }

    /// The elements of a definition.
    pub(super) fn tree(&self, canonical: &str) -> Result<Node, Fault> {
        let definition = self.definition(canonical)?;
        let mut tree = tree::grow(elements(&definition, "snapshot"))?;
        if !self.is_specialization && canonical.starts_with(SPECIFICATION) {
            link_to_specification(&mut tree);
        }
        Ok(tree)
    }

    /// What a definition is based on.
    pub(super) fn base_of(&self, canonical: &str) -> Option<String> {
        let definition = self.snapshots.as_stored(canonical)?;
        Some(definition.get("baseDefinition")?.as_str()?.to_owned())
    }

    /// The invariants of a type and of those it comes from, with their sources.
    pub(super) fn rules_of_type(&self, code: &str) -> Vec<Value> {
        let mut chain = Vec::new();
        let mut next = canonical(code);
        while let Some(url) = next.take().filter(|_| chain.len() < MOST_BASES) {
            let Some(definition) = self.snapshots.as_stored(&url) else { break };
            next = definition.get("baseDefinition").and_then(Value::as_str).map(str::to_owned);
            chain.push((url, definition));
        }
        let mut rules = Element::new();
        for (url, definition) in chain.iter().rev() {
            let top = elements(definition, "differential").first().and_then(Value::as_object);
            accumulate(
                &mut rules,
                top.map(|top| items(top, "constraint")).unwrap_or_default(),
                url,
            );
        }
        items(&rules, "constraint").to_vec()
    }
}
