//! One file of a package: what it is for, by its place, and what it holds.

use std::borrow::Cow;

use serde::Deserialize;

use super::fault;
use super::finding::Finding;
use crate::fhir::id::ResourceId;
use crate::fhir::json;
use crate::fhir::kind::ResourceKind;

/// What a file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FileRole {
    Manifest,
    /// A definition, or a resource that lies among them.
    Content,
    Example,
    /// Indexes, pages, other formats.
    Elsewhere,
}

/// What the head of a resource says.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) kind: ResourceKind,
    pub(super) id: Option<ResourceId>,
    pub(super) url: Option<Box<str>>,
    pub(super) version: Option<Box<str>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Fields<'a> {
    #[serde(borrow)]
    resource_type: Option<Cow<'a, str>>,
    #[serde(borrow)]
    id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    url: Option<Cow<'a, str>>,
    #[serde(borrow)]
    version: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    unique_id: Vec<UniqueId<'a>>,
}

#[derive(Deserialize)]
struct UniqueId<'a> {
    #[serde(borrow, rename = "type")]
    kind: Option<Cow<'a, str>>,
    #[serde(borrow)]
    value: Option<Cow<'a, str>>,
    #[serde(default)]
    preferred: bool,
}

impl FileRole {
    /// What a file is for, by its path below the package's own folder.
    pub(super) fn of(path: &str) -> Self {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        match (folder, name) {
            ("", "package.json") => Self::Manifest,
            _ if name.starts_with('.') || !name.ends_with(".json") => Self::Elsewhere,
            ("", _) => Self::Content,
            ("example" | "examples", _) => Self::Example,
            _ => Self::Elsewhere,
        }
    }
}

/// The text of a file.
pub(super) fn text(path: &str, bytes: Vec<u8>) -> Result<String, Finding> {
    let mut text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Finding::error(path, fault::not_utf8(at))
    })?;
    if text.starts_with('\u{feff}') {
        text.drain(..'\u{feff}'.len_utf8());
    }
    Ok(text)
}

/// The head of a resource; the whole text was read for it and is JSON.
pub(super) fn head(path: &str, text: &str) -> Result<Head, Finding> {
    let fields: Fields<'_> = serde_json::from_str(text)
        .map_err(|error| Finding::error(path, fault::not_json(&error)))?;
    if depth(text) > json::DEPTH {
        return Err(Finding::error(path, fault::too_deep(json::DEPTH)));
    }
    // An array of the right values would be read as the fields, too.
    let name = fields.resource_type.filter(|_| text.trim_start().starts_with('{'));
    let Some(name) = name else {
        return Err(Finding::warning(path, fault::no_type()));
    };
    let kind = ResourceKind::parse(&name)
        .ok_or_else(|| Finding::warning(path, fault::unknown_type(&name)))?;
    let unique = || fields.unique_id.iter().filter(|id| id.kind.as_deref() == Some("uri"));
    // A naming system has no URL of its own in R4: it is found by what it names.
    let url = match kind.name() {
        "NamingSystem" => unique()
            .find(|id| id.preferred)
            .or_else(|| unique().next())
            .and_then(|id| id.value.as_deref()),
        _ => fields.url.as_deref(),
    };
    Ok(Head {
        kind,
        id: fields.id.as_deref().and_then(ResourceId::parse),
        url: url.map(Into::into),
        version: fields.version.as_deref().map(Into::into),
    })
}

/// How deep objects and arrays lie inside each other.
fn depth(json: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let (mut is_text, mut is_escaped) = (false, false);
    for byte in json.bytes() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_text => is_escaped = true,
            b'"' => is_text = !is_text,
            b'{' | b'[' if !is_text => depth += 1,
            b'}' | b']' if !is_text => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_known_by_their_paths() {
        for (path, place) in [
            ("package.json", FileRole::Manifest),
            ("ValueSet-a.json", FileRole::Content),
            ("example/Patient-a.json", FileRole::Example),
            (".index.json", FileRole::Elsewhere),
            ("._ValueSet-a.json", FileRole::Elsewhere),
            ("other/package.json", FileRole::Elsewhere),
            ("openapi/a.json", FileRole::Elsewhere),
            ("ValueSet-a.xml", FileRole::Elsewhere),
        ] {
            assert_eq!(FileRole::of(path), place, "{path}");
        }
    }

    #[track_caller]
    fn check(bytes: &[u8], expected: Result<(&str, Option<&str>), &str>) {
        let found = text("a.json", bytes.to_vec()).and_then(|text| head("a.json", &text));
        match (found, expected) {
            (Ok(head), Ok((kind, url))) => {
                assert_eq!((head.kind.name(), head.url.as_deref()), (kind, url));
            }
            (Err(finding), Err(expected)) => {
                assert!(finding.text.en.contains(expected), "{}", finding.text.en);
            }
            (found, _) => panic!("{found:?}"),
        }
    }

    #[test]
    fn heads_are_read_and_faults_told() {
        check(br#"{"url":"u\u002f1","resourceType":"ValueSet"}"#, Ok(("ValueSet", Some("u/1"))));
        check(b"\xEF\xBB\xBF{\"resourceType\":\"Patient\"}", Ok(("Patient", None)));
        let naming = br#"{"resourceType":"NamingSystem","uniqueId":[{"type":"oid","value":"1"},
            {"type":"uri","value":"a"},{"type":"uri","value":"b","preferred":true}]}"#;
        check(naming, Ok(("NamingSystem", Some("b"))));
        check(b"{\"resourceType\":\"ValueSet\"", Err("broken"));
        check(b"{\"a\":\"\xff\"}", Err("not UTF-8 (from byte 6 on)"));
        check(b"[]", Err("broken"));
        check(br#"["ValueSet","a","u","1",[]]"#, Err("no resourceType"));
        check(b"7", Err("broken"));
        check(b"{}", Err("no resourceType"));
        check(b"{\"resourceType\":\"ActorDefinition\"}", Err("ActorDefinition"));
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        check(format!("{{\"a\":{deep}}}").as_bytes(), Err("120"));
        check(br#"{"resourceType":"ValueSet","a":"[[\"[{"}"#, Ok(("ValueSet", None)));
    }
}
