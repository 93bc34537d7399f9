//! References, <https://hl7.org/fhir/R4/references.html>: their form, the type they point at, and
//! contained resources they name.

use serde_json::Value;

use super::message::reference as message;
use super::path::Path;
use super::text;
use super::uri;
use super::walk::{Object, Walk};
use crate::definitions::shape::Element;
use crate::fhir::kind::ResourceKind;

/// What the text of a reference says.
#[derive(Debug, PartialEq, Eq)]
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

impl Walk<'_> {
    /// Checks a Reference beyond what its shape says.
    pub(super) fn reference(&mut self, object: &Object, element: &Element, path: &Path<'_>) {
        let named = object.get("type").and_then(Value::as_str).and_then(ResourceKind::parse);
        let text = object.get("reference").and_then(Value::as_str).unwrap_or_default();
        if text.is_empty() {
            return self.target(named, element, &path.child("type"));
        }
        let path_of_text = path.child("reference");
        let found = match parse(text) {
            Target::Typed(kind) => Some(kind),
            Target::Search(kind) if self.is_bundle => Some(kind),
            Target::Contained(id) => self.contained_kind(id, &path_of_text),
            Target::Opaque => None,
            Target::UnknownType(name) => {
                return self.report(&path_of_text, message::unknown_type(name));
            }
            Target::Malformed | Target::Search(_) => {
                return self.report(&path_of_text, message::malformed(text));
            }
        };
        self.target(found.or(named), element, &path_of_text);
        if let (Some(named), Some(found)) = (named, found)
            && named != found
        {
            self.report(&path.child("type"), message::other_type(named, found));
        }
    }

    fn target(&mut self, kind: Option<ResourceKind>, element: &Element, path: &Path<'_>) {
        let targets = &element.targets;
        if let Some(kind) = kind.filter(|kind| !targets.is_empty() && !targets.contains(kind)) {
            self.report(path, message::not_allowed(kind, targets));
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
            Some(resource) => {
                resource.get("resourceType").and_then(Value::as_str).and_then(ResourceKind::parse)
            }
            None => {
                self.report(path, message::not_contained(id));
                None
            }
        }
    }
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
    if let Some((name, _)) = reference.split_once('?') {
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
fn has_scheme(reference: &str) -> bool {
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
        let patient = ResourceKind::parse("Patient").expect("a type");
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
