//! What the engines answer.

use std::collections::HashMap;
use std::error::Error;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::{Command, Stdio};

use rh_fhirpath::{EvaluationContext, FhirPathEvaluator, FhirPathParser, FhirPathValue};
use serde_json::{Value, json};

use crate::example::Example;
use crate::question::Question;

/// The values in a settled order, or why there are none.
#[derive(Debug, PartialEq)]
pub enum Answer {
    Right(Vec<String>),
    Wrong(String),
}

type Asked<'a> = (&'a Example, &'a Question);

/// Asks Mebe line by line.
pub fn mebe(binary: &Path, asked: &[Asked<'_>]) -> Result<Vec<Answer>, Box<dyn Error>> {
    let mut child = Command::new(binary)
        .args(["fhirpath", "--lines"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let input = child.stdin.take().ok_or("no input")?;
    let output = child.stdout.take().ok_or("no output")?;
    let mut lines = Vec::with_capacity(asked.len());
    for (id, (example, question)) in asked.iter().enumerate() {
        lines.push(json!({
            "id": id,
            "input": example.file,
            "expression": question.text,
            "mode": "definitions",
            "json": true,
        }));
    }
    let writer = std::thread::spawn(move || -> std::io::Result<()> {
        let mut input = BufWriter::new(input);
        for line in lines {
            writeln!(input, "{line}")?;
        }
        input.flush()
    });
    let mut answers = Vec::with_capacity(asked.len());
    for line in BufReader::new(output).lines() {
        let line: Value = serde_json::from_str(&line?)?;
        answers.push(match line["error"].as_str() {
            Some(error) => Answer::Wrong(error.to_owned()),
            None => {
                let outputs = line["outputs"].as_array().into_iter().flatten();
                settled(outputs.map(|output| output["json"].clone()).collect())
            }
        });
    }
    writer.join().map_err(|_| "the writer stopped")??;
    child.wait()?;
    if answers.len() == asked.len() { Ok(answers) } else { Err("Mebe left answers out".into()) }
}

/// Asks the second engine. Where it panics it has no answer.
pub fn second(asked: &[Asked<'_>]) -> Vec<Answer> {
    std::panic::set_hook(Box::new(|_| {}));
    let (parser, evaluator) = (FhirPathParser::new(), FhirPathEvaluator::new());
    let mut parsed = HashMap::new();
    let mut answers = Vec::with_capacity(asked.len());
    for (example, question) in asked {
        let tree = parsed.entry(&*question.text).or_insert_with(|| {
            catch_unwind(AssertUnwindSafe(|| parser.parse(&question.text)))
                .map_err(|_| "panic".to_owned())
                .and_then(|tree| tree.map_err(|error| error.to_string()))
        });
        let answer = tree.as_ref().map_err(Clone::clone).and_then(|tree| {
            let context = EvaluationContext::new(example.resource.clone());
            catch_unwind(AssertUnwindSafe(|| evaluator.evaluate(tree, &context)))
                .map_err(|_| "panic".to_owned())
                .and_then(|found| found.map_err(|error| error.to_string()))
        });
        answers.push(match answer {
            Ok(found) => settled(values(&found)),
            Err(error) => Answer::Wrong(error),
        });
    }
    let _ = std::panic::take_hook();
    answers
}

fn values(found: &FhirPathValue) -> Vec<Value> {
    match found {
        FhirPathValue::Empty => Vec::new(),
        FhirPathValue::Collection(items) | FhirPathValue::UnorderedCollection(items) => {
            items.iter().flat_map(values).collect()
        }
        other => vec![other.to_json()],
    }
}

/// Values without those that are not there, what is found twice once, in any order: the
/// specification leaves the order of unions open.
fn settled(values: Vec<Value>) -> Answer {
    let mut texts: Vec<String> = values
        .into_iter()
        .filter(|value| !value.is_null())
        .map(|value| plain(value).to_string())
        .collect();
    texts.sort_unstable();
    texts.dedup();
    Answer::Right(texts)
}

/// The value with its numbers as floating-point, as which the second engine reads them, and its
/// members in the order of their names.
fn plain(value: Value) -> Value {
    match value {
        Value::Number(number) => number.as_f64().map_or(Value::Null, |number| json!(number)),
        Value::Array(values) => values.into_iter().map(plain).collect(),
        Value::Object(members) => {
            members.into_iter().map(|(key, value)| (key, plain(value))).collect()
        }
        other => other,
    }
}
