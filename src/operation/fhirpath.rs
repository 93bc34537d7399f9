//! `$fhirpath` as the `FHIRPath` Lab calls it,
//! <https://github.com/brianpos/fhirpath-lab/blob/master/server-api.md>.

use std::cell::RefCell;

use serde_json::{Value, json};

use crate::definitions::shape::Shapes;
use crate::fhir::json;
use crate::fhir::time::Instant;
use crate::fhirpath::datum::{Datum, Node};
use crate::fhirpath::environment::{Environment, Outside};
use crate::fhirpath::error::PathError;
use crate::fhirpath::evaluation_error::EvaluationError;
use crate::fhirpath::expression::Expression;
use crate::fhirpath::kind::{Dialect, Kind as Type};
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};

use super::fhirpath_part::{part, value_of};

/// Steps of one call: about 50 ms.
const STEPS: u64 = 500_000;

/// What is asked for.
struct Asked<'p> {
    expression: &'p str,
    context: Option<&'p str>,
    resource: Option<Value>,
    variables: Vec<(Box<str>, Vec<Datum<'p>>)>,
}

/// Evaluates an expression on a resource.
pub(super) fn fhirpath(ctx: &Ctx<'_>, parameters: &Value) -> Result<Value, Failure> {
    let shapes = &ctx.engine.registry.shapes;
    let asked = Asked::read(shapes, parameters)?;
    let node = asked.resource.as_ref().map(Node::resource);
    let whole: Vec<Datum<'_>> = node.map(Datum::Node).into_iter().collect();
    let now = Instant::from_micros(ctx.now);
    let terminology = &ctx.engine.terminology;
    let is_member = |item: &Datum<'_>, url: &str| terminology.member_of(item, url);
    let surroundings = Environment {
        outside: Outside { member_of: Some(&is_member), ..Outside::default() },
        variables: asked.variables.clone(),
        zone: ctx.engine.zone,
        steps: STEPS,
        ..Environment::of(whole.first().cloned(), now)
    };
    let kinds = node.map(|node| vec![node.kind]);
    let Some(context) = asked.context else {
        let compiled = compile(shapes, kinds.as_deref(), asked.expression)?;
        let result = run(shapes, &compiled, &surroundings, &whole, None)?;
        return Ok(answer(&asked, vec![result]));
    };
    let compiled_context = compile(shapes, kinds.as_deref(), context)?;
    let items = compiled_context.evaluate(shapes, &surroundings, &whole).map_err(|e| failed(&e))?;
    let compiled = compile(shapes, None, asked.expression)?;
    let mut results = Vec::with_capacity(items.len());
    for (at, item) in items.iter().enumerate() {
        let place = format!("{context}[{at}]");
        let focus = std::slice::from_ref(item);
        results.push(run(shapes, &compiled, &surroundings, focus, Some(place))?);
    }
    Ok(answer(&asked, results))
}

/// One `result` parameter: its parts are the items, and what was traced.
fn run<'a>(
    shapes: &'a Shapes,
    compiled: &'a Expression,
    surroundings: &Environment<'a>,
    focus: &[Datum<'a>],
    place: Option<String>,
) -> Result<Value, Failure> {
    let traced = RefCell::new(Vec::new());
    let trace = |name: &str, items: &[Datum<'_>]| {
        let parts: Vec<Value> = items.iter().map(|item| part(shapes, item)).collect();
        traced.borrow_mut().push(json!({ "name": "trace", "valueString": name, "part": parts }));
    };
    let outside = Outside { trace: Some(&trace), ..surroundings.outside };
    let environment = Environment { outside, ..surroundings.clone() };
    let found = compiled.evaluate(shapes, &environment, focus).map_err(|error| failed(&error))?;
    let mut parts: Vec<Value> = found.iter().map(|item| part(shapes, item)).collect();
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

fn answer(asked: &Asked<'_>, results: Vec<Value>) -> Value {
    let mut given = vec![
        json!({ "name": "evaluator", "valueString": concat!("Mebe-", env!("CARGO_PKG_VERSION"), " (R4)") }),
        json!({ "name": "expression", "valueString": asked.expression }),
    ];
    if let Some(context) = asked.context {
        given.push(json!({ "name": "context", "valueString": context }));
    }
    if let Some(resource) = &asked.resource {
        given.push(json!({ "name": "resource", "resource": resource }));
    }
    let mut parameters = vec![json!({ "name": "parameters", "part": given })];
    parameters.extend(results);
    json!({ "resourceType": "Parameters", "id": "fhirpath", "parameter": parameters })
}

impl<'p> Asked<'p> {
    fn read(shapes: &Shapes, parameters: &'p Value) -> Result<Self, Failure> {
        let given = parameters.get("parameter").and_then(Value::as_array);
        let given = given.map(Vec::as_slice).unwrap_or_default();
        let find = |name: &str| {
            given.iter().find(|part| part.get("name").and_then(Value::as_str) == Some(name))
        };
        let text = |name: &str| find(name)?.get("valueString")?.as_str();
        let expression = text("expression").ok_or_else(no_expression)?;
        let resource = match find("resource").and_then(|part| part.get("resource")) {
            Some(resource) => Some(resource.clone()),
            None => text("resource")
                .map(|text| json::parse(text.as_bytes()))
                .transpose()
                .map_err(|issue| Kind::Malformed.with(vec![issue]))?,
        };
        let parts = find("variables").and_then(|part| part.get("part"));
        let parts = parts.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let variable = |part: &'p Value| {
            let name = part.get("name")?.as_str()?;
            Some((name.into(), value_of(shapes, part).into_iter().collect()))
        };
        let variables = parts.iter().filter_map(variable).collect();
        let context = text("context").filter(|context| !context.is_empty());
        Ok(Self { expression, context, resource, variables })
    }
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
    Kind::Unprocessable.because(
        format!("Biểu thức FHIRPath không có kết quả trên tài nguyên này: {error}."),
        format!("The FHIRPath expression has no result on this resource: {error}."),
    )
}

fn no_expression() -> Failure {
    Kind::Malformed.because(
        "Hãy gửi Parameters với tham số 'expression' (valueString).",
        "Send Parameters with the parameter 'expression' (valueString).",
    )
}
