//! `sort()`, <https://build.fhir.org/ig/HL7/FHIRPath/#sortkeyselector-expression-asc--desc--collection>:
//! a `-` before a key turns its order round.

use std::cmp::Ordering;

use crate::fhirpath::expression::evaluation_error::EvaluationError;
use crate::fhirpath::expression::operator::order::compare;
use crate::fhirpath::expression::outcome::{Outcome, only};
use crate::fhirpath::expression::plan::Plan;
use crate::fhirpath::expression::scope::Scope;
use crate::fhirpath::function::signature::{Call, Output, Signature, for_items};
use crate::fhirpath::value::datum::{Collection, Datum};

pub(in crate::fhirpath::function) const FUNCTIONS: &[Signature] =
    &[for_items("sort", (0, 8), Output::Input, sort)];

fn sort<'a>(call: Call<'_, '_, 'a>) -> Outcome<'a> {
    let mut keyed = Vec::with_capacity(call.input.len());
    for (index, item) in call.input.iter().enumerate() {
        keyed.push((keys(&call, index, item)?, item.clone()));
    }
    Ok(merged(&call, keyed)?.into_iter().map(|(_, item)| item).collect())
}

type Keyed<'a> = (Vec<(bool, Collection<'a>)>, Datum<'a>);

/// A stable merge sort. That of the standard library may panic on keys without a total order, such
/// as dates of different precision.
fn merged<'a>(
    call: &Call<'_, '_, 'a>,
    mut items: Vec<Keyed<'a>>,
) -> Result<Vec<Keyed<'a>>, EvaluationError> {
    if items.len() < 2 {
        return Ok(items);
    }
    let second = items.split_off(items.len() / 2);
    let mut left = merged(call, items)?.into_iter().peekable();
    let mut right = merged(call, second)?.into_iter().peekable();
    let mut all = Vec::with_capacity(left.len() + right.len());
    while let (Some((first, _)), Some((second, _))) = (left.peek(), right.peek()) {
        let from_right = order(call, first, second)?.is_gt();
        all.extend(if from_right { right.next() } else { left.next() });
    }
    all.extend(left);
    all.extend(right);
    Ok(all)
}

fn keys<'a>(
    call: &Call<'_, '_, 'a>,
    index: usize,
    item: &Datum<'a>,
) -> Result<Vec<(bool, Collection<'a>)>, EvaluationError> {
    let scope = Scope { focus: std::slice::from_ref(item), index, ..*call.scope };
    if call.invoked.arguments.is_empty() {
        return Ok(vec![(false, only(item.clone()))]);
    }
    let key = |plan: &'a Plan| {
        let (descending, plan) = match plan {
            Plan::Negative(plan) => (true, &**plan),
            plan => (false, plan),
        };
        let mut key = call.run.plan(plan, &scope)?;
        key.retain(|item| !matches!(item, Datum::Node(node) if node.value.is_null()));
        Ok((descending, key))
    };
    call.invoked.arguments.iter().map(key).collect()
}

/// Items without a key come first either way.
fn order<'a>(
    call: &Call<'_, '_, 'a>,
    left: &[(bool, Collection<'a>)],
    right: &[(bool, Collection<'a>)],
) -> Result<Ordering, EvaluationError> {
    for ((descending, left), (_, right)) in left.iter().zip(right) {
        let order = match (left.is_empty(), right.is_empty()) {
            (false, false) => {
                let order = compare(call.run, left, right)?.unwrap_or(Ordering::Equal);
                if *descending { order.reverse() } else { order }
            }
            (left, right) => right.cmp(&left),
        };
        if order.is_ne() {
            return Ok(order);
        }
    }
    Ok(Ordering::Equal)
}
