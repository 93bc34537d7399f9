//! Collections put together, <http://hl7.org/fhirpath/N1/#combining>.

use crate::fhirpath::expression::operator::distinct::distinct;
use crate::fhirpath::function::signature::{Input, Output, Signature, function};

pub(in crate::fhirpath::function) const FUNCTIONS: &[Signature] = &[
    function("union", (1, 1), Input::Any, Output::Both, |call| {
        let mut items = call.run.copied(&call.input)?;
        items.extend(call.argument(0)?);
        distinct(call.run, &items)
    }),
    // The order is kept whether the second argument asks for it or not.
    function("combine", (1, 2), Input::Any, Output::Both, |call| {
        let mut items = call.run.copied(&call.input)?;
        items.extend(call.argument(0)?);
        Ok(items)
    }),
];
