//! A part of a fixed value or a pattern, where a discriminator leads into it.

use serde_json::Value;

use crate::validation::profile::tree::slicing::{SliceStep, Test, Wanted};

/// The part of a fixed value or a pattern that is at the steps.
pub(super) fn part(
    value: &Value,
    name: &str,
    is_exact: bool,
    done: &[SliceStep],
    left: &[SliceStep],
) -> Vec<Test> {
    let value = match value {
        Value::Array(items) => items.first().unwrap_or(value),
        value => value,
    };
    let Some(below) = value.get(name) else { return Vec::new() };
    let mut steps = done.to_vec();
    if let Some((next, left)) = left.split_first() {
        let SliceStep::Element(name) = next else { return Vec::new() };
        steps.push(next.clone());
        return part(below, name, is_exact, &steps, left);
    }
    let below = match below {
        Value::Array(items) => items.first().unwrap_or(below),
        value => value,
    };
    let wanted =
        if is_exact { Wanted::Fixed(below.clone()) } else { Wanted::Pattern(below.clone()) };
    vec![Test { steps, wanted }]
}
