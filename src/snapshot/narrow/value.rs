//! Fixed values and patterns: a derived definition may ask for more of a value, never for another
//! one, <https://hl7.org/fhir/R4/elementdefinition.html#ElementDefinition.fixed_x_>.

use serde_json::Value;

use super::narrowed::{Narrowed, shown};
use crate::snapshot::fault::SnapshotFault;
use crate::snapshot::tree::element::{Element, is_choice};
use crate::snapshot::tree::node::SnapshotNode;
use crate::snapshot::work::Work;

/// What an element has to be: exactly this, or at least this.
#[derive(Clone, Copy, PartialEq)]
pub(in crate::snapshot) enum RequiredValue<'e> {
    Fixed(&'e Value),
    Pattern(&'e Value),
}

impl<'e> RequiredValue<'e> {
    /// What is asked of an element.
    pub(in crate::snapshot) fn of(element: &'e Element) -> Option<Self> {
        let find = |choice: &str| {
            element.iter().find(|(name, _)| is_choice(name, choice)).map(|(_, value)| value)
        };
        find("fixed").map(Self::Fixed).or_else(|| find("pattern").map(Self::Pattern))
    }

    fn value(self) -> &'e Value {
        match self {
            Self::Fixed(value) | Self::Pattern(value) => value,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Fixed(_) => "fixed[x]",
            Self::Pattern(_) => "pattern[x]",
        }
    }

    /// Whether every value that is as the other one asks is as this one asks, or at least some.
    fn allows(self, other: Self) -> bool {
        match (self, other) {
            (Self::Fixed(base), Self::Fixed(now)) => contains(base, now) && contains(now, base),
            // It stays fixed: that the pattern asks for less is no harm.
            (Self::Fixed(base), Self::Pattern(now)) => contains(now, base),
            (Self::Pattern(base), Self::Fixed(now) | Self::Pattern(now)) => contains(base, now),
        }
    }
}

/// What is said of the value of an element that its base does not allow.
pub(in crate::snapshot) fn check(element: Narrowed<'_>) -> Option<SnapshotFault> {
    let (base, said) = (RequiredValue::of(element.base)?, RequiredValue::of(element.said)?);
    let name = if base.name() == said.name() {
        base.name().to_owned()
    } else {
        format!("{} → {}", base.name(), said.name())
    };
    let (was, is) = (shown(Some(base.value())), shown(Some(said.value())));
    (!base.allows(said)).then(|| SnapshotFault::changed(&name, &was, &is))
}

/// Of a fixed value and a pattern only the value stays, which says more.
pub(in crate::snapshot) fn keep_stronger(element: &mut Element) {
    let has_fixed = element.keys().any(|name| is_choice(name, "fixed"));
    if has_fixed {
        element.retain(|name, _| !is_choice(name.trim_start_matches('_'), "pattern"));
    }
}

/// Whether a value has all of a pattern,
/// <https://hl7.org/fhir/R4/elementdefinition.html#ElementDefinition.pattern_x_>.
fn contains(pattern: &Value, value: &Value) -> bool {
    match (pattern, value) {
        (Value::Object(pattern), Value::Object(value)) => pattern
            .iter()
            .all(|(name, part)| value.get(name).is_some_and(|found| contains(part, found))),
        (Value::Array(pattern), Value::Array(value)) => {
            pattern.iter().all(|part| value.iter().any(|found| contains(part, found)))
        }
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        _ => pattern == value,
    }
}

/// Whether some value can be as both ask.
fn agree(a: RequiredValue<'_>, b: RequiredValue<'_>) -> bool {
    match (a, b) {
        (RequiredValue::Fixed(a), RequiredValue::Fixed(b)) => contains(a, b) && contains(b, a),
        (RequiredValue::Fixed(value), RequiredValue::Pattern(pattern))
        | (RequiredValue::Pattern(pattern), RequiredValue::Fixed(value)) => {
            contains(pattern, value)
        }
        (RequiredValue::Pattern(a), RequiredValue::Pattern(b)) => overlap(a, b),
    }
}

fn overlap(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => {
            a.iter().all(|(name, part)| b.get(name).is_none_or(|other| overlap(part, other)))
        }
        // Each asks for some item; they need not be the same.
        (Value::Array(_), Value::Array(_)) => true,
        _ => contains(a, b),
    }
}

/// Reports values of elements that contradict the value of an element above them, of which the
/// differential says at least one.
pub(in crate::snapshot) fn check_below(
    work: &mut Work<'_>,
    root: &SnapshotNode,
    said: &SnapshotNode,
) {
    walk(work, root, Some(said), &[], "");
}

/// `above` is what the elements above ask of this one, and whether the differential says so.
fn walk(
    work: &mut Work<'_>,
    node: &SnapshotNode,
    said: Option<&SnapshotNode>,
    above: &[(RequiredValue<'_>, bool)],
    id_above: &str,
) {
    let id = crate::snapshot::tree::place::id_of(id_above, &node.step);
    let own = RequiredValue::of(&node.element);
    let is_said = said.is_some_and(|said| RequiredValue::of(&said.element).is_some());
    if let Some(own) = own
        && let Some((other, _)) =
            above.iter().find(|(other, by_said)| (is_said || *by_said) && !agree(*other, own))
    {
        let fault = SnapshotFault::changed(
            own.name(),
            &shown(Some(other.value())),
            &shown(Some(own.value())),
        );
        work.report(Some(fault), &id);
    }
    let mut all = above.to_vec();
    all.extend(own.map(|own| (own, is_said)));
    for child in &node.children {
        let said = said.and_then(|said| said.child(&child.step.name));
        let mut below = Vec::new();
        for (asked, by_said) in &all {
            below.extend(parts(*asked, &child.step.name).into_iter().map(|part| (part, *by_said)));
        }
        if said.is_some() || below.iter().any(|(_, by_said)| *by_said) {
            walk(work, child, said, &below, &id);
        }
        let slices = child.slices.iter().filter_map(|slice| {
            let said = said?.slices.iter().find(|one| one.step.slice == slice.step.slice)?;
            Some((slice, said))
        });
        for (slice, said) in slices {
            // What is asked of some item need not be asked of this one.
            walk(work, slice, Some(said), &[], &id);
        }
    }
}

/// What a value asks of one of its properties. Of several items of a list any may be meant: nothing
/// is asked of all of them.
fn parts<'v>(asked: RequiredValue<'v>, name: &str) -> Option<RequiredValue<'v>> {
    let part = asked.value().get(name)?;
    let part = match part {
        Value::Array(items) => match items.as_slice() {
            [only] => only,
            _ => return None,
        },
        part => part,
    };
    Some(match asked {
        RequiredValue::Fixed(_) => RequiredValue::Fixed(part),
        RequiredValue::Pattern(_) => RequiredValue::Pattern(part),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(base: Value, said: Value, is_right: bool) {
        let (Value::Object(base), Value::Object(said)) = (base, said) else { unreachable!() };
        let element =
            Narrowed { base: &base, said: &said, now: &said, id: "A.b", is_new_slice: false };
        assert_eq!(super::check(element).is_none(), is_right, "{base:?} {said:?}");
    }

    #[test]
    fn a_value_may_be_made_more_exact_only() {
        let coding = json!({ "coding": [{ "system": "s", "code": "a" }] });
        let more =
            json!({ "coding": [{ "system": "s", "code": "a", "display": "A" }], "text": "A" });
        let other = json!({ "coding": [{ "system": "s", "code": "b" }] });
        check(json!({ "fixedCode": "a" }), json!({ "fixedCode": "a" }), true);
        check(json!({ "fixedCode": "a" }), json!({ "fixedCode": "b" }), false);
        check(json!({ "fixedDecimal": 1.0 }), json!({ "fixedDecimal": 1 }), true);
        check(
            json!({ "patternCodeableConcept": coding }),
            json!({ "patternCodeableConcept": more }),
            true,
        );
        check(
            json!({ "patternCodeableConcept": more }),
            json!({ "patternCodeableConcept": coding }),
            false,
        );
        check(
            json!({ "patternCodeableConcept": coding }),
            json!({ "patternCodeableConcept": other }),
            false,
        );
        check(
            json!({ "patternCodeableConcept": coding }),
            json!({ "fixedCodeableConcept": more }),
            true,
        );
        check(json!({ "patternCode": "a" }), json!({ "fixedCode": "b" }), false);
        check(
            json!({ "fixedCodeableConcept": more }),
            json!({ "patternCodeableConcept": coding }),
            true,
        );
        check(
            json!({ "fixedCodeableConcept": coding }),
            json!({ "fixedCodeableConcept": more }),
            false,
        );
        check(json!({}), json!({ "fixedCode": "a" }), true);
    }

    #[test]
    fn values_above_and_below_agree() {
        let pattern = json!({ "coding": [{ "system": "s", "code": "a" }], "text": "t" });
        let asked = RequiredValue::Pattern(&pattern);
        let text = parts(asked, "text").expect("a part");
        assert!(
            agree(text, RequiredValue::Fixed(&json!("t")))
                && !agree(text, RequiredValue::Fixed(&json!("u")))
        );
        let coding = parts(asked, "coding").expect("a part");
        assert!(agree(coding, RequiredValue::Pattern(&json!({ "display": "x" }))));
        assert!(!agree(coding, RequiredValue::Pattern(&json!({ "code": "b" }))));
        let two = json!({ "coding": [{ "code": "a" }, { "code": "b" }] });
        assert!(parts(RequiredValue::Pattern(&two), "coding").is_none());
    }
}
