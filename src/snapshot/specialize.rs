//! Elements that a new type adds to those of the type it specializes,
//! <https://hl7.org/fhir/R4/structuredefinition.html#derivation>.

use serde_json::Value;

use super::constrain::below;
use super::merge::constraint::accumulate;
use super::slicing::slice;
use super::tree::element::{Element, items, only_code, set_base};
use super::tree::node::SnapshotNode;
use super::tree::place::id_of;
use super::work::Work;
use crate::snapshot::tree::element::canonical;

/// The element that a differential adds below another.
pub(super) fn added(work: &mut Work<'_>, said: &SnapshotNode, above: &str) -> SnapshotNode {
    work.grown(1);
    let mut node = SnapshotNode::new(&said.step.name, None);
    let id = id_of(above, &said.step);
    node.element = new_element(work, &said.element, &id);
    let template = (!said.slices.is_empty()).then(|| node.unsliced());
    // What is below it is added to what its type has.
    below(work, &mut node, said, &id);
    if let Some(template) = template {
        slice(work, &mut node, &template, said, above);
    }
    node
}

/// The element at the top of a type that specializes no other.
pub(super) fn top(work: &mut Work<'_>, said: &SnapshotNode) -> SnapshotNode {
    let mut node = SnapshotNode::new(&said.step.name, None);
    node.element = finished(Element::new(), &said.element, work.url, &said.step.name);
    node
}

fn new_element(work: &mut Work<'_>, said: &Element, path: &str) -> Element {
    let mut element = Element::new();
    let rules = rules_of_values(work, said);
    if !rules.is_empty() {
        accumulate(&mut element, &rules, "");
    }
    let mut element = finished(element, said, work.url, path);
    element.entry("isSummary").or_insert(Value::Bool(false));
    element
}

fn finished(mut element: Element, said: &Element, url: &str, path: &str) -> Element {
    for (name, value) in said {
        match &**name {
            "constraint" => accumulate(&mut element, items(said, "constraint"), url),
            _ => {
                element.insert(name.clone(), value.clone());
            }
        }
    }
    set_base(&mut element, path);
    element.entry("isModifier").or_insert(Value::Bool(false));
    element
}

/// Every element obeys the invariants of `Element`, an extension those of `Extension` too. Those of
/// other types stand at the types only. Resources and the values of `FHIRPath` are no elements.
fn rules_of_values(work: &Work<'_>, said: &Element) -> Vec<Value> {
    match only_code(said) {
        Some("Extension") => work.rules_of_type("Extension"),
        Some("Resource" | "DomainResource") => Vec::new(),
        Some(code) if canonical(code).is_none() => Vec::new(),
        _ => work.rules_of_type("Element"),
    }
}
