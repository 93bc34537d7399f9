//! How a narrative is built, <https://hl7.org/fhir/R4/narrative.html#xhtml>: in the namespace of
//! XHTML, with entities of XML only, and elements where HTML has them.

use crate::fhir::issue::{Issue, IssueCode};
use crate::validation::rule::finding::{error, shown};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

const XHTML: &str = "http://www.w3.org/1999/xhtml";
const ENTITIES: [&str; 5] = ["amp", "lt", "gt", "quot", "apos"];
/// What begins a block and so cannot be in a paragraph.
const BLOCKS: [&str; 18] = [
    "address",
    "blockquote",
    "center",
    "dir",
    "div",
    "dl",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "ol",
    "p",
    "pre",
    "table",
    "ul",
];

/// What is wrong with how a `div` is built; it is well-formed.
pub(super) fn check(text: &str) -> Vec<Issue> {
    let mut reader = Reader::from_str(text);
    let mut open: Vec<String> = Vec::new();
    let mut found = Vec::new();
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) => {
                found.extend(misplaced(&tag, &open));
                open.push(name(&tag));
            }
            Ok(Event::Empty(tag)) => found.extend(misplaced(&tag, &open)),
            Ok(Event::End(_)) => drop(open.pop()),
            Ok(Event::GeneralRef(entity)) => {
                let entity: &str = &entity;
                if !entity.starts_with('#') && !ENTITIES.contains(&entity) {
                    found.push(no_entity(entity));
                }
            }
            Ok(Event::Eof) | Err(_) => return found,
            Ok(_) => {}
        }
    }
}

/// The name of an element without its prefix, which txt-1 looks at.
fn name(tag: &BytesStart<'_>) -> String {
    tag.local_name().into_inner().to_owned()
}

/// The attribute that declares the namespace of an element.
fn declaration(tag: &BytesStart<'_>) -> String {
    let written = tag.name();
    let written: &str = written.as_ref();
    written
        .split_once(':')
        .map_or_else(|| "xmlns".to_owned(), |(prefix, _)| format!("xmlns:{prefix}"))
}

fn misplaced(tag: &BytesStart<'_>, open: &[String]) -> Option<Issue> {
    let name = name(tag);
    let Some(parent) = open.last().map(String::as_str) else {
        let mut attributes = tag.attributes().flatten();
        let declaration = declaration(tag);
        let namespace = attributes.find(|one| one.key.as_ref() == declaration);
        let is_xhtml = namespace.is_some_and(|one| &*one.value == XHTML);
        return (!is_xhtml).then(no_namespace);
    };
    let is_in_paragraph = open.iter().any(|name| name == "p");
    let is_wrong = match &*name {
        "li" => !matches!(parent, "ul" | "ol" | "dir"),
        "tr" => !matches!(parent, "table" | "thead" | "tbody" | "tfoot"),
        "td" | "th" => parent != "tr",
        "thead" | "tbody" | "tfoot" | "caption" | "colgroup" => parent != "table",
        _ if matches!(parent, "ul" | "ol" | "table" | "thead" | "tbody" | "tfoot" | "tr") => {
            !(parent == "table" && name == "col")
        }
        name => is_in_paragraph && BLOCKS.contains(&name),
    };
    let holder = if is_in_paragraph && BLOCKS.contains(&&*name) { "p" } else { parent };
    is_wrong.then(|| not_here(&name, holder))
}

fn no_namespace() -> Issue {
    error(
        IssueCode::Invalid,
        format!("Phần tường thuật phải khai báo không gian tên: <div xmlns=\"{XHTML}\">."),
        format!("The narrative must declare its namespace: <div xmlns=\"{XHTML}\">."),
    )
}

fn no_entity(entity: &str) -> Issue {
    let entity = shown(entity);
    error(
        IssueCode::Invalid,
        format!("XML không có &{entity};. Hãy viết chính ký tự đó."),
        format!("XML has no &{entity};. Write the character itself."),
    )
}

fn not_here(name: &str, parent: &str) -> Issue {
    error(
        IssueCode::Invalid,
        format!("<{name}> không được nằm trong <{parent}>."),
        format!("A <{name}> cannot be in a <{parent}>."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn count(inner: &str, expected: usize) {
        let found = check(&format!("<div xmlns=\"{XHTML}\">{inner}</div>"));
        assert_eq!(found.len(), expected, "{inner} {found:?}");
    }

    #[test]
    fn elements_are_where_html_has_them() {
        for good in [
            "x",
            "<p>a <b>b</b> &amp; &#160; <br/></p>",
            "<ul><li>a<ul><li>b</li></ul></li></ul>",
            "<table><caption>c</caption><col/><thead><tr><th>a</th></tr></thead><tr><td><p>b</p></td></tr></table>",
            "<dl><dt>a</dt><dd><p>b</p></dd></dl>",
        ] {
            count(good, 0);
        }
        for bad in [
            "<p><p>x</p></p>",
            "<p><b><ul><li>a</li></ul></b></p>",
            "<ul><p>x</p></ul>",
            "<td>x</td>",
            "<li>x</li>",
            "<table><td>x</td></table>",
            "&nbsp;x",
            "&foo;x",
        ] {
            count(bad, 1);
        }
        assert_eq!(check("<div>x</div>").len(), 1);
    }
}
