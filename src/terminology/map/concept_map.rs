//! Maps from the codes of one system to those of another,
//! <https://hl7.org/fhir/R4/conceptmap.html>.
//!
//! Maps that are written for R5 are read as well: `relationship` for `equivalence`, the scopes for
//! the value sets, `use-source-code` for `provided`.

use rustc_hash::FxHashMap;
use serde_json::Value;

use super::equivalence::Equivalence;

/// A map that can be asked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ConceptMap {
    pub url: Option<Box<str>>,
    pub version: Option<Box<str>>,
    /// The value set that the source codes are from.
    pub source: Option<Box<str>>,
    /// The value set that the target codes are from.
    pub target: Option<Box<str>>,
    pub groups: Vec<Group>,
}

/// The mappings from one system to another.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Group {
    pub source: Option<Box<str>>,
    pub source_version: Option<Box<str>>,
    pub target: Option<Box<str>>,
    pub target_version: Option<Box<str>>,
    pub elements: Vec<Element>,
    by_code: FxHashMap<Box<str>, usize>,
    /// The places of the targets of a code: element and target.
    by_target: FxHashMap<Box<str>, Vec<(usize, usize)>>,
    pub unmapped: Option<Unmapped>,
}

/// One source concept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Element {
    pub code: Box<str>,
    pub display: Option<Box<str>>,
    pub targets: Vec<Target>,
}

/// What a source concept is mapped to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// None: there is no such concept.
    pub code: Option<Box<str>>,
    pub display: Option<Box<str>>,
    pub equivalence: Equivalence,
    pub comment: Option<Box<str>>,
    /// What has to be so elsewhere for the mapping to hold.
    pub depends_on: Vec<Other>,
    /// What else comes of the mapping.
    pub products: Vec<Other>,
}

/// An element elsewhere and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Other {
    pub property: Box<str>,
    pub system: Option<Box<str>>,
    pub value: Box<str>,
    pub display: Option<Box<str>>,
}

/// What becomes of codes that the group does not map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unmapped {
    /// The code itself, in the target system.
    Provided,
    /// Always this one.
    Fixed { code: Box<str>, display: Option<Box<str>>, equivalence: Equivalence },
    /// Ask the map with this canonical.
    OtherMap(Box<str>),
}

impl ConceptMap {
    /// Reads the resource; what cannot be read of it is left out.
    pub fn read(resource: &Value) -> Self {
        let any = |keys: &[&str]| keys.iter().find_map(|key| text(resource, key));
        Self {
            url: text(resource, "url"),
            version: text(resource, "version"),
            source: any(&[
                "sourceCanonical",
                "sourceUri",
                "sourceScopeCanonical",
                "sourceScopeUri",
            ]),
            target: any(&[
                "targetCanonical",
                "targetUri",
                "targetScopeCanonical",
                "targetScopeUri",
            ]),
            groups: list(resource, "group").map(Group::read).collect(),
        }
    }

    /// `url|version`, or the URL.
    pub fn canonical(&self) -> Option<String> {
        let url = self.url.as_deref()?;
        Some(match &self.version {
            Some(version) => format!("{url}|{version}"),
            None => url.to_owned(),
        })
    }

    /// About how many bytes it takes.
    pub fn size(&self) -> usize {
        let elements = self.groups.iter().flat_map(|group| &group.elements);
        elements.map(|element| 250 + 250 * element.targets.len()).sum::<usize>() + 500
    }
}

impl Group {
    fn read(group: &Value) -> Self {
        let (source, source_version) = versioned(group, "source", "sourceVersion");
        let (target, target_version) = versioned(group, "target", "targetVersion");
        let elements: Vec<Element> = list(group, "element").filter_map(Element::read).collect();
        let mut by_code = FxHashMap::default();
        let mut by_target: FxHashMap<Box<str>, Vec<(usize, usize)>> = FxHashMap::default();
        for (at, element) in elements.iter().enumerate() {
            by_code.entry(element.code.clone()).or_insert(at);
            for (number, target) in element.targets.iter().enumerate() {
                if let Some(code) = &target.code {
                    by_target.entry(code.clone()).or_default().push((at, number));
                }
            }
        }
        let unmapped = group.get("unmapped").and_then(Unmapped::read);
        Self {
            source,
            source_version,
            target,
            target_version,
            elements,
            by_code,
            by_target,
            unmapped,
        }
    }

    /// What a code is mapped to; none when the group does not know it.
    pub fn element(&self, code: &str) -> Option<&Element> {
        self.elements.get(*self.by_code.get(code)?)
    }

    /// What is mapped to a code.
    pub fn mapped_to(&self, code: &str) -> impl Iterator<Item = (&Element, &Target)> {
        let places = self.by_target.get(code).map(Vec::as_slice).unwrap_or_default();
        places.iter().filter_map(|(element, target)| {
            let element = self.elements.get(*element)?;
            Some((element, element.targets.get(*target)?))
        })
    }
}

impl Element {
    fn read(element: &Value) -> Option<Self> {
        let code = text(element, "code")?;
        let mut targets: Vec<Target> = list(element, "target").map(Target::read).collect();
        let has_none = element.get("noMap").and_then(Value::as_bool) == Some(true);
        if has_none && targets.is_empty() {
            targets.push(Target::none());
        }
        Some(Self { code, display: text(element, "display"), targets })
    }
}

impl Target {
    fn read(target: &Value) -> Self {
        let equivalence = text(target, "equivalence");
        let equivalence = equivalence.and_then(|code| Equivalence::parse(&code));
        let relationship = text(target, "relationship");
        let relationship = relationship.and_then(|code| Equivalence::of_relationship(&code));
        Self {
            code: text(target, "code"),
            display: text(target, "display"),
            equivalence: equivalence.or(relationship).unwrap_or(Equivalence::RelatedTo),
            comment: text(target, "comment"),
            depends_on: list(target, "dependsOn").filter_map(Other::read).collect(),
            products: list(target, "product").filter_map(Other::read).collect(),
        }
    }

    fn none() -> Self {
        Self {
            code: None,
            display: None,
            equivalence: Equivalence::Unmatched,
            comment: None,
            depends_on: Vec::new(),
            products: Vec::new(),
        }
    }
}

impl Other {
    fn read(other: &Value) -> Option<Self> {
        let of_r5 = other.as_object()?.iter().find(|(key, _)| key.starts_with("value"));
        let (value, coding) = match of_r5 {
            Some((_, Value::String(value))) => (value.as_str().into(), None),
            Some((_, coding)) => (text(coding, "code")?, Some(coding)),
            None => return None,
        };
        let of_coding = |key| coding.and_then(|coding| text(coding, key));
        Some(Self {
            property: text(other, "property").or_else(|| text(other, "attribute"))?,
            system: text(other, "system").or_else(|| of_coding("system")),
            value,
            display: text(other, "display").or_else(|| of_coding("display")),
        })
    }
}

impl Unmapped {
    fn read(unmapped: &Value) -> Option<Self> {
        Some(match &*text(unmapped, "mode")? {
            "provided" | "use-source-code" => Self::Provided,
            "fixed" => {
                let relationship = text(unmapped, "relationship");
                let relationship =
                    relationship.and_then(|code| Equivalence::of_relationship(&code));
                Self::Fixed {
                    code: text(unmapped, "code")?,
                    display: text(unmapped, "display"),
                    // R4 does not say how a code for all that is left stands to what is left.
                    equivalence: relationship.unwrap_or(Equivalence::RelatedTo),
                }
            }
            "other-map" => {
                Self::OtherMap(text(unmapped, "url").or_else(|| text(unmapped, "otherMap"))?)
            }
            _ => return None,
        })
    }
}

/// A system and its version, which R5 writes into one.
fn versioned(group: &Value, key: &str, version: &str) -> (Option<Box<str>>, Option<Box<str>>) {
    let Some(system) = text(group, key) else { return (None, None) };
    match system.split_once('|') {
        Some((system, version)) => (Some(system.into()), Some(version.into())),
        None => (Some(system), text(group, version)),
    }
}

fn text(value: &Value, key: &str) -> Option<Box<str>> {
    value.get(key)?.as_str().map(Into::into)
}

fn list<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}
