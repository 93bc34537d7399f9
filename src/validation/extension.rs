//! Extensions: what they are, and whether they may be where they are,
//! <https://hl7.org/fhir/R4/extensibility.html>.

use serde_json::Value;

use super::message::extension as message;
use super::object::Nodes;
use super::path::Path;
use super::profile::node::Profile;
use super::profile::usage_context::Place;
use super::resource::push;
use super::walk::{Object, Walk};
use crate::definitions::shape::{Content, Shape};
use crate::fhir::issue::{Issue, Severity};
use crate::fhirpath::datum::Node;
use crate::fhirpath::kind::Kind;

const MODIFIER: &str = "modifierExtension";

/// Places at which the definitions of R4 use extensions of R4 against the context that these state.
const USED_BY_R4: [(&str, &str); 5] = [
    (
        "http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type",
        "ElementDefinition.type",
    ),
    (
        "http://hl7.org/fhir/StructureDefinition/structuredefinition-normative-version",
        "ElementDefinition",
    ),
    // On value sets, code systems, operations and search parameters.
    (
        "http://hl7.org/fhir/StructureDefinition/structuredefinition-normative-version",
        "CanonicalResource",
    ),
    ("http://hl7.org/fhir/StructureDefinition/regex", "ElementDefinition.type"),
    ("http://hl7.org/fhir/StructureDefinition/regex", "ElementDefinition.type.code"),
];

impl<'a> Walk<'a> {
    /// Adds what the definition of an extension asks for, and checks its place.
    pub(super) fn extension(
        &mut self,
        object: &'a Object,
        key: &str,
        nodes: &mut Nodes<'a>,
        path: &Path<'_>,
    ) {
        let Some(url) = object.get("url").and_then(Value::as_str) else { return };
        let Some(host) = path.parent() else { return };
        if !url.contains(':') {
            let is_part = host.type_name() == "Extension";
            if !is_part {
                self.report(&path.child("url"), message::not_absolute(url));
            } else if let Some(node) = nodes.iter().find(|node| node.node.slicing.is_some())
                && nodes.iter().all(|node| node.node.slice.is_none())
            {
                let profile = &node.profile.canonical;
                self.report_of(profile, path, message::unknown_part(url, profile));
            }
            return;
        }
        let bare = match url.split_once('|') {
            Some((bare, _)) => {
                self.report(&path.child("url"), message::with_version(url));
                bare
            }
            None => url,
        };
        let Some(profile) = self.profile(bare) else {
            if nodes.iter().all(|node| node.node.slice.is_none()) {
                let issue = message::unknown(url, key == MODIFIER);
                let is_error = self.request.strict && !is_elsewhere(url);
                let severity = if is_error { Severity::Error } else { issue.severity };
                self.report(path, Issue { severity, ..issue });
            }
            return;
        };
        if profile.usage.is_none() {
            return self.report(path, message::not_an_extension(url));
        }
        if let Some(root) = profile.root() {
            push(nodes, root);
        }
        self.usage(profile, key, path);
    }

    fn usage(&mut self, profile: &'a Profile, key: &str, path: &Path<'_>) {
        let (Some(usage), Some(host)) = (&profile.usage, path.parent()) else { return };
        let canonical = &profile.canonical;
        if usage.is_modifier && key != MODIFIER {
            self.report_of(canonical, path, message::is_modifier(&profile.url));
        } else if !usage.is_modifier && key == MODIFIER {
            self.report_of(canonical, path, message::is_no_modifier(&profile.url));
        }
        let mut names = names_of(host);
        let shapes = &self.registry.shapes;
        if host.is_resource() && shapes.named(host.type_name()).is_some_and(is_canonical) {
            names.extend(["CanonicalResource".to_owned(), "MetadataResource".to_owned()]);
        }
        let is_allowed = usage.places.is_empty()
            || usage.places.iter().any(|place| self.is_at(place, &names, host))
            || USED_BY_R4.iter().any(|(url, place)| {
                *url == &*profile.url && names.iter().any(|name| name == place)
            });
        if !is_allowed {
            let places: Vec<&str> = usage.places.iter().map(Place::text).collect();
            // Where extensions may be is widened by later packages of HL7: no reason to refuse a
            // resource that says nothing wrong.
            let issue = message::not_here(&profile.url, &names, &places);
            let issue = if self.request.strict { issue } else { issue.warning() };
            self.report_of(canonical, path, issue);
        }
        let focus = self.host_node(host);
        for (text, expression) in &usage.invariants {
            let is_met =
                expression.as_ref().is_none_or(|expression| self.is_true(expression, focus));
            if !is_met {
                self.report_of(canonical, path, message::invariant_of_place(&profile.url, text));
            }
        }
    }

    fn is_at(&self, place: &'a Place, names: &[String], host: &Path<'_>) -> bool {
        match place {
            Place::Element(name) => {
                let name = name.rsplit_once('#').map_or(&**name, |(_, path)| path);
                let name = name.trim_end_matches("[x]");
                // Every resource and every element; R4 itself means both by it.
                if name == "Element" {
                    return true;
                }
                names.iter().any(|other| other == name)
            }
            Place::Extension(url) => {
                let is_extension = host.type_name() == "Extension";
                let found = self.host.get("url").and_then(Value::as_str);
                let url = url.split_once('#').map_or(&**url, |(_, part)| part);
                is_extension && found == Some(url)
            }
            Place::FhirPath(_, Some(expression)) => self.selects(expression, self.host),
            // What cannot be evaluated is not held against the extension.
            Place::FhirPath(_, None) => true,
        }
    }

    fn host_node(&self, host: &Path<'_>) -> Node<'a> {
        if host.is_resource() {
            return Node::resource(self.host);
        }
        let content = self.registry.shapes.id(host.type_name()).map(Content::Complex);
        let content = content.or_else(|| self.known.element.map(Content::Complex));
        let kind = Kind::Element(content.unwrap_or(Content::Resource));
        Node { value: self.host, extra: None, kind }
    }
}

impl Place {
    /// As the definition has it.
    fn text(&self) -> &str {
        match self {
            Self::Element(text) | Self::Extension(text) | Self::FhirPath(text, _) => text,
        }
    }
}

/// The names by which a definition may mean an element: its type, what that specialises, its path.
fn names_of(host: &Path<'_>) -> Vec<String> {
    let type_name = host.type_name();
    let mut names = vec![type_name.to_owned(), host.definition()];
    if host.is_resource() {
        names.push("Resource".into());
        if !matches!(type_name, "Binary" | "Bundle" | "Parameters") {
            names.push("DomainResource".into());
        }
        return names;
    }
    if type_name.contains('.') {
        names.push("BackboneElement".into());
    }
    if matches!(type_name, "Age" | "Count" | "Distance" | "Duration") {
        names.push("Quantity".into());
    }
    if matches!(type_name, "canonical" | "url" | "uuid" | "oid") {
        names.push("uri".into());
    }
    if matches!(type_name, "code" | "id" | "markdown") {
        names.push("string".into());
    }
    if let Some(parent) = host.parent() {
        names.push(format!("{}.{}", parent.type_name(), host.name()));
        if parent.is_resource() {
            names.push(format!("Resource.{}", host.name()));
            names.push(format!("DomainResource.{}", host.name()));
        }
    }
    names
}

/// The resources that R5 calls `CanonicalResource`; R4 has them without a name.
fn is_canonical(shape: &Shape) -> bool {
    ["url", "version", "status", "experimental"].iter().all(|key| shape.element(key).is_some())
}

/// Extensions of HL7 that came after R4, and those that are made up for examples.
fn is_elsewhere(url: &str) -> bool {
    let hosts = ["hl7.org/", "example.org/", "example.com/", "acme.com/"];
    let host = url.split_once("://").map_or(url, |(_, rest)| rest);
    hosts.iter().any(|known| host.starts_with(known))
}
