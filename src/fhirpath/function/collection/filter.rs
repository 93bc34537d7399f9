//! Filters and projections, <http://hl7.org/fhirpath/N1/#filtering-and-projection>, and `aggregate`.

use crate::fhirpath::expression::operator::equality::contains;
use crate::fhirpath::expression::outcome::{Outcome, maybe, only_item};
use crate::fhirpath::expression::plan::{As, Plan};
use crate::fhirpath::expression::scope::Scope;
use crate::fhirpath::function::signature::{
    ArgumentScope, Call, Input, Output, Signature, for_items, function,
};
use crate::fhirpath::value::datum::{Collection, Datum};

pub(in crate::fhirpath::function) const FUNCTIONS: &[Signature] = &[
    for_items("where", (1, 1), Output::Input, filter),
    for_items("select", (1, 1), Output::Argument, select),
    for_items("repeat", (1, 1), Output::Unknown, repeat),
    for_items("repeatAll", (1, 1), Output::Unknown, repeat_all),
    function("coalesce", (1, 64), Input::Any, Output::Unknown, coalesce),
    Signature {
        scope: ArgumentScope::FirstForItem,
        ..for_items("aggregate", (1, 2), Output::Unknown, aggregate)
    },
    for_items("iif", (2, 3), Output::Unknown, iif),
    of_type("ofType", Output::Named, |call| Ok(kept(&call))),
    of_type("as", Output::Named, |call| {
        if call.invoked.filters == As::Refuses {
            call.only_input()?;
        }
        Ok(kept(&call))
    }),
    of_type("is", Output::Boolean, |call| {
        let Some(Plan::Type(test)) = call.plan(0) else { return Ok(Collection::new()) };
        let item = call.only_input()?;
        maybe(item.map(|item| Datum::Boolean(test.is(call.run.shapes, item.kind()))))
    }),
];

const fn of_type(
    name: &'static str,
    output: Output,
    run: crate::fhirpath::function::signature::Function,
) -> Signature {
    let scope = ArgumentScope::Type;
    Signature { name, arguments: (1, 1), scope, input: Input::Any, output, run }
}

fn kept<'a>(call: &Call<'_, '_, 'a>) -> Collection<'a> {
    let Some(Plan::Type(test)) = call.plan(0) else { return Collection::new() };
    let of_type = |item: &&Datum<'a>| test.is_exactly(call.run.shapes, item.kind());
    call.input.iter().filter(of_type).cloned().collect()
}

fn filter<'a>(mut call: Call<'_, '_, 'a>) -> Outcome<'a> {
    let input = std::mem::take(&mut call.input);
    let mut found = Collection::new();
    for (index, item) in input.into_iter().enumerate() {
        if call.is_true(index, &item)? {
            found.push(item);
        }
    }
    Ok(found)
}

fn select<'a>(call: Call<'_, '_, 'a>) -> Outcome<'a> {
    let mut found = Collection::new();
    for (index, item) in call.input.iter().enumerate() {
        found.extend(call.for_item(0, index, item)?);
        call.run.spend(found.len() / 64)?;
    }
    Ok(found)
}

/// Projects until nothing new comes.
fn repeat<'a>(call: Call<'_, '_, 'a>) -> Outcome<'a> {
    let mut found: Collection<'a> = Collection::new();
    let mut fresh = call.input.clone();
    while !fresh.is_empty() {
        let mut next = Collection::new();
        for (index, item) in fresh.iter().enumerate() {
            for item in call.for_item(0, index, item)? {
                if !contains(call.run, &found, &item)? {
                    found.push(item.clone());
                    next.push(item);
                }
            }
        }
        fresh = next;
    }
    Ok(found)
}

/// Projects until nothing comes; what comes twice is kept twice.
fn repeat_all<'a>(call: Call<'_, '_, 'a>) -> Outcome<'a> {
    let mut found: Collection<'a> = Collection::new();
    let mut fresh = call.input.clone();
    while !fresh.is_empty() {
        let mut next = Collection::new();
        for (index, item) in fresh.iter().enumerate() {
            next.extend(call.for_item(0, index, item)?);
        }
        call.run.spend(next.len())?;
        found.extend(next.iter().cloned());
        fresh = next;
    }
    Ok(found)
}

/// The first argument that is not empty; those after it are not evaluated.
fn coalesce<'a>(call: Call<'_, '_, 'a>) -> Outcome<'a> {
    for number in 0..call.invoked.arguments.len() {
        let found = call.argument(number)?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(Collection::new())
}

fn aggregate<'a>(call: Call<'_, '_, 'a>) -> Outcome<'a> {
    let mut total = call.argument(1)?;
    let Some(plan) = call.plan(0) else { return Ok(total) };
    for (index, item) in call.input.iter().enumerate() {
        let focus = std::slice::from_ref(item);
        let scope = Scope { focus, index, total: &total, ..*call.scope };
        total = call.run.plan(plan, &scope)?;
    }
    Ok(total)
}

/// The condition and the results are evaluated for the input, of which there is at most one.
fn iif<'a>(call: Call<'_, '_, 'a>) -> Outcome<'a> {
    call.only_input()?;
    let scope = Scope { focus: &call.input, ..*call.scope };
    let evaluate = |number| match call.plan(number) {
        Some(plan) => call.run.plan(plan, &scope),
        None => Ok(Collection::new()),
    };
    let condition = evaluate(0)?;
    let condition = match only_item(&condition, || "the condition of `iif()`".into())? {
        None => false,
        Some(item) => item.boolean().ok_or_else(|| call.wrong_type("a boolean", item))?,
    };
    if condition { evaluate(1) } else { evaluate(2) }
}
