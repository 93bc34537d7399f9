//! `$fhirpath` as the `FHIRPath` Lab calls it,
//! <https://github.com/brianpos/fhirpath-lab/blob/master/server-api.md>. Steps of the evaluation
//! (`debug-trace`), which that leaves open, are not told.

use std::cell::RefCell;

use serde_json::{Value, json};

use crate::budget::{self, Spent};
use crate::definitions::shape::Shapes;
use crate::fhir::time::Instant;
use crate::fhirpath::expression::Expression;
use crate::fhirpath::expression::environment::{Environment, Outside};
use crate::fhirpath::expression::evaluation_error::EvaluationError;
use crate::fhirpath::syntax::error::PathError;
use crate::fhirpath::syntax::outline::outline;
use crate::fhirpath::value::datum::{Datum, Node};
use crate::fhirpath::value::kind::{Dialect, Kind as Type};
use crate::fhirpath::value::locate::size;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::interaction::referred::{Gathered, gather};

use super::given::Given;
use super::outside::Answers;
use super::part::{Paths, part};
use crate::operation::call::Call;

/// Steps of one call: about 50 ms.
const STEPS: u64 = 500_000;

/// Bytes that a value takes as a tree and as text.
const VALUE: usize = 200;

/// Evaluates an expression on a resource.
pub(in crate::operation) async fn fhirpath(
    ctx: &Ctx<'_>,
    call: &Call<'_>,
) -> Result<Value, Failure> {
    if let Some(posted) = &call.posted {
        posted.accept()?;
    }
    let parameters = call.body();
    let given = Given::read(&ctx.engine.registry.shapes, parameters)?;
    let gathered = match &given.resource {
        Some(resource) if given.expression.contains("resolve") => gather(ctx, resource).await?,
        _ => Gathered::default(),
    };
    evaluate(ctx, &given, &gathered)
}

fn evaluate(ctx: &Ctx<'_>, given: &Given<'_>, gathered: &Gathered) -> Result<Value, Failure> {
    let engine = ctx.engine;
    let (shapes, validator) = (&engine.registry.shapes, &engine.validator);
    let (registry, terminology) = (&engine.registry, &engine.terminology);
    let answers = Answers { registry, terminology, validator };
    let is_member = |item: &Datum<'_>, url: &str| answers.is_member(item, url);
    let conforms = |item: &Datum<'_>, url: &str| answers.conforms(item, url);
    let subsumes = |above: &Datum<'_>, below: &Datum<'_>| answers.subsumes(above, below);
    let node = given.resource.as_ref().map(Node::resource);
    let whole: Vec<Datum<'_>> = node.map(Datum::Node).into_iter().collect();
    let surroundings = Environment {
        outside: Outside {
            resolver: Some(gathered),
            member_of: Some(&is_member),
            conforms_to: Some(&conforms),
            subsumes: Some(&subsumes),
            ..Outside::default()
        },
        variables: given.variables.clone(),
        zone: engine.zone,
        steps: STEPS,
        ..Environment::of(whole.first().cloned(), Instant::from_micros(ctx.now))
    };
    let kinds = node.map(|node| vec![node.kind]);
    let paths = Paths::new(shapes, node);
    let Some(context) = given.context else {
        let compiled = compile(shapes, kinds.as_deref(), given.expression)?;
        let result = run(shapes, &compiled, &surroundings, (&whole, None), &paths)?;
        return Ok(answer(shapes, given, &compiled, vec![result]));
    };
    let compiled_context = compile(shapes, kinds.as_deref(), context)?;
    let items = compiled_context.evaluate(shapes, &surroundings, &whole).map_err(|e| failed(&e))?;
    let types = compiled_context.types().filter(|_| given.validate);
    let compiled = compile(shapes, types, given.expression)?;
    let mut results = Vec::with_capacity(items.len());
    for (at, item) in items.iter().enumerate() {
        let path = match item {
            Datum::Node(item) => paths.of(*item),
            _ => None,
        };
        let place = path.unwrap_or_else(|| format!("{context}[{at}]"));
        let focus = std::slice::from_ref(item);
        results.push(run(shapes, &compiled, &surroundings, (focus, Some(place)), &paths)?);
    }
    Ok(answer(shapes, given, &compiled, results))
}

/// One `result` parameter: its parts are the items, and what was traced.
fn run<'a>(
    shapes: &'a Shapes,
    compiled: &'a Expression,
    surroundings: &Environment<'a>,
    at: (&[Datum<'a>], Option<String>),
    paths: &Paths<'_>,
) -> Result<Value, Failure> {
    let (focus, place) = at;
    let traced = RefCell::new(Vec::new());
    let trace = |name: &str, items: &[Datum<'_>]| {
        // Who has no room for it is refused when the result is asked for room.
        let parts: Vec<Value> =
            items.iter().map_while(|item| affordable(item, paths).ok()).collect();
        traced.borrow_mut().push(json!({ "name": "trace", "valueString": name, "part": parts }));
    };
    let outside = Outside { trace: Some(&trace), ..surroundings.outside };
    let environment = Environment { outside, ..surroundings.clone() };
    let found = compiled.evaluate(shapes, &environment, focus).map_err(|error| failed(&error))?;
    let parts: Result<Vec<Value>, Spent> =
        found.iter().map(|item| affordable(item, paths)).collect();
    let mut parts = parts?;
    parts.extend(traced.take());
    let mut result = json!({ "name": "result" });
    if let Some(object) = result.as_object_mut() {
        if let Some(place) = place {
            object.insert("valueString".into(), json!(place));
        }
        object.insert("part".into(), Value::Array(parts));
    }
    Ok(result)
}

/// One item, once there is room for it: many items may be the same large resource.
fn affordable(item: &Datum<'_>, paths: &Paths<'_>) -> Result<Value, Spent> {
    let bytes = match item {
        Datum::Node(node) => size(node.value).saturating_mul(VALUE),
        item => item.text().map_or(0, str::len),
    };
    budget::spend(bytes / VALUE)?;
    budget::take(bytes + VALUE)?;
    Ok(part(item, paths))
}

fn answer(shapes: &Shapes, given: &Given<'_>, compiled: &Expression, results: Vec<Value>) -> Value {
    let evaluator = concat!("Mebe-", env!("CARGO_PKG_VERSION"), " (R4)");
    let mut parts = vec![
        json!({ "name": "evaluator", "valueString": evaluator }),
        json!({ "name": "expression", "valueString": given.expression }),
    ];
    if let Some(types) = compiled.types().filter(|types| !types.is_empty()) {
        let names: Vec<String> = types.iter().map(|kind| kind.written(shapes)).collect();
        parts.push(json!({ "name": "expectedReturnType", "valueString": names.join(" | ") }));
    }
    if let Ok(tree) = outline(given.expression) {
        parts.push(json!({ "name": "parseDebugTree", "valueString": tree.to_string() }));
    }
    if let Some(context) = given.context {
        parts.push(json!({ "name": "context", "valueString": context }));
    }
    if let Some(resource) = &given.resource {
        parts.push(json!({ "name": "resource", "resource": resource }));
    }
    parts.extend(given.written_variables.cloned());
    let mut parameters = vec![json!({ "name": "parameters", "part": parts })];
    parameters.extend(results);
    json!({ "resourceType": "Parameters", "id": "fhirpath", "parameter": parameters })
}

fn compile(shapes: &Shapes, kinds: Option<&[Type]>, text: &str) -> Result<Expression, Failure> {
    Expression::compile(shapes, kinds, Dialect::Normative, text).map_err(|error| wrong(&error))
}

fn wrong(error: &PathError) -> Failure {
    Kind::Malformed.because(
        format!("Biểu thức FHIRPath sai ở byte {}: {}.", error.at, error.fault),
        format!("The FHIRPath expression is wrong at byte {}: {}.", error.at, error.fault),
    )
}

fn failed(error: &EvaluationError) -> Failure {
    let kind = match error {
        EvaluationError::TooManySteps(_) => Kind::TooMuch,
        _ => Kind::Unprocessable,
    };
    kind.because(
        format!("Biểu thức FHIRPath không có kết quả trên tài nguyên này: {error}."),
        format!("The FHIRPath expression has no result on this resource: {error}."),
    )
}
