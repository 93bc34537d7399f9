//! How the items of a list are told apart, <https://hl7.org/fhir/R4/profiling.html#slicing>.

use serde_json::Value;

use super::node::NodeId;

/// The slices of an element.
#[derive(Debug, Default)]
pub(in crate::validation) struct Slicing {
    pub(in crate::validation) rules: Rules,
    pub(in crate::validation) is_ordered: bool,
    /// In the order of the profile, without `@default`.
    pub(in crate::validation) slices: Vec<Slice>,
    /// The slice of what no other takes.
    pub(in crate::validation) default: Option<NodeId>,
}

/// <https://hl7.org/fhir/R4/valueset-resource-slicing-rules.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::validation) enum Rules {
    #[default]
    Open,
    Closed,
    OpenAtEnd,
}

/// One slice and what its items have that others do not.
#[derive(Debug)]
pub(in crate::validation) struct Slice {
    pub(in crate::validation) node: NodeId,
    pub(in crate::validation) tests: Tests,
}

/// How to tell whether an item belongs to a slice.
#[derive(Debug)]
pub(in crate::validation) enum Tests {
    /// All of these hold.
    All(Vec<Test>),
    /// There is no discriminator: the item meets what the slice asks for.
    Conformance,
    /// The profile does not say it in a way that can be tested.
    Unknown,
}

/// A condition on what a path finds.
#[derive(Debug)]
pub(in crate::validation) struct Test {
    pub(in crate::validation) steps: Vec<SliceStep>,
    pub(in crate::validation) wanted: Wanted,
}

impl Test {
    /// Whether it asks for a value, and not only that there is one.
    pub(in crate::validation::profile) fn is_of_value(&self) -> bool {
        !matches!(self.wanted, Wanted::Present | Wanted::Absent)
    }
}

/// A step of a discriminator's path, <https://hl7.org/fhir/R4/profiling.html#discriminator>.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::validation) enum SliceStep {
    Element(Box<str>),
    Extension(Box<str>),
    OfType(Box<str>),
    Resolve,
}

/// What one of the things at a path must be.
#[derive(Debug)]
pub(in crate::validation) enum Wanted {
    Fixed(Value),
    Pattern(Value),
    /// A code of this value set.
    Member(Box<str>),
    Present,
    Absent,
    Types(Vec<Box<str>>),
    /// It conforms to one of these.
    Profiles(Vec<Box<str>>),
}

impl SliceStep {
    /// Reads the path of a discriminator; none when it is not one.
    pub(in crate::validation::profile) fn parse(path: &str) -> Option<Vec<Self>> {
        let mut steps = Vec::new();
        let mut rest = path.trim();
        while !rest.is_empty() {
            let (name, after) = cut(rest);
            rest = after;
            match name {
                "$this" | "" => {}
                "resolve()" => steps.push(Self::Resolve),
                name => match name.strip_suffix(')').and_then(|call| call.split_once('(')) {
                    Some(("extension", url)) => {
                        steps.push(Self::Extension(url.trim_matches(['\'', '"']).into()));
                    }
                    Some(("ofType" | "as", kind)) => steps.push(Self::OfType(kind.trim().into())),
                    Some(_) => return None,
                    None => steps.push(Self::Element(name.trim_end_matches("[x]").into())),
                },
            }
        }
        Some(steps)
    }
}

/// The first step and what comes after it; dots in parentheses are no ends.
fn cut(path: &str) -> (&str, &str) {
    let mut depth = 0_usize;
    for (at, letter) in path.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            '.' if depth == 0 => {
                let (name, rest) = path.split_at(at);
                return (name, rest.get(1..).unwrap_or_default());
            }
            _ => {}
        }
    }
    (path, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, expected: Option<&[SliceStep]>) {
        assert_eq!(SliceStep::parse(path).as_deref(), expected, "{path}");
    }

    #[test]
    fn paths_are_read() {
        let element = |name: &str| SliceStep::Element(name.into());
        check("$this", Some(&[]));
        check("code.coding", Some(&[element("code"), element("coding")]));
        check("item.resolve().code", Some(&[element("item"), SliceStep::Resolve, element("code")]));
        check("$this.resolve()", Some(&[SliceStep::Resolve]));
        check(
            "extension('http://a.b/c').value",
            Some(&[SliceStep::Extension("http://a.b/c".into()), element("value")]),
        );
        check(
            "value.ofType(Quantity)",
            Some(&[element("value"), SliceStep::OfType("Quantity".into())]),
        );
        check("where(a = b)", None);
    }
}
