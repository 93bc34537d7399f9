//! The two compilers agree: every search parameter gives the same by both.

use std::time::Duration;

use rustc_hash::FxHashMap;
use serde_json::{Value, json};

use crate::definitions::registry::Registry;
use crate::fhir::kind::ResourceKind;
use crate::fhir::reference;
use crate::fhir::time::now;
use crate::fhirpath::expression::Expression;
use crate::fhirpath::expression::environment::{Environment, Outside, Resolver};
use crate::fhirpath::path::compiler::compile;
use crate::fhirpath::path::item::Item;
use crate::fhirpath::value::datum::{Datum, Node};
use crate::fhirpath::value::kind::{Dialect, Kind};

/// Resolves any reference to a resource of the type it names, and nothing in it.
struct Stubs(FxHashMap<&'static str, Value>);

impl Resolver for Stubs {
    fn resolve(&self, text: &str) -> Option<&Value> {
        self.0.get(reference::kind(text)?.name())
    }
}

fn families() -> Vec<(ResourceKind, Value)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/families");
    let files = std::fs::read_dir(folder).expect("families");
    let paths = files.map(|file| file.expect("file").path());
    let mut resources = Vec::new();
    for path in paths.filter(|path| path.extension().is_some_and(|extension| extension == "json")) {
        let text = std::fs::read_to_string(path).expect("text");
        let family: Value = serde_json::from_str(&text).expect("family");
        for entry in family["entry"].as_array().expect("entries") {
            let resource = entry["resource"].clone();
            let kind = resource["resourceType"].as_str().and_then(ResourceKind::parse);
            resources.push((kind.expect("type"), resource));
        }
    }
    resources
}

/// What is found twice counts once, in any order.
fn settled(values: impl Iterator<Item = Value>) -> Vec<String> {
    let mut texts: Vec<String> = values.map(|value| value.to_string()).collect();
    texts.sort_unstable();
    texts.dedup();
    texts
}

/// What something gives, and the least time it took of a few.
fn best<T>(evaluate: impl Fn() -> T) -> (T, Duration) {
    let timed = || {
        let start = std::time::Instant::now();
        let found = evaluate();
        (found, start.elapsed())
    };
    let (first, second, (found, third)) = (timed().1, timed().1, timed());
    (found, first.min(second).min(third))
}

#[test]
fn search_parameters_give_the_same_by_both_compilers() {
    let registry = Registry::r4().expect("R4");
    let shapes = &registry.shapes;
    let stub = |kind: ResourceKind| (kind.name(), json!({ "resourceType": kind.name() }));
    let stubs = Stubs(ResourceKind::all().map(stub).collect());
    let outside = Outside { resolver: Some(&stubs), ..Outside::default() };
    let resources = families();
    let (mut compiled, mut compared, mut found) = (0, 0, 0);
    let (mut short, mut whole) = (Duration::ZERO, Duration::ZERO);
    let mut faults = Vec::new();
    for kind in ResourceKind::all() {
        for parameter in registry.search.of(kind) {
            let Some(text) = &parameter.expression else { continue };
            let path = compile(shapes, kind, text).expect(text);
            let focus = [Kind::Resource(kind)];
            // The parameters of `Resource` and `DomainResource` name elements of other types.
            let expression =
                Expression::compile(shapes, Some(&focus), Dialect::Definitions, text).expect(text);
            compiled += 1;
            for (_, resource) in resources.iter().filter(|(of, _)| *of == kind) {
                let item = Item::resource(kind, resource);
                let (by_path, spent) = best(|| path.evaluate(item, item));
                short += spent;
                let focus = [Datum::Node(Node::resource(resource))];
                let environment =
                    Environment { outside, ..Environment::of(Some(focus[0].clone()), now()) };
                let (by_expression, spent) =
                    best(|| expression.evaluate(shapes, &environment, &focus));
                whole += spent;
                let by_expression = by_expression.expect(text);
                let shown = |item: Item<'_>| match item {
                    Item::Node { value, .. } => value.clone(),
                    Item::Boolean(value) => json!(value),
                    Item::String(text) | Item::Number(text) => json!(text),
                };
                let left = settled(by_path.into_iter().map(shown));
                let right = settled(by_expression.iter().map(Datum::json));
                compared += 1;
                found += left.len();
                if left != right {
                    faults.push(format!("{kind}.{}: {left:?} or {right:?}", parameter.code));
                }
            }
        }
    }
    eprintln!("{compiled} compiled, {compared} compared, {found} found: {short:?} and {whole:?}");
    assert!(compiled > 2000 && found > 10_000, "{compiled} {found}");
    let few: Vec<_> = faults.iter().take(20).collect();
    assert!(faults.is_empty(), "{} differ: {few:#?}", faults.len());
}
