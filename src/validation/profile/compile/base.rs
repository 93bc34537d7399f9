//! The constraints that R4 itself states for its types,
//! <https://hl7.org/fhir/R4/conformance-rules.html#constraints>.
//!
//! The walk proves some of them itself, without an expression; these are left out.

use std::borrow::Cow;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde::Deserialize;
use serde_json::Value;

use crate::definitions::package;
use crate::definitions::shape::{Content, Shape, ShapeId, Shapes};
use crate::fhir::issue::Severity;
use crate::fhir::kind::ResourceKind;
use crate::fhirpath::value::kind::Kind;
use crate::validation::profile::tree::constraint::{Constraint, severity};
use crate::validation::profile::tree::guard::Guard;

/// What the walk proves: elements are not empty, extensions have a value or extensions, contained
/// resources contain none and are referred to, and local references find what they name.
const PROVEN: [&str; 5] = ["ele-1", "ext-1", "dom-2", "dom-3", "ref-1"];

/// The constraints of R4.
#[derive(Debug, Default)]
pub(in crate::validation) struct Base {
    by_shape: FxHashMap<ShapeId, ShapeRules>,
    /// The severity of each, by key and expression.
    stated: FxHashMap<(Box<str>, Box<str>), Severity>,
}

/// The constraints of one type.
#[derive(Debug, Default)]
pub(in crate::validation) struct ShapeRules {
    pub(in crate::validation) own: Vec<Constraint>,
    /// Those of elements that have no shape of their own, with the numbers of their keys.
    pub(in crate::validation) elements: Vec<(Vec<u16>, Constraint)>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Structure<'a> {
    #[serde(borrow)]
    url: Cow<'a, str>,
    version: Option<Cow<'a, str>>,
    #[serde(rename = "type", borrow)]
    type_name: Cow<'a, str>,
    #[serde(borrow)]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    base_definition: Option<Cow<'a, str>>,
    snapshot: Snapshot,
}

#[derive(Deserialize)]
struct Snapshot {
    element: Vec<ElementRules>,
}

#[derive(Deserialize)]
struct ElementRules {
    path: String,
    #[serde(default)]
    constraint: Vec<Value>,
}

impl Base {
    /// Compiles the constraints of the embedded definitions.
    pub(in crate::validation::profile) fn read(shapes: &Shapes) -> Self {
        let text = package::unpack(package::STRUCTURES);
        let text = text.unwrap_or_else(|error| {
            tracing::error!(?error, "the embedded definitions cannot be read");
            String::new()
        });
        let structures: Vec<Structure<'_>> = package::read(&text, "StructureDefinition")
            .unwrap_or_else(|error| {
                tracing::error!(
                    ?error,
                    "the constraints of the embedded definitions cannot be read"
                );
                Vec::new()
            });
        let mut base = Self::default();
        for structure in structures.iter().filter(|structure| structure.kind != "primitive-type") {
            let version = structure.version.as_deref().unwrap_or_default();
            let source: Arc<str> = format!("{}|{version}", structure.url).into();
            for element in &structure.snapshot.element {
                for constraint in &element.constraint {
                    base.state(constraint);
                    for path in places(&structures, structure, &element.path) {
                        base.add(shapes, path, constraint, &source);
                    }
                }
            }
        }
        base
    }

    /// The constraints of a type.
    pub(in crate::validation) fn of(&self, shape: ShapeId) -> Option<&ShapeRules> {
        self.by_shape.get(&shape)
    }

    /// Whether R4 states a constraint, so that a profile which repeats it adds nothing. One that
    /// makes it stronger adds that.
    pub(super) fn states(&self, constraint: &Value) -> bool {
        let stated = pair(constraint).and_then(|pair| self.stated.get(&pair));
        stated.is_some_and(|stated| *stated <= severity(constraint))
    }

    fn state(&mut self, constraint: &Value) {
        if let Some(pair) = pair(constraint) {
            // What is stated with different strength is stated as strongly as by the weakest: the
            // others are of types that state more.
            let found = severity(constraint);
            let stated = self.stated.entry(pair).or_insert(found);
            *stated = (*stated).max(found);
        }
    }

    fn add(&mut self, shapes: &Shapes, path: &str, constraint: &Value, source: &Arc<str>) {
        let key = constraint.get("key").and_then(Value::as_str).unwrap_or_default();
        if PROVEN.contains(&key) {
            return;
        }
        if let Some((id, shape)) = shapes.id(path).and_then(|id| Some((id, shapes.shape(id)?))) {
            let kind = kind_of(shape, id);
            let Some(mut made) = Constraint::new(shapes, &[kind], constraint, source) else {
                return;
            };
            if let (Some(text), Ok(expression)) =
                (constraint.get("expression").and_then(Value::as_str), &made.expression)
            {
                made.guard = Guard::find(shapes, shape, kind, text, expression);
            }
            return self.by_shape.entry(id).or_default().own.push(made);
        }
        let Some((parent, name)) = path.rsplit_once('.') else { return };
        let name = name.trim_end_matches("[x]");
        let Some((id, shape)) = shapes.id(parent).and_then(|id| Some((id, shapes.shape(id)?)))
        else {
            return;
        };
        let named =
            shape.elements.iter().zip(0_u16..).filter(|(element, _)| *element.name == *name);
        let (kinds, numbers): (Vec<_>, Vec<_>) =
            named.map(|(element, number)| (Kind::Element(element.content), number)).unzip();
        if let Some(made) = Constraint::new(shapes, &kinds, constraint, source) {
            self.by_shape.entry(id).or_default().elements.push((numbers, made));
        }
    }
}

/// The type of what has a shape.
pub(in crate::validation) fn kind_of(shape: &Shape, id: ShapeId) -> Kind {
    ResourceKind::parse(&shape.path).map_or(Kind::Element(Content::Complex(id)), Kind::Resource)
}

fn pair(constraint: &Value) -> Option<(Box<str>, Box<str>)> {
    let text = |key: &str| constraint.get(key).and_then(Value::as_str).map(Box::from);
    Some((text("key")?, text("expression")?))
}

/// The paths a constraint holds at: those of an abstract or specialised type, at what it becomes.
fn places<'a>(
    structures: &'a [Structure<'_>],
    structure: &Structure<'_>,
    path: &'a str,
) -> Vec<&'a str> {
    if path.contains('.') {
        return vec![path];
    }
    let names = structures.iter().filter(|other| descends(structures, other, &structure.url));
    std::iter::once(path).chain(names.map(|other| &*other.type_name)).collect()
}

fn descends(structures: &[Structure<'_>], structure: &Structure<'_>, url: &str) -> bool {
    let mut base = structure.base_definition.as_deref();
    // The types of R4 are at most four deep.
    for _ in 0..8 {
        match base {
            Some(found) if found == url => return true,
            Some(found) => {
                let next = structures.iter().find(|other| other.url == found);
                base = next.and_then(|next| next.base_definition.as_deref());
            }
            None => return false,
        }
    }
    false
}
