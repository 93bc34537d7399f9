//! `mebe fhirpath`

use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use serde_json::{Value, json};

use crate::definitions::registry::Registry;
use crate::fhir::member::text;
use crate::fhir::time::{Instant, now};
use crate::fhirpath::expression::Expression;
use crate::fhirpath::expression::environment::Environment;
use crate::fhirpath::expression::environment::Outside;
use crate::fhirpath::expression::environment::Resolver;
use crate::fhirpath::value::datum::Datum;
use crate::fhirpath::value::datum::Node;
use crate::fhirpath::value::kind::Dialect;
use crate::operation::fhirpath::outside::Answers;
use crate::terminology::service::Terminology;
use crate::validation::validator::Validator;

/// What to evaluate on what.
#[derive(Debug, Args)]
pub(super) struct Fhirpath {
    /// The expression; without it, with --lines.
    #[arg(required_unless_present = "lines")]
    expression: Option<String>,
    /// Resources in JSON; `resolve()` finds all of them. Without one the expression has no input.
    files: Vec<PathBuf>,
    /// A variable, `%NAME` in the expression; what reads as JSON is that, else it is a string.
    #[arg(long = "variable", value_name = "NAME=VALUE")]
    variables: Vec<String>,
    /// Write JSON, one line for each file.
    #[arg(long)]
    json: bool,
    /// Refuse positions in collections that have no order.
    #[arg(long)]
    strict: bool,
    /// Read JSON lines {id, expression, input, mode, json} and write {id, outputs} or {id, error}.
    #[arg(long, conflicts_with_all = ["expression", "json", "strict"])]
    lines: bool,
}

type Faults = Box<dyn std::error::Error>;

/// Evaluates; the exit code is 1 when an expression has no result, 2 when a file cannot be read.
pub(super) fn run(arguments: &Fhirpath) -> Result<ExitCode, Faults> {
    let registry = Arc::new(Registry::r4()?);
    let mut bench = Bench {
        terminology: Terminology::new(Arc::clone(&registry)),
        validator: Validator::new(Arc::clone(&registry)),
        registry,
        resources: Resources::default(),
        variables: Vec::new(),
        now: now(),
    };
    if arguments.lines {
        return lines(&mut bench);
    }
    for variable in &arguments.variables {
        let (name, value) = variable
            .split_once('=')
            .ok_or_else(|| format!("--variable {variable}: NAME=VALUE is needed"))?;
        let value = serde_json::from_str(value).unwrap_or_else(|_| Value::String(value.into()));
        bench.variables.push((name.into(), value));
    }
    for file in &arguments.files {
        bench.resources.0.push(read(file)?);
    }
    let dialect = if arguments.strict { Dialect::Strict } else { Dialect::Normative };
    let text = arguments.expression.as_deref().unwrap_or_default();
    let mut out = std::io::stdout().lock();
    if arguments.files.is_empty() {
        let found = bench.evaluate(text, dialect, None);
        return Ok(write(&mut out, arguments, "", found)?);
    }
    let mut exit = ExitCode::SUCCESS;
    for (file, resource) in arguments.files.iter().zip(&bench.resources.0) {
        let found = bench.evaluate(text, dialect, Some(resource));
        let code = write(&mut out, arguments, &file.display().to_string(), found)?;
        if code != ExitCode::SUCCESS {
            exit = code;
        }
    }
    Ok(exit)
}

fn write(
    out: &mut impl Write,
    arguments: &Fhirpath,
    name: &str,
    found: Result<Vec<Found>, String>,
) -> std::io::Result<ExitCode> {
    let exit = if found.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
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
    Ok(exit)
}

/// What expressions are evaluated with.
struct Bench {
    registry: Arc<Registry>,
    terminology: Terminology,
    validator: Validator,
    resources: Resources,
    variables: Vec<(Box<str>, Value)>,
    now: Instant,
}

/// The resources of the files.
#[derive(Default)]
struct Resources(Vec<Value>);

impl Resolver for Resources {
    fn resolve(&self, reference: &str) -> Option<&Value> {
        let reference = reference.split_once("/_history/").map_or(reference, |(before, _)| before);
        self.0.iter().find(|resource| {
            let (Some(kind), Some(id)) = (text(resource, "resourceType"), text(resource, "id"))
            else {
                return false;
            };
            let before = reference.strip_suffix(id).and_then(|rest| rest.strip_suffix('/'));
            let before = before.and_then(|rest| rest.strip_suffix(kind));
            before.is_some_and(|before| before.is_empty() || before.ends_with('/'))
        })
    }
}

/// One item of a result.
#[derive(serde::Serialize)]
struct Found {
    r#type: String,
    value: Value,
    #[serde(skip)]
    text: String,
}

impl Bench {
    fn evaluate(
        &self,
        text: &str,
        dialect: Dialect,
        resource: Option<&Value>,
    ) -> Result<Vec<Found>, String> {
        let shapes = &self.registry.shapes;
        let node = resource.map(Node::resource);
        let kinds = node.map(|node| [node.kind]);
        let kinds = kinds.as_ref().map(<[_; 1]>::as_slice);
        let expression =
            Expression::compile(shapes, kinds, dialect, text).map_err(|error| error.to_string())?;
        let focus: Vec<Datum<'_>> = node.map(Datum::Node).into_iter().collect();
        let answers = Answers {
            registry: &self.registry,
            terminology: &self.terminology,
            validator: &self.validator,
        };
        let is_member = |item: &Datum<'_>, url: &str| answers.is_member(item, url);
        let conforms = |item: &Datum<'_>, url: &str| answers.conforms(item, url);
        let subsumes = |above: &Datum<'_>, below: &Datum<'_>| answers.subsumes(above, below);
        let trace = |name: &str, items: &[Datum<'_>]| {
            let shown: Vec<String> = items.iter().map(Datum::show).collect();
            let _nobody_reads = writeln!(std::io::stderr(), "{name}: {}", shown.join(", "));
        };
        let outside = Outside {
            resolver: Some(&self.resources),
            member_of: Some(&is_member),
            conforms_to: Some(&conforms),
            subsumes: Some(&subsumes),
            trace: Some(&trace),
        };
        let variables = self.variables.iter();
        let variables = variables.map(|(name, value)| (name.clone(), vec![Datum::of_json(value)]));
        let environment = Environment {
            outside,
            variables: variables.collect(),
            ..Environment::of(focus.first().cloned(), self.now)
        };
        let found = expression.evaluate(shapes, &environment, &focus);
        let found = found.map_err(|error| error.to_string())?;
        let found = found.iter().map(|item| Found {
            r#type: item.type_name(shapes),
            value: item.json(),
            text: item.show(),
        });
        Ok(found.collect())
    }
}

fn read(file: &Path) -> Result<Value, Faults> {
    let named = |fault: &dyn std::fmt::Display| format!("{}: {fault}", file.display());
    let text = std::fs::read(file).map_err(|error| named(&error))?;
    Ok(crate::fhir::json::parse(&text).map_err(|issue| named(&issue.text.en))?)
}

/// Answers line by line. The file of the line before is kept.
fn lines(bench: &mut Bench) -> Result<ExitCode, Faults> {
    let mut out = std::io::stdout().lock();
    let mut kept = String::new();
    for line in std::io::stdin().lock().lines() {
        let line: Value = serde_json::from_str(&line?)?;
        let input = text(&line, "input").unwrap_or_default();
        if input != kept {
            bench.resources.0.clear();
            kept.clear();
            match (!input.is_empty()).then(|| read(Path::new(input))).transpose() {
                Ok(resource) => bench.resources.0.extend(resource),
                Err(error) => {
                    let error = error.to_string();
                    writeln!(out, "{}", json!({ "id": line.get("id"), "error": error }))?;
                    continue;
                }
            }
            input.clone_into(&mut kept);
        }
        writeln!(out, "{}", answer(bench, &line))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The answer to one line.
fn answer(bench: &Bench, line: &Value) -> Value {
    let dialect = match text(line, "mode") {
        Some("strict") => Dialect::Strict,
        Some("definitions") => Dialect::Definitions,
        _ => Dialect::Normative,
    };
    let resource = text(line, "input").and(bench.resources.0.first());
    let expression = text(line, "expression").unwrap_or_default();
    let id = line.get("id");
    let as_json = line.get("json") == Some(&Value::Bool(true));
    match bench.evaluate(expression, dialect, resource) {
        Ok(found) => {
            let output = |found: &Found| match as_json {
                true => json!({ "type": found.r#type, "json": found.value }),
                false => json!({ "type": found.r#type, "value": found.text }),
            };
            json!({ "id": id, "outputs": found.iter().map(output).collect::<Vec<_>>() })
        }
        Err(error) => json!({ "id": id, "error": error }),
    }
}
