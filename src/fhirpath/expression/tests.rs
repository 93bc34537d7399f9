//! What a whole expression gives, and what ends it.

use std::cell::RefCell;
use std::sync::LazyLock;
use std::time::Duration;

use serde_json::{Value, json};

use super::*;
use crate::budget::{Budget, Limits, Memory, Spent};
use crate::definitions::registry::Registry;
use crate::fhir::time::Instant;
use crate::fhirpath::expression::environment::{Outside, Resolver};
use crate::fhirpath::value::datum::Node;

static REGISTRY: LazyLock<Registry> = LazyLock::new(|| Registry::r4().expect("R4"));

fn evaluate<'a>(
    text: &str,
    resource: &'a Value,
    outside: Outside<'a>,
) -> Result<Vec<Value>, String> {
    let shapes = &REGISTRY.shapes;
    let node = Node::resource(resource);
    let compiled = Expression::compile(shapes, Some(&[node.kind]), Dialect::Normative, text)
        .map_err(|error| error.to_string())?;
    let focus = [Datum::Node(node)];
    let now = Instant::from_micros(1_795_330_800_000_000);
    let environment = Environment { outside, ..Environment::of(Some(focus[0].clone()), now) };
    let found = compiled.evaluate(shapes, &environment, &focus);
    Ok(found.map_err(|error| error.to_string())?.iter().map(Datum::json).collect())
}

#[track_caller]
fn check(text: &str, resource: &Value, expected: Value) {
    let found = evaluate(text, resource, Outside::default());
    assert_eq!(found.map(Value::Array), Ok(expected), "{text}");
}

#[track_caller]
fn refused(text: &str, part: &str) {
    let fault = evaluate(text, &patient(), Outside::default()).expect_err(text);
    assert!(fault.contains(part), "{text}: {fault}");
}

fn patient() -> Value {
    json!({
        "resourceType": "Patient",
        "id": "p",
        "active": true,
        "name": [{ "family": "Lò", "given": ["Thị", null], "_given": [null, { "extension": [{ "url": "http://u", "valueCode": "c" }] }] }],
        "birthDate": "1995-02",
        "_birthDate": { "extension": [{ "url": "http://t", "valueDateTime": "1995-02-03" }] },
        "_gender": { "extension": [{ "url": "http://g", "valueString": "x" }] },
        "contained": [{ "resourceType": "Organization", "id": "o", "name": "Trạm y tế" }],
        "managingOrganization": { "reference": "#o" },
        "generalPractitioner": [{ "reference": "Practitioner/1" }],
    })
}

#[test]
fn primitives_have_extensions() {
    let patient = patient();
    check("birthDate.extension('http://t').value", &patient, json!(["1995-02-03"]));
    check("gender.exists() and gender.hasValue().not()", &patient, json!([true]));
    check("gender.extension.value", &patient, json!(["x"]));
    check("name.given.count()", &patient, json!([2]));
    check("name.given.where(hasValue())", &patient, json!(["Thị"]));
    check("name.given.extension.value", &patient, json!(["c"]));
    check("descendants().where($this is code)", &patient, json!([null, "c"]));
}

#[test]
fn references_are_resolved() {
    let patient = patient();
    check("managingOrganization.resolve().name", &patient, json!(["Trạm y tế"]));
    check("generalPractitioner.resolve()", &patient, json!([]));
    let practitioner = json!({ "resourceType": "Practitioner", "id": "1" });
    let only = Only(practitioner);
    let outside = Outside { resolver: Some(&only), ..Outside::default() };
    let found = evaluate("generalPractitioner.resolve() is Practitioner", &patient, outside);
    assert_eq!(found, Ok(vec![json!(true)]));
    let bundle = json!({ "resourceType": "Bundle", "entry": [
        { "fullUrl": "http://x/Patient/1", "resource": patient },
        { "fullUrl": "urn:uuid:1", "resource": { "resourceType": "Observation",
            "subject": { "reference": "Patient/1" } } },
    ] });
    check("entry.resource.ofType(Observation).subject.resolve().id", &bundle, json!(["p"]));
}

#[test]
fn the_caller_is_asked() {
    let patient = patient();
    let member_of = |item: &Datum<'_>, url: &str| Some(item.boolean()? && url == "http://v");
    let told = RefCell::new(Vec::new());
    let trace = |name: &str, items: &[Datum<'_>]| {
        told.borrow_mut().push((name.to_owned(), items.len()));
    };
    let outside =
        Outside { member_of: Some(&member_of), trace: Some(&trace), ..Outside::default() };
    let text = "active.trace('a').memberOf('http://v')";
    assert_eq!(evaluate(text, &patient, outside), Ok(vec![json!(true)]));
    assert_eq!(told.take(), [("a".to_owned(), 1)]);
    refused("active.conformsTo('http://p')", "cannot be answered");
}

#[test]
fn wrong_expressions_are_refused() {
    refused("nam", "`nam` is no element of Patient");
    refused("Observation.status", "`Observation` is no element of Patient");
    refused("name.endsWith('x')", "takes a string, not HumanName");
    refused("active.is(Boolen)", "`Boolen` is not a type");
    refused("birthDat()", "is not a function");
    refused("skip()", "takes one argument");
    refused("@2015-13", "is not a date");
    refused("9999999999", "too many digits");
    refused("name.matches", "no element");
    refused("'a'.matches('(')", "regular expression");
    refused("name.given & 'x'", "takes one item");
    refused("1 + 'a'", "takes two numbers");
    refused("%nothing", "not a variable");
    refused("birthDate + 1 'mo'", "unit of time");
}

#[test]
fn explosions_hit_the_budget() {
    let twice = "'aaaaaaaaaaaaaaaa'".to_owned() + &".select($this & $this)".repeat(60);
    refused(&twice, "steps of evaluation");
    refused("'a'.repeat($this & 'a')", "steps of evaluation");
    let pairs = "(1 | 2)".to_owned() + &".select($this.combine($this))".repeat(40);
    refused(&pairs, "steps of evaluation");
    let replaced = "'aaaaaaaaaaaaaaaa'".to_owned() + &".replace('a', 'aaaaaaaa')".repeat(40);
    refused(&replaced, "steps of evaluation");
    refused("'a'.matches('(a{1000}){1000}')", "regular expression");
    let patterns =
        "'a'.matches('(a{150}){150}')".to_owned() + &" | 'a'.matches('(a{150}){150}')".repeat(1500);
    refused(&patterns, "regular expression");
    let patterns = "true".to_owned() + &" | 'a'.matches('[a-z]{1,9}')".repeat(2000);
    refused(&patterns, "steps of evaluation");
    check("('a' & 'b').matches('^(a+)+$')", &patient(), json!([false]));
    let many = format!("'{}'.split(',')", "a,".repeat(12_000));
    let long = "b".repeat(30_000);
    refused(&format!("{many}.join('{long}').length()"), "steps of evaluation");
    refused(&format!("{many}.join().replace('a', '{long}')"), "steps of evaluation");
    let groups = "$1".repeat(10_000);
    refused(&format!("{many}.join().replaceMatches('(a*)', '{groups}')"), "steps of evaluation");
    let copies = format!("{many}.select(%context.descendants())");
    refused(&copies, "steps of evaluation");
    let same = format!("{many}.select(%resource).combine({many}.select(%resource))");
    refused(&(same + &".children().select(%resource)".repeat(3)), "steps of evaluation");
    let heavy = format!("{many}.join('01').matches('(0|1)*a(0|1|a){{2000}}')");
    refused(&heavy, "steps of evaluation");
    refused(
        &format!("{many}.select(1 'mg' = 1 'kg' or 1 'g' = 1 'mg').count()"),
        "steps of evaluation",
    );
    let long = "name".to_owned() + &".where(true)".repeat(5000) + ".count()";
    check(&long, &patient(), json!([1]));
    let deep = "name".to_owned() + &".select($this".repeat(60) + &")".repeat(60) + ".count()";
    check(&deep, &patient(), json!([1]));
    let wide = "1".to_owned() + &" | 1".repeat(5000);
    check(&wide, &patient(), json!([1]));
}

#[test]
fn evaluations_of_one_request_share_its_budget() {
    let limits = Limits { steps: 30_000, once_stored: 0, bytes: 0, time: Duration::from_secs(60) };
    let budget = Budget::new(limits, &Memory::new(0));
    let counts = || evaluate("descendants().count()", &patient(), Outside::default()).is_ok();
    let done = budget.within(|| (0..10_000).take_while(|_| counts()).count());
    assert!((100..3_000).contains(&done), "{done}");
    assert_eq!(budget.spent(), Some(Spent::Steps));
    assert!(counts(), "others have their own");
}

struct Only(Value);

impl Resolver for Only {
    fn resolve(&self, reference: &str) -> Option<&Value> {
        (reference == "Practitioner/1").then_some(&self.0)
    }
}
