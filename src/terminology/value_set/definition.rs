//! A value set taken apart, <https://hl7.org/fhir/R4/valueset.html>.

use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;
use serde_json::Value;

use super::expanded::Expanded;
use super::found::Listed;
use crate::fhir::issue::Text;
use crate::terminology::error::TerminologyError;
use crate::terminology::filter::own::{expressions, meant};
use crate::terminology::filter::{Filter, Operator};
use crate::terminology::publisher::rf2::SYSTEM as SNOMED;
use crate::terminology::system::read_concept::{designations, list, standards_status, text};

const SUPPLEMENT: &str = "http://hl7.org/fhir/StructureDefinition/valueset-supplement";
const PARAMETER: &str = "http://hl7.org/fhir/StructureDefinition/valueset-expansion-parameter";

/// A value set.
#[derive(Debug)]
pub struct ValueSet {
    pub url: Box<str>,
    pub version: Option<Box<str>>,
    pub language: Option<Box<str>>,
    pub status: Option<Box<str>>,
    pub is_experimental: bool,
    pub standards_status: Option<Box<str>>,
    /// `compose.inactive`: whether inactive codes are in.
    pub(crate) inactive: Option<bool>,
    pub(crate) include: Vec<Include>,
    pub(crate) exclude: Vec<Include>,
    pub(crate) supplements: Vec<Box<str>>,
    /// Parameters of expansions that it asks for.
    pub(crate) parameters: Vec<(Box<str>, Box<str>)>,
    pub(crate) contained: Vec<(Box<str>, Arc<ValueSet>)>,
    expanded: OnceLock<Expanded>,
    /// The whole resource.
    pub resource: Arc<Value>,
}

/// Which codes are taken, or left out.
#[derive(Debug, Default)]
pub(crate) struct Include {
    pub(crate) system: Option<Box<str>>,
    pub(crate) version: Option<Box<str>>,
    pub(crate) listed: Vec<Arc<Listed>>,
    pub(crate) by_code: FxHashMap<Box<str>, usize>,
    /// The same in lower case, once it is asked for.
    folded: OnceLock<FxHashMap<Box<str>, usize>>,
    pub(crate) filters: Vec<Filter>,
    pub(crate) value_sets: Vec<Box<str>>,
}

impl ValueSet {
    /// Takes a value set apart; a filter that says nothing is an error.
    pub(crate) fn new(resource: Arc<Value>) -> Result<Self, TerminologyError> {
        let owned = |key: &str| text(&resource, key).map(Box::from);
        let url: Box<str> = owned("url").unwrap_or_default();
        let compose = resource.get("compose").unwrap_or(&Value::Null);
        let includes = |key: &str| -> Result<Vec<Include>, TerminologyError> {
            let includes = list(compose, key).iter().enumerate();
            includes.map(|(at, value)| include(&url, key, at, value)).collect()
        };
        let extensions = list(&resource, "extension").iter();
        let supplements = extensions.filter(|extension| text(extension, "url") == Some(SUPPLEMENT));
        let supplements =
            supplements.filter_map(|extension| text(extension, "valueCanonical").map(Box::from));
        let contained = list(&resource, "contained").iter();
        let contained = contained.filter(|one| text(one, "resourceType") == Some("ValueSet"));
        let contained = contained
            .filter_map(|one| Some((text(one, "id")?, one)))
            .map(|(id, one)| Ok((id.into(), Arc::new(Self::new(Arc::new(one.clone()))?))));
        Ok(Self {
            version: owned("version"),
            language: owned("language"),
            status: owned("status"),
            is_experimental: resource.get("experimental") == Some(&Value::Bool(true)),
            standards_status: standards_status(list(&resource, "extension")).map(Into::into),
            inactive: compose.get("inactive").and_then(Value::as_bool),
            include: includes("include")?,
            exclude: includes("exclude")?,
            supplements: supplements.collect(),
            parameters: parameters(&resource, compose),
            contained: contained.collect::<Result<_, TerminologyError>>()?,
            expanded: OnceLock::new(),
            resource: Arc::clone(&resource),
            url,
        })
    }

    /// `url|version`, as far as there is one.
    pub fn canonical(&self) -> Box<str> {
        match &self.version {
            Some(version) => format!("{}|{version}", self.url).into(),
            None => self.url.clone(),
        }
    }

    /// What it weighs in memory, in codes.
    pub(crate) fn weight(&self) -> u32 {
        let listed = self.include.iter().chain(&self.exclude).map(|include| include.listed.len());
        let expansion = self.resource.get("expansion");
        let expanded = expansion.map_or(0, |expansion| list(expansion, "contains").len());
        u32::try_from(10 + listed.sum::<usize>() + expanded).unwrap_or(u32::MAX)
    }

    /// The expansion that it carries.
    pub(crate) fn expanded(&self) -> &Expanded {
        self.expanded.get_or_init(|| Expanded::of(&self.resource))
    }

    /// Whether the versions of one system are kept apart in a value set: when it says so, or else when
    /// it takes codes from more than one.
    pub(crate) fn is_by_version(&self) -> bool {
        match self.parameter("versionsMatch") {
            Some("true") => return false,
            Some("false") => return true,
            _ => {}
        }
        let includes = self.include.iter();
        includes.clone().any(|include| {
            include.system.is_some()
                && includes
                    .clone()
                    .any(|other| other.system == include.system && other.version != include.version)
        })
    }

    /// Canonicals of the supplements it needs.
    pub fn supplements(&self) -> impl Iterator<Item = &str> {
        self.supplements.iter().map(|one| &**one)
    }

    /// What a parameter of expansions is, where the value set asks for it.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let mut parameters = self.parameters.iter();
        parameters.find(|(other, _)| **other == *name).map(|(_, value)| &**value)
    }
}

impl Include {
    /// The code as it is listed, also where case does not matter to its system.
    pub(crate) fn listed(&self, code: &str, is_case_sensitive: bool) -> Option<&Arc<Listed>> {
        if let Some(place) = self.by_code.get(code) {
            return self.listed.get(*place);
        }
        if is_case_sensitive {
            return None;
        }
        let folded = self.folded.get_or_init(|| {
            let mut folded = FxHashMap::default();
            for (place, listed) in self.listed.iter().enumerate() {
                folded.entry(listed.code.to_lowercase().into()).or_insert(place);
            }
            folded
        });
        self.listed.get(*folded.get(&*code.to_lowercase())?)
    }
}

fn parameters(resource: &Value, compose: &Value) -> Vec<(Box<str>, Box<str>)> {
    let extensions = list(compose, "extension").iter().chain(list(resource, "extension"));
    let parameter = |extension: &Value| {
        let part = |name: &str| {
            let mut parts = list(extension, "extension").iter();
            let part = parts.find(|part| text(part, "url") == Some(name))?.as_object()?;
            let value = part.iter().find(|(key, _)| key.starts_with("value"))?.1;
            Some(value.as_str().map_or_else(|| value.to_string().into(), Box::from))
        };
        Some((part("name")?, part("value")?))
    };
    extensions
        .filter(|extension| text(extension, "url") == Some(PARAMETER))
        .filter_map(parameter)
        .collect()
}

fn include(url: &str, key: &str, at: usize, value: &Value) -> Result<Include, TerminologyError> {
    let owned = |key: &str| text(value, key).map(Box::from);
    let listed = |concept: &Value| {
        Some(Arc::new(Listed {
            code: text(concept, "code")?.into(),
            display: text(concept, "display").map(Into::into),
            designations: designations(concept),
            extensions: list(concept, "extension").to_vec(),
        }))
    };
    let listed: Vec<_> = list(value, "concept").iter().filter_map(listed).collect();
    let mut by_code = FxHashMap::default();
    for (place, concept) in listed.iter().enumerate() {
        by_code.entry(concept.code.clone()).or_insert(place);
    }
    let system = owned("system");
    let filter = |(place, filter): (usize, &Value)| {
        let expression = || format!("ValueSet.compose.{key}[{at}].filter[{place}]").into();
        let read = self::filter(filter).map_err(|text| TerminologyError::Broken {
            value_set: url.into(),
            expression: expression(),
            text: Box::new(text),
        });
        read.map(|filter| meant(system.as_deref(), filter)).transpose()
    };
    let value_sets = list(value, "valueSet").iter().filter_map(Value::as_str);
    let filters = list(value, "filter").iter().enumerate().filter_map(filter);
    let (filters, expressions) = expressions(system.as_deref(), filters.collect::<Result<_, _>>()?);
    let version = owned("version");
    let edition = version.as_deref().filter(|version| version.starts_with(SNOMED));
    let edition = edition.unwrap_or(SNOMED);
    let of_expressions = expressions.iter().map(|one| one.url(edition).into());
    // The value sets of expressions have the system in them; it need not be gone through again.
    let is_expressed = !expressions.is_empty() && filters.is_empty() && listed.is_empty();
    let system = system.filter(|_| !is_expressed);
    let value_sets = value_sets.map(Into::into).chain(of_expressions).collect();
    Ok(Include { system, version, listed, by_code, folded: OnceLock::new(), filters, value_sets })
}

fn filter(filter: &Value) -> Result<Filter, Text> {
    let part = |key: &'static str| {
        let found = text(filter, key).filter(|found| !found.is_empty());
        found.ok_or_else(|| {
            Text::new(format!("bộ lọc không có '{key}'."), format!("the filter has no '{key}'."))
        })
    };
    let (property, op, value) = (part("property")?, part("op")?, part("value")?);
    let operator = Operator::parse(op).ok_or_else(|| {
        Text::new(
            format!("không có phép lọc '{op}'."),
            format!("there is no filter operator '{op}'."),
        )
    })?;
    Ok(Filter { property: property.into(), operator, value: value.into() })
}
