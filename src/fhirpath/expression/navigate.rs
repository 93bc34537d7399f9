//! From items to the elements below them.

use serde_json::Value;

use super::evaluator::Evaluator;
use super::outcome::Outcome;
use super::plan::{Member, Way};
use crate::definitions::shape::{Content, Primitive, Shapes};
use crate::fhir::member::{member as json_member, two as members_of_two};
use crate::fhirpath::value::datum::{Collection, Datum, Node, Text};
use crate::fhirpath::value::kind::{Kind, System};
use crate::fhirpath::value::quantity::Quantity;

static NOTHING: Value = Value::Null;

/// The elements with a name.
pub(in crate::fhirpath) fn member<'a>(
    run: &Evaluator<'_, 'a>,
    member: &'a Member,
    items: &[Datum<'a>],
) -> Outcome<'a> {
    let mut found = Collection::new();
    for item in items {
        let before = found.len();
        match item {
            Datum::Node(node) => {
                let mut foreseen = false;
                for way in member.ways.iter().filter(|way| way.from == node.kind) {
                    foreseen = true;
                    along(*node, way, &mut found);
                }
                if !foreseen {
                    by_name(run.shapes, *node, &member.name, &mut found);
                }
            }
            Datum::TypeInfo(info) => match &*member.name {
                "namespace" => found.push(Datum::String(Text::Of(info.namespace))),
                "name" => found.push(Datum::String(info.name.to_string().into())),
                _ => {}
            },
            Datum::Quantity(quantity) => found.extend(of_quantity(quantity, &member.name)),
            _ => {}
        }
        // One by one: what many items have together may not fit into memory.
        run.spend(found.len() - before)?;
    }
    Ok(found)
}

/// Whether there is any element with a name.
pub(super) fn has_any(shapes: &Shapes, member: &Member, items: &[Datum<'_>]) -> bool {
    items.iter().any(|item| match item {
        Datum::Node(node) => {
            let mut ways = member.ways.iter().filter(|way| way.from == node.kind).peekable();
            if ways.peek().is_none() {
                let mut found = Collection::new();
                by_name(shapes, *node, &member.name, &mut found);
                return !found.is_empty();
            }
            ways.any(|way| {
                let (value, extra) = held(*node, way);
                has_items(value) || has_items(extra)
            })
        }
        item => has_member(item.kind(), &member.name),
    })
}

/// Whether a value, or a list of them, has anything in it.
fn has_items(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => false,
        Some(Value::Array(values)) => values.iter().any(|value| !value.is_null()),
        Some(_) => true,
    }
}

/// Every element below a node.
pub(in crate::fhirpath) fn children<'a>(
    shapes: &Shapes,
    node: Node<'a>,
    found: &mut Collection<'a>,
) {
    if let Kind::Element(Content::Primitive(_)) = node.kind {
        by_name(shapes, node, "id", found);
        by_name(shapes, node, "extension", found);
        return;
    }
    let (Some(shape), Some(object)) = (node.kind.shape(shapes), node.value.as_object()) else {
        return;
    };
    let has_extras = object.keys().any(|key| key.starts_with('_'));
    for (key, value) in object {
        if let Some(element) = shape.element(key) {
            let to = Kind::Element(element.content);
            let extra =
                (has_extras && is_primitive(to)).then(|| extra_of(node.value, key)).flatten();
            push(Some(value), extra, to, found);
        } else if let Some(key) = key.strip_prefix('_')
            && !object.contains_key(key)
            && let Some(element) = shape.element(key)
        {
            push(None, Some(value), Kind::Element(element.content), found);
        }
    }
}

/// The ways from a type to the elements with a name; none when it has no such element.
pub(in crate::fhirpath) fn ways(shapes: &Shapes, from: Kind, name: &str) -> Option<Vec<Way>> {
    let way = |key: &str, to| {
        let extra = is_primitive(to).then(|| format!("_{key}").into());
        Way { from, key: key.into(), extra, to }
    };
    if is_primitive(from) {
        return below_primitive(shapes, name).map(|to| vec![way(name, to)]);
    }
    let elements = from.shape(shapes)?.elements.iter().filter(|element| *element.name == *name);
    let ways: Vec<_> =
        elements.map(|element| way(&element.key, Kind::Element(element.content))).collect();
    (!ways.is_empty()).then_some(ways)
}

fn along<'a>(node: Node<'a>, way: &Way, found: &mut Collection<'a>) {
    let (value, extra) = held(node, way);
    push(value, extra, way.to, found);
}

/// What a node holds along a way, and what is beside it.
fn held<'a>(node: Node<'a>, way: &Way) -> (Option<&'a Value>, Option<&'a Value>) {
    if is_primitive(way.from) {
        return (node.extra.and_then(|extra| json_member(extra, &way.key)), None);
    }
    match &way.extra {
        Some(extra) => members_of_two(node.value, &way.key, extra),
        None => (json_member(node.value, &way.key), None),
    }
}

fn by_name<'a>(shapes: &Shapes, node: Node<'a>, name: &str, found: &mut Collection<'a>) {
    if is_primitive(node.kind) {
        if let Some(to) = below_primitive(shapes, name) {
            push(node.extra.and_then(|extra| json_member(extra, name)), None, to, found);
        }
        return;
    }
    let Some(shape) = node.kind.shape(shapes) else { return };
    for element in shape.elements.iter().filter(|element| *element.name == *name) {
        let to = Kind::Element(element.content);
        let extra = is_primitive(to).then(|| extra_of(node.value, &element.key)).flatten();
        push(json_member(node.value, &element.key), extra, to, found);
    }
}

fn of_quantity<'a>(quantity: &Quantity, name: &str) -> Option<Datum<'a>> {
    match name {
        "value" => Some(Datum::Decimal(quantity.value)),
        "unit" => Some(Datum::String(quantity.unit.code().to_owned().into())),
        _ => None,
    }
}

/// Whether a type of the language itself has an element with this name.
pub(super) fn has_member(kind: Kind, name: &str) -> bool {
    match kind {
        Kind::TypeInfo => matches!(name, "namespace" | "name"),
        Kind::System(System::Quantity) => matches!(name, "value" | "unit"),
        _ => false,
    }
}

fn is_primitive(kind: Kind) -> bool {
    matches!(kind, Kind::Element(Content::Primitive(_)))
}

/// A primitive has an id and extensions.
fn below_primitive(shapes: &Shapes, name: &str) -> Option<Kind> {
    match name {
        "id" => Some(Kind::Element(Content::Primitive(Primitive::String))),
        "extension" => shapes.id("Extension").map(|id| Kind::Element(Content::Complex(id))),
        _ => None,
    }
}

fn extra_of<'a>(value: &'a Value, key: &str) -> Option<&'a Value> {
    let mut members = value.as_object()?.iter();
    let found = members.find(|(found, _)| found.strip_prefix('_') == Some(key));
    found.map(|(_, value)| value)
}

/// Adds what a key and its `_key` hold: items of arrays that stand at the same place are one.
fn push<'a>(
    value: Option<&'a Value>,
    extra: Option<&'a Value>,
    kind: Kind,
    found: &mut Collection<'a>,
) {
    let mut add = |value: Option<&'a Value>, extra: Option<&'a Value>| {
        let value = value.unwrap_or(&NOTHING);
        let extra = extra.filter(|extra| !extra.is_null());
        if value.is_null() && extra.is_none() {
            return;
        }
        found.push(Datum::Node(match kind {
            Kind::Element(Content::Resource) => Node::resource(value),
            kind => Node { value, extra, kind },
        }));
    };
    if !matches!((value, extra), (Some(Value::Array(_)), _) | (_, Some(Value::Array(_)))) {
        return add(value, extra);
    }
    let list = |value: Option<&'a Value>| match value {
        Some(Value::Array(values)) => values.as_slice(),
        Some(value) => std::slice::from_ref(value),
        None => &[],
    };
    let (values, extras) = (list(value), list(extra));
    for at in 0..values.len().max(extras.len()) {
        add(values.get(at), extras.get(at));
    }
}
