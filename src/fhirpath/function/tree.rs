//! Everything below an item, <http://hl7.org/fhirpath/N1/#tree-navigation>.

use super::super::datum::{Collection, Datum};
use super::super::navigate::children;
use super::signature::{Input, Output, Signature, function};

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
];
