//! Everything below an item, <http://hl7.org/fhirpath/N1/#tree-navigation>.

use crate::fhirpath::expression::evaluation_error::EvaluationError;
use crate::fhirpath::expression::navigate::children;
use crate::fhirpath::expression::outcome::Outcome;
use crate::fhirpath::function::signature::{Call, Input, Output, Signature, function};
use crate::fhirpath::value::datum::{Collection, Datum};
use crate::fhirpath::value::locate::{path, size};

pub(in crate::fhirpath::function) const FUNCTIONS: &[Signature] = &[
    function("children", (0, 0), Input::Any, Output::Unordered, |call| {
        let mut found = Collection::new();
        for item in &call.input {
            below(&call, item, &mut found)?;
        }
        Ok(found)
    }),
    function("descendants", (0, 0), Input::Any, Output::Unordered, |call| {
        let mut found = Collection::new();
        let mut level = call.input.clone();
        while !level.is_empty() {
            let mut next = Collection::new();
            for item in &level {
                below(&call, item, &mut next)?;
            }
            call.run.spend(next.len())?;
            found.extend(next.iter().cloned());
            level = next;
        }
        Ok(found)
    }),
    function("pathname", (0, 1), Input::Any, Output::String, pathname),
];

/// The elements of one item; they are counted item by item, since many may have the same.
fn below<'a>(
    call: &Call<'_, '_, 'a>,
    item: &Datum<'a>,
    found: &mut Collection<'a>,
) -> Result<(), EvaluationError> {
    let Datum::Node(node) = item else { return Ok(()) };
    let before = found.len();
    children(call.run.shapes, *node, found);
    call.run.spend(found.len() - before)
}

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
        found.extend(path.map(|path| Datum::String(path.into())));
    }
    Ok(found)
}
