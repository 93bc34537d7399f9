//! The links of a resource: every element that may hold one, and where it stands.

use rustc_hash::FxHashSet;
use serde_json::{Map, Value};

use crate::definitions::shape::{Content, Element, Primitive, Shape, Shapes};
use crate::fhir::reference::Target;
use crate::xml::links::relinked;

use super::identity::{self, Dangling, From, Identities, Meaning};
use super::{Links, Survey};

/// What the links of a resource are looked at for.
#[derive(Clone, Copy)]
pub(super) enum Purpose<'a> {
    Survey(&'a Identities),
    Rewrite(&'a Links),
}

/// What a link is by its element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Reference,
    Url,
    Uri,
    Narrative,
}

#[derive(Debug, Clone, Copy)]
enum LinkStep<'a> {
    Name(&'a str),
    Item(usize),
}

/// Goes through a resource beside its shape.
pub(super) struct Walk<'a> {
    shapes: &'a Shapes,
    purpose: Purpose<'a>,
    from: From,
    /// What the entries of the Bundles around are called.
    inner: Vec<FxHashSet<String>>,
    steps: Vec<LinkStep<'a>>,
    pub(super) found: Survey,
}

impl<'a> Walk<'a> {
    pub(super) fn new(shapes: &'a Shapes, purpose: Purpose<'a>, from: &From) -> Self {
        let (inner, steps, found) = (Vec::new(), Vec::new(), Survey::default());
        Self { shapes, purpose, from: from.clone(), inner, steps, found }
    }

    pub(super) fn top(&mut self, resource: &mut Value) {
        if let Value::Object(object) = resource
            && let Some(shape) = shape_of(self.shapes, object)
        {
            self.steps.push(LinkStep::Name(&shape.path));
            self.object(shape, object);
        }
    }

    fn object(&mut self, shape: &'a Shape, object: &mut Map<String, Value>) {
        let is_bundle = &*shape.path == "Bundle";
        for (key, value) in object.iter_mut() {
            if let Some(element) = key.strip_prefix('_').and_then(|key| shape.element(key)) {
                self.steps.push(LinkStep::Name(&element.name));
                self.beside(value);
                self.steps.pop();
                continue;
            }
            let Some(element) = shape.element(key) else { continue };
            self.steps.push(LinkStep::Name(&element.name));
            match key.as_str() {
                "entry" if is_bundle => self.entries(value),
                "link" if is_bundle => {}
                _ => self.value(element, role(shape, element), value),
            }
            self.steps.pop();
        }
    }

    /// The `id` and the extensions of primitives.
    fn beside(&mut self, value: &mut Value) {
        let Some(shape) = self.shapes.named("Element") else { return };
        match value {
            Value::Array(items) => {
                for (at, item) in items.iter_mut().enumerate() {
                    self.steps.push(LinkStep::Item(at));
                    self.beside(item);
                    self.steps.pop();
                }
            }
            Value::Object(object) => self.object(shape, object),
            _ => {}
        }
    }

    /// The entries of a Bundle that is itself in an entry: they mean each other first.
    fn entries(&mut self, entries: &mut Value) {
        let Value::Array(entries) = entries else { return };
        let urls = entries.iter().filter_map(|entry| entry.get("fullUrl")?.as_str());
        self.inner.push(urls.map(str::to_ascii_lowercase).collect());
        let outer = self.from.clone();
        for (at, entry) in entries.iter_mut().enumerate() {
            let url = entry.get("fullUrl").and_then(Value::as_str);
            self.from = self.identities().from(url, identity::Role::Named);
            let Some(Value::Object(object)) = entry.get_mut("resource") else { continue };
            let Some(shape) = shape_of(self.shapes, object) else { continue };
            self.steps.extend([LinkStep::Item(at), LinkStep::Name("resource")]);
            self.object(shape, object);
            self.steps.truncate(self.steps.len().saturating_sub(2));
        }
        self.from = outer;
        self.inner.pop();
    }

    fn value(&mut self, element: &'a Element, role: Option<Role>, value: &mut Value) {
        if let Value::Array(items) = value {
            for (at, item) in items.iter_mut().enumerate() {
                self.steps.push(LinkStep::Item(at));
                self.value(element, role, item);
                self.steps.pop();
            }
            return;
        }
        match (element.content, value) {
            (Content::Complex(id), Value::Object(object)) => {
                if let Some(shape) = self.shapes.shape(id) {
                    self.object(shape, object);
                }
            }
            (Content::Resource, Value::Object(object)) => {
                if let Some(shape) = shape_of(self.shapes, object) {
                    self.object(shape, object);
                }
            }
            (Content::Primitive(_), Value::String(text)) => match role {
                Some(Role::Narrative) => {
                    if let Some(made) = relinked(text, |link| self.link(Role::Narrative, link)) {
                        *text = made;
                    }
                }
                Some(role) => {
                    if let Some(made) = self.link(role, text) {
                        *text = made;
                    }
                }
                None => {}
            },
            _ => {}
        }
    }

    /// What takes the place of a link; none when it stays.
    fn link(&mut self, role: Role, link: &str) -> Option<String> {
        if self.is_inner(link) {
            return None;
        }
        match self.purpose {
            Purpose::Rewrite(links) => {
                let conditional = || links.conditional.get(link).cloned();
                let is_reference = role == Role::Reference;
                let found = links.replacement(link, &self.from);
                found.or_else(|| is_reference.then(conditional).flatten())
            }
            Purpose::Survey(identities) => {
                self.note(identities, role, link);
                None
            }
        }
    }

    fn note(&mut self, identities: &Identities, role: Role, link: &str) {
        let is_search = || matches!(Target::parse(link, ""), Target::Conditional { .. });
        match identities.meaning(link, &self.from) {
            Meaning::Entry { at, version, .. } => self.found.versioned.extend(version.map(|_| at)),
            Meaning::Nothing(why) => {
                let counts = match role {
                    Role::Reference | Role::Url => true,
                    Role::Narrative => matches!(why, Dangling::Urn | Dangling::Apart),
                    Role::Uri => false,
                };
                if counts && self.inner.is_empty() {
                    let issue = why.issue(link).at(self.path());
                    self.found.dangling.push(issue);
                }
            }
            Meaning::Outside if role == Role::Reference && is_search() => {
                let place = self.path();
                self.found.conditional.push((link.to_owned(), place));
            }
            Meaning::Outside => {}
        }
    }

    fn identities(&self) -> &'a Identities {
        match self.purpose {
            Purpose::Survey(identities) => identities,
            Purpose::Rewrite(links) => &links.identities,
        }
    }

    /// Whether a link means an entry of a Bundle that it is in.
    fn is_inner(&self, link: &str) -> bool {
        if self.inner.is_empty() {
            return false;
        }
        let whole = link.split_once('#').map_or(link, |(whole, _)| whole);
        let current = whole.split_once("/_history/").map_or(whole, |(current, _)| current);
        let current = current.to_ascii_lowercase();
        let below =
            self.from.root.as_ref().map(|root| format!("{root}{current}").to_ascii_lowercase());
        let below = below.unwrap_or_default();
        self.inner.iter().any(|urls| urls.contains(&current) || urls.contains(&below))
    }

    fn path(&self) -> String {
        let mut path = String::new();
        for step in &self.steps {
            match step {
                LinkStep::Name(name) if path.is_empty() => path.push_str(name),
                LinkStep::Name(name) => path.extend([".", name]),
                LinkStep::Item(at) => path.push_str(&format!("[{at}]")),
            }
        }
        path
    }
}

fn shape_of<'a>(shapes: &'a Shapes, object: &Map<String, Value>) -> Option<&'a Shape> {
    shapes.named(object.get("resourceType")?.as_str()?)
}

/// Whether an element holds links, and which.
fn role(shape: &Shape, element: &Element) -> Option<Role> {
    let Content::Primitive(kind) = element.content else { return None };
    match kind {
        Primitive::String => {
            let is_it = &*shape.path == "Reference" && &*element.key == "reference";
            is_it.then_some(Role::Reference)
        }
        Primitive::Url => Some(Role::Url),
        Primitive::Uri => (!names(shape, element)).then_some(Role::Uri),
        Primitive::Xhtml => Some(Role::Narrative),
        _ => None,
    }
}

/// Whether a URI is the name of something, which others refer to it by.
fn names(shape: &Shape, element: &Element) -> bool {
    match &*element.key {
        "implicitRules" | "system" | "type" | "code" | "contentReference" => true,
        "url" => shape.is_resource || &*shape.path == "Extension",
        _ => false,
    }
}
