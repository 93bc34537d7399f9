//! Which namespace a prefix stands for, <https://www.w3.org/TR/xml-names/#scoping>.
//!
//! FHIR knows few namespaces, so a name's URI is forgotten as soon as it is known which one it is.

use super::wrong::Wrong;

/// Declarations in force at one time. Every prefix is looked for among them.
const MOST: usize = 64;

/// A namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::xml) enum Space {
    /// A name without one.
    None,
    /// `http://hl7.org/fhir`
    Fhir,
    /// `http://www.w3.org/1999/xhtml`
    Xhtml,
    /// Of `xsi:schemaLocation`.
    Instance,
    /// Of `xml:lang` and `xml:space`.
    Xml,
    /// Any other.
    Foreign,
}

/// The namespace of FHIR's elements.
pub(in crate::xml) const FHIR: &str = "http://hl7.org/fhir";

/// The namespace of narratives.
pub(in crate::xml) const XHTML: &str = "http://www.w3.org/1999/xhtml";

const XML: &str = "http://www.w3.org/XML/1998/namespace";

impl Space {
    fn of(uri: &str) -> Self {
        match uri {
            "" => Self::None,
            FHIR => Self::Fhir,
            XHTML => Self::Xhtml,
            "http://www.w3.org/2001/XMLSchema-instance" => Self::Instance,
            XML => Self::Xml,
            _ => Self::Foreign,
        }
    }
}

/// The declarations in force, innermost last.
#[derive(Debug, Default)]
pub(super) struct Scope<'s> {
    bindings: Vec<Binding<'s>>,
}

#[derive(Debug)]
struct Binding<'s> {
    depth: usize,
    /// Empty for the default namespace.
    prefix: &'s str,
    space: Space,
}

impl<'s> Scope<'s> {
    /// Takes a declaration of the element that is open at this depth.
    pub(super) fn declare(
        &mut self,
        depth: usize,
        prefix: &'s str,
        uri: &str,
    ) -> Result<(), Wrong> {
        let space = Space::of(uri);
        let is_illegal = prefix == "xmlns"
            || (prefix == "xml") != (space == Space::Xml)
            || (!prefix.is_empty() && space == Space::None);
        if is_illegal {
            return Err(Wrong::Declaration(prefix.into()));
        }
        if self.bindings.len() >= MOST {
            return Err(Wrong::TooManyNamespaces(MOST));
        }
        self.bindings.push(Binding { depth, prefix, space });
        Ok(())
    }

    /// Forgets what the element at this depth declared.
    pub(super) fn leave(&mut self, depth: usize) {
        while self.bindings.last().is_some_and(|binding| binding.depth >= depth) {
            self.bindings.pop();
        }
    }

    /// The namespace of an element's name.
    pub(super) fn of_element(&self, prefix: &str) -> Result<Space, Wrong> {
        let binding = self.bindings.iter().rev().find(|binding| binding.prefix == prefix);
        match (binding, prefix) {
            (Some(binding), _) => Ok(binding.space),
            (None, "") => Ok(Space::None),
            (None, "xml") => Ok(Space::Xml),
            (None, _) => Err(Wrong::Prefix(prefix.into())),
        }
    }

    /// The namespace of an attribute's name; without a prefix it has none.
    pub(super) fn of_attribute(&self, prefix: &str) -> Result<Space, Wrong> {
        if prefix.is_empty() { Ok(Space::None) } else { self.of_element(prefix) }
    }
}
