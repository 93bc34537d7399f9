//! References, <https://hl7.org/fhir/R4/references.html>: their form, the type they point at, and
//! contained resources they name.

use serde_json::Value;

use crate::definitions::shape::Element;
use crate::fhir::kind::ResourceKind;
use crate::fhir::member::of;
use crate::validation::element::items::Object;
use crate::validation::element::path::Path;
use crate::validation::format::{text, uri};
use crate::validation::message::reference as message;
use crate::validation::profile::tree::node::Applied;
use crate::validation::walk::Walk;

/// What the text of a reference says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Target<'a> {
    /// `Patient/1`, or an absolute URL that ends so.
    Typed(ResourceKind),
    /// `#mother`
    Contained(&'a str),
    /// `Patient?identifier=…`
    Search(ResourceKind),
    /// A URN or a URL that does not say the type.
    Opaque,
    /// `Pateint/1`
    UnknownType(&'a str),
    Malformed,
}

/// The type that `type` names, alone or as the URL of its definition.
fn named_type(written: &str) -> Option<ResourceKind> {
    let base = "http://hl7.org/fhir/StructureDefinition/";
    ResourceKind::parse(written.strip_prefix(base).unwrap_or(written))
}

/// A reference: what it says, and what is known of the type it leads to.
#[derive(Clone, Copy)]
pub(super) struct Link<'t> {
    pub(super) text: Option<&'t str>,
    pub(super) kind: Option<ResourceKind>,
    /// Whether it is relative, so that its type is that of what it leads to.
    pub(super) is_relative: bool,
}

impl<'a> Walk<'a> {
    /// Checks a Reference beyond what its shape says.
    pub(in crate::validation) fn reference(
        &mut self,
        object: &Object,
        element: &'a Element,
        nodes: &[Applied<'a>],
        path: &Path<'_>,
    ) {
        let written = of(object, "type").and_then(Value::as_str);
        let named = written.and_then(named_type);
        if written.is_some_and(|written| named.is_some_and(|kind| written != kind.name())) {
            // Only the types of logical models are told by URLs.
            let issue = message::type_as_url(written.unwrap_or_default());
            self.report(&path.child("type"), self.only_asked("rule", issue));
        }
        let text = of(object, "reference").and_then(Value::as_str).unwrap_or_default();
        if let (Some(written), None) = (written, named) {
            // A logical model has a URL, and is only to be found where anything is.
            let is_model = written.contains(':') && element.targets.is_empty();
            if !is_model || matches!(parse(text), Target::Typed(_)) {
                self.report(&path.child("type"), message::no_such_type(written, &element.targets));
            }
        }
        if text.is_empty() {
            self.target(named, element, &path.child("type"));
            return self.asked_target(nodes, None, named, path);
        }
        let path_of_text = path.child("reference");
        let parsed = parse(text);
        let mut found = match parsed {
            Target::Typed(kind) => Some(kind),
            Target::Search(kind) if self.is_transaction => Some(kind),
            Target::Contained(id) => self.contained_kind(id, &path_of_text),
            Target::Opaque => None,
            Target::UnknownType(name) => {
                return self.report(&path_of_text, message::unknown_type(name));
            }
            Target::Malformed | Target::Search(_) => {
                return self.report(&path_of_text, message::malformed(text));
            }
        };
        if found.is_none() && matches!(parsed, Target::Opaque) {
            found = self.resolve(text).and_then(kind_of);
        }
        self.target(found.or(named), element, &path_of_text);
        if let (Some(named), Some(found)) = (named, found)
            && named != found
        {
            self.report(&path.child("type"), message::other_type(named, found));
        }
        self.asked_target(nodes, Some((text, parsed)), found.or(named), path);
    }

    fn target(&mut self, kind: Option<ResourceKind>, element: &Element, path: &Path<'_>) {
        let targets = &element.targets;
        if let Some(kind) = kind.filter(|kind| !targets.is_empty() && !targets.contains(kind)) {
            self.report(path, message::not_allowed(kind, targets));
        }
    }

    /// What profiles ask of the resource that is pointed at, and of the way to it.
    fn asked_target(
        &mut self,
        nodes: &[Applied<'a>],
        text: Option<(&str, Target<'_>)>,
        kind: Option<ResourceKind>,
        path: &Path<'_>,
    ) {
        for node in nodes {
            let rules = || node.node.types.iter().filter(|rule| &*rule.code == "Reference");
            if rules().next().is_none() {
                continue;
            }
            let targets = targets(*node);
            if !targets.is_empty() {
                let is_relative = text.is_some_and(|(text, _)| !has_scheme(text));
                let link = Link { text: text.map(|(text, _)| text), kind, is_relative };
                self.target_of(*node, &targets, link, path);
            }
            let Some((text, parsed)) = &text else { continue };
            let modes: Vec<&str> =
                rules().flat_map(|rule| &rule.aggregation).map(|mode| &**mode).collect();
            let mode = self.mode(text, parsed);
            // What is outside of the resource is referenced, in the same Bundle as well.
            let is_outside = mode == "bundled" && modes.contains(&"referenced");
            if !modes.is_empty() && !modes.contains(&mode) && !is_outside {
                self.report_by(*node, path, message::other_mode(mode, &modes));
            }
            let has_version = text.contains("/_history/");
            for versioning in rules().filter_map(|rule| rule.versioning.as_deref()) {
                if (versioning == "specific") != has_version {
                    self.report_by(*node, path, message::versioning(versioning == "specific"));
                }
            }
        }
    }

    /// <https://hl7.org/fhir/R4/valueset-resource-aggregation-mode.html>
    fn mode(&self, text: &str, parsed: &Target<'_>) -> &'static str {
        match parsed {
            Target::Contained(_) => "contained",
            _ if self.in_bundle(text).is_some() => "bundled",
            _ => "referenced",
        }
    }

    /// The type of the contained resource with this id.
    fn contained_kind(&mut self, id: &str, path: &Path<'_>) -> Option<ResourceKind> {
        // A contained resource points at its container with `#`.
        if id.is_empty() && self.is_contained {
            return None;
        }
        let has_id = |resource: &&Value| resource.get("id").and_then(Value::as_str) == Some(id);
        match self.contained.iter().find(has_id) {
            Some(resource) => kind_of(resource),
            None => {
                self.report(path, message::not_contained(id));
                None
            }
        }
    }
}

/// The canonicals of what a Reference may point at.
fn targets<'a>(node: Applied<'a>) -> Vec<&'a str> {
    let rules = node.node.types.iter().filter(|rule| &*rule.code == "Reference");
    rules.flat_map(|rule| &rule.targets).map(|target| &**target).collect()
}

pub(super) fn kind_of(resource: &Value) -> Option<ResourceKind> {
    resource.get("resourceType").and_then(Value::as_str).and_then(ResourceKind::parse)
}

/// `http://example.org/fhir/` of `http://example.org/fhir/Patient/1`.
pub(super) fn base_of(full_url: &str) -> Option<&str> {
    let Target::Typed(_) = absolute(full_url) else { return None };
    let current = full_url.split_once("/_history/").map_or(full_url, |(current, _)| current);
    let (rest, _) = current.rsplit_once('/')?;
    let at = rest.rfind('/')?;
    current.get(..=at)
}

fn parse(reference: &str) -> Target<'_> {
    if !uri::uri(reference) {
        return Target::Malformed;
    }
    if let Some(id) = reference.strip_prefix('#') {
        return Target::Contained(id);
    }
    if has_scheme(reference) {
        let is_http = reference.starts_with("http://") || reference.starts_with("https://");
        return if is_http { absolute(reference) } else { Target::Opaque };
    }
    if let Some((name, _)) = reference.split_once('?').filter(|(_, query)| !query.is_empty()) {
        return ResourceKind::parse(name).map_or(Target::UnknownType(name), Target::Search);
    }
    let reference = reference.split_once('#').map_or(reference, |(reference, _)| reference);
    let mut parts = reference.split('/');
    let (Some(name), Some(id)) = (parts.next(), parts.next()) else { return Target::Malformed };
    let has_version = match (parts.next(), parts.next(), parts.next()) {
        (None, _, _) => true,
        (Some("_history"), Some(version), None) => text::id(version).is_ok(),
        _ => false,
    };
    if !has_version || text::id(id).is_err() {
        return Target::Malformed;
    }
    ResourceKind::parse(name).map_or(Target::UnknownType(name), Target::Typed)
}

/// An absolute URL; when it ends in `Type/id` it says the type.
fn absolute(url: &str) -> Target<'_> {
    let url = url.split(['#', '?']).next().unwrap_or(url);
    let current = url.rsplit_once("/_history/").map_or(url, |(current, _)| current);
    let mut parts = current.rsplit('/');
    let (id, name) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    match ResourceKind::parse(name) {
        Some(kind) if text::id(id).is_ok() => Target::Typed(kind),
        _ => Target::Opaque,
    }
}

/// Whether it starts as `urn:` or `http:` do.
pub(super) fn has_scheme(reference: &str) -> bool {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'.' | b'-');
    reference.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|first: char| first.is_ascii_alphabetic()) && scheme.bytes().all(legal)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(reference: &str, expected: &Target<'_>) {
        assert_eq!(parse(reference), *expected, "{reference}");
    }

    #[test]
    fn references_say_what_they_point_at() {
        let patient = ResourceKind::PATIENT;
        for typed in [
            "Patient/1",
            "Patient/1/_history/2",
            "Patient/1#part",
            "http://example.org/fhir/Patient/1",
            "https://example.org/Patient/1/_history/3",
        ] {
            check(typed, &Target::Typed(patient));
        }
        for opaque in
            ["urn:uuid:x", "urn:oid:1.2", "http://example.org/x", "mailto:a@b", "ftp://x/y"]
        {
            check(opaque, &Target::Opaque);
        }
        check("#mother", &Target::Contained("mother"));
        check("#", &Target::Contained(""));
        check("Patient?identifier=a|b", &Target::Search(patient));
        check("Pateint/1", &Target::UnknownType("Pateint"));
        for bad in [
            "Patient",
            "Patient/",
            "Patient/a_b",
            "/Patient/1",
            "Patient/1/2",
            "Patient/1/_history/",
            "Patient /1",
            "1",
        ] {
            check(bad, &Target::Malformed);
        }
    }
}
