//! Parts of collections by their place, <http://hl7.org/fhirpath/N1/#subsetting>.

use crate::fhirpath::expression::operator::distinct::distinct;
use crate::fhirpath::expression::operator::equality::contains;
use crate::fhirpath::expression::outcome::{Outcome, only_item};
use crate::fhirpath::function::signature::{Call, Input, Output, Signature, function};
use crate::fhirpath::value::datum::Collection;

pub(in crate::fhirpath::function) const FUNCTIONS: &[Signature] = &[
    function("first", (0, 0), Input::Any, Output::Ordered, |call| Ok(part(call.input, 0, 1))),
    function("last", (0, 0), Input::Any, Output::Ordered, |call| {
        let before = call.input.len().saturating_sub(1);
        Ok(part(call.input, before, 1))
    }),
    function("tail", (0, 0), Input::Any, Output::Ordered, |call| {
        Ok(part(call.input, 1, usize::MAX))
    }),
    function("skip", (1, 1), Input::Any, Output::Ordered, |call| {
        let Some(count) = call.integer_argument(0)? else { return Ok(Collection::new()) };
        Ok(part(call.input, usize::try_from(count).unwrap_or_default(), usize::MAX))
    }),
    function("take", (1, 1), Input::Any, Output::Ordered, |call| {
        let Some(count) = call.integer_argument(0)? else { return Ok(Collection::new()) };
        Ok(part(call.input, 0, usize::try_from(count).unwrap_or_default()))
    }),
    function("single", (0, 0), Input::Any, Output::Input, |call| {
        only_item(&call.input, || "`single()`".into())?;
        Ok(call.input)
    }),
    function("intersect", (1, 1), Input::Any, Output::Input, |call| matching(&call, true)),
    function("exclude", (1, 1), Input::Any, Output::Input, |call| matching(&call, false)),
];

fn part(items: Collection<'_>, skip: usize, take: usize) -> Collection<'_> {
    items.into_iter().skip(skip).take(take).collect()
}

/// The items that are, or are not, in the argument; `intersect` gives each only once.
fn matching<'a>(call: &Call<'_, '_, 'a>, wanted: bool) -> Outcome<'a> {
    let other = call.argument(0)?;
    let mut found = Collection::new();
    for item in &call.input {
        if contains(call.run, &other, item)? == wanted {
            found.push(item.clone());
        }
    }
    if wanted { distinct(call.run, &found) } else { Ok(found) }
}
