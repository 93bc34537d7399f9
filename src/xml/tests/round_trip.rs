//! What is written as XML is read as the same tree, whatever it holds; and no text panics.

use std::sync::LazyLock;

use proptest::prelude::{any, prop, prop_assert, prop_assert_eq, proptest};
use serde_json::{Map, Value, json};

use crate::definitions::registry::Registry;
use crate::definitions::shape::{Content, Element, Primitive, Shape, Shapes};
use crate::fhir::kind::ResourceKind;
use crate::xml::read::read;
use crate::xml::write::{Layout, write};

static REGISTRY: LazyLock<Registry> = LazyLock::new(|| Registry::r4().expect("R4"));

/// Makes resources of bytes that decide everything.
struct Maker<'b> {
    bytes: std::slice::Iter<'b, u8>,
    shapes: &'static Shapes,
}

impl Maker<'_> {
    fn pick(&mut self, most: usize) -> usize {
        let byte = self.bytes.next().copied().unwrap_or_default();
        let next = self.bytes.next().copied().unwrap_or_default();
        usize::from(u16::from_be_bytes([byte, next])) % most.max(1)
    }

    fn resource(&mut self, depth: usize) -> Value {
        let kinds: Vec<ResourceKind> = ResourceKind::all().collect();
        let kind = kinds[self.pick(kinds.len())];
        let shape = self.shapes.of(kind).expect("a shape");
        let mut object = Map::new();
        object.insert("resourceType".into(), json!(kind.name()));
        self.fill(shape, &mut object, depth);
        Value::Object(object)
    }

    fn fill(&mut self, shape: &'static Shape, object: &mut Map<String, Value>, depth: usize) {
        for _ in 0..self.pick(5) {
            let element = &shape.elements[self.pick(shape.elements.len())];
            let same = |other: &&Element| object.contains_key(&*other.key);
            let siblings = shape.elements.iter().filter(|other| other.name == element.name);
            if siblings.clone().any(|other| same(&other))
                || object.contains_key(&format!("_{}", element.key))
            {
                continue;
            }
            let count = if element.repeats { self.pick(3) + 1 } else { 1 };
            let items: Vec<(Value, Value)> =
                (0..count).map(|_| self.item(element, shape, depth)).collect();
            self.put(object, element, items);
        }
    }

    fn put(
        &mut self,
        object: &mut Map<String, Value>,
        element: &Element,
        items: Vec<(Value, Value)>,
    ) {
        let (values, besides): (Vec<Value>, Vec<Value>) = items.into_iter().unzip();
        for (key, items) in
            [(element.key.to_string(), values), (format!("_{}", element.key), besides)]
        {
            if items.iter().all(Value::is_null) {
                continue;
            }
            let value = if element.repeats { Value::Array(items) } else { items[0].clone() };
            object.insert(key, value);
        }
    }

    fn item(&mut self, element: &'static Element, parent: &Shape, depth: usize) -> (Value, Value) {
        match element.content {
            Content::Primitive(primitive) => {
                let is_attribute = crate::xml::object::is_attribute(parent, &element.key);
                let bare = is_attribute || primitive == Primitive::Xhtml || depth == 0;
                match self.pick(4) {
                    0 if !bare => (Value::Null, self.beside(depth)),
                    1 if !bare => (self.primitive(primitive), self.beside(depth)),
                    _ => (self.primitive(primitive), Value::Null),
                }
            }
            Content::Complex(id) => {
                let mut object = Map::new();
                let shape = self.shapes.shape(id).expect("a shape");
                if depth > 0 {
                    self.fill(shape, &mut object, depth - 1);
                }
                if object.is_empty() {
                    object.insert("id".into(), json!("only"));
                }
                (Value::Object(object), Value::Null)
            }
            Content::Resource if depth > 0 => (self.resource(depth - 1), Value::Null),
            Content::Resource => (json!({ "resourceType": "Basic" }), Value::Null),
        }
    }

    fn beside(&mut self, depth: usize) -> Value {
        let mut object = Map::new();
        self.fill(self.shapes.named("Element").expect("a shape"), &mut object, depth - 1);
        if object.is_empty() {
            object.insert("id".into(), json!("e"));
        }
        Value::Object(object)
    }

    fn primitive(&mut self, primitive: Primitive) -> Value {
        match primitive {
            Primitive::Boolean => json!(self.pick(2) == 1),
            Primitive::Decimal
            | Primitive::Integer
            | Primitive::PositiveInt
            | Primitive::UnsignedInt => {
                let texts = ["0", "1.50", "-0.00", "1E-22", "12345678901234567890.123", "7"];
                serde_json::from_str::<Value>(texts[self.pick(texts.len())])
                    .map(|value| value.to_string())
                    .ok()
                    .and_then(|text| crate::xml::primitive::value(Primitive::Decimal, &text))
                    .expect("a number")
            }
            Primitive::Xhtml => json!(format!(
                "<div xmlns=\"http://www.w3.org/1999/xhtml\">{}</div>",
                [
                    "",
                    " \r\n\t<p>Mẹ &amp; bé&#160;<br/></p><!-- - -->",
                    "<p  class = 'a\"'  >]]&gt;</p >",
                    "&lt;b&gt;"
                ][self.pick(4)]
            )),
            _ => {
                let letters = [
                    ' ', '\n', '\t', '\r', '<', '>', '&', '"', '\'', 'ễ', '😀', 'a', ';', ']',
                    '\u{a0}', '\u{2028}', '\u{85}',
                ];
                let text: String =
                    (0..self.pick(9)).map(|_| letters[self.pick(letters.len())]).collect();
                json!(text)
            }
        }
    }
}

proptest! {
    #[test]
    fn any_resource_is_the_same_after_a_way_through_xml(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let shapes = &REGISTRY.shapes;
        let resource = Maker { bytes: bytes.iter(), shapes }.resource(4);
        for layout in [Layout::Compact, Layout::Indented] {
            let text = write(&resource, shapes, layout).expect("a resource");
            let back = read(text.as_bytes(), shapes);
            prop_assert!(back.is_ok(), "{text}\n{back:?}");
            let back = back.expect("checked");
            prop_assert_eq!(&back.resource, &resource, "{}", text);
            prop_assert!(back.issues.is_empty(), "{text} {:?}", back.issues);
        }
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        let _ = read(&bytes, &REGISTRY.shapes);
    }

    #[test]
    fn no_text_panics(text in r#"(<\??/?[fh:]{0,2}(Patient|name|given|text|div|p|Bundle|entry|resource|!--|!DOCTYPE|!\[CDATA\[)( xmlns(:[fh])?="(http://hl7.org/fhir|http://www.w3.org/1999/xhtml)?")?( (id|value)='?[a&;#1]{0,4}'?)?[/?\]-]{0,2}>?|[ a&;#]){0,12}"#) {
        if let Ok(back) = read(text.as_bytes(), &REGISTRY.shapes) {
            let _ = write(&back.resource, &REGISTRY.shapes, Layout::Compact);
        }
    }

    #[test]
    fn any_narrative_leaves_the_rest_as_it_is(div in r#"(</?[a:]{0,2}(div|p|text)( (xmlns|a)(:a)?=['"](http://www.w3.org/1999/xhtml|b)?['"])?/?>?|[a &;#<>"\u{1}-]|&nbsp;|&#1;){0,9}"#) {
        let resource = json!({ "resourceType": "Patient", "text": { "div": div }, "gender": "female" });
        let text = write(&resource, &REGISTRY.shapes, Layout::Compact).expect("a resource");
        let back = read(text.as_bytes(), &REGISTRY.shapes);
        prop_assert!(back.is_ok(), "{text}\n{back:?}");
        prop_assert_eq!(&back.expect("checked").resource["gender"], "female");
    }
}
