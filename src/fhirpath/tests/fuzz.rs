//! Whatever the text and whatever the resource: nothing panics, and nothing goes beyond its budget.
//! The seeds are fixed, so that every run is the same.

use std::sync::LazyLock;

use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::sample::{Index, select};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use serde_json::{Value, json};

use crate::definitions::package::{STRUCTURES, unpack};
use crate::definitions::registry::Registry;
use crate::fhir::kind::ResourceKind;
use crate::fhir::time::Instant;
use crate::fhirpath::expression::Expression;
use crate::fhirpath::expression::environment::Environment;
use crate::fhirpath::function::table::names;
use crate::fhirpath::value::datum::{Datum, Node};
use crate::fhirpath::value::kind::{Dialect, Kind};

static REGISTRY: LazyLock<Registry> = LazyLock::new(|| Registry::r4().expect("R4"));

/// Every expression of R4's invariants and search parameters.
static OFFICIAL: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut texts: Vec<String> = ResourceKind::all()
        .flat_map(|kind| REGISTRY.search.of(kind))
        .filter_map(|parameter| parameter.expression.as_deref().map(str::to_owned))
        .collect();
    for line in unpack(STRUCTURES).expect("structures").lines() {
        let structure: Value = serde_json::from_str(line).expect("JSON");
        let elements = structure["snapshot"]["element"].as_array().into_iter().flatten();
        let constraints = elements.filter_map(|element| element["constraint"].as_array()).flatten();
        let found = constraints.filter_map(|constraint| constraint["expression"].as_str());
        texts.extend(found.map(str::to_owned));
    }
    texts.sort_unstable();
    texts.dedup();
    texts
});

/// Few enough that a case is quick.
const STEPS: u64 = 20_000;

const TOKENS: [&str; 58] = [
    ".",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    "|",
    "+",
    "-",
    "*",
    "/",
    "&",
    "=",
    "~",
    "!=",
    "!~",
    "<",
    ">=",
    " and ",
    " or ",
    " xor ",
    " implies ",
    " in ",
    " contains ",
    " is ",
    " as ",
    " div ",
    " mod ",
    "$this",
    "$index",
    "$total",
    "%resource",
    "%context",
    "%x",
    "true",
    "{}",
    "0",
    "1L",
    "1.5",
    "99999999999999999999",
    "'a'",
    "''",
    "'(a+)+$'",
    "@2020-02-30",
    "@2020T",
    "@T10",
    "1 'mg'",
    "2 years",
    "name",
    "given",
    "birthDate",
    "value",
    "Patient",
    "string",
    " asc",
    "/*",
];

/// A function with random arguments on a random fragment, and so on.
fn fragment() -> impl Strategy<Value = String> {
    let atom = prop_oneof![
        "[a-z]{1,8}",
        select(TOKENS.to_vec()).prop_map(str::to_owned),
        "'[a-zé\\\\(*]{0,4}'",
        "-?[0-9]{1,30}(\\.[0-9]{1,30})?( '(mg|cm/s|m2|Cel|1|a)'| years| 'mo')?",
        "@[0-9]{4}(-[0-1][0-9](-[0-3][0-9](T[0-2][0-9]:[0-5][0-9])?)?)?",
    ];
    atom.prop_recursive(4, 24, 3, |inner| {
        let functions: Vec<&str> = names().chain(["defineVariable"]).collect();
        let operators = ["+", "-", "*", "/", "div", "mod", "&", "|", "=", "~", "<", "in", "and"];
        prop_oneof![
            (inner.clone(), select(functions.clone()), inner.clone())
                .prop_map(|(on, name, with)| format!("({on}).{name}({with})")),
            (inner.clone(), select(functions.clone()), inner.clone(), inner.clone())
                .prop_map(|(on, name, with, and)| format!("({on}).{name}({with}, {and})")),
            (inner.clone(), select(functions)).prop_map(|(on, name)| format!("({on}).{name}()")),
            (inner.clone(), select(operators.to_vec()), inner.clone())
                .prop_map(|(left, operator, right)| format!("({left}) {operator} ({right})")),
            (inner.clone(), inner).prop_map(|(on, index)| format!("({on})[{index}]")),
        ]
    })
}

fn tokens() -> impl Strategy<Value = String> {
    proptest::collection::vec(select(TOKENS.to_vec()), 0..24).prop_map(|tokens| tokens.concat())
}

/// Two official expressions with parts of one in the other, or a token, or a hole.
fn mutated() -> impl Strategy<Value = String> {
    let official = || select(OFFICIAL.clone());
    let cuts = (any::<Index>(), any::<Index>(), any::<Index>(), any::<Index>());
    (official(), official(), cuts, select(TOKENS.to_vec()), 0..5_u8).prop_map(
        |(text, other, (from, to, start, end), token, how)| {
            let at = |text: &str, index: Index| {
                let places: Vec<usize> =
                    text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
                places[index.index(places.len())]
            };
            let part = |text: &str, from, to| {
                let (from, to) = (at(text, from), at(text, to));
                (from.min(to), from.max(to))
            };
            let (from, to) = part(&text, from, to);
            let (start, end) = part(&other, start, end);
            match how {
                0 => format!("{}{}", &text[..from], &text[to..]),
                1 => format!("{}{}{}", &text[..from], &other[start..end], &text[to..]),
                2 => format!("{}{token}{}", &text[..from], &text[from..]),
                3 => format!("{}{}{}", &text[..to], &text[from..to], &text[to..]),
                _ => format!("({text}) {token} ({other})"),
            }
        },
    )
}

fn nested() -> impl Strategy<Value = String> {
    let around = [
        ("(", ")"),
        ("select(", ")"),
        ("name.where(", ")"),
        ("descendants().select(", ")"),
        ("repeat(", ")"),
        ("repeatAll($this | ", ")"),
        ("iif(true, ", ")"),
        ("-", ""),
        ("$this & ", ""),
        ("a[", "]"),
        ("defineVariable('v' & $index.toString()).select(", ")"),
        ("combine($this).select(", ")"),
        ("(1 | 2 | 3).aggregate(", ", $total)"),
    ];
    let levels = proptest::collection::vec((select(around.to_vec()), 1..40_usize), 1..4);
    (levels, select(OFFICIAL.clone())).prop_map(|(levels, inner)| {
        levels.into_iter().fold(inner, |inner, ((open, close), times)| {
            format!("{}{inner}{}", open.repeat(times), close.repeat(times))
        })
    })
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        "[0-9]{1,40}(\\.[0-9]{1,40})?(e[0-9]{1,4})?"
            .prop_map(|text| serde_json::from_str(&text).unwrap_or(Value::Null)),
        "[-0-9T:Z#/é]{0,12}".prop_map(Value::String),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        let keys = [
            "name",
            "_name",
            "given",
            "_given",
            "extension",
            "url",
            "birthDate",
            "_birthDate",
            "valueQuantity",
            "value",
            "unit",
            "reference",
            "contained",
            "resourceType",
            "code",
            "coding",
            "text",
            "div",
            "id",
            "status",
            "period",
            "start",
            "end",
            "component",
        ];
        let key = select(keys.to_vec());
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            proptest::collection::vec((key, inner), 0..6).prop_map(|pairs| {
                let pairs = pairs.into_iter();
                Value::Object(pairs.map(|(key, value)| (key.to_owned(), value)).collect())
            }),
        ]
    })
}

fn resource() -> impl Strategy<Value = Value> {
    let kinds = ["Patient", "Observation", "Bundle", "Questionnaire", "Parameters", "Nothing"];
    (any_json(), select(kinds.to_vec())).prop_map(|(mut body, kind)| {
        if let Some(object) = body.as_object_mut() {
            object.insert("resourceType".into(), json!(kind));
        }
        body
    })
}

/// Evaluates in every dialect, with the types of the focus known and not.
fn evaluate(text: &str, resource: &Value) -> Result<(), TestCaseError> {
    let shapes = &REGISTRY.shapes;
    let node = Node::resource(resource);
    let known = [node.kind];
    let ways: [(Option<&[Kind]>, Dialect); 3] = [
        (Some(&known), Dialect::Normative),
        (Some(&known), Dialect::Strict),
        (None, Dialect::Definitions),
    ];
    for (focus, dialect) in ways {
        let Ok(compiled) = Expression::compile(shapes, focus, dialect, text) else { continue };
        let focus = [Datum::Node(node)];
        let environment = Environment::of(Some(focus[0].clone()), Instant::from_micros(0));
        let environment = Environment { steps: STEPS, ..environment };
        let Ok(found) = compiled.evaluate(shapes, &environment, &focus) else { continue };
        let shown: usize = found.iter().map(|item| item.show().len()).sum();
        let most = usize::try_from(STEPS).expect("few") * 16 + shown_of(resource) * found.len();
        if shown > most {
            let fault = format!("{} items, {shown} bytes of {text}", found.len());
            return Err(TestCaseError::fail(fault));
        }
    }
    Ok(())
}

fn shown_of(resource: &Value) -> usize {
    resource.to_string().len() + 64
}

fn fuzz(cases: u32, texts: impl Strategy<Value = String>) {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let seed = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config, seed);
    let done = runner.run(&(texts, resource()), |(text, body)| evaluate(&text, &body));
    done.unwrap_or_else(|fault| panic!("{fault}"));
}

#[test]
fn no_sequence_of_tokens_panics() {
    fuzz(600, tokens());
}

#[test]
fn no_function_on_anything_panics() {
    fuzz(600, fragment());
}

#[test]
fn no_mutated_official_expression_panics() {
    fuzz(800, mutated());
}

#[test]
fn no_deep_nesting_panics() {
    fuzz(200, nested());
}
