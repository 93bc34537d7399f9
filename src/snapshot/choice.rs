//! `valueQuantity` for `value[x]`: the short way to slice a choice by its type,
//! <https://hl7.org/fhir/R4/profiling.html#slicing>.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::element::{code, types};
use super::tree::Node;

/// What a differential says of the elements below one, with choices under their own name.
pub(super) fn gathered<'d>(said: &'d [Node], base: &[Node]) -> Vec<Cow<'d, Node>> {
    let mut all: Vec<Cow<'d, Node>> = Vec::with_capacity(said.len());
    for child in said {
        let is_known = base.iter().any(|known| known.step.name == child.step.name);
        let choice = if is_known { None } else { choice_of(&child.step.name, base) };
        let Some((choice, type_code)) = choice else {
            put(&mut all, Cow::Borrowed(child));
            continue;
        };
        let mut slice = child.clone();
        let mut whole = Node::new(&choice.step.name, None);
        whole.slices.append(&mut slice.slices);
        slice.step = super::place::Step {
            name: choice.step.name.clone(),
            slice: Some(child.step.name.clone()),
        };
        if types(&slice.element).is_empty() {
            let own = types(&choice.element).iter().find(|type_of| code(type_of) == type_code);
            let own = own.cloned().unwrap_or_else(|| json!({ "code": type_code }));
            slice.element.insert("type".into(), json!([own]));
        }
        whole.slices.insert(0, slice);
        put(&mut all, Cow::Owned(whole));
    }
    all
}

/// Adds what is said of an element to what is said already.
fn put<'d>(all: &mut Vec<Cow<'d, Node>>, more: Cow<'d, Node>) {
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

/// The choice that a name stands for, and the code of the type it names.
fn choice_of<'b>(name: &str, base: &'b [Node]) -> Option<(&'b Node, String)> {
    base.iter().find_map(|node| {
        let stem = node.step.name.strip_suffix("[x]")?;
        let named = name.strip_prefix(stem).filter(|rest| !rest.is_empty())?;
        let types = types(&node.element).iter().map(code);
        let found = types.clone().find(|code| capitalized(code) == named);
        Some((node, found?.to_owned()))
    })
}

/// The type that the name of a slice of a choice gives, `Quantity` for `valueQuantity`.
pub(super) fn type_in_name<'e>(node: &'e Node, slice: &str) -> Option<&'e Value> {
    let stem = node.step.name.strip_suffix("[x]")?;
    let named = slice.strip_prefix(stem)?;
    types(&node.element).iter().find(|type_of| capitalized(code(type_of)) == named)
}

/// The code of a type as it stands in the name of a property.
fn capitalized(code: &str) -> String {
    let mut letters = code.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_ascii_uppercase().to_string() + letters.as_str()
    })
}
