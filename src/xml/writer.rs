//! Objects → elements, <https://hl7.org/fhir/R4/xml.html>.

use serde_json::{Map, Value};
use smallvec::SmallVec;

use super::narrative;
use super::object::is_attribute;
use super::syntax::scope::FHIR;
use super::syntax::tokens::is_character;
use super::write::Layout;
use crate::definitions::shape::{Content, Element, Primitive, Shape, Shapes};
use crate::fhir::kind::ResourceKind;

type Object = Map<String, Value>;

/// An XML text in the making.
pub(super) struct Writer<'d> {
    out: String,
    shapes: &'d Shapes,
    /// What every primitive may have besides its value.
    element: Option<&'d Shape>,
    layout: Layout,
    /// Elements that are open.
    open: usize,
}

/// A key of an object, in the order of the definition; what is beside a primitive comes after it.
struct Part<'v, 'd> {
    number: u16,
    is_beside: bool,
    element: &'d Element,
    value: &'v Value,
}

impl<'d> Writer<'d> {
    pub(super) fn new(shapes: &'d Shapes, layout: Layout) -> Self {
        let out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
        Self { out, shapes, element: shapes.named("Element"), layout, open: 0 }
    }

    pub(super) fn end(self) -> String {
        self.out
    }

    /// Writes the outermost resource.
    pub(super) fn root(&mut self, resource: &Value) -> Option<()> {
        self.resource(resource, Some(FHIR))
    }

    fn resource(&mut self, resource: &Value, namespace: Option<&str>) -> Option<()> {
        let object = resource.as_object()?;
        let kind = ResourceKind::parse(object.get("resourceType")?.as_str()?)?;
        let shape = self.shapes.of(kind)?;
        self.begin(kind.name());
        if let Some(namespace) = namespace {
            self.attribute("xmlns", namespace);
        }
        self.content(kind.name(), object, shape);
        Some(())
    }

    /// Writes what is in an element whose tag is begun, and ends the element.
    fn content(&mut self, name: &str, object: &Object, shape: &'d Shape) {
        let tag_end = self.out.len();
        self.out.push('>');
        self.open += 1;
        self.children(object, shape);
        self.open -= 1;
        if self.out.len() == tag_end + 1 {
            self.out.truncate(tag_end);
            self.out.push_str("/>");
            return;
        }
        self.indent();
        self.out.extend(["</", name, ">"]);
    }

    fn children(&mut self, object: &Object, shape: &'d Shape) {
        let mut parts: SmallVec<[Part<'_, 'd>; 16]> = SmallVec::new();
        for (key, value) in object {
            let name = key.strip_prefix('_').unwrap_or(key);
            let Some(number) = shape.number(name) else { continue };
            let Some(element) = shape.numbered(number) else { continue };
            let is_beside = name.len() < key.len();
            if !is_attribute(shape, name) {
                parts.push(Part { number, is_beside, element, value });
            }
        }
        parts.sort_unstable_by_key(|part| (part.number, part.is_beside));
        let mut rest = &*parts;
        while let Some((part, behind)) = rest.split_first() {
            let beside = behind.first().filter(|next| next.number == part.number);
            rest = if beside.is_some() { behind.get(1..).unwrap_or_default() } else { behind };
            let (value, beside) = match part.is_beside {
                true => (&Value::Null, part.value),
                false => (part.value, beside.map_or(&Value::Null, |beside| beside.value)),
            };
            self.items(part.element, value, beside);
        }
    }

    /// Writes the one value of an element, or all of them.
    fn items<'v>(&mut self, element: &'d Element, value: &'v Value, beside: &'v Value) {
        let (values, besides) = (slots(value), slots(beside));
        for at in 0..values.len().max(besides.len()) {
            let slot = |slots: &'v [Value]| slots.get(at).unwrap_or(&Value::Null);
            self.item(element, slot(values), slot(besides));
        }
    }

    fn item(&mut self, element: &'d Element, value: &Value, beside: &Value) {
        match element.content {
            Content::Primitive(Primitive::Xhtml) => {
                if let Value::String(div) = value {
                    self.indent();
                    narrative::put(&mut self.out, div);
                }
            }
            Content::Primitive(_) => self.primitive(&element.key, value, beside),
            Content::Complex(shape) => {
                let Some(shape) = self.shapes.shape(shape) else { return };
                let Value::Object(object) = value else { return };
                self.begin(&element.key);
                self.own_attributes(object, shape);
                self.content(&element.key, object, shape);
            }
            Content::Resource => {
                let before = self.out.len();
                self.begin(&element.key);
                self.out.push('>');
                self.open += 1;
                let written = self.resource(value, None);
                self.open -= 1;
                if written.is_none() {
                    return self.out.truncate(before);
                }
                self.indent();
                self.out.extend(["</", &*element.key, ">"]);
            }
        }
    }

    fn primitive(&mut self, name: &str, value: &Value, beside: &Value) {
        let before = self.out.len();
        self.begin(name);
        let tag = self.out.len();
        let beside = beside.as_object();
        if let (Some(object), Some(shape)) = (beside, self.element) {
            self.own_attributes(object, shape);
        }
        match value {
            Value::String(text) => self.attribute("value", text),
            Value::Number(number) => self.attribute("value", number.as_str()),
            Value::Bool(true) => self.attribute("value", "true"),
            Value::Bool(false) => self.attribute("value", "false"),
            Value::Null | Value::Array(_) | Value::Object(_) => {}
        }
        match (beside, self.element) {
            (Some(object), Some(shape)) => self.content(name, object, shape),
            // Nothing at all: there is no such element.
            _ if self.out.len() == tag => self.out.truncate(before),
            _ => self.out.push_str("/>"),
        }
    }

    /// Writes the elements that XML has as attributes.
    fn own_attributes(&mut self, object: &Object, shape: &Shape) {
        for key in ["id", "url"] {
            if let Some(Value::String(text)) = object.get(key)
                && is_attribute(shape, key)
            {
                self.attribute(key, text);
            }
        }
    }

    fn begin(&mut self, name: &str) {
        self.indent();
        self.out.push('<');
        self.out.push_str(name);
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.out.extend([" ", name, "=\""]);
        escape(&mut self.out, value);
        self.out.push('"');
    }

    fn indent(&mut self) {
        if self.layout == Layout::Indented {
            self.out.push('\n');
            self.out.extend(std::iter::repeat_n("  ", self.open));
        }
    }
}

/// The values of a key: the items of an array, or the one value.
fn slots(value: &Value) -> &[Value] {
    match value {
        Value::Array(items) => items,
        Value::Null => &[],
        one => std::slice::from_ref(one),
    }
}

/// Writes text so that an attribute or an element gives it back. A line break or tab would come
/// back as a space, so it goes by number. What XML cannot have at all is replaced.
pub(super) fn escape(out: &mut String, text: &str) {
    let is_special = |byte: u8| byte < b' ' || matches!(byte, b'&' | b'<' | b'>' | b'"' | 0xEF);
    if !text.bytes().any(is_special) {
        return out.push_str(text);
    }
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\r' => out.push_str("&#13;"),
            '\t' => out.push_str("&#9;"),
            legal if is_character(legal) => out.push(legal),
            _ => out.push('\u{FFFD}'),
        }
    }
}
