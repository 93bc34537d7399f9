//! Extensions: what they are, and whether they may be where they are,
//! <https://hl7.org/fhir/R4/extensibility.html>.

use serde_json::Value;

use super::object::{Nodes, Subject};
use super::path::Path;
use super::resource::push;
use super::unknown_extension::may_be_unknown;
use crate::definitions::shape::{Content, Shape};
use crate::fhir::issue::{Issue, Severity};
use crate::fhir::member::of;
use crate::fhirpath::value::datum::Node;
use crate::fhirpath::value::kind::Kind;
use crate::validation::message::extension as message;
use crate::validation::profile::tree::node::Profile;
use crate::validation::profile::tree::usage_context::ExtensionPlace;
use crate::validation::rule::canonical::DEFINITIONS;
use crate::validation::walk::Walk;

/// Questions around an extension beyond which only R4 is asked: each one walks what is below anew.
const QUESTIONS: usize = 2;

const MODIFIER: &str = "modifierExtension";

/// What the URLs of the extensions of HL7 begin with.
const PUBLISHED: &str = "http://hl7.org/fhir/StructureDefinition/";

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
    pub(in crate::validation) fn extension(
        &mut self,
        subject: Subject<'a>,
        key: &str,
        nodes: &mut Nodes<'a>,
        path: &Path<'_>,
    ) {
        let Some(url) = of(subject.object, "url").and_then(Value::as_str) else { return };
        let Some(host) = path.parent() else { return };
        if !url.contains(':') {
            let is_part = host.type_name() == "Extension";
            if !is_part {
                self.report(&path.child("url"), message::not_absolute(url));
            } else if let Some(node) = nodes.iter().find(|node| node.node.slicing.is_some())
                && nodes.iter().all(|node| node.node.slice.is_none())
            {
                self.report_by(*node, path, message::unknown_part(url, &node.profile.canonical));
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
                let is_error = self.request.strict && !may_be_unknown(url);
                let issue = match is_error && !issue.severity.refuses() {
                    true => {
                        let issue = Issue { severity: Severity::Error, ..issue };
                        self.only_asked("extension", issue)
                    }
                    false => issue,
                };
                self.report(path, issue);
            }
            return;
        };
        if profile.usage.is_none() {
            return self.report(path, message::not_an_extension(url));
        }
        let profile = self.of_today(profile, subject, key, path);
        if let Some(root) = profile.root() {
            push(nodes, root);
        }
        self.usage(profile, key, path);
    }

    /// The definition that an extension is held to: R4's, or what HL7 has made of it since when only
    /// that allows what is here.
    fn of_today(
        &self,
        profile: &'a Profile,
        subject: Subject<'a>,
        key: &str,
        path: &Path<'_>,
    ) -> &'a Profile {
        if self.depth >= QUESTIONS {
            return profile;
        }
        let version = self.registry.library.newer_extension(&profile.url);
        let newer = version.map(|version| format!("{}|{version}", profile.url));
        let Some(newer) = newer.and_then(|newer| self.profile(&newer)) else { return profile };
        let fits = |profile| self.fits(profile, subject, key, path);
        if !fits(profile) && fits(newer) { newer } else { profile }
    }

    fn fits(&self, profile: &'a Profile, subject: Subject<'a>, key: &str, path: &Path<'_>) -> bool {
        let (Some(root), Some(shape)) = (profile.root(), self.known.extension) else {
            return false;
        };
        let mut walk = self.question();
        // The place counts, whoever asks.
        walk.request.strict = true;
        walk.usage(profile, key, path);
        walk.request.strict = false;
        walk.object(subject, shape, &[root], path);
        !walk.has_errors()
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
            let places: Vec<&str> = usage.places.iter().map(ExtensionPlace::text).collect();
            // Where extensions may be is widened by later packages of HL7: no reason to refuse a
            // resource that says nothing wrong.
            let issue = message::not_here(&profile.url, &names, &places);
            self.report_of(canonical, path, self.only_asked("context", issue));
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

    /// What a profile says of a value, on write. The extensions of R4 live on in packages of HL7
    /// that have versions of their own, <https://hl7.org/fhir/extensions/>, and there they take
    /// other codes and types. A definition that follows them says nothing wrong about what it
    /// defines: it is no reason to refuse it.
    pub(in crate::validation) fn of_value(&self, profile: &Profile, issue: Issue) -> Issue {
        // Whether a value is of R4's type is a question of its own: HL7 may have made others of it.
        let is_question = self.depth > 0;
        match !is_question && self.follows_hl7(profile) {
            true => self.only_asked("published", issue),
            false => issue,
        }
    }

    /// The same of a code, whoever asks: the code systems of HL7, such as the one of its work
    /// groups, grow without a new release of R4, so that nobody can tell from R4 that one is wrong.
    pub(in crate::validation) fn of_code(&self, profile: &Profile, issue: Issue) -> Issue {
        match self.follows_hl7(profile) {
            true if issue.severity.refuses() => issue.warning(),
            _ => issue,
        }
    }

    /// Whether a profile is of an extension of HL7 in a definition, which may be a later one.
    fn follows_hl7(&self, profile: &Profile) -> bool {
        let kind = self.resource.get("resourceType").and_then(Value::as_str).unwrap_or_default();
        profile.usage.as_ref().is_some_and(|usage| !usage.is_modifier)
            && profile.url.starts_with(PUBLISHED)
            && DEFINITIONS.contains(&kind)
    }

    fn is_at(&self, place: &'a ExtensionPlace, names: &[String], host: &Path<'_>) -> bool {
        match place {
            ExtensionPlace::Element(name) => {
                let name = name.rsplit_once('#').map_or(&**name, |(_, path)| path);
                let name = name.trim_end_matches("[x]");
                // Every resource and every element; R4 itself means both by it.
                if name == "Element" {
                    return true;
                }
                names.iter().any(|other| other == name)
            }
            ExtensionPlace::Extension(url) => {
                let url = url.split_once('#').map_or(&**url, |(_, part)| part);
                let is_it =
                    |extension: &Value| extension.get("url").and_then(Value::as_str) == Some(url);
                // The value of an extension is a part of it.
                let is_value = host.name() == "value"
                    && host.parent().is_some_and(|parent| parent.type_name() == "Extension");
                match host.type_name() {
                    "Extension" => is_it(self.host),
                    _ => is_value && is_it(self.outer),
                }
            }
            ExtensionPlace::FhirPath(_, Some(expression)) => self.selects(expression, self.host),
            // What cannot be evaluated is not held against the extension.
            ExtensionPlace::FhirPath(_, None) => true,
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

impl ExtensionPlace {
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
