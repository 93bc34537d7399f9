//! What is kept of a code system and of its properties, and how it is written.

use serde::{Deserialize, Serialize};

use crate::terminology::system::concept::{
    About, Coding, Content, PropertyDefinition, PropertyValue,
};

/// [`About`], as JSON.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Described {
    name: Option<Box<str>>,
    title: Option<Box<str>>,
    is_case_sensitive: bool,
    language: Option<Box<str>>,
    properties: Vec<DescribedProperty>,
}

/// [`PropertyDefinition`], as JSON.
#[derive(Debug, Serialize, Deserialize)]
struct DescribedProperty {
    code: Box<str>,
    uri: Option<Box<str>>,
    description: Option<Box<str>>,
    kind: Box<str>,
}

impl Described {
    /// What is kept of a system.
    pub(super) fn of(about: &About) -> Self {
        let properties = about.properties.iter().cloned();
        Self {
            name: about.name.clone(),
            title: about.title.clone(),
            is_case_sensitive: about.is_case_sensitive,
            language: about.language.clone(),
            properties: properties
                .map(|PropertyDefinition { code, uri, description, kind }| DescribedProperty {
                    code,
                    uri,
                    description,
                    kind,
                })
                .collect(),
        }
    }

    /// The system again.
    pub(super) fn about(self, url: &str, version: &str) -> About {
        let properties = self.properties.into_iter();
        About {
            url: url.into(),
            version: Some(version.into()),
            name: self.name,
            title: self.title,
            content: Content::Complete,
            is_case_sensitive: self.is_case_sensitive,
            language: self.language,
            status: Some("active".into()),
            properties: properties
                .map(|DescribedProperty { code, uri, description, kind }| PropertyDefinition {
                    code,
                    uri,
                    description,
                    kind,
                })
                .collect(),
            ..About::default()
        }
    }
}

/// What kind of value it is, as `concept-property-type` calls it.
pub(super) fn kind(value: &PropertyValue) -> &'static str {
    match value {
        PropertyValue::Code(_) => "code",
        PropertyValue::Coding(_) => "Coding",
        PropertyValue::String(_) => "string",
        PropertyValue::Integer(_) => "integer",
        PropertyValue::Boolean(_) => "boolean",
        PropertyValue::DateTime(_) => "dateTime",
        PropertyValue::Decimal(_) => "decimal",
    }
}

/// The value that was kept.
pub(super) fn value(
    kind: &str,
    text: String,
    (system, display): (Option<String>, Option<String>),
) -> PropertyValue {
    match kind {
        "code" => PropertyValue::Code(text.into()),
        "Coding" => PropertyValue::Coding(Coding {
            system: system.map(Into::into),
            code: Some(text.into()),
            display: display.map(Into::into),
        }),
        "boolean" => PropertyValue::Boolean(text == "true"),
        "integer" => match text.parse() {
            Ok(number) => PropertyValue::Integer(number),
            Err(_) => PropertyValue::String(text.into()),
        },
        "dateTime" => PropertyValue::DateTime(text.into()),
        "decimal" => PropertyValue::Decimal(text.into()),
        _ => PropertyValue::String(text.into()),
    }
}
