//! Concepts of code systems and what is known of the systems themselves,
//! <https://hl7.org/fhir/R4/codesystem-concept-properties.html>.

use std::borrow::Cow;

use serde_json::Value;

/// A code system, apart from its concepts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct About {
    pub url: Box<str>,
    pub version: Option<Box<str>>,
    pub name: Option<Box<str>>,
    pub title: Option<Box<str>>,
    pub content: Content,
    pub is_case_sensitive: bool,
    /// Of displays that name none.
    pub language: Option<Box<str>>,
    /// `draft`, `active`, `retired` or `unknown`.
    pub status: Option<Box<str>>,
    pub is_experimental: bool,
    /// `draft`, `deprecated`, `withdrawn`…, as the extension `structuredefinition-standards-status` says.
    pub standards_status: Option<Box<str>>,
    pub properties: Vec<PropertyDefinition>,
    /// Properties that concepts have although the system does not say that there are such.
    pub undeclared: Vec<Box<str>>,
}

impl About {
    /// `url|version`, as far as there is one.
    pub fn canonical(&self) -> Box<str> {
        match &self.version {
            Some(version) => format!("{}|{version}", self.url).into(),
            None => self.url.clone(),
        }
    }

    /// Whether its concepts may have a property of this code.
    pub fn has_property(&self, code: &str) -> bool {
        self.properties.iter().any(|property| *property.code == *code)
            || self.undeclared.iter().any(|known| **known == *code)
    }
}

/// How much of a system is there, <https://hl7.org/fhir/R4/valueset-codesystem-content-mode.html>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Content {
    NotPresent,
    Example,
    Fragment,
    #[default]
    Complete,
    Supplement,
}

impl Content {
    /// Reads the code.
    pub fn parse(code: &str) -> Option<Self> {
        Some(match code {
            "not-present" => Self::NotPresent,
            "example" => Self::Example,
            "fragment" => Self::Fragment,
            "complete" => Self::Complete,
            "supplement" => Self::Supplement,
            _ => return None,
        })
    }
}

/// A property that concepts of a system have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PropertyDefinition {
    pub code: Box<str>,
    /// What it means, such as `http://hl7.org/fhir/concept-properties#notSelectable`.
    pub uri: Option<Box<str>>,
    pub description: Option<Box<str>>,
    /// `code`, `Coding`, `string`, `integer`, `boolean`, `dateTime` or `decimal`.
    pub kind: Box<str>,
}

/// One concept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Concept {
    pub code: Box<str>,
    pub display: Option<Box<str>>,
    pub definition: Option<Box<str>>,
    pub designations: Vec<Designation>,
    /// All that its system says, also the status, and the parents and children that are said this way.
    pub properties: Vec<Property>,
    /// Its extensions, as JSON.
    pub extensions: Vec<Value>,
    pub is_inactive: bool,
    /// It groups others and is not to be chosen itself.
    pub is_abstract: bool,
}

/// Another text of a concept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Designation {
    pub language: Option<Box<str>>,
    pub usage: Option<Coding>,
    pub value: Box<str>,
    /// Its extensions, as JSON.
    pub extensions: Vec<Value>,
}

/// A code with its system.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Coding {
    pub system: Option<Box<str>>,
    pub code: Option<Box<str>>,
    pub display: Option<Box<str>>,
}

/// What a concept has of a property.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Property {
    pub code: Box<str>,
    pub value: PropertyValue,
}

/// The value of a property. Decimals and dates keep their text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PropertyValue {
    Code(Box<str>),
    Coding(Coding),
    String(Box<str>),
    Integer(i64),
    Boolean(bool),
    DateTime(Box<str>),
    Decimal(Box<str>),
}

impl PropertyValue {
    /// What filters compare: a Coding is its code.
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Code(text) | Self::String(text) | Self::DateTime(text) | Self::Decimal(text) => {
                Cow::Borrowed(text)
            }
            Self::Coding(coding) => Cow::Borrowed(coding.code.as_deref().unwrap_or_default()),
            Self::Integer(number) => Cow::Owned(number.to_string()),
            Self::Boolean(truth) => Cow::Borrowed(if *truth { "true" } else { "false" }),
        }
    }
}
