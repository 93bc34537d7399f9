//! The elements of a snapshot as a tree: children below parents, slices below what they slice,
//! <https://hl7.org/fhir/R4/elementdefinition.html#id>.

use rustc_hash::FxHashMap;
use serde_json::Value;

/// More elements than any profile has.
const MOST_ELEMENTS: usize = 20_000;

/// The elements of a snapshot.
#[derive(Debug)]
pub(in crate::validation::profile) struct Outline<'d> {
    /// The first is the root.
    entries: Vec<OutlineEntry<'d>>,
}

/// An element and what hangs below it.
#[derive(Debug)]
pub(in crate::validation::profile) struct OutlineEntry<'d> {
    pub(in crate::validation::profile) element: &'d Value,
    /// `Observation.value[x]`
    pub(in crate::validation::profile) path: &'d str,
    pub(in crate::validation::profile) slice: Option<&'d str>,
    pub(in crate::validation::profile) children: Vec<usize>,
    pub(in crate::validation::profile) slices: Vec<usize>,
    parent: usize,
}

impl<'d> Outline<'d> {
    /// Arranges the snapshot of a definition; none when it has none or it cannot be followed.
    pub(in crate::validation::profile) fn of(definition: &'d Value) -> Option<Self> {
        let elements = definition.get("snapshot")?.get("element")?.as_array()?;
        if elements.is_empty() || elements.len() > MOST_ELEMENTS {
            return None;
        }
        let mut outline = Self { entries: Vec::with_capacity(elements.len()) };
        // The latest entry with a path, and the latest that is not a slice.
        let (mut latest, mut heads) = (FxHashMap::default(), FxHashMap::default());
        for element in elements {
            let path = element.get("path")?.as_str()?;
            let slice = element.get("sliceName").and_then(Value::as_str);
            let at = outline.entries.len();
            let parent = path.rsplit_once('.').and_then(|(parent, _)| latest.get(parent));
            let parent: usize = parent.copied().unwrap_or_default();
            let head = heads.get(path).copied().filter(|head| outline.parent(*head) == parent);
            let (children, slices) = (Vec::new(), Vec::new());
            outline.entries.push(OutlineEntry { element, path, slice, children, slices, parent });
            latest.insert(path, at);
            if at == 0 {
                continue;
            }
            match (slice, head) {
                (Some(name), Some(head)) => outline.hang(at, head, name),
                _ => {
                    heads.insert(path, at);
                    outline.entries.get_mut(parent)?.children.push(at);
                }
            }
        }
        Some(outline)
    }

    pub(in crate::validation::profile) fn entry(&self, at: usize) -> Option<&OutlineEntry<'d>> {
        self.entries.get(at)
    }

    /// The entry below an entry with a name: `value` finds `value[x]`.
    pub(in crate::validation::profile) fn child(&self, at: usize, name: &str) -> Option<usize> {
        let children = self.entry(at)?.children.iter().copied();
        children
            .into_iter()
            .find(|child| self.entry(*child).is_some_and(|child| child.name() == name))
    }

    /// The entry a content reference points at.
    pub(super) fn referred(&self, reference: &str) -> Option<usize> {
        let path = reference.split_once('#').map_or(reference, |(_, path)| path);
        self.entries.iter().position(|entry| entry.path == path && entry.slice.is_none())
    }

    fn parent(&self, at: usize) -> usize {
        self.entry(at).map_or(0, |entry| entry.parent)
    }

    /// Hangs a slice below what it slices: `a/b` below the slice `a`.
    fn hang(&mut self, at: usize, head: usize, name: &str) {
        let outer = name.rsplit_once('/').map(|(outer, _)| outer);
        let sliced = outer.and_then(|outer| self.slice(head, outer)).unwrap_or(head);
        if let Some(entry) = self.entries.get_mut(sliced) {
            entry.slices.push(at);
        }
    }

    fn slice(&self, head: usize, name: &str) -> Option<usize> {
        let mut open = self.entry(head)?.slices.clone();
        while let Some(at) = open.pop() {
            let entry = self.entry(at)?;
            if entry.slice == Some(name) {
                return Some(at);
            }
            open.extend(&entry.slices);
        }
        None
    }
}

impl<'d> OutlineEntry<'d> {
    /// The name in paths, without `[x]`.
    pub(in crate::validation::profile) fn name(&self) -> &'d str {
        let name = self.path.rsplit_once('.').map_or(self.path, |(_, name)| name);
        name.trim_end_matches("[x]")
    }

    pub(super) fn is_choice(&self) -> bool {
        self.path.ends_with("[x]")
    }

    pub(in crate::validation::profile) fn text(&self, key: &str) -> Option<&'d str> {
        self.element.get(key)?.as_str()
    }

    pub(in crate::validation::profile) fn list(&self, key: &str) -> &'d [Value] {
        self.element.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    pub(in crate::validation::profile) fn types(&self) -> impl Iterator<Item = &'d Value> {
        self.list("type").iter()
    }

    /// The value of a key such as `fixedCode`, which ends in the name of its type.
    pub(in crate::validation::profile) fn typed(
        &self,
        prefix: &str,
    ) -> Option<(&'d str, &'d Value)> {
        let keys = self.element.as_object()?.iter();
        let named = |key: &'d str| {
            let rest = key.strip_prefix(prefix)?;
            rest.starts_with(|first: char| first.is_ascii_uppercase()).then_some(rest)
        };
        keys.filter_map(|(key, value)| Some((named(key)?, value))).next()
    }

    pub(in crate::validation::profile) fn min(&self) -> usize {
        let min = self.element.get("min").and_then(Value::as_u64);
        min.and_then(|min| usize::try_from(min).ok()).unwrap_or_default()
    }

    /// None: any number.
    pub(in crate::validation::profile) fn max(&self) -> Option<usize> {
        self.text("max")?.parse().ok()
    }
}

/// The code of a type in a definition, without the namespace of the types that `FHIRPath` has.
pub(super) fn type_code(kind: &Value) -> Option<&str> {
    kind.get("code")?.as_str().filter(|code| !code.starts_with("http://hl7.org/fhirpath/"))
}

/// Canonicals of a type in a definition.
pub(super) fn canonicals(kind: &Value, key: &str) -> Vec<Box<str>> {
    let list = kind.get(key).and_then(Value::as_array).into_iter().flatten();
    list.filter_map(Value::as_str).map(Box::from).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn slices_hang_below_what_they_slice() {
        let element = |path: &str, slice: Option<&str>| json!({ "path": path, "sliceName": slice });
        let definition = json!({ "snapshot": { "element": [
            element("Patient", None),
            element("Patient.identifier", None),
            element("Patient.identifier", Some("a")),
            element("Patient.identifier.system", None),
            element("Patient.identifier", Some("a/b")),
            element("Patient.contact", None),
            element("Patient.contact.extension", Some("lone")),
        ] } });
        let outline = Outline::of(&definition).expect("an outline");
        let identifier = outline.child(0, "identifier").expect("an entry");
        assert_eq!(outline.entry(identifier).expect("an entry").slices, [2]);
        assert_eq!(outline.entry(2).expect("a slice").children, [3]);
        assert_eq!(outline.entry(2).expect("a slice").slices, [4]);
        assert_eq!(outline.child(5, "extension"), Some(6));
    }
}
