//! Paths of discriminators: each leads to an element,
//! <https://hl7.org/fhir/R4/profiling.html#discriminator>.
//!
//! Where a path goes through what may be anything (a resource of any type, an extension whose
//! definition is not known) nothing is said.

use serde_json::{Value, json};

use super::fault::SnapshotFault;
use super::tree::element::{code, items, text, types};
use super::tree::node::SnapshotNode;
use super::work::Work;
use crate::snapshot::tree::element::{canonical, only_profile};

/// Places that a path may stand for at once: the types of a choice, the targets of a reference.
const MOST_PLACES: usize = 64;

/// Where a step leads.
enum Led {
    To(Vec<SnapshotNode>),
    Nowhere,
    /// It cannot be said.
    Anywhere,
}

/// Reports discriminators of an element whose paths lead nowhere.
pub(super) fn check(work: &mut Work<'_>, node: &SnapshotNode, said: &SnapshotNode, id: &str) {
    let Some(slicing) = said.element.get("slicing").and_then(Value::as_object) else { return };
    for one in items(slicing, "discriminator") {
        let Some(path) = one.get("path").and_then(Value::as_str) else { continue };
        if !leads(work, node, path) {
            work.report(Some(SnapshotFault::NoSuchDiscriminator(path.into())), id);
        }
    }
}

fn leads(work: &Work<'_>, node: &SnapshotNode, path: &str) -> bool {
    let mut places = vec![node.unsliced()];
    for step in steps(path) {
        let mut next = Vec::new();
        for place in &places {
            match lead(work, place, step) {
                Led::Anywhere => return true,
                Led::To(found) => next.extend(found),
                Led::Nowhere => {}
            }
        }
        if next.is_empty() {
            return false;
        }
        if next.len() > MOST_PLACES {
            return true;
        }
        places = next;
    }
    true
}

/// The steps of a path; dots inside of brackets belong to an argument.
fn steps(path: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    let inside = move |letter: char| {
        match letter {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        letter == '.' && depth == 0
    };
    path.split(inside).collect()
}

fn lead(work: &Work<'_>, place: &SnapshotNode, step: &str) -> Led {
    if step == "$this" {
        return Led::To(vec![place.clone()]);
    }
    let Some((function, argument)) = step.strip_suffix(')').and_then(|step| step.split_once('('))
    else {
        return child(work, place, step);
    };
    match function {
        "resolve" if argument.is_empty() => resolve(work, place),
        "ofType" | "as" => of_type(place, argument.trim()),
        "extension" => extension(work, argument.trim_matches(['\'', '"', '`'])),
        _ => Led::Anywhere,
    }
}

/// The child of a name, a choice by its stem (`value`) or by a type (`valueQuantity`).
fn child(work: &Work<'_>, place: &SnapshotNode, name: &str) -> Led {
    let named = |children: &[SnapshotNode]| -> Vec<SnapshotNode> {
        let fits = |child: &&SnapshotNode| {
            let own = &*child.step.name;
            let stem = own.strip_suffix("[x]");
            own == name || stem.is_some_and(|stem| stem == name || is_typed(child, stem, name))
        };
        children.iter().filter(fits).map(SnapshotNode::unsliced).collect()
    };
    let own = named(&place.children);
    if !own.is_empty() {
        return Led::To(own);
    }
    if !place.children.is_empty() {
        return if is_open(place) { Led::Anywhere } else { Led::Nowhere };
    }
    if let Some(reference) = text(&place.element, "contentReference") {
        return match super::unfold::referred(work, reference) {
            Ok(target) => child(work, &target, name),
            Err(_) => Led::Anywhere,
        };
    }
    let mut found = Vec::new();
    for type_of in types(&place.element) {
        let profile = only_profile(type_of).and_then(|profile| work.tree(profile).ok());
        let own = || canonical(code(type_of)).and_then(|url| work.tree(&url).ok());
        match profile.or_else(own) {
            Some(tree) => found.extend(named(&tree.children)),
            // A type that is not known, or the value of a primitive.
            None if canonical(code(type_of)).is_some() => return Led::Anywhere,
            None => {}
        }
    }
    match found.is_empty() {
        true if is_open(place) || types(&place.element).is_empty() => Led::Anywhere,
        true => Led::Nowhere,
        false => Led::To(found),
    }
}

/// Whether `valueQuantity` is the choice with one of its types.
fn is_typed(child: &SnapshotNode, stem: &str, name: &str) -> bool {
    let Some(rest) = name.strip_prefix(stem) else { return false };
    types(&child.element).iter().any(|one| code(one).eq_ignore_ascii_case(rest))
}

/// Whether it may be of a type that is not named.
fn is_open(place: &SnapshotNode) -> bool {
    let is_general = |one: &Value| {
        matches!(code(one), "Resource" | "DomainResource" | "Element" | "*")
            && only_profile(one).is_none()
    };
    types(&place.element).iter().any(is_general)
        || matches!(&*place.step.name, "Resource" | "DomainResource")
}

fn of_type(place: &SnapshotNode, name: &str) -> Led {
    let name = name.rsplit('.').next().unwrap_or(name).trim_matches('`');
    if is_open(place) {
        return Led::Anywhere;
    }
    let all = types(&place.element);
    // The top of a definition has no types: it is one.
    if all.is_empty() {
        return if &*place.step.name == name { Led::To(vec![place.clone()]) } else { Led::Nowhere };
    }
    let Some(own) = all.iter().find(|one| code(one) == name) else { return Led::Nowhere };
    let mut narrowed = SnapshotNode::new(&place.step.name, None);
    narrowed.element.insert("type".into(), json!([own]));
    Led::To(vec![narrowed])
}

/// What a reference or a canonical may refer to.
fn resolve(work: &Work<'_>, place: &SnapshotNode) -> Led {
    let refers = |one: &&Value| {
        matches!(code(one), "Reference" | "canonical" | "CodeableReference" | "uri" | "url")
    };
    let all: Vec<&Value> = types(&place.element).iter().filter(refers).collect();
    if all.is_empty() {
        return if types(&place.element).is_empty() { Led::Anywhere } else { Led::Nowhere };
    }
    let mut found = Vec::new();
    for one in all {
        let targets = one.get("targetProfile").and_then(Value::as_array);
        let targets: Vec<&str> = targets.into_iter().flatten().filter_map(Value::as_str).collect();
        if targets.is_empty() {
            return Led::Anywhere;
        }
        for target in targets {
            match work.tree(target) {
                Ok(tree) => found.push(tree),
                Err(_) => return Led::Anywhere,
            }
        }
    }
    Led::To(found)
}

/// An extension may be on every element; what is below it, its own definition says.
fn extension(work: &Work<'_>, url: &str) -> Led {
    let is_known = url.contains(':');
    let any = canonical("Extension").filter(|_| !is_known);
    match work.tree(any.as_deref().unwrap_or(url)) {
        Ok(tree) => Led::To(vec![tree]),
        Err(_) => Led::Anywhere,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_divided_outside_of_brackets() {
        let path = "extension('http://a.b/c.d').value.ofType(Reference).resolve()";
        let all = ["extension('http://a.b/c.d')", "value", "ofType(Reference)", "resolve()"];
        assert_eq!(steps(path), all);
        assert_eq!(steps("$this"), ["$this"]);
    }
}
