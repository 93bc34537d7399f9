//! What an expression `a.b.where(…).exists() implies …` depends on: while nothing at `a.b` has one of
//! the values that the criteria ask for, it holds whatever follows.
//!
//! Profiles with a rule for each code have many such expressions, and a resource has few codes.

use super::ast::{Expression, ExpressionNode, Invocation, Literal, Operator, Path};
use super::parser::parse;

/// Where such an expression looks, and for what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Premise {
    /// The names of the elements, from the focus: `code`, `coding`.
    pub path: Vec<String>,
    /// The element below them that is compared: `code`.
    pub member: String,
    /// One of these, or the expression holds.
    pub values: Vec<String>,
}

/// Values that an element must have one of.
type Needed<'e> = (&'e str, Vec<&'e str>);

impl Premise {
    /// Finds the premise of an expression that has one.
    pub fn of(text: &str) -> Option<Self> {
        let tree = parse(text).ok()?;
        let ExpressionNode::Binary(Operator::Implies, condition, _) = &tree.node else {
            return None;
        };
        let ExpressionNode::Path(Path { start: None, steps }) = &condition.node else {
            return None;
        };
        let invocations: Vec<&Invocation> = steps.iter().map(|step| &step.invocation).collect();
        let (names, criteria) = match invocations.as_slice() {
            [
                names @ ..,
                Invocation::Function(filter, criteria),
                Invocation::Function(ask, none),
            ] if filter == "where" && ask == "exists" && none.is_empty() => (names, criteria),
            [names @ .., Invocation::Function(ask, criteria)] if ask == "exists" => {
                (names, criteria)
            }
            _ => return None,
        };
        let [criteria] = criteria.as_slice() else { return None };
        let name = |invocation: &&Invocation| match invocation {
            Invocation::Member(name) => Some(name.clone()),
            _ => None,
        };
        let path = names.iter().map(name).collect::<Option<Vec<_>>>()?;
        let (member, values) = needed(criteria)?;
        let values = values.into_iter().map(str::to_owned).collect();
        (!path.is_empty()).then(|| Self { path, member: member.to_owned(), values })
    }
}

/// What must be so for criteria to be met.
fn needed(criteria: &Expression) -> Option<Needed<'_>> {
    let ExpressionNode::Binary(operator, left, right) = &criteria.node else { return None };
    match operator {
        Operator::Equal => Some((member(left)?, vec![text(right)?])),
        Operator::In => Some((member(left)?, texts(right)?)),
        // The one that says more: there are fewer codes than systems are alike.
        Operator::And => match (needed(left), needed(right)) {
            (Some(left), Some(right)) if left.0 == "system" => Some(right),
            (left, right) => left.or(right),
        },
        Operator::Or => {
            let ((left, mut values), (right, more)) = (needed(left)?, needed(right)?);
            values.extend(more);
            (left == right).then_some((left, values))
        }
        _ => None,
    }
}

fn member(expression: &Expression) -> Option<&str> {
    let ExpressionNode::Path(Path { start: None, steps }) = &expression.node else { return None };
    match steps.as_slice() {
        [step] => match &step.invocation {
            Invocation::Member(name) => Some(name),
            _ => None,
        },
        _ => None,
    }
}

fn text(expression: &Expression) -> Option<&str> {
    match &expression.node {
        ExpressionNode::Literal(Literal::String(text)) => Some(text),
        ExpressionNode::Path(Path { start: Some(start), steps }) if steps.is_empty() => text(start),
        _ => None,
    }
}

fn texts(expression: &Expression) -> Option<Vec<&str>> {
    match &expression.node {
        ExpressionNode::Union(parts) => parts.iter().map(text).collect(),
        ExpressionNode::Path(Path { start: Some(start), steps }) if steps.is_empty() => {
            texts(start)
        }
        _ => Some(vec![text(expression)?]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<(&str, &str, &[&str])>) {
        let found = Premise::of(text);
        let found = found.as_ref().map(|found| {
            let values: Vec<&str> = found.values.iter().map(String::as_str).collect();
            (found.path.join("."), found.member.as_str(), values)
        });
        let expected =
            expected.map(|(path, member, values)| (path.to_owned(), member, values.to_vec()));
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn the_codes_that_a_rule_is_for_are_found() {
        check(
            "code.coding.where(system = 's' and code in ('a'|'b')).exists() implies value.exists()",
            Some(("code.coding", "code", &["a", "b"])),
        );
        check(
            "code.coding.where((system = 's' and code in ('a')) or (system = 't' and code = 'b')).exists() implies true",
            Some(("code.coding", "code", &["a", "b"])),
        );
        check("type.exists(code = 'x') implies period.exists()", Some(("type", "code", &["x"])));
    }

    #[test]
    fn what_may_be_broken_without_them_has_no_premise() {
        for text in [
            "code.coding.where(code = 'a').exists()",
            "code.coding.where(code = 'a').exists() and value.exists() implies true",
            "code.coding.where(code != 'a').exists() implies true",
            "code.coding.where(code = 'a' or system = 'b').exists() implies true",
            "code.coding.where(code = 'a').empty() implies true",
            "code.coding.where(display.exists()).exists() implies true",
            "where(code = 'a').exists() implies true",
            "%resource.code.where(code = 'a').exists() implies true",
            "broken(",
        ] {
            check(text, None);
        }
    }
}
