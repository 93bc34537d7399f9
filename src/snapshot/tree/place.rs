//! Where an element definition stands: its path with the slices on the way,
//! <https://hl7.org/fhir/R4/elementdefinition.html#id>.
//!
//! An id says it all (`Patient.name:official.given`) when it agrees with the path. When there is
//! none, or one that does not agree, the element stands below the slices that came last before it.

use super::element::{Element, text};

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::snapshot) struct ElementStep {
    pub(in crate::snapshot) name: Box<str>,
    pub(in crate::snapshot) slice: Option<Box<str>>,
}

/// Finds the places of elements, one after another.
#[derive(Debug, Default)]
pub(in crate::snapshot) struct Places {
    last: Vec<ElementStep>,
    /// Steps with a slice that an id has for an element without a slice name, and how deep.
    misnamed: Vec<(usize, ElementStep)>,
}

impl Places {
    /// The steps to the next element.
    pub(in crate::snapshot) fn next(&mut self, element: &Element) -> Option<Vec<ElementStep>> {
        let path = text(element, "path").filter(|path| !path.is_empty())?;
        let slice = text(element, "sliceName").filter(|name| !name.is_empty());
        let by_id = text(element, "id").and_then(|id| by_id(id, path));
        let mut steps = by_id.unwrap_or_else(|| by_order(path, &self.last));
        let depth = steps.len();
        if let Some(own) = steps.last_mut() {
            // `valueQuantity` is a slice name, too.
            if slice.is_none() && own.slice.is_some() && path.ends_with(&*own.name) {
                self.misnamed.push((depth, own.clone()));
            }
            own.slice = slice.map(Into::into).or(own.slice.take());
        }
        for (step, depth) in steps.iter_mut().zip(1..) {
            if self.misnamed.iter().any(|(at, wrong)| *at == depth && wrong == step) {
                step.slice = None;
            }
        }
        self.last.clone_from(&steps);
        Some(steps)
    }
}

fn by_id(id: &str, path: &str) -> Option<Vec<ElementStep>> {
    let mut names = path.split('.');
    let mut steps = Vec::new();
    for part in id.split('.') {
        let (name, slice) = match part.split_once(':') {
            Some((name, slice)) => (name, Some(slice)),
            None => (part, None),
        };
        let named = names.next()?;
        let is_choice = name.strip_suffix("[x]").is_some_and(|stem| named.starts_with(stem));
        if name != named && !is_choice {
            return None;
        }
        steps.push(ElementStep { name: name.into(), slice: slice.map(Into::into) });
    }
    names.next().is_none().then_some(steps)
}

fn by_order(path: &str, last: &[ElementStep]) -> Vec<ElementStep> {
    let mut is_shared = true;
    let names: Vec<&str> = path.split('.').collect();
    let steps = names.iter().enumerate().map(|(at, name)| {
        let above = last.get(at).filter(|step| is_shared && *step.name == **name);
        is_shared = above.is_some();
        let is_own = at + 1 == names.len();
        let slice = above.filter(|_| !is_own).and_then(|step| step.slice.clone());
        ElementStep { name: (*name).into(), slice }
    });
    steps.collect()
}

/// The id of the element at these steps.
pub(in crate::snapshot) fn id_of(above: &str, step: &ElementStep) -> String {
    let dot = if above.is_empty() { "" } else { "." };
    match &step.slice {
        Some(slice) => format!("{above}{dot}{}:{slice}", step.name),
        None => format!("{above}{dot}{}", step.name),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[track_caller]
    fn check(element: Value, last: &str, expected: &str) {
        let Value::Object(element) = element else { unreachable!() };
        let last: Vec<ElementStep> = by_id(last, &plain(last)).expect("an id");
        let mut places = Places { last, ..Places::default() };
        let steps = places.next(&element).expect("steps");
        let id = steps.iter().fold(String::new(), |above, step| id_of(&above, step));
        assert_eq!(id, expected);
    }

    fn plain(id: &str) -> String {
        let parts = id.split('.').map(|part| part.split(':').next().expect("a name"));
        parts.collect::<Vec<_>>().join(".")
    }

    #[test]
    fn an_id_that_agrees_with_the_path_says_it_all() {
        let element = json!({"id": "A.b:c.d", "path": "A.b.d"});
        check(element, "A.b:e", "A.b:c.d");
        let element = json!({"id": "A.b[x]:bString", "path": "A.bString"});
        check(element, "A", "A.b[x]:bString");
    }

    #[test]
    fn an_id_cannot_name_a_slice_that_has_no_name() {
        check(json!({"id": "A.b:c", "path": "A.b"}), "A", "A.b");
        let mut places = Places::default();
        for (element, expected) in [
            (json!({"id": "A.b:c", "path": "A.b"}), 2),
            (json!({"id": "A.b:c.d", "path": "A.b.d"}), 3),
        ] {
            let Value::Object(element) = element else { unreachable!() };
            let steps = places.next(&element).expect("steps");
            assert_eq!(steps.len(), expected);
            assert!(steps.iter().all(|step| step.slice.is_none()));
        }
    }

    #[test]
    fn without_an_id_it_stands_below_what_came_last() {
        check(json!({"path": "A.b.d"}), "A.b:c", "A.b:c.d");
        check(json!({"path": "A.b", "sliceName": "x"}), "A.b:c.d", "A.b:x");
        check(json!({"path": "A.e.d"}), "A.b:c", "A.e.d");
        check(json!({"id": "wrong", "path": "A.b.d"}), "A.b:c", "A.b:c.d");
    }
}
