//! Element definitions as a tree: an element, what is below it, and its slices,
//! <https://hl7.org/fhir/R4/profiling.html#slicing>.

use serde_json::Value;

use super::element::{self, Element};
use super::place::{self, ElementStep, Places};
use crate::snapshot::fault::SnapshotFault;
use crate::snapshot::limit::{MOST_ELEMENTS, MOST_STEPS};

/// An element definition without its id, path and slice name: they follow from its place.
#[derive(Debug, Clone)]
pub(in crate::snapshot) struct SnapshotNode {
    pub(in crate::snapshot) step: ElementStep,
    /// Empty when a differential says nothing of the element itself.
    pub(in crate::snapshot) element: Element,
    pub(in crate::snapshot) children: Vec<SnapshotNode>,
    /// Re-slices (`a/b`) stand in the same list, after what they slice.
    pub(in crate::snapshot) slices: Vec<SnapshotNode>,
}

impl SnapshotNode {
    pub(in crate::snapshot) fn new(name: &str, slice: Option<&str>) -> Self {
        Self {
            step: ElementStep { name: name.into(), slice: slice.map(Into::into) },
            element: Element::new(),
            children: Vec::new(),
            slices: Vec::new(),
        }
    }

    /// The element below it with this name.
    pub(in crate::snapshot) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().rfind(|child| *child.step.name == *name)
    }

    /// How many elements it is, with those below and the slices.
    pub(in crate::snapshot) fn size(&self) -> usize {
        let below = self.children.iter().chain(&self.slices).map(Self::size);
        1 + below.sum::<usize>()
    }

    /// The same without slices.
    pub(in crate::snapshot) fn unsliced(&self) -> Self {
        let Self { step, element, children, slices: _ } = self;
        let children = children.clone();
        Self { step: step.clone(), element: element.clone(), children, slices: Vec::new() }
    }

    /// The node at a place, which is made when it is not there.
    fn at(&mut self, steps: &[ElementStep]) -> &mut Self {
        let Some((step, rest)) = steps.split_first() else { return self };
        let child = entry(
            &mut self.children,
            |child| child.step.name == step.name,
            || Self::new(&step.name, None),
        );
        let Some(slice) = &step.slice else { return child.at(rest) };
        let is_slice = |node: &Self| node.step.slice.as_ref() == Some(slice);
        entry(&mut child.slices, is_slice, || Self::new(&step.name, Some(slice))).at(rest)
    }

    fn list_into(self, path: &str, id: &str, list: &mut Vec<Value>) {
        let path = if path.is_empty() {
            self.step.name.to_string()
        } else {
            format!("{path}.{}", self.step.name)
        };
        let own_id = place::id_of(id, &self.step);
        let mut element = self.element;
        // A slice may stand alone, without the whole it is a slice of.
        let is_defined = !element.is_empty();
        if let Some(slice) = &self.step.slice {
            element.insert("sliceName".into(), (**slice).into());
        }
        element.insert("id".into(), own_id.as_str().into());
        element.insert("path".into(), path.as_str().into());
        if is_defined {
            list.push(Value::Object(element::in_order(element)));
        }
        for child in self.children {
            child.list_into(&path, &own_id, list);
        }
        let above = path.rsplit_once('.').map_or("", |(above, _)| above);
        for slice in self.slices {
            slice.list_into(above, id, list);
        }
    }
}

/// The last that fits, or a new one at the end. A reference cannot be returned early and the list
/// still be changed, so it is found by its place.
fn entry(
    nodes: &mut Vec<SnapshotNode>,
    fits: impl Fn(&SnapshotNode) -> bool,
    make: impl FnOnce() -> SnapshotNode,
) -> &mut SnapshotNode {
    let at = nodes.iter().rposition(fits).unwrap_or(nodes.len());
    if at == nodes.len() {
        nodes.push(make());
    }
    #[expect(clippy::indexing_slicing, reason = "found there, or put there just now")]
    &mut nodes[at]
}

/// Makes a tree of a list of element definitions.
pub(in crate::snapshot) fn grow(list: &[Value]) -> Result<SnapshotNode, SnapshotFault> {
    if list.len() > MOST_ELEMENTS {
        return Err(SnapshotFault::TooLarge);
    }
    let mut root: Option<SnapshotNode> = None;
    let mut places = Places::default();
    for element in list.iter().filter_map(Value::as_object) {
        let steps = places.next(element).ok_or(SnapshotFault::NoPath)?;
        if steps.len() > MOST_STEPS {
            return Err(SnapshotFault::TooLarge);
        }
        let Some((first, rest)) = steps.split_first() else { continue };
        let root = root.get_or_insert_with(|| SnapshotNode::new(&first.name, None));
        if root.step.name != first.name {
            return Err(SnapshotFault::OtherRoot {
                expected: root.step.name.clone(),
                found: first.name.clone(),
            });
        }
        let node = root.at(rest);
        let said =
            element.iter().filter(|(name, _)| !matches!(&***name, "id" | "path" | "sliceName"));
        node.element.extend(said.map(|(name, value)| (name.clone(), value.clone())));
    }
    root.ok_or(SnapshotFault::NoElements)
}

/// Makes a list of a tree.
pub(in crate::snapshot) fn list(root: SnapshotNode) -> Vec<Value> {
    let mut list = Vec::with_capacity(root.size());
    root.list_into("", "", &mut list);
    list
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_list_becomes_a_tree_and_a_list_again() {
        let elements = json!([
            {"id": "A", "path": "A", "min": 0},
            {"id": "A.b", "path": "A.b", "min": 0},
            {"id": "A.b.d", "path": "A.b.d", "min": 0},
            {"id": "A.b:c", "path": "A.b", "sliceName": "c", "min": 1},
            {"id": "A.b:c.d", "path": "A.b.d", "min": 0},
            {"id": "A.b:c/e", "path": "A.b", "sliceName": "c/e", "min": 0},
            {"id": "A.f", "path": "A.f", "min": 0},
        ]);
        let given = elements.as_array().expect("a list");
        let tree = grow(given).expect("a tree");
        assert_eq!(tree.size(), 7);
        assert_eq!(&list(tree), given);
    }

    #[test]
    fn what_is_left_out_on_the_way_is_made() {
        let tree = grow(&[json!({"path": "A.b.c", "id": "A.b:x.c"})]).expect("a tree");
        let b = tree.child("b").expect("b");
        assert!(b.element.is_empty());
        assert!(b.slices[0].child("c").is_some());
    }

    #[test]
    fn one_list_has_one_root() {
        let mixed = [json!({"path": "A"}), json!({"path": "B.c"})];
        assert!(matches!(grow(&mixed), Err(SnapshotFault::OtherRoot { .. })));
        assert!(matches!(grow(&[]), Err(SnapshotFault::NoElements)));
        let deep = json!({ "path": vec!["a"; 50].join(".") });
        assert!(matches!(grow(&[deep]), Err(SnapshotFault::TooLarge)));
    }
}
