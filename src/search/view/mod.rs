//! How much of resources is shown: `_summary` and `_elements`,
//! <https://hl7.org/fhir/R4/search.html#summary>. [`cut`] leaves the rest out.

use crate::definitions::shape::{Shape, Shapes};
use crate::fhir::issue::Text;
use crate::fhir::kind::ResourceKind;

use super::fault::Fault;
use super::query::Parameter;

pub mod cut;

/// How much of a resource is shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum View {
    /// All of it, as it is stored.
    #[default]
    Whole,
    /// Only how many there are.
    Count,
    /// What the definitions mark as summary.
    Summary,
    /// The narrative.
    Text,
    /// All but the narrative.
    Data,
    /// These elements of the top level, by their names in paths.
    Elements(Vec<String>),
}

/// What the names of `_elements` are looked up in.
#[derive(Debug, Clone, Copy)]
pub struct Names<'a> {
    pub shapes: &'a Shapes,
    /// None: whatever types there are.
    pub kind: Option<ResourceKind>,
    /// Names that no type has are passed over.
    pub lenient: bool,
}

impl View {
    /// Takes `_summary` or `_elements` into account; only one of them may leave something out.
    pub fn take(&mut self, parameter: &Parameter, names: Names<'_>) -> Result<(), Fault> {
        let next = match parameter.key().as_str() {
            "_summary" => summary(parameter)?,
            "_elements" => elements(parameter, names)?,
            name => return Err(Fault::Unsupported { name: name.into() }),
        };
        if *self != Self::Whole && next != Self::Whole {
            let expected =
                Text::new("chỉ một _summary hoặc một _elements", "one _summary or _elements only");
            return Err(wrong(parameter, expected));
        }
        if next != Self::Whole {
            *self = next;
        }
        Ok(())
    }
}

fn summary(parameter: &Parameter) -> Result<View, Fault> {
    Ok(match parameter.text.as_str() {
        "false" => View::Whole,
        "count" => View::Count,
        "true" => View::Summary,
        "text" => View::Text,
        "data" => View::Data,
        _ => {
            let expected = "true, text, data, count, false";
            return Err(wrong(parameter, Text::new(expected, expected)));
        }
    })
}

fn elements(parameter: &Parameter, names: Names<'_>) -> Result<View, Fault> {
    let mut elements = Vec::new();
    for text in parameter.values()? {
        match name(text, names) {
            Some(name) => elements.push(name),
            None if names.lenient => {}
            None => return Err(unknown(parameter, text, names.kind)),
        }
    }
    Ok(View::Elements(elements))
}

/// The name in paths of an element of the top level: of `birthDate`, `Patient.birthDate`, `value`,
/// `value[x]` and `valueQuantity`.
fn name(text: &str, names: Names<'_>) -> Option<String> {
    let (kind, name) = match text.split_once('.') {
        Some((kind, name)) => (Some(ResourceKind::parse(kind)?), name),
        None => (None, text),
    };
    let name = name.strip_suffix("[x]").unwrap_or(name);
    let found = |shape: &Shape| {
        let mut elements = shape.elements.iter();
        elements.find(|one| *one.name == *name || *one.key == *name).map(|one| one.name.to_string())
    };
    match names.kind.or(kind) {
        Some(of) if kind.is_none_or(|kind| kind == of) => found(names.shapes.of(of)?),
        Some(_) => None,
        None => ResourceKind::all().find_map(|kind| found(names.shapes.of(kind)?)),
    }
}

fn unknown(parameter: &Parameter, text: &str, kind: Option<ResourceKind>) -> Fault {
    let of = kind.map_or("FHIR R4", |kind| kind.name());
    let expected = Text::new(
        format!("tên các phần tử cấp cao nhất của {of}, cách nhau bằng dấu phẩy"),
        format!("a list, with commas, of elements of the top level of {of}"),
    );
    Fault::Value { name: parameter.key(), text: text.into(), expected }
}

fn wrong(parameter: &Parameter, expected: Text) -> Fault {
    Fault::Value { name: parameter.key(), text: parameter.text.clone(), expected }
}
