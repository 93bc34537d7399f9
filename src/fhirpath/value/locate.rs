//! Where in a resource a part of it stands, as a path that leads to it alone.

use std::fmt::Write;

use serde_json::Value;

use super::datum::Node;
use super::kind::Kind;
use crate::definitions::shape::{Content, Shapes};
use crate::fhir::member::member;

/// The path of a part, with the place in the list of every element, or only of those that repeat;
/// none when it is not in the resource.
pub fn path(shapes: &Shapes, root: Node<'_>, part: Node<'_>, short: bool) -> Option<String> {
    let mut search = Search { shapes, part, short, path: root.kind.name(shapes).1 };
    (root.is(part) || search.below(root)).then_some(search.path)
}

/// How many values a search in a resource looks at, at most.
pub fn size(value: &Value) -> usize {
    match value {
        Value::Array(values) => values.iter().map(size).sum::<usize>() + 1,
        Value::Object(members) => members.values().map(size).sum::<usize>() + 1,
        _ => 1,
    }
}

struct Search<'s> {
    shapes: &'s Shapes,
    part: Node<'s>,
    short: bool,
    path: String,
}

impl Search<'_> {
    /// Looks below a node; when it finds the part, the path is that of the part.
    fn below(&mut self, node: Node<'_>) -> bool {
        if let Kind::Element(Content::Primitive(_)) = node.kind {
            let Some(extension) = self.shapes.id("Extension").map(Content::Complex) else {
                return false;
            };
            let found = node.extra.and_then(|extra| member(extra, "extension"));
            return self.member("extension", (found, None), Kind::Element(extension), true);
        }
        let (Some(shape), Some(object)) = (node.kind.shape(self.shapes), node.value.as_object())
        else {
            return false;
        };
        shape.elements.iter().any(|element| {
            let extra = match element.content {
                Content::Primitive(_) => object.get(&format!("_{}", element.key)),
                _ => None,
            };
            let found = (object.get(&*element.key), extra);
            self.member(&element.name, found, Kind::Element(element.content), element.repeats)
        })
    }

    /// Looks at what an element holds, and below it.
    fn member(
        &mut self,
        name: &str,
        (value, extra): (Option<&Value>, Option<&Value>),
        kind: Kind,
        repeats: bool,
    ) -> bool {
        let before = self.path.len();
        let (values, extras) = (list(value), list(extra));
        for at in 0..values.len().max(extras.len()) {
            let (value, extra) = (values.get(at).unwrap_or(&Value::Null), extras.get(at));
            let node = match kind {
                Kind::Element(Content::Resource) => Node::resource(value),
                kind => Node { value, extra, kind },
            };
            self.path.push('.');
            self.path.push_str(name);
            if repeats || !self.short {
                let _always_fits = write!(self.path, "[{at}]");
            }
            if self.is_part(node) || self.below(node) {
                return true;
            }
            self.path.truncate(before);
        }
        false
    }

    fn is_part(&self, node: Node<'_>) -> bool {
        let same = |left: Option<&Value>, right: Option<&Value>| match (left, right) {
            (Some(left), Some(right)) => std::ptr::eq(left, right),
            _ => false,
        };
        node.is(self.part) || same(node.extra, self.part.extra)
    }
}

fn list(value: Option<&Value>) -> &[Value] {
    match value {
        Some(Value::Array(values)) => values,
        Some(value) => std::slice::from_ref(value),
        None => &[],
    }
}
