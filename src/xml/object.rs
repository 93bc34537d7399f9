//! Elements → the keys of an object, <https://hl7.org/fhir/R4/json.html#xml>.

use serde_json::Value;

use super::finding;
use super::keys::{Object, align, has, put, put_primitive};
use super::path::Path;
use super::primitive;
use super::syntax::attribute::Attribute;
use super::syntax::fault::XmlFault;
use super::syntax::scope::{FHIR, Space, XHTML};
use super::syntax::tokens::{Tag, Token, Tokens};
use super::syntax::wrong::Wrong;
use crate::definitions::shape::{Content, Element, Primitive, Shape, Shapes};
use crate::fhir::issue::Issue;
use crate::fhir::json::DEPTH;
use crate::fhir::kind::ResourceKind;

/// Further findings are not noted: nobody reads them, and a hostile text must not cost more.
const MOST_FINDINGS: usize = 200;

/// No element has a longer name.
const LONGEST_NAME: usize = 64;

/// The reading of one text.
pub(super) struct Reading<'s, 'd> {
    pub(super) tokens: Tokens<'s>,
    shapes: &'d Shapes,
    /// What every primitive may have besides its value.
    element: Option<&'d Shape>,
    /// With the byte they are about.
    findings: Vec<(usize, Issue)>,
}

/// What is being filled.
#[derive(Clone, Copy)]
struct Frame<'p, 'd> {
    shape: &'d Shape,
    path: &'p Path<'p>,
    /// Objects and arrays around the elements, as the tree will have them.
    depth: usize,
}

/// How far the children of one element are read.
#[derive(Default)]
struct Progress {
    /// The furthest element in the order of the definition.
    last: Option<u16>,
    /// Whether the object has keys like `_given`.
    has_extras: bool,
}

impl<'s, 'd> Reading<'s, 'd> {
    pub(super) fn new(tokens: Tokens<'s>, shapes: &'d Shapes) -> Self {
        Self { tokens, shapes, element: shapes.named("Element"), findings: Vec::new() }
    }

    pub(super) fn end(self) -> (Tokens<'s>, Vec<(usize, Issue)>) {
        (self.tokens, self.findings)
    }

    pub(super) fn report(&mut self, at: usize, path: &Path<'_>, issue: Issue) {
        if self.findings.len() < MOST_FINDINGS {
            self.findings.push((at, issue.at(path.text())));
        }
    }

    /// Reads a resource whose tag was the last one; `depth` counts it.
    pub(super) fn resource(
        &mut self,
        tag: &Tag<'s>,
        path: &Path<'_>,
        depth: usize,
    ) -> Result<Value, XmlFault> {
        let mut object = Object::new();
        object.insert("resourceType".into(), tag.name.into());
        match ResourceKind::parse(tag.name).and_then(|kind| self.shapes.of(kind)) {
            Some(shape) => {
                for attribute in &tag.attributes.list {
                    self.other_attribute(attribute, tag, path);
                }
                self.children(tag, Frame { shape, path, depth }, &mut object)?;
            }
            None => {
                let issue = finding::unknown_type(tag.name);
                self.report(tag.start, &path.below("resourceType", None), issue);
                self.tokens.skip()?;
            }
        }
        Ok(Value::Object(object))
    }

    /// Reads the elements below a tag into an object.
    fn children(
        &mut self,
        tag: &Tag<'s>,
        place: Frame<'_, 'd>,
        object: &mut Object,
    ) -> Result<(), XmlFault> {
        if place.depth > DEPTH {
            return Err(Wrong::TooDeep(DEPTH).at(tag.start));
        }
        let mut progress = Progress::default();
        loop {
            match self.tokens.next()? {
                Token::Start(child) => self.child(&child, place, object, &mut progress)?,
                Token::Text(at) => {
                    let is_primitive = &*place.shape.path == "Element";
                    self.report(at, place.path, finding::text(is_primitive));
                }
                Token::End => {
                    if progress.has_extras {
                        align(object);
                    }
                    return Ok(());
                }
            }
        }
    }

    fn child(
        &mut self,
        tag: &Tag<'s>,
        place: Frame<'_, 'd>,
        object: &mut Object,
        progress: &mut Progress,
    ) -> Result<(), XmlFault> {
        // What has so many faults is not taken anyway; to look for more must not cost more.
        if self.findings.len() >= MOST_FINDINGS {
            return self.tokens.skip();
        }
        let Some((number, element)) = self.element(tag, place) else {
            return self.tokens.skip();
        };
        let key = &*element.key;
        let index = element
            .repeats
            .then(|| object.get(key).and_then(Value::as_array).map(Vec::len).unwrap_or_default());
        let path = place.path.below(&element.name, index);
        match progress.last.filter(|last| number <= *last) {
            Some(_) if index.is_none() && has(object, key) => {
                self.report(tag.start, &path, finding::second(key));
                return self.tokens.skip();
            }
            Some(last) if number < last => {
                let before = place.shape.numbered(last).map_or("", |element| &element.key);
                self.report(tag.start, &path, finding::order(key, place.shape, before));
            }
            _ => progress.last = Some(number),
        }
        let depth = place.depth + usize::from(element.repeats);
        let value = match element.content {
            Content::Primitive(Primitive::Xhtml) => Value::String(self.narrative(tag, &path)?),
            Content::Primitive(primitive) => {
                let (value, extras) = self.primitive(tag, primitive, &path, depth)?;
                progress.has_extras |= !extras.is_empty();
                put_primitive(object, element, value, extras);
                return Ok(());
            }
            Content::Complex(shape) => match self.shapes.shape(shape) {
                Some(shape) => self.complex(tag, Frame { shape, path: &path, depth: depth + 1 })?,
                None => return self.tokens.skip(),
            },
            Content::Resource => match self.inner(tag, &path, depth + 1)? {
                Some(resource) => resource,
                None => return Ok(()),
            },
        };
        put(object, element, value);
        Ok(())
    }

    /// The element a tag stands for; a finding when there is none.
    fn element(&mut self, tag: &Tag<'s>, place: Frame<'_, 'd>) -> Option<(u16, &'d Element)> {
        let (shape, path) = (place.shape, place.path);
        let known =
            shape.number(tag.name).and_then(|number| Some((number, shape.numbered(number)?)));
        let is_narrative =
            known.is_some_and(|(_, known)| known.content == Content::Primitive(Primitive::Xhtml));
        let (space, uri) = if is_narrative { (Space::Xhtml, XHTML) } else { (Space::Fhir, FHIR) };
        let below = path.below(tag.name, None);
        let path = if tag.name.len() <= LONGEST_NAME { &below } else { path };
        let issue = match known {
            _ if tag.space != space => finding::namespace(tag.name, uri),
            None => finding::unknown_element(tag.name, shape),
            Some((_, known)) if is_attribute(shape, &known.key) => {
                finding::attribute_wanted(&known.key)
            }
            Some(known) => return Some(known),
        };
        self.report(tag.start, path, issue);
        None
    }

    /// Reads an element with children.
    fn complex(&mut self, tag: &Tag<'s>, place: Frame<'_, 'd>) -> Result<Value, XmlFault> {
        let mut object = Object::new();
        let told = self.findings.len();
        for attribute in &tag.attributes.list {
            let Attribute { name, space, value } = attribute;
            if *space == Space::None && is_attribute(place.shape, name) {
                object.insert((*name).to_owned(), (&**value).into());
            } else {
                self.other_attribute(attribute, tag, place.path);
            }
        }
        self.children(tag, place, &mut object)?;
        if object.is_empty() && told == self.findings.len() {
            self.report(tag.start, place.path, finding::empty());
        }
        Ok(Value::Object(object))
    }

    /// Reads a primitive: its value, and its `id` and extensions.
    fn primitive(
        &mut self,
        tag: &Tag<'s>,
        primitive: Primitive,
        path: &Path<'_>,
        depth: usize,
    ) -> Result<(Option<Value>, Object), XmlFault> {
        let (mut value, mut extras) = (None, Object::new());
        let told = self.findings.len();
        for attribute in &tag.attributes.list {
            let text = &*attribute.value;
            match (attribute.space, attribute.name) {
                (Space::None, "value") => {
                    let found = primitive::value(primitive, text);
                    if found.is_none() {
                        self.report(tag.start, path, finding::value(primitive, text));
                    }
                    value = Some(found.unwrap_or_else(|| text.into()));
                }
                (Space::None, "id") => drop(extras.insert("id".into(), text.into())),
                _ => self.other_attribute(attribute, tag, path),
            }
        }
        match self.element {
            Some(shape) => {
                self.children(tag, Frame { shape, path, depth: depth + 1 }, &mut extras)?;
            }
            None => self.tokens.skip()?,
        }
        if value.is_none() && extras.is_empty() && told == self.findings.len() {
            self.report(tag.start, path, finding::empty());
        }
        Ok((value, extras))
    }

    /// Reads the resource in `contained`, `resource` or `outcome`.
    fn inner(
        &mut self,
        tag: &Tag<'s>,
        path: &Path<'_>,
        depth: usize,
    ) -> Result<Option<Value>, XmlFault> {
        for attribute in &tag.attributes.list {
            self.other_attribute(attribute, tag, path);
        }
        let mut resource = None;
        loop {
            match self.tokens.next()? {
                Token::Start(inner) if inner.space != Space::Fhir => {
                    self.report(inner.start, path, finding::namespace(inner.name, FHIR));
                    self.tokens.skip()?;
                }
                Token::Start(inner) if resource.is_some() => {
                    self.report(inner.start, path, finding::second_resource());
                    self.tokens.skip()?;
                }
                Token::Start(inner) => resource = Some(self.resource(&inner, path, depth)?),
                Token::Text(at) => self.report(at, path, finding::text(false)),
                Token::End => break,
            }
        }
        if resource.is_none() {
            self.report(tag.start, path, finding::no_resource());
        }
        Ok(resource)
    }

    /// Only where a schema is said to be may stand besides FHIR's own attributes.
    fn other_attribute(&mut self, attribute: &Attribute<'_>, tag: &Tag<'_>, path: &Path<'_>) {
        let is_location = matches!(attribute.name, "schemaLocation" | "noNamespaceSchemaLocation");
        if !(is_location && attribute.space == Space::Instance) {
            self.report(tag.start, path, finding::unknown_attribute(attribute.name));
        }
    }
}

/// Whether XML has this element as an attribute: the `id` of what is no resource, and the `url` of
/// an extension.
pub(super) fn is_attribute(shape: &Shape, key: &str) -> bool {
    match key {
        "id" => ResourceKind::parse(&shape.path).is_none(),
        "url" => &*shape.path == "Extension",
        _ => false,
    }
}
