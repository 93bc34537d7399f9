//! Slices, <https://hl7.org/fhir/R4/profiling.html#slicing>.
//!
//! A slice starts as what the base says of the whole, a re-slice (`a/b`) as what is said of the
//! slice. It may be absent unless it says otherwise: what the whole needs, some other slice may be.

use serde_json::{Value, json};

use super::constrain::{constrain, is_extension, say_extension};
use super::fault::SnapshotFault;
use super::narrow::cardinality::check_slices;
use super::tree::choice::type_in_name;
use super::tree::element::{Element, Max, cardinality, code, types};
use super::tree::node::SnapshotNode;
use super::tree::place::id_of;
use super::work::Work;

/// Applies what is said of slices; the template is the whole as it was.
pub(super) fn slice(
    work: &mut Work<'_>,
    node: &mut SnapshotNode,
    template: &SnapshotNode,
    said: &SnapshotNode,
    above: &str,
) {
    let id = id_of(above, &node.step);
    let was_sliced = template.element.contains_key("slicing") || !node.slices.is_empty();
    if let ([only], false) = (said.slices.as_slice(), was_sliced)
        && said.element.is_empty()
        && !node.element.contains_key("slicing")
        && !is_extension(node)
        && only.step.slice.as_deref().and_then(|name| type_in_name(node, name)).is_none()
    {
        return name_only(work, node, only, above);
    }
    let is_short = said.element.is_empty() && !was_sliced && is_choice(node);
    implied_slicing(work, node, said, &id);
    check_order(work, node, template, said, &id);
    for one in &said.slices {
        let Some(name) = one.step.slice.as_deref() else { continue };
        if work.is_full() {
            return;
        }
        let known = position(node, name);
        let at = match known {
            Some(at) => at,
            None => {
                if one.element.get("sliceIsConstraining") == Some(&Value::Bool(true)) {
                    let id = format!("{id}:{name}");
                    work.report(Some(SnapshotFault::UnknownSlice(name.into())), &id);
                }
                let added = new_slice(work, node, template, one, name);
                check_closed(work, template, node, name, &id);
                let at = place_of(node, name);
                node.slices.insert(at, added);
                at
            }
        };
        check_type(work, node, one, name, &id);
        if let Some(slice) = node.slices.get_mut(at) {
            let was_in_slice = std::mem::replace(&mut work.is_in_slice, true);
            work.is_new_slice = known.is_none();
            constrain(work, slice, one, above);
            work.is_in_slice = was_in_slice;
        }
    }
    if is_short {
        close_choice(work, node);
    }
    too_many(work, node, &id);
}

/// Notes slices that need more elements than there may be. Where there may be none at all, as in
/// R4's own `codesystem-history`, slices are merely odd.
pub(super) fn too_many(work: &mut Work<'_>, node: &SnapshotNode, id: &str) {
    let Some(fault) = check_slices(node) else { return };
    match cardinality(&node.element).1 {
        Max::Times(0) => work.warn(&fault, id),
        _ => work.report(Some(fault), id),
    }
}

/// A slice of what is not sliced: what is said of it holds for all, for nothing tells it apart.
fn name_only(work: &mut Work<'_>, node: &mut SnapshotNode, said: &SnapshotNode, above: &str) {
    work.warn(&SnapshotFault::NoSlicing, &id_of(above, &said.step));
    node.step.slice.clone_from(&said.step.slice);
    constrain(work, node, said, above);
}

fn position(node: &SnapshotNode, name: &str) -> Option<usize> {
    node.slices.iter().position(|slice| slice.step.slice.as_deref() == Some(name))
}

/// A re-slice comes after the slice and its other re-slices, a slice after all.
fn place_of(node: &SnapshotNode, name: &str) -> usize {
    let Some((sliced, _)) = name.rsplit_once('/') else { return node.slices.len() };
    let belongs = |slice: &SnapshotNode| {
        let rest = slice.step.slice.as_deref().and_then(|other| other.strip_prefix(sliced));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    node.slices.iter().rposition(belongs).map_or(node.slices.len(), |at| at + 1)
}

fn new_slice(
    work: &mut Work<'_>,
    node: &SnapshotNode,
    template: &SnapshotNode,
    said: &SnapshotNode,
    name: &str,
) -> SnapshotNode {
    let sliced =
        name.rsplit_once('/').and_then(|(sliced, _)| node.slices.get(position(node, sliced)?));
    let mut slice = sliced.unwrap_or(template).unsliced();
    work.grown(slice.size());
    slice.step.slice = Some(name.into());
    slice.element.shift_remove("slicing");
    if is_extension(&slice) {
        say_extension(&mut slice.element);
    }
    let is_whole = text_of_slicing(&node.element, "rules") == Some("closed")
        && is_choice(node)
        && types(&node.element).len() == 1;
    if !is_whole {
        slice.element.insert("min".into(), json!(0));
    }
    let own = type_in_name(&slice, name).filter(|_| !said.element.contains_key("type"));
    if let Some(own) = own.cloned() {
        slice.element.insert("type".into(), json!([own]));
    }
    slice
}

fn text_of_slicing<'e>(element: &'e Element, name: &str) -> Option<&'e str> {
    element.get("slicing")?.get(name)?.as_str()
}

fn is_choice(node: &SnapshotNode) -> bool {
    node.step.name.ends_with("[x]")
}

/// Extensions are sliced by URL and choices by type without being told.
fn implied_slicing(work: &mut Work<'_>, node: &mut SnapshotNode, said: &SnapshotNode, id: &str) {
    if is_extension(node) && said.element.is_empty() && is_of_resource(&node.element) {
        say_extension(&mut node.element);
    }
    if node.element.contains_key("slicing") {
        return;
    }
    let (kind, path) = match is_extension(node) {
        true => ("value", "url"),
        false if is_choice(node) => ("type", "$this"),
        false => return work.warn(&SnapshotFault::NoSlicing, id),
    };
    let slicing = json!({
        "discriminator": [{ "type": kind, "path": path }],
        "ordered": false,
        "rules": "open",
    });
    node.element.insert("slicing".into(), slicing);
}

/// Whether it is an extension of a whole resource; those of other elements are described for all.
fn is_of_resource(element: &Element) -> bool {
    let base = element.get("base").and_then(|base| base.get("path")).and_then(Value::as_str);
    base.is_some_and(|base| base.starts_with("DomainResource."))
}

/// A choice in the short way has no other type when the one that is named must be there. The
/// specification's own profiles were written when naming types left the others out in any case.
fn close_choice(work: &Work<'_>, node: &mut SnapshotNode) {
    let needed = node.slices.iter().any(|slice| cardinality(&slice.element).0 > 0);
    if !needed && !work.is_of_specification() {
        return;
    }
    if let Some(slicing) = node.element.get_mut("slicing").and_then(Value::as_object_mut) {
        slicing.insert("rules".into(), "closed".into());
    }
    let named: Vec<&str> =
        node.slices.iter().flat_map(|slice| types(&slice.element)).map(code).collect();
    let kept = types(&node.element).iter().filter(|type_of| named.contains(&code(type_of)));
    let kept: Vec<Value> = kept.map(|type_of| json!({ "code": code(type_of) })).collect();
    if !kept.is_empty() {
        node.element.insert("type".into(), kept.into());
    }
    if !work.is_of_specification() {
        node.element.insert("min".into(), json!(1));
    }
}

fn check_closed(
    work: &mut Work<'_>,
    template: &SnapshotNode,
    node: &SnapshotNode,
    name: &str,
    id: &str,
) {
    let is_closed = text_of_slicing(&template.element, "rules") == Some("closed");
    if is_closed && !name.contains('/') && !is_choice(node) {
        work.report(Some(SnapshotFault::NewSliceInClosed), &format!("{id}:{name}"));
    }
}

/// What the name of a slice of a choice says of its type has to be so.
fn check_type(work: &mut Work<'_>, node: &SnapshotNode, said: &SnapshotNode, name: &str, id: &str) {
    let Some(expected) = type_in_name(node, name).map(code) else { return };
    let is_so = match types(&said.element) {
        [] => true,
        [only] => code(only) == expected,
        _ => false,
    };
    if !is_so {
        let fault =
            SnapshotFault::OtherTypeOfSlice { slice: name.into(), expected: expected.into() };
        work.report(Some(fault), &format!("{id}:{name}"));
    }
}

/// Slices that the base has already must come in its order when order matters.
fn check_order(
    work: &mut Work<'_>,
    node: &SnapshotNode,
    template: &SnapshotNode,
    said: &SnapshotNode,
    id: &str,
) {
    if text_of_slicing(&template.element, "rules") == Some("openAtEnd") {
        let names = || said.slices.iter().filter_map(|one| one.step.slice.as_deref());
        let is_new = |name: &str| position(node, name).is_none() && !name.contains('/');
        let last_known = names().rfind(|name| !is_new(name));
        let comes_late =
            names().skip_while(|name| !is_new(name)).find(|name| Some(*name) == last_known);
        if let Some(name) = comes_late {
            work.report(Some(SnapshotFault::OutOfOrder), &format!("{id}:{name}"));
        }
    }
    let slicing = node.element.get("slicing").and_then(|slicing| slicing.get("ordered"));
    if slicing.and_then(Value::as_bool) != Some(true) {
        return;
    }
    let known = said.slices.iter().filter_map(|one| {
        let name = one.step.slice.as_deref()?;
        Some((position(node, name)?, name))
    });
    let mut last = 0;
    for (at, name) in known {
        if at < last {
            work.report(Some(SnapshotFault::OutOfOrder), &format!("{id}:{name}"));
        }
        last = at;
    }
}
