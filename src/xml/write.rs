//! The JSON tree → XML text.

use serde_json::Value;

use super::writer::Writer;
use crate::definitions::shape::Shapes;

/// How a text is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// On one line.
    Compact,
    /// An element a line, narratives as they are.
    Indented,
}

/// Writes a resource; none when it is not one of FHIR. Elements come in the order of the
/// definitions. Keys that the definitions do not have cannot be written in XML and are left out.
pub fn write(resource: &Value, shapes: &Shapes, layout: Layout) -> Option<String> {
    let mut writer = Writer::new(shapes, layout);
    writer.root(resource)?;
    Some(writer.end())
}
