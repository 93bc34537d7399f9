//! The base of the guide's canonical URLs, and what it was before.
//!
//! The files of `profiles/` and `examples/` are written under a reserved name, because the project
//! owns no domain. Whoever does builds with `GUIDE_BASE`: what is embedded then speaks the new base,
//! and the old one is understood wherever a name can come in. It is *read as* the new one, never
//! rewritten in what is stored.

use std::borrow::Cow;
use std::sync::OnceLock;

use serde_json::Value;

/// The base that the files of the guide are written under, <https://www.rfc-editor.org/rfc/rfc2606>.
pub const RESERVED: &str = "https://mebe.example/fhir";

/// The base of the guide's canonicals, without a slash at its end.
pub const BASE: &str = match option_env!("GUIDE_BASE") {
    Some(base) => base,
    None => RESERVED,
};

const _: () = assert!(is_base(BASE), "GUIDE_BASE must be a URL without a slash at its end");

/// What stands below the base: everything else there is an address, not a name.
const NAMES: [&str; 14] = [
    "CodeSystem/",
    "ConceptMap/",
    "ImplementationGuide/",
    "NamingSystem/",
    "OperationDefinition/",
    "Questionnaire/",
    "SearchParameter/",
    "StructureDefinition/",
    "ValueSet/",
    "CapabilityStatement/",
    "Measure/",
    "Library/",
    "sid/",
    "rules-across-records",
];

const fn is_base(base: &str) -> bool {
    match base.as_bytes() {
        [b'h', b't', b't', b'p', b's', b':', b'/', b'/', .., last]
        | [b'h', b't', b't', b'p', b':', b'/', b'/', .., last] => *last != b'/',
        _ => false,
    }
}

/// The bases of before: the reserved one, and those of `GUIDE_FORMER_BASES`, between spaces.
pub fn former() -> &'static [&'static str] {
    static FORMER: OnceLock<Vec<&str>> = OnceLock::new();
    FORMER.get_or_init(|| {
        let told = option_env!("GUIDE_FORMER_BASES").unwrap_or_default().split_whitespace();
        [RESERVED].into_iter().chain(told).filter(|former| *former != BASE).collect()
    })
}

/// The files of the guide as they are embedded, under the base they are built for.
pub(super) fn built(text: String) -> String {
    match BASE == RESERVED {
        true => text,
        false => text.replace(RESERVED, BASE),
    }
}

/// Whether a URL is below the base of the guide, today's or one of before.
pub fn is_below(url: &str) -> bool {
    let below = |base: &str| url.strip_prefix(base).is_some_and(|rest| rest.starts_with('/'));
    below(BASE) || former().iter().any(|base| below(base))
}

/// A text with the names of before as they are today.
pub fn today(text: &str) -> Cow<'_, str> {
    renamed(text, former(), BASE)
}

/// A resource with the names of before as they are today; the same one where it has none.
pub fn today_in(resource: &Value) -> Cow<'_, Value> {
    match former().is_empty() || !has_former(resource) {
        true => Cow::Borrowed(resource),
        false => Cow::Owned(rename(resource.clone())),
    }
}

/// The same of a resource that is one's own.
pub fn as_today(resource: Value) -> Value {
    match former().is_empty() || !has_former(&resource) {
        true => resource,
        false => rename(resource),
    }
}

fn has_former(value: &Value) -> bool {
    match value {
        Value::String(text) => matches!(today(text), Cow::Owned(_)),
        Value::Array(items) => items.iter().any(has_former),
        Value::Object(members) => members.values().any(has_former),
        _ => false,
    }
}

fn rename(mut value: Value) -> Value {
    match &mut value {
        Value::String(text) => {
            if let Cow::Owned(new) = today(text) {
                *text = new;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| *item = rename(item.take())),
        Value::Object(members) => {
            members.values_mut().for_each(|member| *member = rename(member.take()));
        }
        _ => {}
    }
    value
}

fn renamed<'t>(text: &'t str, former: &[&str], base: &str) -> Cow<'t, str> {
    let mut text = Cow::Borrowed(text);
    for former in former {
        if text.contains(former) {
            text = rename_one(text, former, base);
        }
    }
    text
}

fn rename_one<'t>(text: Cow<'t, str>, former: &str, base: &str) -> Cow<'t, str> {
    let is_name = |rest: &str| {
        let below = rest.strip_prefix('/');
        below.is_some_and(|below| NAMES.iter().any(|name| below.starts_with(name)))
    };
    let mut parts = text.split(former);
    let mut new = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        new.push_str(if is_name(part) { base } else { former });
        new.push_str(part);
    }
    match new == *text {
        true => text,
        false => Cow::Owned(new),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "https://guide.example.vn/fhir";

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(renamed(text, &["https://old.example/fhir", RESERVED], NOW), expected);
    }

    #[test]
    fn names_of_before_are_read_as_those_of_today() {
        check(
            "https://mebe.example/fhir/CodeSystem/a|B,https://old.example/fhir/sid/mrn|1",
            "https://guide.example.vn/fhir/CodeSystem/a|B,https://guide.example.vn/fhir/sid/mrn|1",
        );
        check(
            "https://mebe.example/fhir/StructureDefinition/a|0.1.0",
            "https://guide.example.vn/fhir/StructureDefinition/a|0.1.0",
        );
    }

    #[test]
    fn addresses_and_names_of_others_stay() {
        for text in [
            "https://mebe.example/fhir/Patient/a",
            "https://mebe.example/fhir",
            "https://mebe.example/fhirs/CodeSystem/a",
            "https://guide.example.vn/fhir/CodeSystem/a",
            "http://mebe.example/fhir/CodeSystem/a",
        ] {
            assert!(matches!(renamed(text, &[RESERVED], NOW), Cow::Borrowed(_)), "{text}");
        }
    }

    #[test]
    fn a_base_is_a_url_without_a_slash_at_its_end() {
        let good = ["https://a", "http://a/b", NOW, RESERVED].map(is_base);
        let bad = ["https://", "https://a/", "ftp://a", "", "a"].map(is_base);
        assert_eq!((good, bad), ([true; 4], [false; 5]));
    }
}
