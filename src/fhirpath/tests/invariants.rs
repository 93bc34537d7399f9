//! All invariants of R4 on all sample families.

use std::time::Duration;

use serde_json::Value;

use crate::definitions::package::{STRUCTURES, unpack};
use crate::definitions::registry::Registry;
use crate::definitions::shape::{Content, Shapes};
use crate::fhir::kind::ResourceKind;
use crate::fhir::time::{Instant, now};
use crate::fhirpath::expression::Expression;
use crate::fhirpath::expression::environment::Environment;
use crate::fhirpath::expression::navigate::children;
use crate::fhirpath::value::datum::{Collection, Datum, Node};
use crate::fhirpath::value::kind::{Dialect, Kind};

struct Invariant {
    key: String,
    path: String,
    is_error: bool,
    /// The type it is for: of the element, or of its parent with the name of the element; none for
    /// any element.
    on: Option<Kind>,
    element: Option<String>,
    text: String,
    compiled: Expression,
}

impl Invariant {
    fn is_for(&self, kind: Kind) -> bool {
        self.on.map_or(!matches!(kind, Kind::Resource(_)), |on| on == kind)
    }
}

/// The type of a path; for one without a shape of its own that of its parent, and its name.
fn place(shapes: &Shapes, path: &str) -> (Kind, Option<String>) {
    if let Some(kind) = ResourceKind::parse(path) {
        return (Kind::Resource(kind), None);
    }
    if let Some(id) = shapes.id(path) {
        return (Kind::Element(Content::Complex(id)), None);
    }
    let (parent, name) = path.rsplit_once('.').expect(path);
    (place(shapes, parent).0, Some(name.trim_end_matches("[x]").to_owned()))
}

/// The places of a path: every resource for `DomainResource`, any element for `Element`.
fn places(shapes: &Shapes, path: &str) -> Vec<(Option<Kind>, Option<String>)> {
    let is_domain = |kind: &ResourceKind| kind.is_domain_resource();
    match path {
        "DomainResource" => ResourceKind::all()
            .filter(is_domain)
            .map(|kind| (Some(Kind::Resource(kind)), None))
            .collect(),
        "Element" => vec![(None, None)],
        path => {
            let (kind, name) = place(shapes, path);
            vec![(Some(kind), name)]
        }
    }
}

fn focus(shapes: &Shapes, on: Kind, element: Option<&str>) -> Vec<Kind> {
    let Some(name) = element else { return vec![on] };
    let ways = crate::fhirpath::expression::navigate::ways(shapes, on, name).expect(name);
    ways.into_iter().map(|way| way.to).collect()
}

fn invariants(shapes: &Shapes) -> Vec<Invariant> {
    let mut found: Vec<Invariant> = Vec::new();
    let mut faults = Vec::new();
    for line in unpack(STRUCTURES).expect("structures").lines() {
        let structure: Value = serde_json::from_str(line).expect("JSON");
        if structure["kind"] == "primitive-type" {
            continue;
        }
        for element in structure["snapshot"]["element"].as_array().expect("elements") {
            let path = element["path"].as_str().expect("path");
            for constraint in element["constraint"].as_array().into_iter().flatten() {
                let Some(text) = constraint["expression"].as_str() else { continue };
                let key = constraint["key"].as_str().expect("key");
                for (on, name) in places(shapes, path) {
                    let kinds = on.map(|on| focus(shapes, on, name.as_deref()));
                    let dialect = Dialect::Definitions;
                    match Expression::compile(shapes, kinds.as_deref(), dialect, text) {
                        Ok(compiled) => found.push(Invariant {
                            key: key.to_owned(),
                            path: path.to_owned(),
                            is_error: constraint["severity"] == "error",
                            on,
                            element: name,
                            text: text.to_owned(),
                            compiled,
                        }),
                        Err(error) => faults.push(format!("{path} {key}: {error} in {text}")),
                    }
                }
            }
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    found
}

/// A resource and everything in it, each with the resource it is in.
fn everything<'a>(shapes: &Shapes, resource: &'a Value) -> Vec<(Node<'a>, &'a Value)> {
    let mut all = vec![(Node::resource(resource), resource)];
    let mut at = 0;
    while let Some((node, holder)) = all.get(at).copied() {
        let holder = if matches!(node.kind, Kind::Resource(_)) { node.value } else { holder };
        let mut below = Collection::new();
        children(shapes, node, &mut below);
        all.extend(below.iter().filter_map(|item| match item {
            Datum::Node(node) => Some((*node, holder)),
            _ => None,
        }));
        at += 1;
    }
    all
}

fn targets<'a>(shapes: &'a Shapes, invariant: &'a Invariant, node: Node<'a>) -> Collection<'a> {
    let focus = Datum::Node(node);
    match &invariant.element {
        None => std::iter::once(focus).collect(),
        Some(name) => {
            let mut found = Collection::new();
            children(shapes, node, &mut found);
            let ways = crate::fhirpath::expression::navigate::ways(shapes, node.kind, name)
                .unwrap_or_default();
            found.retain(|item| ways.iter().any(|way| way.to == item.kind()));
            let is_named = |item: &Datum<'_>| match item {
                Datum::Node(child) => ways.iter().any(|way| {
                    let held = node.value.get(&*way.key);
                    held.is_some_and(|held| {
                        std::ptr::eq(held, child.value)
                            || held.as_array().is_some_and(|all| {
                                all.iter().any(|one| std::ptr::eq(one, child.value))
                            })
                    })
                }),
                _ => false,
            };
            found.retain(|item| is_named(item));
            found
        }
    }
}

/// `%rootResource`: what contains a resource, which a Bundle does not.
fn root<'a>(whole: &'a Value, holder: &'a Value) -> Option<Datum<'a>> {
    let is_bundle = whole["resourceType"] == "Bundle";
    Some(Datum::resource(if is_bundle { holder } else { whole }))
}

/// Evaluates every invariant that applies to a resource; how many, how long that took, and those
/// that are not met.
fn check(
    shapes: &Shapes,
    invariants: &[Invariant],
    resource: &Value,
    now: Instant,
) -> (usize, Duration, Vec<String>) {
    let mut applied = Vec::new();
    for (node, holder) in everything(shapes, resource) {
        let holder = if matches!(node.kind, Kind::Resource(_)) { node.value } else { holder };
        for invariant in invariants.iter().filter(|invariant| invariant.is_for(node.kind)) {
            let focuses = targets(shapes, invariant, node).into_iter();
            applied.extend(focuses.map(|focus| {
                let environment = Environment::of(Some(Datum::resource(holder)), now);
                (
                    invariant,
                    [focus],
                    node,
                    Environment { root_resource: root(resource, holder), ..environment },
                )
            }));
        }
    }
    let mut spent = Duration::MAX;
    let mut met = Vec::new();
    // The best of a few, so that what else the machine does counts less.
    for _ in 0..3 {
        let start = std::time::Instant::now();
        met = applied
            .iter()
            .map(|(invariant, focus, _, environment)| {
                invariant.compiled.condition(shapes, environment, focus)
            })
            .collect();
        spent = spent.min(start.elapsed());
    }
    let mut broken = Vec::new();
    for (met, (invariant, _, node, _)) in met.iter().zip(&applied) {
        if *met != Ok(Some(true)) && (invariant.is_error || met.is_err()) {
            let Invariant { key, path, text, .. } = invariant;
            broken.push(format!("{path} {key} {met:?}: {text} on {}", node.value));
        }
    }
    (applied.len(), spent, broken)
}

#[test]
fn every_invariant_holds_on_every_sample_family() {
    let registry = Registry::r4().expect("R4");
    let shapes = &registry.shapes;
    let invariants = invariants(shapes);
    assert!(invariants.len() > 230 + 5 * 143, "{}", invariants.len());
    let mut broken = Vec::new();
    let (mut resources, mut evaluations, mut spent) = (0, 0, Duration::ZERO);
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/families");
    for file in std::fs::read_dir(folder).expect("families") {
        let file = file.expect("file").path();
        if file.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let text = std::fs::read_to_string(file).expect("text");
        let family: Value = serde_json::from_str(&text).expect("family");
        for entry in family["entry"].as_array().expect("entries") {
            let (count, time, faults) = check(shapes, &invariants, &entry["resource"], now());
            broken.extend(faults);
            resources += 1;
            evaluations += count;
            spent += time;
        }
    }
    eprintln!("{evaluations} evaluations on {resources} resources in {spent:?}");
    assert!(broken.is_empty(), "{} broken:\n{}", broken.len(), broken.join("\n"));
}
