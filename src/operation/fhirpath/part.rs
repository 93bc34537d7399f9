//! Items as parts of `Parameters`, and back.

use std::cell::Cell;

use serde_json::{Map, Value, json};

use crate::definitions::shape::{Content, Primitive, Shapes};
use crate::fhirpath::value::datum::{Datum, Node};
use crate::fhirpath::value::kind::Kind;
use crate::fhirpath::value::locate::{path, size};

/// Carries what no `value[x]` can: a backbone element as JSON text.
pub(super) const JSON_VALUE: &str = "http://fhir.forms-lab.com/StructureDefinition/json-value";
/// Carries a resource as XML text.
pub(super) const XML_VALUE: &str = "http://fhir.forms-lab.com/StructureDefinition/xml-value";
/// Tells where in the resource an item stands.
const RESOURCE_PATH: &str = "http://fhir.forms-lab.com/StructureDefinition/resource-path";

/// How many values are looked at to find the paths of items; beyond that no more paths are told.
const LOOKED_AT: usize = 2_000_000;

/// Finds where items stand in the resource.
pub(in crate::operation) struct Paths<'r> {
    shapes: &'r Shapes,
    root: Option<Node<'r>>,
    size: usize,
    left: Cell<usize>,
}

impl<'r> Paths<'r> {
    pub(in crate::operation) fn new(shapes: &'r Shapes, root: Option<Node<'r>>) -> Self {
        let size = root.map_or(0, |root| size(root.value));
        Self { shapes, root, size, left: Cell::new(LOOKED_AT) }
    }

    /// The path of a part of the resource.
    pub(in crate::operation) fn of(&self, part: Node<'_>) -> Option<String> {
        self.left.set(self.left.get().checked_sub(self.size)?);
        path(self.shapes, self.root?, part, true)
    }
}

/// One item, named by its type, with its path in the resource if it is a part of one.
pub(super) fn part(item: &Datum<'_>, paths: &Paths<'_>) -> Value {
    let shapes = paths.shapes;
    let name = item.type_name(shapes);
    let mut part = Map::new();
    if item.string() == Some("") {
        part.insert("name".into(), json!("empty-string"));
        return Value::Object(part);
    }
    part.insert("name".into(), json!(name));
    let Datum::Node(node) = item else {
        match item {
            Datum::TypeInfo(..) => part.insert("valueString".into(), json!(item.show())),
            Datum::Long(_) => part.insert("extension".into(), as_json(item.show())),
            _ => part.insert(value_key(&name), item.json()),
        };
        return Value::Object(part);
    };
    value(&mut part, &name, *node);
    if let Some(path) = paths.of(*node) {
        let extension = json!({ "url": RESOURCE_PATH, "valueString": path });
        match part.get_mut("extension").and_then(Value::as_array_mut) {
            Some(extensions) => extensions.push(extension),
            None => {
                part.insert("extension".into(), json!([extension]));
            }
        }
    }
    Value::Object(part)
}

fn as_json(text: String) -> Value {
    json!([{ "url": JSON_VALUE, "valueString": text }])
}

fn value(part: &mut Map<String, Value>, name: &str, node: Node<'_>) {
    match node.kind {
        Kind::Resource(_) | Kind::Element(Content::Resource) => {
            part.insert("resource".into(), node.value.clone());
        }
        Kind::Element(Content::Primitive(primitive)) => {
            let key = match primitive {
                Primitive::Xhtml => "valueString".to_owned(),
                _ => value_key(name),
            };
            if let Some(extra) = node.extra {
                part.insert(format!("_{key}"), extra.clone());
            }
            if !node.value.is_null() {
                part.insert(key, node.value.clone());
            }
        }
        Kind::Element(Content::Complex(_)) if name != "BackboneElement" => {
            part.insert(value_key(name), node.value.clone());
        }
        Kind::Element(Content::Complex(_)) | Kind::System(_) | Kind::TypeInfo => {
            part.insert("extension".into(), as_json(node.value.to_string()));
        }
    }
}

/// The value of a variable.
pub(super) fn value_of<'p>(shapes: &Shapes, part: &'p Value) -> Option<Datum<'p>> {
    if let Some(resource) = part.get("resource") {
        return Some(Datum::resource(resource));
    }
    let parameter = shapes.named("Parameters.parameter")?;
    let (element, value) = part.as_object()?.iter().find_map(|(key, value)| {
        Some((parameter.element(key)?, value)).filter(|_| key.starts_with("value"))
    })?;
    Some(Datum::Node(Node { value, extra: None, kind: Kind::Element(element.content) }))
}

fn value_key(type_name: &str) -> String {
    let mut letters = type_name.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    "value".chars().chain(first).chain(letters).collect()
}
