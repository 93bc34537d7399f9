//! Search parameters, <https://hl7.org/fhir/R4/searchparameter.html>.
//!
//! One entry for each pair of resource type and code. Parameters of `Resource` and
//! `DomainResource` are entries of every type they apply to. An expression that is a union over
//! several types (`Patient.name | Person.name`) is cut down to the parts of the entry's type. [`added`] are
//! those of packages, [`list`] says which there should be.

pub mod added;
mod component;
pub mod list;
mod nesting;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use crate::fhir::kind::ResourceKind;
use nesting::{nest, unite};

pub use self::component::Component;
use self::component::ComponentDefinition;

/// The number of a search parameter of a resource type, as stored in databases.
///
/// Invariant: a hash of `Patient.birthdate`, stable across versions of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ParamId(i32);

/// <https://hl7.org/fhir/R4/valueset-search-param-type.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ParamType {
    Token,
    Reference,
    String,
    Date,
    Number,
    Quantity,
    Uri,
    Composite,
    Special,
}

/// A search parameter of one resource type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchParameter {
    pub id: ParamId,
    pub code: Box<str>,
    pub url: Box<str>,
    pub kind: ParamType,
    /// `FHIRPath` from the resource; none for parameters such as `_content`.
    pub expression: Option<Box<str>>,
    /// The types a reference may point at; empty: any.
    pub targets: Box<[ResourceKind]>,
    /// The parts of a composite.
    pub components: Box<[Component]>,
    /// Whether `code=a,b` means a or b.
    pub multiple_or: bool,
    /// Set when all its values are values of another parameter too, whose rows serve both.
    pub within: Option<Within>,
    /// Set when its values are those of two other parameters together, whose rows serve it:
    /// `combo-code` is `code` and `component-code`.
    pub both: Option<[ParamId; 2]>,
    /// Whether R4 itself has it.
    pub is_of_r4: bool,
}

/// A parameter of the same type that has the same values, or more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Within {
    pub param: ParamId,
    /// Only those values that point at this type: `patient` is within `subject`.
    pub target: Option<ResourceKind>,
}

/// The search parameters of every resource type.
#[derive(Debug, Clone, Default)]
pub struct SearchParameters {
    pub(super) by_kind: Vec<Vec<SearchParameter>>,
    /// Those whose rows are still being made: they answer nothing yet.
    pub(super) growing: Vec<(ResourceKind, SearchParameter)>,
    by_url: FxHashMap<Box<str>, (ResourceKind, usize)>,
    /// What packages call a parameter of R4: their URL and R4's.
    pub(super) aliases: FxHashMap<Box<str>, Box<str>>,
    /// What packages add.
    pub(super) added: Vec<ParameterDefinition>,
}

/// What is read of a `SearchParameter`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ParameterDefinition {
    pub(super) url: Box<str>,
    pub(super) code: Box<str>,
    pub(super) base: Vec<Box<str>>,
    #[serde(rename = "type")]
    pub(super) kind: ParamType,
    pub(super) expression: Option<Box<str>>,
    #[serde(default)]
    target: Vec<Box<str>>,
    #[serde(default)]
    pub(super) component: Vec<ComponentDefinition>,
    multiple_or: Option<bool>,
}

impl ParamId {
    /// The number of a type's parameter: the low 31 bits of a hash of both names.
    pub fn of(kind: ResourceKind, code: &str) -> Self {
        let hash = xxh3_64(format!("{}.{code}", kind.name()).as_bytes()) & 0x7fff_ffff;
        Self(i32::try_from(hash).unwrap_or_default())
    }

    /// Another number of the same parameter, for rows that are made anew beside the old ones.
    pub fn another(kind: ResourceKind, code: &str, time: u32) -> Self {
        // No code has this character.
        Self::of(kind, &format!("{code}#{time}"))
    }

    /// The parameter with this number, as kept in a database.
    pub fn from_number(number: i32) -> Self {
        Self(number)
    }

    /// The number kept in databases.
    pub fn number(self) -> i32 {
        self.0
    }
}

impl SearchParameters {
    pub(crate) fn new(definitions: &[ParameterDefinition]) -> Self {
        let mut search = Self::default();
        search.by_kind.resize_with(ResourceKind::all().count(), Vec::new);
        for definition in definitions {
            for kind in definition.kinds() {
                let parameter = definition.for_kind(kind);
                search.push(kind, SearchParameter { is_of_r4: true, ..parameter });
            }
        }
        search.arrange();
        search
    }

    /// Adds a parameter; [`Self::arrange`] has to follow.
    pub(super) fn push(&mut self, kind: ResourceKind, parameter: SearchParameter) {
        if let Some(parameters) = self.by_kind.get_mut(kind.index()) {
            parameters.push(parameter);
        }
    }

    /// Brings the parameters in order and finds out how they belong together.
    pub(super) fn arrange(&mut self) {
        self.by_url.clear();
        for (kind, parameters) in ResourceKind::all().zip(&mut self.by_kind) {
            parameters.sort_by(|a, b| a.code.cmp(&b.code));
            parameters.iter_mut().for_each(|parameter| parameter.within = None);
            unite(parameters);
            nest(parameters);
            for (at, parameter) in parameters.iter().enumerate() {
                self.by_url.entry(parameter.url.clone()).or_insert((kind, at));
            }
        }
    }

    /// Every parameter of a resource type, sorted by code.
    pub fn of(&self, kind: ResourceKind) -> &[SearchParameter] {
        self.by_kind.get(kind.index()).map_or(&[], Vec::as_slice)
    }

    /// The parameter of a resource type with this code.
    pub fn find(&self, kind: ResourceKind, code: &str) -> Option<&SearchParameter> {
        let parameters = self.of(kind);
        let at = parameters.binary_search_by(|parameter| (*parameter.code).cmp(code)).ok()?;
        parameters.get(at)
    }

    /// Those of a resource type whose rows are still being made.
    pub fn growing(&self, kind: ResourceKind) -> impl Iterator<Item = &SearchParameter> {
        self.growing.iter().filter(move |(of, _)| *of == kind).map(|(_, parameter)| parameter)
    }

    /// The parameter with this URL, as it is for the first type it applies to.
    pub fn by_url(&self, url: &str) -> Option<&SearchParameter> {
        let (kind, at) = self.by_url.get(self.known_as(url))?;
        self.of(*kind).get(*at)
    }

    /// The parameter with this URL, as it is for one type: what a composite's part points at.
    pub fn of_kind_by_url(&self, kind: ResourceKind, url: &str) -> Option<&SearchParameter> {
        let url = self.known_as(url);
        let (_, at) = self.by_url.get(url)?;
        let first = self.by_url(url)?;
        let likely = self.of(kind).get(*at).filter(|parameter| *parameter.url == *url);
        likely.or_else(|| self.find(kind, &first.code).filter(|found| *found.url == *url))
    }

    fn known_as<'u>(&'u self, url: &'u str) -> &'u str {
        self.aliases.get(url).map_or(url, |own| own)
    }
}

impl ParameterDefinition {
    /// The types the parameter applies to.
    pub fn kinds(&self) -> Vec<ResourceKind> {
        let is_domain =
            |kind: &ResourceKind| !["Binary", "Bundle", "Parameters"].contains(&kind.name());
        let mut kinds = Vec::new();
        for base in &self.base {
            match &**base {
                "Resource" => kinds.extend(ResourceKind::all()),
                "DomainResource" => kinds.extend(ResourceKind::all().filter(is_domain)),
                name => kinds.extend(ResourceKind::parse(name)),
            }
        }
        kinds
    }

    /// The parameter as it is for one of them.
    pub fn for_kind(&self, kind: ResourceKind) -> SearchParameter {
        SearchParameter {
            id: ParamId::of(kind, &self.code),
            code: self.code.clone(),
            url: self.url.clone(),
            kind: self.kind,
            expression: self.expression.as_deref().map(|expression| narrowed(expression, kind)),
            targets: self.target.iter().filter_map(|target| ResourceKind::parse(target)).collect(),
            components: component::components(&self.url, &self.component),
            multiple_or: self.multiple_or.unwrap_or(true),
            within: None,
            both: None,
            is_of_r4: false,
        }
    }
}

impl SearchParameter {
    /// The parameter under whose number its values are indexed.
    pub fn indexed_as(&self) -> ParamId {
        self.within.map_or(self.id, |within| within.param)
    }

    /// Whether rows are made under its own number. Tokens of two parameters together have them:
    /// only rows of one number come in the order of resources.
    pub fn has_own_rows(&self) -> bool {
        self.within.is_none() && (self.both.is_none() || self.kind == ParamType::Token)
    }

    /// The parameters under whose numbers its values are.
    pub fn sources(&self) -> (ParamId, Option<ParamId>) {
        match self.both {
            Some([first, second]) if !self.has_own_rows() => (first, Some(second)),
            _ => (self.indexed_as(), None),
        }
    }

    /// The types of resources that it leads to; empty: any.
    pub fn leads_to(&self) -> &[ResourceKind] {
        let within = self.within.as_ref().and_then(|within| within.target.as_ref());
        within.map_or(&self.targets, std::slice::from_ref)
    }
}

/// The parts of a union that start at this type, or at no type at all.
fn narrowed(expression: &str, kind: ResourceKind) -> Box<str> {
    let parts = union_parts(expression);
    if parts.len() == 1 {
        return expression.into();
    }
    let starts_elsewhere = |part: &str| {
        let part = part.trim_start_matches(['(', ' ']);
        let end = part.find(|letter: char| !letter.is_ascii_alphanumeric()).unwrap_or(part.len());
        let root = part.get(..end).and_then(ResourceKind::parse);
        root.is_some_and(|root| root != kind)
    };
    let kept: Vec<&str> = parts.into_iter().filter(|part| !starts_elsewhere(part)).collect();
    if kept.is_empty() { expression.into() } else { kept.join(" | ").into() }
}

/// The parts between the `|` that stand outside of parentheses and strings.
fn union_parts(expression: &str) -> Vec<&str> {
    let (mut depth, mut quoted) = (0_i32, false);
    let outside = |letter: char| {
        match letter {
            '\'' => quoted = !quoted,
            '(' if !quoted => depth = depth.saturating_add(1),
            ')' if !quoted => depth = depth.saturating_sub(1),
            _ => (),
        }
        letter == '|' && !quoted && depth == 0
    };
    expression.split(outside).map(str::trim).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(expression: &str, kind: &str, expected: &str) {
        let kind = ResourceKind::parse(kind).expect(kind);
        assert_eq!(&*narrowed(expression, kind), expected);
    }

    #[test]
    fn unions_are_cut_down_to_the_type() {
        check("Patient.name | Person.name", "Person", "Person.name");
        check(
            "(Patient.deceased is boolean) | Person.a | (Patient.b)",
            "Patient",
            "(Patient.deceased is boolean) | (Patient.b)",
        );
        check(
            "Group.x.where(a='|' or (b | c)) | Person.y",
            "Group",
            "Group.x.where(a='|' or (b | c))",
        );
        check("Resource.id", "Group", "Resource.id");
        check("code | name", "Group", "code | name");
        check("PatientX.a | Person.b", "Person", "PatientX.a | Person.b");
    }

    #[test]
    fn ids_never_change() {
        let patient = ResourceKind::PATIENT;
        assert_eq!(ParamId::of(patient, "birthdate").number(), 844_007_326);
        assert_eq!(ParamId::from_number(7).number(), 7);
    }
}
