//! What the text of a reference points at, <https://hl7.org/fhir/R4/references.html#literal>.

use super::kind::ResourceKind;

/// What a reference points at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target<'a> {
    /// A resource of this server.
    Local { kind: ResourceKind, id: &'a str, version: Option<&'a str> },
    /// A resource elsewhere.
    Absolute(&'a str),
    /// `urn:uuid:…` or `urn:oid:…`
    Urn(&'a str),
    /// A contained resource; empty for the resource that contains it.
    Fragment(&'a str),
    /// A search that finds the resource, as transactions may have it.
    Conditional { kind: ResourceKind, query: &'a str },
    /// None of these.
    Unknown,
}

impl<'a> Target<'a> {
    /// Reads a reference. An absolute URL below `base`, the server's own (without a slash at its
    /// end), is local.
    pub fn parse(text: &'a str, base: &str) -> Self {
        // Most references are relative, and only their first letter is a capital one.
        if text.starts_with(|c: char| c.is_ascii_uppercase())
            && let Some(found) = Self::relative(text)
        {
            return found;
        }
        if let Some(fragment) = text.strip_prefix('#') {
            return Self::Fragment(fragment);
        }
        if text.starts_with("urn:") {
            return Self::Urn(text);
        }
        if !is_absolute(text) {
            return Self::relative(text).unwrap_or(Self::Unknown);
        }
        let below = text.strip_prefix(base).and_then(|rest| rest.strip_prefix('/'));
        let local = below.filter(|_| !base.is_empty()).and_then(Self::relative);
        local.unwrap_or(Self::Absolute(text))
    }

    fn relative(text: &'a str) -> Option<Self> {
        let end = text.find(['/', '?'])?;
        let (kind, rest) = text.split_at_checked(end)?;
        let kind = ResourceKind::parse(kind)?;
        if let Some(query) = rest.strip_prefix('?') {
            return Some(Self::Conditional { kind, query });
        }
        let rest = rest.strip_prefix('/')?;
        if is_id(rest) {
            return Some(Self::Local { kind, id: rest, version: None });
        }
        let (id, version) = rest.split_once("/_history/")?;
        let legal = is_id(id) && is_id(version);
        legal.then_some(Self::Local { kind, id, version: Some(version) })
    }
}

/// The type that a reference's text tells, also when it points elsewhere; none when it does not.
pub fn kind(text: &str) -> Option<ResourceKind> {
    match Target::parse(text, "") {
        Target::Local { kind, .. } | Target::Conditional { kind, .. } => Some(kind),
        Target::Absolute(url) => {
            let resource = url.split("/_history/").next().unwrap_or(url);
            let mut parts = resource.rsplit('/');
            let id = parts.next().filter(|id| is_id(id));
            id.and_then(|_| ResourceKind::parse(parts.next()?))
        }
        Target::Urn(_) | Target::Fragment(_) | Target::Unknown => None,
    }
}

/// What comes before `Type/id` in the URL of a resource on a server, such as `http://a/fhir/`; none
/// for other URLs, <https://hl7.org/fhir/R4/references.html#regex>.
pub fn root(url: &str) -> Option<&str> {
    let is_web = url.starts_with("http://") || url.starts_with("https://");
    let (below, id) = url.rsplit_once('/').filter(|_| is_web)?;
    let (_, name) = below.rsplit_once('/')?;
    ResourceKind::parse(name).filter(|_| is_id(id))?;
    url.get(..below.len() - name.len())
}

/// Whether a reference says its scheme, as `urn:` and `http:` do.
pub fn has_scheme(text: &str) -> bool {
    let legal = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'.' | b'-');
    text.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|first: char| first.is_ascii_alphabetic()) && scheme.bytes().all(legal)
    })
}

fn is_absolute(text: &str) -> bool {
    let scheme = text.split_once("://").map(|(scheme, _)| scheme);
    scheme.is_some_and(|scheme| scheme.bytes().all(|b| b.is_ascii_alphanumeric()))
}

/// The rule of [`ResourceId`](super::id::ResourceId), for a text that stays borrowed.
fn is_id(text: &str) -> bool {
    let legal = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'.';
    (1..=64).contains(&text.len()) && text.bytes().all(legal)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::proptest;

    use super::*;

    const BASE: &str = "https://me.example/fhir";

    #[track_caller]
    fn check(text: &str, expected: Target<'_>) {
        assert_eq!(Target::parse(text, BASE), expected, "{text}");
    }

    #[test]
    fn texts_tell_what_they_point_at() {
        let patient = ResourceKind::PATIENT;
        let local = |id, version| Target::Local { kind: patient, id, version };
        check("Patient/1", local("1", None));
        check("Patient/1/_history/2", local("1", Some("2")));
        check("https://me.example/fhir/Patient/1", local("1", None));
        let other = "https://me.example/fhirs/Patient/1";
        check(other, Target::Absolute(other));
        check("http://other.example/x", Target::Absolute("http://other.example/x"));
        check("urn:uuid:1", Target::Urn("urn:uuid:1"));
        check("#me", Target::Fragment("me"));
        check("#", Target::Fragment(""));
        let query = "identifier=a|b";
        check("Patient?identifier=a|b", Target::Conditional { kind: patient, query });
        for text in ["", "Patient", "Patient/", "Patient/a b", "patient/1", "Patient/1/2", "x://"] {
            let unknown = Target::parse(text, BASE);
            assert!(matches!(unknown, Target::Unknown | Target::Absolute("x://")), "{text}");
        }
    }

    #[test]
    fn kinds_are_seen_in_urls_of_other_servers() {
        let name = |text| kind(text).map(ResourceKind::name);
        assert_eq!(name("http://other.example/fhir/Patient/1"), Some("Patient"));
        assert_eq!(name("http://other.example/fhir/Patient/1/_history/4"), Some("Patient"));
        assert_eq!(name("Patient/1"), Some("Patient"));
        assert_eq!(name("http://other.example/StructureDefinition"), None);
        assert_eq!(name("urn:uuid:1"), None);
    }

    #[test]
    fn urls_of_resources_have_a_root() {
        assert_eq!(root("https://his.example/fhir/Patient/np"), Some("https://his.example/fhir/"));
        assert_eq!(root("http://a/Patient/1"), Some("http://a/"));
        for none in ["urn:uuid:1", "Patient/1", "http://a/Nurse/1", "http://a/Patient/", "http://a"]
        {
            assert_eq!(root(none), None, "{none}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[#?/:A-Pa-tier_hsty.|é]{0,40}") {
            Target::parse(&text, BASE);
            kind(&text);
            root(&text);
        }
    }
}
