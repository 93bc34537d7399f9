//! Items as parts of `Parameters`, and back.

use serde_json::{Map, Value, json};

use crate::definitions::shape::{Content, Primitive, Shapes};
use crate::fhirpath::datum::{Datum, Node};
use crate::fhirpath::kind::Kind;

/// Carries what no `value[x]` can: a backbone element as JSON text.
const JSON_VALUE: &str = "http://fhir.forms-lab.com/StructureDefinition/json-value";

/// One item, named by its type.
pub(super) fn part(shapes: &Shapes, item: &Datum<'_>) -> Value {
    let name = item.type_name(shapes);
    let mut part = Map::new();
    part.insert("name".into(), json!(name));
    let Datum::Node(node) = item else {
        let (key, value) = match item {
            Datum::TypeInfo(..) => ("valueString".to_owned(), json!(item.show())),
            _ => (value_key(&name), item.json()),
        };
        part.insert(key, value);
        return Value::Object(part);
    };
    match node.kind {
        Kind::Resource(_) | Kind::Element(Content::Resource) => {
            part.insert("resource".into(), node.value.clone());
        }
        Kind::Element(Content::Primitive(primitive)) => {
            let key = match primitive {
                Primitive::Xhtml => "valueString".to_owned(),
                _ => value_key(&name),
            };
            if let Some(extra) = node.extra {
                part.insert(format!("_{key}"), extra.clone());
            }
            if !node.value.is_null() {
                part.insert(key, node.value.clone());
            }
        }
        Kind::Element(Content::Complex(_)) if name != "BackboneElement" => {
            part.insert(value_key(&name), node.value.clone());
        }
        Kind::Element(Content::Complex(_)) | Kind::System(_) | Kind::TypeInfo => {
            let text = node.value.to_string();
            part.insert("extension".into(), json!([{ "url": JSON_VALUE, "valueString": text }]));
        }
    }
    Value::Object(part)
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
