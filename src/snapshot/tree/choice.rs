//! `valueQuantity` for `value[x]`: the short way to slice a choice by its type,
//! <https://hl7.org/fhir/R4/profiling.html#slicing>.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::element::{code, types};
use super::node::SnapshotNode;

/// What a differential says of the elements below one, with choices under their own name.
///
/// In a slice of the base there is no need to slice again when one type only is named: the choice
/// itself is constrained to that type. Publishers have always done so.
pub(in crate::snapshot) fn gathered<'d>(
    said: &'d [SnapshotNode],
    base: &[SnapshotNode],
    is_in_slice: bool,
) -> Vec<Cow<'d, SnapshotNode>> {
    let mut all: Vec<Cow<'d, SnapshotNode>> = Vec::with_capacity(said.len());
    for child in said {
        let is_known = base.iter().any(|known| known.step.name == child.step.name);
        let choice = if is_known { None } else { choice_of(&child.step.name, base) };
        let Some((choice, type_of)) = choice else {
            put(&mut all, Cow::Borrowed(child));
            continue;
        };
        let is_named = |other: &&SnapshotNode| {
            other.step.name == choice.step.name
                || choice_of(&other.step.name, base)
                    .is_some_and(|(named, _)| named.step == choice.step)
        };
        let is_alone = said.iter().filter(is_named).count() == 1;
        let mut named = child.clone();
        named.step.name = choice.step.name.clone();
        if types(&named.element).is_empty() {
            named.element.insert("type".into(), json!([type_of]));
        }
        if is_in_slice && is_alone && choice.slices.is_empty() {
            put(&mut all, Cow::Owned(named));
            continue;
        }
        let mut whole = SnapshotNode::new(&choice.step.name, None);
        whole.slices.append(&mut named.slices);
        named.step.slice = Some(child.step.name.clone());
        whole.slices.insert(0, named);
        put(&mut all, Cow::Owned(whole));
    }
    all
}

/// Adds what is said of an element to what is said already.
fn put<'d>(all: &mut Vec<Cow<'d, SnapshotNode>>, more: Cow<'d, SnapshotNode>) {
    match all.iter_mut().find(|known| known.step.name == more.step.name) {
        Some(known) => {
            let known = known.to_mut();
            let more = more.into_owned();
            known.element.extend(more.element);
            known.children.extend(more.children);
            known.slices.extend(more.slices);
        }
        None => all.push(more),
    }
}

/// The choice that a name stands for, and the type it names.
fn choice_of<'b>(name: &str, base: &'b [SnapshotNode]) -> Option<(&'b SnapshotNode, &'b Value)> {
    base.iter().find_map(|node| Some((node, type_in_name(node, name)?)))
}

/// The type that the name of a slice of a choice gives, `Quantity` for `valueQuantity`.
pub(in crate::snapshot) fn type_in_name<'e>(
    node: &'e SnapshotNode,
    slice: &str,
) -> Option<&'e Value> {
    let stem = node.step.name.strip_suffix("[x]")?;
    let named = slice.strip_prefix(stem)?;
    types(&node.element).iter().find(|type_of| capitalized(code(type_of)) == named)
}

/// The code of a type as it stands in the name of a property.
fn capitalized(code: &str) -> String {
    let mut letters = code.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}
