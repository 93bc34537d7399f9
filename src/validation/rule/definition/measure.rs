//! Measures: criteria in CQL name what a library defines,
//! <https://hl7.org/fhir/R4/measure-definitions.html#Measure.group.population.criteria>.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::fhir::issue::IssueCode;
use crate::fhir::member::{member, members, text};
use crate::validation::element::path::Path;
use crate::validation::rule::finding::{error, shown, when_strict};
use crate::validation::rule::known::{self, Known};
use crate::validation::walk::Walk;

/// A library, as far as criteria depend on it.
struct Library {
    name: String,
    url: String,
    /// CQL and what it was translated into (ELM).
    texts: Vec<String>,
}

/// Checks a measure.
pub(in crate::validation::rule) fn check(walk: &mut Walk<'_>, path: &Path<'_>) {
    let measure: &Value = walk.resource;
    let named = members(measure, "library");
    let found = named.iter().filter_map(Value::as_str);
    let found = found.filter_map(|canonical| known::find(walk, "Library", canonical));
    let libraries: Vec<Library> = found.map(|known| read(&known)).collect();
    // Of a library that is not known nothing can be said.
    let are_known = libraries.len() == named.len();
    for (at, group) in members(measure, "group").iter().enumerate() {
        let path = path.item("group", at);
        for (at, population) in members(group, "population").iter().enumerate() {
            criteria(walk, population, (&libraries, are_known), &path.item("population", at));
        }
        for (at, stratifier) in members(group, "stratifier").iter().enumerate() {
            let path = path.item("stratifier", at);
            criteria(walk, stratifier, (&libraries, are_known), &path);
            for (at, component) in members(stratifier, "component").iter().enumerate() {
                criteria(walk, component, (&libraries, are_known), &path.item("component", at));
            }
        }
    }
    for (at, data) in members(measure, "supplementalData").iter().enumerate() {
        criteria(walk, data, (&libraries, are_known), &path.item("supplementalData", at));
    }
}

fn criteria(
    walk: &mut Walk<'_>,
    holder: &Value,
    (libraries, are_known): (&[Library], bool),
    path: &Path<'_>,
) {
    let Some(criteria) = member(holder, "criteria") else { return };
    let is_cql = text(criteria, "language").is_some_and(|kind| kind.starts_with("text/cql"));
    let Some(expression) = text(criteria, "expression").filter(|_| is_cql && are_known) else {
        return;
    };
    if let Some((vi, en)) = wrong(expression, libraries) {
        let issue = error(IssueCode::Invalid, vi, en);
        walk.report(&path.child("criteria"), when_strict(walk, issue));
    }
}

/// What is wrong with the name of something in a library. What is more than a name is not read.
fn wrong(expression: &str, libraries: &[Library]) -> Option<(String, String)> {
    let shown = |text: &str| shown(text);
    let (of, name) = match expression.split_once('.') {
        Some((of, name)) => (Some(unquoted(of)), unquoted(name)),
        None => (None, unquoted(expression)),
    };
    let library = match (libraries, of) {
        ([], _) => {
            return Some((
                "Tiêu chí viết bằng CQL thì chỉ số phải nêu thư viện (library).".to_owned(),
                "Criteria in CQL need a library of the measure.".to_owned(),
            ));
        }
        ([only], None) => only,
        (_, None) => {
            return Some((
                "Chỉ số có nhiều thư viện: viết Thư_viện.Tên.".to_owned(),
                "The measure has several libraries: write Library.Name.".to_owned(),
            ));
        }
        // Names of other libraries are theirs.
        (libraries, Some(of)) => libraries.iter().find(|library| library.name == of)?,
    };
    let url = shown(&library.url);
    if library.texts.is_empty() {
        return Some((
            format!("Thư viện {url} không có CQL hay ELM."),
            format!("The library {url} has neither CQL nor ELM."),
        ));
    }
    let is_name = name.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-' | ','));
    let is_defined = library.texts.iter().any(|text| defines(text, name));
    (is_name && !is_defined).then(|| {
        let name = shown(name);
        (
            format!("Thư viện {url} không định nghĩa “{name}”."),
            format!("The library {url} does not define “{name}”."),
        )
    })
}

/// Whether CQL, or ELM in XML or JSON, defines a name.
fn defines(text: &str, name: &str) -> bool {
    let escaped = name.replace('&', "&amp;").replace('"', "&quot;");
    if text.contains(&format!("name=\"{escaped}\"")) {
        return true;
    }
    // `define "Name":`, `define Name:`, `define function Name(`; `"name" : "Name"`
    let quoted = format!("\"{name}\"");
    text.split("define").skip(1).chain(text.split("\"name\"").skip(1)).any(|after| {
        let after = after.trim_start_matches(|c: char| c.is_whitespace() || c == ':');
        let after = after.strip_prefix("function").unwrap_or(after).trim_start();
        let plain = after.strip_prefix(name);
        let ends = |rest: &str| rest.trim_start().starts_with([':', '(']);
        after.starts_with(&quoted) || plain.is_some_and(ends)
    })
}

fn unquoted(name: &str) -> &str {
    let name = name.trim();
    name.strip_prefix('"').and_then(|inner| inner.strip_suffix('"')).unwrap_or(name)
}

fn read(known: &Known<'_>) -> Library {
    let library = known.resource();
    let own = |key: &str| text(library, key).unwrap_or_default().to_owned();
    let is_read = |content: &&Value| {
        text(content, "contentType")
            .is_some_and(|kind| kind.starts_with("text/cql") || kind.starts_with("application/elm"))
    };
    let decoded = |content: &Value| {
        let data: String = text(content, "data")?.split_ascii_whitespace().collect();
        String::from_utf8(STANDARD.decode(data).ok()?).ok()
    };
    let texts = members(library, "content").iter().filter(is_read).filter_map(decoded);
    Library { name: own("name"), url: own("url"), texts: texts.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn library(name: &str, texts: &[&str]) -> Library {
        let texts = texts.iter().map(|text| (*text).to_owned()).collect();
        Library { name: name.into(), url: format!("http://example.org/Library/{name}"), texts }
    }

    #[test]
    fn criteria_name_what_a_library_defines() {
        let cql = "library X\ndefine \"Initial Population\":\n  true\ndefine Denominator: true\n";
        let elm = "<statements><def name=\"Numerator\" context=\"Patient\"/></statements>";
        let json = r#"{"library":{"statements":{"def":[{"name" : "Rate"}]}}}"#;
        let one = [library("X", &[cql, elm, json])];
        for good in
            ["Initial Population", "\"Initial Population\"", "X.Denominator", "Numerator", "Rate"]
        {
            assert_eq!(wrong(good, &one), None, "{good}");
        }
        // What another library has, and what is an expression, is not known.
        for other in ["Y.Denominator", "exists(Foo)"] {
            assert_eq!(wrong(other, &one), None, "{other}");
        }
        for bad in ["Ages", "X.Ages", "\"Population\""] {
            assert!(wrong(bad, &one).is_some(), "{bad}");
        }
        assert!(wrong("Denominator", &[]).is_some());
        assert!(wrong("Denominator", &[library("X", &[])]).is_some());
        let two = [library("X", &[cql]), library("Y", &[cql])];
        assert!(wrong("Denominator", &two).is_some());
        assert_eq!(wrong("Y.Denominator", &two), None);
    }
}
