//! `mebe fhirpath`

use std::io::{BufRead, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use serde_json::{Value, json};

use crate::definitions::registry::Registry;
use crate::fhir::time::{Instant, now};
use crate::fhirpath::datum::{Datum, Node};
use crate::fhirpath::environment::{Environment, Outside};
use crate::fhirpath::expression::Expression;
use crate::fhirpath::kind::Dialect;
use crate::terminology::service::Terminology;

/// What to evaluate on what.
#[derive(Debug, Args)]
pub(super) struct Fhirpath {
    /// The expression; without it, with --lines.
    #[arg(required_unless_present = "lines")]
    expression: Option<String>,
    /// Resources in JSON; without one the expression has no input.
    files: Vec<PathBuf>,
    /// Write JSON, one line for each file.
    #[arg(long)]
    json: bool,
    /// Refuse positions in collections that have no order.
    #[arg(long)]
    strict: bool,
    /// Read JSON lines {id, expression, input, mode} and write {id, outputs} or {id, error}.
    #[arg(long, conflicts_with_all = ["expression", "json", "strict"])]
    lines: bool,
}

type Faults = Box<dyn std::error::Error>;

/// Evaluates; the exit code is 1 when an expression has no result, 2 when a file cannot be read.
pub(super) fn run(arguments: &Fhirpath) -> Result<ExitCode, Faults> {
    let registry = Arc::new(Registry::r4()?);
    let terminology = Terminology::new(Arc::clone(&registry));
    let known = Known { registry: &registry, terminology: &terminology };
    let now = now();
    let mut out = std::io::stdout().lock();
    if arguments.lines {
        for line in std::io::stdin().lock().lines() {
            let answer = answer(known, &serde_json::from_str(&line?)?, now);
            writeln!(out, "{answer}")?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let text = arguments.expression.as_deref().unwrap_or_default();
    let dialect = if arguments.strict { Dialect::Strict } else { Dialect::Normative };
    let files = arguments.files.iter().map(Some);
    let none = arguments.files.is_empty().then_some(None);
    let mut exit = ExitCode::SUCCESS;
    for file in none.into_iter().chain(files) {
        let resource = match file {
            Some(file) => Some(read(file)?),
            None => None,
        };
        let name = file.map(|file| file.display().to_string()).unwrap_or_default();
        let found = evaluate(known, text, dialect, resource.as_ref(), now);
        if found.is_err() {
            exit = ExitCode::FAILURE;
        }
        match (found, arguments.json) {
            (Ok(found), true) => {
                let result: Vec<Value> = found.iter().map(|found| json!(found)).collect();
                writeln!(out, "{}", json!({ "file": name, "result": result }))?;
            }
            (Err(error), true) => writeln!(out, "{}", json!({ "file": name, "error": error }))?,
            (Err(error), false) if name.is_empty() => writeln!(out, "{error}")?,
            (Err(error), false) => writeln!(out, "{name}: {error}")?,
            (Ok(found), false) => {
                for Found { text, .. } in &found {
                    let shown = if arguments.files.len() > 1 { &format!("{name}: ") } else { "" };
                    writeln!(out, "{shown}{text}")?;
                }
            }
        }
    }
    Ok(exit)
}

/// What expressions are evaluated with.
#[derive(Clone, Copy)]
struct Known<'k> {
    registry: &'k Registry,
    terminology: &'k Terminology,
}

/// One item of a result.
#[derive(serde::Serialize)]
struct Found {
    r#type: String,
    value: Value,
    #[serde(skip)]
    text: String,
}

fn read(file: &PathBuf) -> Result<Value, Faults> {
    let named = |fault: &dyn std::fmt::Display| format!("{}: {fault}", file.display());
    let text = std::fs::read(file).map_err(|error| named(&error))?;
    Ok(crate::fhir::json::parse(&text).map_err(|issue| named(&issue.text.en))?)
}

fn evaluate(
    known: Known<'_>,
    text: &str,
    dialect: Dialect,
    resource: Option<&Value>,
    now: Instant,
) -> Result<Vec<Found>, String> {
    let shapes = &known.registry.shapes;
    let node = resource.map(Node::resource);
    let kinds = node.map(|node| [node.kind]);
    let expression =
        Expression::compile(shapes, kinds.as_ref().map(<[_; 1]>::as_slice), dialect, text)
            .map_err(|error| error.to_string())?;
    let focus: Vec<Datum<'_>> = node.map(Datum::Node).into_iter().collect();
    let is_member = |item: &Datum<'_>, url: &str| known.terminology.member_of(item, url);
    let outside = Outside { member_of: Some(&is_member), ..Outside::default() };
    let environment = Environment { outside, ..Environment::of(focus.first().cloned(), now) };
    let found =
        expression.evaluate(shapes, &environment, &focus).map_err(|error| error.to_string())?;
    let found = found.iter().map(|item| Found {
        r#type: item.type_name(shapes),
        value: item.json(),
        text: item.show(),
    });
    Ok(found.collect())
}

/// The answer to one line.
fn answer(known: Known<'_>, line: &Value, now: Instant) -> Value {
    let text = |key: &str| line.get(key).and_then(Value::as_str);
    let strict = text("mode") == Some("strict");
    let dialect = if strict { Dialect::Strict } else { Dialect::Normative };
    let resource = text("input").map(|file| read(&PathBuf::from(file))).transpose();
    let found = resource.map_err(|error| error.to_string()).and_then(|resource| {
        evaluate(known, text("expression").unwrap_or_default(), dialect, resource.as_ref(), now)
    });
    let id = line.get("id");
    match found {
        Ok(found) => {
            let output = |found: &Found| json!({ "type": found.r#type, "value": found.text });
            json!({ "id": id, "outputs": found.iter().map(output).collect::<Vec<_>>() })
        }
        Err(error) => json!({ "id": id, "error": error }),
    }
}
