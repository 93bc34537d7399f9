//! Everything below an item, <http://hl7.org/fhirpath/N1/#tree-navigation>.

use std::borrow::Cow;

use super::super::datum::{Collection, Datum};
use super::super::locate::{path, size};
use super::super::navigate::children;
use super::super::run::Outcome;
use super::signature::{Call, Input, Output, Signature, function};

pub(super) const FUNCTIONS: &[Signature] = &[
    function("children", (0, 0), Input::Any, Output::Unordered, |call| {
        let mut found = Collection::new();
        for item in &call.input {
            if let Datum::Node(node) = item {
                children(call.run.shapes, *node, &mut found);
            }
        }
        Ok(found)
    }),
    function("descendants", (0, 0), Input::Any, Output::Unordered, |call| {
        let mut found = Collection::new();
        let mut level = call.input.clone();
        while !level.is_empty() {
            let mut next = Collection::new();
            for item in &level {
                if let Datum::Node(node) = item {
                    children(call.run.shapes, *node, &mut next);
                }
            }
            call.run.spend(next.len())?;
            found.extend(next.iter().cloned());
            level = next;
        }
        Ok(found)
    }),
    function("pathname", (0, 1), Input::Any, Output::String, pathname),
];

/// The paths of the items that are parts of the resource; others have none.
fn pathname<'a>(call: Call<'_, '_, 'a>) -> Outcome<'a> {
    let short = match call.one_argument(0)? {
        None => false,
        Some(item) => item.boolean().ok_or_else(|| call.wrong_type("a boolean", &item))?,
    };
    let Some(Datum::Node(root)) = &call.run.environment.root_resource else {
        return Ok(Collection::new());
    };
    let cost = size(root.value);
    let mut found = Collection::new();
    for item in &call.input {
        let Datum::Node(node) = item else { continue };
        call.run.spend(cost)?;
        let path = path(call.run.shapes, *root, *node, short);
        found.extend(path.map(|path| Datum::String(Cow::Owned(path))));
    }
    Ok(found)
}
