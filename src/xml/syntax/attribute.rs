//! The attributes of a tag, <https://www.w3.org/TR/xml/#sec-starttags>: checked, unescaped and with
//! their white space made spaces as XML demands.

use std::borrow::Cow;

use quick_xml::XmlVersion;
use quick_xml::events::attributes::{self, AttrError};
use smallvec::SmallVec;

use super::scope::{Scope, Space};
use super::tokens::{is_character, split_name};
use super::wrong::Wrong;

/// Attributes of one tag. To look for duplicates takes the square of it.
const MOST: usize = 64;

/// An attribute that declares no namespace.
#[derive(Debug)]
pub(in crate::xml) struct Attribute<'s> {
    pub(in crate::xml) name: &'s str,
    pub(in crate::xml) space: Space,
    pub(in crate::xml) value: Cow<'s, str>,
}

/// The attributes of one tag.
#[derive(Debug, Default)]
pub(in crate::xml) struct Attributes<'s> {
    pub(in crate::xml) list: SmallVec<[Attribute<'s>; 2]>,
    /// Whether the tag declares the default namespace.
    pub(in crate::xml) has_default: bool,
}

/// Reads what follows the name within a tag. Declarations go to the scope, for the given depth.
pub(super) fn read<'s>(
    tag: &'s str,
    name: usize,
    scope: &mut Scope<'s>,
    depth: usize,
) -> Result<Attributes<'s>, Wrong> {
    let mut found = Attributes::default();
    if tag.len() == name {
        return Ok(found);
    }
    if !is_spaced(tag) {
        return Err(Wrong::Attributes);
    }
    // The namespace of a prefix may be declared behind it.
    let mut prefixed: SmallVec<[(usize, &str); 2]> = SmallVec::new();
    for (count, attribute) in attributes::Attributes::new(tag, name).enumerate() {
        if count >= MOST {
            return Err(Wrong::TooManyAttributes(MOST));
        }
        let attribute = attribute.map_err(|error| match error {
            AttrError::Duplicated(..) => Wrong::Twice(duplicate(tag, name)),
            _ => Wrong::Attributes,
        })?;
        let value = value(&attribute)?;
        let (prefix, local) = split_name(attribute.key.0)?;
        if prefix == "xmlns" {
            scope.declare(depth, local, &value)?;
        } else if prefix.is_empty() && local == "xmlns" {
            found.has_default = true;
            scope.declare(depth, "", &value)?;
        } else {
            if !prefix.is_empty() {
                prefixed.push((found.list.len(), prefix));
            }
            found.list.push(Attribute { name: local, space: Space::None, value });
        }
    }
    for (at, prefix) in prefixed {
        let space = scope.of_attribute(prefix)?;
        if let Some(attribute) = found.list.get_mut(at) {
            attribute.space = space;
        }
    }
    Ok(found)
}

/// The value without escapes.
fn value<'s>(attribute: &attributes::Attribute<'s>) -> Result<Cow<'s, str>, Wrong> {
    if attribute.value.contains('<') {
        return Err(Wrong::Attributes);
    }
    let wrong = |_error| Wrong::entity_in(&attribute.value);
    let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(wrong)?;
    if attribute.value.contains("&#") && !value.chars().all(is_character) {
        return Err(Wrong::Character);
    }
    Ok(value)
}

/// Whether there is space before every attribute; quick-xml takes them without.
fn is_spaced(tag: &str) -> bool {
    let mut quote = None;
    let mut has_ended = false;
    for byte in tag.bytes() {
        if has_ended && !byte.is_ascii_whitespace() {
            return false;
        }
        has_ended = quote == Some(byte);
        match (quote, byte) {
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    true
}

/// The name that occurs twice in a tag.
fn duplicate(tag: &str, name: usize) -> String {
    let mut all = attributes::Attributes::new(tag, name);
    let names = all.with_checks(false).filter_map(Result::ok).map(|attribute| attribute.key.0);
    let mut seen: SmallVec<[&str; 4]> = SmallVec::new();
    for name in names {
        if seen.contains(&name) {
            return name.to_owned();
        }
        seen.push(name);
    }
    String::new()
}
