//! A differential's element on the base's: the element itself, what is below it, and its slices,
//! <https://hl7.org/fhir/R4/profiling.html#constraints>.

use super::fault::SnapshotFault;
use super::merge::apply::{keep_binding_of_codes, merge};
use super::merge::type_profile;
use super::narrow::cardinality;
use super::narrow::narrowed::Narrowed;
use super::narrow::properties;
use super::narrow::value::keep_stronger;
use super::tree::choice::gathered;
use super::tree::element::{Element, text, types};
use super::tree::node::SnapshotNode;
use super::tree::place::id_of;
use super::work::Work;
use super::{discriminator, slicing, specialize, unfold};

/// Applies what is said to a node of the base; `above` is the id of the element above it.
pub(super) fn constrain(
    work: &mut Work<'_>,
    node: &mut SnapshotNode,
    said: &SnapshotNode,
    above: &str,
) {
    let is_new_slice = std::mem::take(&mut work.is_new_slice);
    let id = id_of(above, &node.step);
    let template = (!said.slices.is_empty()).then(|| node.unsliced());
    if !said.element.is_empty() {
        own(work, node, said, (&id, is_new_slice));
    }
    below(work, node, said, &id);
    if let Some(template) = template {
        slicing::slice(work, node, &template, said, above);
    } else if said.element.contains_key("max") {
        slicing::too_many(work, node, &id);
    }
    discriminator::check(work, node, said, &id);
}

fn own(
    work: &mut Work<'_>,
    node: &mut SnapshotNode,
    said: &SnapshotNode,
    (id, is_new_slice): (&str, bool),
) {
    let before = node.element.clone();
    let describes_extensions = is_extension(node) || &*node.step.name == "Extension";
    if describes_extensions && node.step.slice.is_none() && !work.is_specialization {
        say_extension(&mut node.element);
    }
    type_profile::apply(work, &mut node.element, &said.element);
    merge(&mut node.element, &said.element, work.url);
    keep_stronger(&mut node.element);
    if !work.is_specialization {
        properties::keep_modifier(&before, &mut node.element);
    }
    if !work.is_specialization {
        keep_binding_of_codes(&mut node.element);
    }
    if above_root(id) {
        work.report(cardinality::check(&before, &node.element), id);
    }
    if said.element.contains_key("type") {
        let fault = super::narrow::types::check(work, &before, &node.element);
        work.report(fault, id);
    }
    if !work.is_specialization {
        let element =
            Narrowed { base: &before, said: &said.element, now: &node.element, id, is_new_slice };
        properties::check(work, element);
    }
}

/// The cardinality of a root says nothing about the type it is of.
fn above_root(id: &str) -> bool {
    id.contains('.')
}

pub(super) fn is_extension(node: &SnapshotNode) -> bool {
    matches!(&*node.step.name, "extension" | "modifierExtension")
}

/// What is said of all extensions is not said again where a profile speaks of its own.
pub(super) fn say_extension(element: &mut Element) {
    for name in ["comment", "requirements", "alias", "mapping"] {
        element.remove(name);
    }
    for (name, value) in [("short", "Extension"), ("definition", "An Extension")] {
        if text(element, name).is_some() {
            element.insert(name.into(), value.into());
        }
    }
}

/// Applies what is said of the elements below a node.
pub(super) fn below(work: &mut Work<'_>, node: &mut SnapshotNode, said: &SnapshotNode, id: &str) {
    if said.children.is_empty() {
        return;
    }
    let is_in_slice = work.is_in_slice;
    if node.children.is_empty() {
        if let Err(fault) = unfold::unfold(work, node) {
            return work.report(Some(fault), id);
        }
        // What comes from a type is not in the slice of the base any more.
        work.is_in_slice = false;
    }
    for child in gathered(&said.children, &node.children, work.is_in_slice) {
        let known = node.children.iter_mut().find(|known| known.step.name == child.step.name);
        match known {
            Some(known) => constrain(work, known, &child, id),
            None if work.is_specialization => {
                let added = specialize::added(work, &child, id);
                node.children.push(added);
            }
            None => {
                let is_choice = types(&node.element).len() > 1;
                let fault = if is_choice {
                    SnapshotFault::NotBelowChoice
                } else {
                    SnapshotFault::UnknownPath
                };
                work.report(Some(fault), &id_of(id, &child.step));
            }
        }
    }
    work.is_in_slice = is_in_slice;
}
