//! Reads concepts of a `CodeSystem` from JSON, <https://hl7.org/fhir/R4/codesystem.html>.

use serde_json::Value;

use super::concept::{
    About, Coding, Concept, Content, Designation, Property, PropertyDefinition, PropertyValue,
};

const STANDARDS_STATUS: &str =
    "http://hl7.org/fhir/StructureDefinition/structuredefinition-standards-status";
const PROPERTIES: &str = "http://hl7.org/fhir/concept-properties#";

/// A text of an object.
pub(crate) fn text<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    value.get(key)?.as_str()
}

/// The entries of an array.
pub(crate) fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn owned(value: &Value, key: &str) -> Option<Box<str>> {
    text(value, key).map(Into::into)
}

/// The standards status that an extension gives.
pub(crate) fn standards_status(extensions: &[Value]) -> Option<&str> {
    extensions
        .iter()
        .find(|extension| text(extension, "url") == Some(STANDARDS_STATUS))
        .and_then(|extension| text(extension, "valueCode"))
}

/// What a `CodeSystem` is, apart from its concepts.
pub(crate) fn about(system: &Value) -> About {
    let property = |property: &Value| {
        Some(PropertyDefinition {
            code: owned(property, "code")?,
            uri: owned(property, "uri"),
            description: owned(property, "description"),
            kind: owned(property, "type").unwrap_or_else(|| "string".into()),
        })
    };
    About {
        url: owned(system, "url").unwrap_or_default(),
        version: owned(system, "version"),
        name: owned(system, "name"),
        title: owned(system, "title"),
        content: text(system, "content").and_then(Content::parse).unwrap_or_default(),
        // A system that does not say so does not ask for it.
        is_case_sensitive: system.get("caseSensitive").and_then(Value::as_bool).unwrap_or(false),
        language: owned(system, "language"),
        status: owned(system, "status"),
        is_experimental: system.get("experimental").and_then(Value::as_bool).unwrap_or(false),
        standards_status: standards_status(list(system, "extension")).map(Into::into),
        properties: list(system, "property").iter().filter_map(property).collect(),
        undeclared: Vec::new(),
    }
}

/// A concept without those below it; none without a code.
pub(crate) fn concept(about: &About, concept: &Value) -> Option<Concept> {
    let mut read = Concept {
        code: owned(concept, "code")?,
        display: owned(concept, "display"),
        definition: owned(concept, "definition"),
        designations: designations(concept),
        properties: list(concept, "property").iter().filter_map(property).collect(),
        extensions: list(concept, "extension").to_vec(),
        is_inactive: false,
        is_abstract: false,
    };
    mark(about, &mut read);
    Some(read)
}

/// Says of a concept what its properties say.
pub(crate) fn mark(about: &About, concept: &mut Concept) {
    let has = |meaning: &str, values: &[&str]| {
        concept.properties.iter().any(|property| {
            means(about, &property.code, meaning) && values.contains(&&*property.value.text())
        })
    };
    let is_inactive =
        has("inactive", &["true"]) || has("status", &["inactive", "retired", "withdrawn"]);
    let is_abstract = has("notSelectable", &["true"]) || has("abstract", &["true"]);
    (concept.is_inactive, concept.is_abstract) = (is_inactive, is_abstract);
}

/// Whether a property is the common one of this name: by its URI, or by its code where the system
/// gives no URI.
pub(crate) fn means(about: &About, code: &str, name: &str) -> bool {
    let definition = about.properties.iter().find(|property| *property.code == *code);
    match definition.and_then(|property| property.uri.as_deref()) {
        Some(uri) => uri.strip_prefix(PROPERTIES) == Some(name),
        None => code == name,
    }
}

/// The other texts of a concept, also of one that a value set lists.
pub(crate) fn designations(concept: &Value) -> Vec<Designation> {
    let designation = |designation: &Value| {
        Some(Designation {
            language: owned(designation, "language"),
            usage: designation.get("use").map(coding),
            value: owned(designation, "value")?,
            extensions: list(designation, "extension").to_vec(),
        })
    };
    list(concept, "designation").iter().filter_map(designation).collect()
}

/// A Coding.
pub(crate) fn coding(value: &Value) -> Coding {
    Coding {
        system: owned(value, "system"),
        code: owned(value, "code"),
        display: owned(value, "display"),
    }
}

fn property(property: &Value) -> Option<Property> {
    let (key, value) = property.as_object()?.iter().find(|(key, _)| key.starts_with("value"))?;
    let as_text = || value.as_str().map(Box::from);
    let value = match &**key {
        "valueCode" => PropertyValue::Code(as_text()?),
        "valueString" => PropertyValue::String(as_text()?),
        "valueDateTime" => PropertyValue::DateTime(as_text()?),
        "valueBoolean" => PropertyValue::Boolean(value.as_bool()?),
        "valueInteger" => PropertyValue::Integer(value.as_i64()?),
        "valueDecimal" => PropertyValue::Decimal(value.as_number()?.to_string().into()),
        "valueCoding" => PropertyValue::Coding(coding(value)),
        _ => return None,
    };
    Some(Property { code: owned(property, "code")?, value })
}
