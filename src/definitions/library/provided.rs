//! The definitions that come with the server, as resources: those of R4, of the guide of the
//! booklet, of packages, and the extensions that HL7 published since. They are read and searched
//! beside what clients store and never written to the database.
//!
//! Where the embedded files leave out what the server has no use for (texts of code systems, most of
//! search parameters), the resource says so with the tag `SUBSETTED`,
//! <https://terminology.hl7.org/CodeSystem-v3-ObservationValue.html>.

use std::borrow::Cow;

use rustc_hash::FxHashMap;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::Library;
use super::layer::Layer;
use super::{guide, package};
use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;

/// Fast; the texts are small.
const PACKING: i32 = 3;

/// The version of R4.
const R4: &str = "4.0.1";

/// Every definition that comes with the server.
#[derive(Debug, Default)]
pub struct Provided {
    by_kind: FxHashMap<ResourceKind, Vec<Definition>>,
    places: FxHashMap<(ResourceKind, ResourceId), usize>,
}

/// One of them.
#[derive(Debug)]
pub struct Definition {
    kind: ResourceKind,
    pub id: ResourceId,
    pub url: Option<Box<str>>,
    version: Option<Box<str>>,
    origin: Origin,
    /// As it is embedded, packed.
    text: Vec<u8>,
}

/// What a definition is known by.
#[derive(Deserialize)]
struct Head<'a> {
    #[serde(borrow, rename = "resourceType")]
    kind: Cow<'a, str>,
    #[serde(borrow, default)]
    id: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    url: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    version: Option<Cow<'a, str>>,
}

/// Where definitions are from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// They are whole.
    Whole,
    /// What is of no use to the server was left out.
    Subset,
}

impl Provided {
    /// Whether definitions of a type may come with the server.
    pub fn has_kind(kind: ResourceKind) -> bool {
        Library::keeps(kind)
            || matches!(
                kind.name(),
                "SearchParameter" | "OperationDefinition" | "CompartmentDefinition"
            )
    }

    /// Gathers them; of two with one id the later one has its version in it.
    pub(super) fn gather(packages: &Layer) -> Self {
        let mut all = Self::default();
        let lines = |text: Result<String, _>| text.unwrap_or_default();
        all.add_lines(&lines(package::unpack(package::DIFFERENTIALS)), Origin::Whole);
        all.add_lines(&lines(package::unpack(package::TERMINOLOGY)), Origin::Subset);
        all.add_lines(&lines(package::unpack(package::REQUESTS)), Origin::Subset);
        all.add_lines(&lines(guide::definitions()), Origin::Whole);
        for source in ResourceKind::all().flat_map(|kind| packages.all(kind)) {
            all.add_text(source.text().as_deref().unwrap_or_default(), Origin::Whole);
        }
        all.add_lines(&lines(package::unpack(package::EXTENSIONS)), Origin::Subset);
        all
    }

    /// Those of a type.
    pub fn of_kind(&self, kind: ResourceKind) -> &[Definition] {
        self.by_kind.get(&kind).map(Vec::as_slice).unwrap_or_default()
    }

    /// The one with an id.
    pub fn find(&self, kind: ResourceKind, id: &ResourceId) -> Option<&Definition> {
        let place = *self.places.get(&(kind, id.clone()))?;
        self.of_kind(kind).get(place)
    }

    fn add_lines(&mut self, lines: &str, origin: Origin) {
        lines.lines().for_each(|text| self.add_text(text, origin));
    }

    fn add_text(&mut self, text: &str, origin: Origin) {
        if let Ok(head) = serde_json::from_str::<Head<'_>>(text) {
            self.add(head, text, origin);
        }
    }

    fn add(&mut self, head: Head<'_>, text: &str, origin: Origin) {
        let kind = ResourceKind::parse(&head.kind).filter(|kind| Self::has_kind(*kind));
        let Some(kind) = kind else { return };
        let own = head.id.as_deref().or_else(|| head.url.as_deref().and_then(last));
        let own = own.unwrap_or_default();
        // A package may bring what is embedded.
        let there = legal(own).and_then(|id| self.find(kind, &id));
        let is_same = |one: &Definition| {
            one.url.as_deref() == head.url.as_deref()
                && one.version.as_deref() == head.version.as_deref()
        };
        if there.is_some_and(is_same) {
            return;
        }
        let with_version = format!("{own}-{}", head.version.as_deref().unwrap_or_default());
        let free = [own, &with_version].into_iter().filter_map(legal);
        let mut free = free.filter(|id| !self.places.contains_key(&(kind, id.clone())));
        let Some(id) = free.next() else { return };
        let Ok(text) = zstd::encode_all(text.as_bytes(), PACKING) else { return };
        let of_kind = self.by_kind.entry(kind).or_default();
        self.places.insert((kind, id.clone()), of_kind.len());
        let (url, version) = (head.url.as_deref().map(Into::into), head.version.as_deref());
        let version = version.map(Into::into);
        of_kind.push(Definition { kind, id, url, version, origin, text });
    }
}

impl Definition {
    /// The resource, without what a server says of the resources that it stores.
    pub fn resource(&self) -> Option<Value> {
        let bytes = zstd::decode_all(&*self.text).ok()?;
        let resource = serde_json::from_slice(&bytes).ok()?;
        Some(completed(self.kind, &self.id, resource, self.origin))
    }
}

/// The end of a URL, by which HL7 names its definitions.
fn last(url: &str) -> Option<&str> {
    url.rsplit(['/', ':']).find(|part| !part.is_empty())
}

/// The id that is nearest to a text.
fn legal(text: &str) -> Option<ResourceId> {
    const LONGEST: usize = 64;
    let legal = |c: char| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' };
    let id: String = text.chars().take(LONGEST).map(legal).collect();
    ResourceId::parse(&id)
}

/// The resource with its id, and with what R4 asks for where the embedded files leave it out.
fn completed(kind: ResourceKind, id: &ResourceId, resource: Value, origin: Origin) -> Value {
    let Value::Object(mut rest) = resource else { return Value::Null };
    let mut whole = Map::new();
    whole.insert("resourceType".into(), json!(kind.name()));
    whole.insert("id".into(), json!(id.as_str()));
    rest.shift_remove("resourceType");
    rest.shift_remove("id");
    if origin == Origin::Subset {
        let tag = json!({
            "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue",
            "code": "SUBSETTED",
        });
        whole.insert("meta".into(), json!({ "tag": [tag] }));
        if !rest.contains_key("status") {
            of_r4(kind, &rest, &mut whole);
        }
    }
    whole.extend(rest);
    Value::Object(whole)
}

/// What R4 asks for of a request's definition: its status was left out, so it is not known.
fn of_r4(kind: ResourceKind, rest: &Map<String, Value>, whole: &mut Map<String, Value>) {
    let url = rest.get("url").and_then(Value::as_str).unwrap_or_default();
    whole.insert("version".into(), json!(R4));
    if !rest.contains_key("name") {
        whole.insert("name".into(), rest.get("code").cloned().unwrap_or_default());
    }
    whole.insert("status".into(), json!("unknown"));
    if kind == ResourceKind::SEARCH_PARAMETER {
        whole.insert("description".into(), json!(format!("FHIR R4 {R4}: {url}")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find<'p>(all: &'p Provided, kind: &str, id: &str) -> Option<&'p Definition> {
        let id = ResourceId::parse(id).expect("an id");
        all.find(ResourceKind::parse(kind).expect(kind), &id)
    }

    #[test]
    fn every_embedded_definition_has_an_id() {
        let all = Provided::gather(&Layer::default());
        for (kind, id) in [
            ("StructureDefinition", "Patient"),
            ("StructureDefinition", "mch-mother"),
            ("CodeSystem", "v3-ActCode"),
            ("ValueSet", "administrative-gender"),
            ("SearchParameter", "Patient-active"),
            ("OperationDefinition", "ValueSet-expand"),
            ("CompartmentDefinition", "patient"),
            ("Questionnaire", "mch-antenatal-visit-form"),
            ("StructureDefinition", "patient-nationality"),
        ] {
            let found = find(&all, kind, id).unwrap_or_else(|| panic!("{kind}/{id}"));
            let resource = found.resource().expect("a resource");
            assert_eq!(resource["id"], *id);
            assert_eq!(resource["resourceType"], *kind);
            assert!(resource["status"].is_string() && resource["name"].is_string(), "{kind}/{id}");
        }
        let counted: usize = ResourceKind::all().map(|kind| all.of_kind(kind).len()).sum();
        assert!(counted > 5000, "{counted}");
        assert!(find(&all, "ValueSet", "nope").is_none());
    }

    #[test]
    fn what_was_left_out_is_said() {
        let all = Provided::gather(&Layer::default());
        let tag = |kind, id| {
            let found = find(&all, kind, id).expect(id).resource().expect("a resource");
            found["meta"]["tag"][0]["code"].clone()
        };
        assert_eq!(tag("SearchParameter", "Patient-active"), "SUBSETTED");
        assert_eq!(tag("StructureDefinition", "mch-mother"), Value::Null);
    }
}
