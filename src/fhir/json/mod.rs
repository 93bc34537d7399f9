//! Strict reading of JSON, <https://hl7.org/fhir/R4/json.html>.
//!
//! Beyond what `serde_json` checks, an object with the same key twice is refused, and so is data
//! nested deeper than [`DEPTH`]. Numbers keep their text. A byte order mark at the start is
//! skipped. [`fault`] tells what is wrong with a text, [`number`] keeps how numbers were written.

mod fault;
mod number;

use std::cell::{Cell, RefCell};
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::map::Entry;
use serde_json::{Map, Number, Value};

use super::issue::Issue;
use fault::{JsonFault, Trail};
use number::respell;

/// How many objects and arrays may lie inside each other. It stays below the 128 at which
/// `serde_json` gives up, so that the answer is ours.
pub const DEPTH: usize = 120;

/// What `serde_json` calls a number on its way to a visitor.
const NUMBER: &str = "$serde_json::private::Number";

/// What all private names of `serde_json` begin with.
const PRIVATE: &str = "$serde_json::private::";

/// Reads one JSON value; errors say line, column and what to do.
pub fn parse(bytes: &[u8]) -> Result<Value, Issue> {
    within(bytes, DEPTH, 0)
}

/// The same for a part of a text, after so many lines of it.
pub fn parse_after(bytes: &[u8], lines: usize) -> Result<Value, Issue> {
    within(bytes, DEPTH, lines)
}

/// Reads one JSON value that this server has written itself: what it puts around a resource may
/// lie a little deeper.
pub fn parse_own(text: &str) -> Result<Value, Issue> {
    within(text.as_bytes(), usize::MAX, 0)
}

fn within(bytes: &[u8], depth: usize, lines: usize) -> Result<Value, Issue> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes);
    let text = text.map_err(|error| JsonFault::utf8(bytes, error).after(lines).issue())?;
    let reading =
        Reading { text, most: depth, trail: RefCell::default(), has_exponents: Cell::new(false) };
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let read = JsonNode { reading: &reading, depth: 0 }
        .deserialize(&mut deserializer)
        .and_then(|value| deserializer.end().map(|()| value));
    let mut value = read.map_err(|error| {
        let fault = reading.trail.take().fault(&error);
        fault.of_comma(text).in_characters(text).after(lines).issue()
    })?;
    if reading.has_exponents.get() {
        respell(&mut value, text);
    }
    Ok(value)
}

/// What is the same for every node of one reading.
struct Reading<'a> {
    text: &'a str,
    /// Objects and arrays that may lie inside each other.
    most: usize,
    /// Written only when something is wrong, on the way out.
    trail: RefCell<Trail>,
    /// Whether a number has an exponent, which `serde_json` spells its own way.
    has_exponents: Cell<bool>,
}

#[derive(Clone, Copy)]
struct JsonNode<'a> {
    reading: &'a Reading<'a>,
    depth: usize,
}

impl JsonNode<'_> {
    fn below<E: serde::de::Error>(self) -> Result<Self, E> {
        if self.depth >= self.reading.most {
            let told = self.reading.trail.borrow_mut().too_deep(self.reading.most);
            return Err(E::custom(told));
        }
        Ok(Self { depth: self.depth + 1, ..self })
    }

    fn object<'de, A: MapAccess<'de>>(self, first: String, map: &mut A) -> Result<Value, A::Error> {
        let below = self.below()?;
        let mut object = Map::new();
        let mut next = Some(first);
        while let Some(key) = next {
            let slot = match object.entry(key) {
                Entry::Vacant(slot) => slot,
                Entry::Occupied(slot) => {
                    let told = self.reading.trail.borrow_mut().twice(slot.key());
                    return Err(self.through(&object, A::Error::custom(told)));
                }
            };
            match map.next_value_seed(below) {
                Ok(value) => drop(slot.insert(value)),
                Err(error) => {
                    self.reading.trail.borrow_mut().key(slot.key());
                    return Err(self.through(&object, error));
                }
            }
            next = match map.next_key_seed(Key { reading: self.reading }) {
                Ok(next) => next.map(|key| match key {
                    KeyText::Number => NUMBER.to_owned(),
                    KeyText::Object(key) => key,
                }),
                Err(error) => return Err(self.through(&object, error)),
            };
        }
        Ok(Value::Object(object))
    }

    /// Notes the type of the outermost object an error passes through.
    fn through<E>(self, object: &Map<String, Value>, error: E) -> E {
        if let (0, Some(Value::String(kind))) = (self.depth, object.get("resourceType")) {
            self.reading.trail.borrow_mut().root(kind);
        }
        error
    }
}

impl<'de> DeserializeSeed<'de> for JsonNode<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for JsonNode<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let below = self.below()?;
        let mut array = Vec::new();
        loop {
            match seq.next_element_seed(below) {
                Ok(Some(value)) => array.push(value),
                Ok(None) => return Ok(Value::Array(array)),
                Err(error) => {
                    self.reading.trail.borrow_mut().index(array.len());
                    return Err(error);
                }
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        match map.next_key_seed(Key { reading: self.reading })? {
            None => self.below().map(|_| Value::Object(Map::new())),
            Some(KeyText::Object(first)) => self.object(first, &mut map),
            // The parser has checked the text, and there is no other way to keep it without
            // parsing it a second time.
            Some(KeyText::Number) => {
                let text: String = map.next_value()?;
                if text.contains('e') {
                    self.reading.has_exponents.set(true);
                }
                Ok(Value::Number(Number::from_string_unchecked(text)))
            }
        }
    }
}

/// The key of an object, or the sign that what looks like an object is a number.
enum KeyText {
    Number,
    Object(String),
}

#[derive(Clone, Copy)]
struct Key<'a> {
    reading: &'a Reading<'a>,
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = KeyText;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<KeyText, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Key<'_> {
    type Value = KeyText;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the key of an object")
    }

    /// A number announces itself by a borrowed key that does not lie in the client's text.
    fn visit_borrowed_str<E: serde::de::Error>(self, key: &'de str) -> Result<KeyText, E> {
        let from_client = || self.reading.text.as_bytes().as_ptr_range().contains(&key.as_ptr());
        match key {
            NUMBER if !from_client() => Ok(KeyText::Number),
            _ => self.visit_str(key),
        }
    }

    fn visit_str<E: serde::de::Error>(self, key: &str) -> Result<KeyText, E> {
        if key.starts_with(PRIVATE) {
            return Err(E::custom(self.reading.trail.borrow_mut().private(key)));
        }
        Ok(KeyText::Object(key.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop, prop_assert, proptest};

    use super::*;

    #[track_caller]
    fn refused(text: &[u8], expression: Option<&str>, english: &str) {
        let issue = parse(text).expect_err("must be refused");
        assert_eq!(issue.expression.as_deref(), expression, "{}", issue.text.en);
        assert!(issue.text.en.contains(english), "{}", issue.text.en);
        assert!(!issue.text.vi.is_empty());
    }

    #[test]
    fn reads_what_serde_json_reads() {
        for text in [
            r#"{"a":[1,2.50,-0,1e+400,1e-7,true,false,null,"x\u00e1\n",{}],"b":{"c":[]}}"#,
            "12345678901234567890.1234567890123456789",
            "  \"mẹ\"  ",
            "[]",
        ] {
            let value = parse(text.as_bytes()).expect(text);
            assert_eq!(value, serde_json::from_str::<Value>(text).expect(text));
        }
        for number in ["[1.50]", "[1E-22]", "[1e5]", "[-0.0E+2]"] {
            assert_eq!(parse(number.as_bytes()).expect(number).to_string(), number);
        }
        assert_eq!(parse(b"\xEF\xBB\xBF{}").expect("mark").to_string(), "{}");
    }

    #[test]
    fn same_key_twice_is_refused_with_its_place() {
        let text =
            br#"{"resourceType":"Patient","name":[{"given":["A"]},{"given":["B"],"given":[]}]}"#;
        refused(text, Some("Patient.name[1].given"), "“given” occurs twice");
        refused(br#"{"a":1,"\u0061":2}"#, Some("a"), "“a” occurs twice");
        refused(b"{\n \"b\":1,\n \"b\":2}", Some("b"), "Line 3");
    }

    #[test]
    fn private_names_of_the_parser_are_refused() {
        for text in [
            r#"{"a":{"$serde_json::private::Number":"1"}}"#,
            r#"{"a":{"\u0024serde_json::private::Number":"1"}}"#,
            r#"{"a":{"b":1,"$serde_json::private::Number":"1"}}"#,
            r#"{"a":{"$serde_json::private::RawValue":"1"}}"#,
        ] {
            refused(text.as_bytes(), Some("a"), "serde_json");
        }
    }

    #[test]
    fn broken_text_is_refused_with_line_and_column() {
        refused(b"", None, "ends");
        refused(b"{\"a\":", Some("a"), "ends");
        refused(b"{\"a\":1}\n{}", None, "Line 2, column 1");
        refused(b"{\"a\":1,}", None, "comma");
        refused(b"{\"a\":[1,]}", Some("a[1]"), "comma");
        refused(b"{'a':1}", None, "double quotes");
        refused(b"{\"a\":\"x\ty\"}", Some("a"), "control");
        refused(b"{\"a\":\"\\q\"}", Some("a"), "escape");
        refused(b"{\"a\":\"\\ud800\"}", Some("a"), "surrogate");
        refused(b"{\"a\":01}", Some("a"), "number");
        refused(b"{\"a\":NaN}", Some("a"), "value");
        refused(b"{\"a\":\"m\xC3\"}", None, "UTF-8");
        refused(b"\n\n \xFF", None, "Line 3, column 2");
    }

    #[test]
    fn deep_nesting_is_refused() {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let nested = |depth: usize| format!("{}1{}", open.repeat(depth), close.repeat(depth));
            assert!(parse(nested(DEPTH).as_bytes()).is_ok());
            let issue = parse(nested(DEPTH + 1).as_bytes()).expect_err("too deep");
            assert!(issue.text.en.contains("120"), "{}", issue.text.en);
            assert!(parse(nested(100_000).as_bytes()).is_err());
        }
    }

    proptest! {
        #[test]
        fn agrees_with_serde_json_on_any_text(text in "[\\[\\]{}:,\"a\\\\u01.eE\\- \n]{0,24}") {
            let ours = parse(text.as_bytes());
            match serde_json::from_str::<Value>(&text) {
                Ok(mut value) => {
                    respell(&mut value, &text);
                    prop_assert!(ours.is_err() || ours == Ok(value));
                }
                Err(_) => prop_assert!(ours.is_err(), "{}", text),
            }
        }

        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            let _ = parse(&bytes);
        }
    }
}
