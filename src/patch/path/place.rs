//! Where elements stand in the tree of a resource.

use serde_json::{Map, Value};

use crate::definitions::shape::{Content, Shape, Shapes};
use crate::fhirpath::value::datum::Node;
use crate::fhirpath::value::kind::Kind;

/// One step down the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum WayStep {
    Key(String),
    Index(usize),
}

/// An element: a member of an object, or an item of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ElementPlace {
    /// The way to the object.
    pub(super) object: Vec<WayStep>,
    /// `given`, where its extensions alone stand at `_given`.
    pub(super) key: String,
    pub(super) index: Option<usize>,
    /// Whether it is a primitive, whose extensions stand beside it.
    pub(super) is_primitive: bool,
}

impl ElementPlace {
    /// The place at the end of a way; none of a whole resource.
    pub(super) fn at(way: &[WayStep]) -> Option<Self> {
        let (index, way) = match way {
            [way @ .., WayStep::Index(index)] => (Some(*index), way),
            way => (None, way),
        };
        let [object @ .., WayStep::Key(key)] = way else { return None };
        Some(Self { object: object.to_vec(), key: key.clone(), index, is_primitive: false })
    }

    /// The way to the object that the element is, or that its extensions are in.
    pub(super) fn below(&self) -> Vec<WayStep> {
        let mut way = self.object.clone();
        let key = if self.is_primitive { beside(&self.key) } else { self.key.clone() };
        way.push(WayStep::Key(key));
        way.extend(self.index.map(WayStep::Index));
        way
    }

    pub(super) fn is_beside(&self, other: &Self) -> bool {
        self.object == other.object && self.key == other.key
    }
}

/// The key of the extensions of a primitive.
pub(super) fn beside(key: &str) -> String {
    format!("_{key}")
}

/// The way to an element that an expression gave; none when it is not in the tree.
pub(super) fn way(root: &Value, node: &Node<'_>) -> Option<Vec<WayStep>> {
    let mut way = Vec::new();
    leads_to(root, node, &mut way).then_some(())?;
    way.reverse();
    Some(way)
}

/// Notes the steps on the way back from the element.
fn leads_to(value: &Value, node: &Node<'_>, way: &mut Vec<WayStep>) -> bool {
    let is = |part: &Value| std::ptr::eq(part, value);
    if is(node.value) || node.extra.is_some_and(is) {
        return true;
    }
    let step = match value {
        Value::Object(members) => {
            let found = members.iter().find(|(_, below)| leads_to(below, node, way));
            found.map(|(key, _)| WayStep::Key(key.clone()))
        }
        Value::Array(items) => {
            items.iter().position(|below| leads_to(below, node, way)).map(WayStep::Index)
        }
        _ => None,
    };
    let is_found = step.is_some();
    way.extend(step);
    is_found
}

/// The place of an element that an expression gave.
pub(super) fn place(root: &Value, node: &Node<'_>) -> Option<ElementPlace> {
    let way = way(root, node)?;
    let mut place = ElementPlace::at(&way)?;
    place.is_primitive = is_primitive(node);
    if place.is_primitive
        && let Some(key) = place.key.strip_prefix('_')
    {
        place.key = key.to_owned();
    }
    Some(place)
}

fn is_primitive(node: &Node<'_>) -> bool {
    matches!(node.kind, Kind::Element(Content::Primitive(_)))
}

/// The shape of the object at the end of a way.
pub(super) fn shape_at<'s>(shapes: &'s Shapes, root: &Value, way: &[WayStep]) -> Option<&'s Shape> {
    let of_resource = |resource: &Value| shapes.named(resource.get("resourceType")?.as_str()?);
    let mut value = Some(root);
    // Which resource it is where any may be, it says itself.
    let mut shape = None;
    for step in way {
        match step {
            WayStep::Index(at) => value = value.and_then(|value| value.get(at)),
            WayStep::Key(key) => {
                let above = shape.or_else(|| value.and_then(of_resource))?;
                shape = match above.element(key).map(|element| element.content) {
                    Some(Content::Complex(id)) => shapes.shape(id),
                    Some(Content::Resource) => None,
                    Some(Content::Primitive(_)) => return None,
                    None if key.starts_with('_') => shapes.named("Element"),
                    None => return None,
                };
                value = value.and_then(|value| value.get(key));
            }
        }
    }
    shape.or_else(|| value.and_then(of_resource))
}

/// The object at the end of a way; what is missing of it is made.
pub(super) fn object<'v>(
    root: &'v mut Value,
    way: &[WayStep],
) -> Option<&'v mut Map<String, Value>> {
    let mut value = root;
    for (at, step) in way.iter().enumerate() {
        value = match step {
            WayStep::Key(key) => {
                let is_list = matches!(way.get(at + 1), Some(WayStep::Index(_)));
                let empty = || if is_list { Value::Array(Vec::new()) } else { Value::Null };
                value.as_object_mut()?.entry(key.as_str()).or_insert_with(empty)
            }
            WayStep::Index(index) => {
                let list = value.as_array_mut()?;
                if list.len() <= *index {
                    list.resize(index + 1, Value::Null);
                }
                list.get_mut(*index)?
            }
        };
        if value.is_null() && !matches!(way.get(at + 1), Some(WayStep::Index(_))) {
            *value = Value::Object(Map::new());
        }
    }
    value.as_object_mut()
}
