//! The HTML of our own pages as a tree: what `maud` writes, which closes every element but those that
//! hold nothing.

use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};

use super::Fault;

/// Elements that hold nothing and have no end.
const VOID: [&str; 9] = ["area", "br", "col", "hr", "img", "input", "link", "meta", "wbr"];
/// Elements that may lie inside each other.
const DEEPEST: usize = 64;

#[derive(Debug)]
pub(super) enum Node {
    Element(Element),
    Text(String),
}

#[derive(Debug, Default)]
pub(super) struct Element {
    pub(super) name: String,
    attributes: Vec<(String, String)>,
    pub(super) children: Vec<Node>,
}

impl Element {
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn has_class(&self, class: &str) -> bool {
        self.get("class").is_some_and(|all| all.split_whitespace().any(|one| one == class))
    }

    /// The first element of a name, the element itself or one within.
    pub(super) fn find(&self, name: &str) -> Option<&Self> {
        if self.name == name {
            return Some(self);
        }
        self.elements().find_map(|one| one.find(name))
    }

    /// The elements right below.
    pub(super) fn elements(&self) -> impl Iterator<Item = &Self> {
        self.children.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// All the text within.
    pub(super) fn text(&self) -> String {
        let mut out = String::new();
        for node in &self.children {
            match node {
                Node::Text(text) => out.push_str(text),
                Node::Element(element) => out.push_str(&element.text()),
            }
        }
        out
    }
}

/// Reads a page.
pub(super) fn parse(page: &str) -> Result<Element, Fault> {
    let mut reader = Reader::from_str(page);
    reader.config_mut().check_end_names = false;
    let mut open = vec![Element::default()];
    loop {
        let event = reader.read_event().map_err(|error| Fault::Page(error.to_string()))?;
        match event {
            Event::Eof => break,
            Event::Start(start) => {
                let element = element(&start)?;
                if VOID.contains(&element.name.as_str()) {
                    put(&mut open, Node::Element(element));
                } else if open.len() > DEEPEST {
                    return Err(Fault::Page("nested too deeply".to_owned()));
                } else {
                    open.push(element);
                }
            }
            Event::Empty(start) => {
                let element = element(&start)?;
                put(&mut open, Node::Element(element));
            }
            Event::End(_) => {
                if open.len() > 1
                    && let Some(done) = open.pop()
                {
                    put(&mut open, Node::Element(done));
                }
            }
            Event::Text(text) => {
                put(&mut open, Node::Text((*text).to_owned()));
            }
            Event::GeneralRef(name) => {
                let whole = format!("&{};", &*name);
                let text = unescape(&whole).map_or_else(|_unknown| String::new(), Into::into);
                put(&mut open, Node::Text(text));
            }
            _ => {}
        }
    }
    while open.len() > 1 {
        if let Some(done) = open.pop() {
            put(&mut open, Node::Element(done));
        }
    }
    Ok(open.pop().unwrap_or_default())
}

fn put(open: &mut [Element], node: Node) {
    if let Some(last) = open.last_mut() {
        last.children.push(node);
    }
}

fn element(start: &BytesStart<'_>) -> Result<Element, Fault> {
    let name = start.name().as_ref().to_owned();
    let mut attributes = Vec::new();
    for attribute in start.html_attributes() {
        let attribute = attribute.map_err(|error| Fault::Page(error.to_string()))?;
        let key = attribute.key.as_ref().to_owned();
        let value = attribute.value.into_owned();
        let value = match unescape(&value) {
            Ok(plain) => plain.into_owned(),
            Err(_unknown) => value,
        };
        attributes.push((key, value));
    }
    Ok(Element { name, attributes, children: Vec::new() })
}
