//! `$stats`, <https://hl7.org/fhir/R4/observation-operation-stats.html>: statistics of the numbers that
//! were observed of somebody, for each code that is asked for.
//!
//! A value counts that is one of the code, the observation's own or that of a component, in a unit that
//! can be turned into that of the latest one. What was entered in error or cancelled does not count.

use serde_json::{Value, json};

use crate::fhir::member::{member, members, text};
use crate::fhir::time::Instant;
use crate::fhir::unit::{UCUM, canonical};
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::operation::call::Call;
use crate::operation::parameters::{Parameters, value_of};
use crate::search::query::Parameter;

use super::found;
use super::measure::{STATISTICS, Statistic, Unit};

const SYSTEM: &str = "http://terminology.hl7.org/CodeSystem/observation-statistics";

/// How many values there are, also those without a number.
const TOTAL: &str = "total-count";

const HOUR: f64 = 3_600_000_000.0;

/// A code that is asked for.
struct Code {
    system: Option<String>,
    code: String,
}

/// What is asked for.
struct Asked<'a> {
    subject: &'a str,
    codes: Vec<Code>,
    dates: Vec<Parameter>,
    statistics: Vec<&'a str>,
    /// How many of the observations come along.
    sources: usize,
}

/// What was found of one code.
#[derive(Default)]
struct Values {
    /// The unit of the latest value: its system, code and name.
    unit: Option<Value>,
    numbers: Vec<f64>,
    total: usize,
    sources: Vec<Value>,
}

/// Reckons them.
pub(in crate::operation) async fn stats(ctx: &Ctx<'_>, call: &Call<'_>) -> Result<Value, Failure> {
    if let Some(posted) = &call.posted {
        posted.accept()?;
    }
    let asked = asked(ctx, call.parameters())?;
    let mut answer = Vec::new();
    for code in &asked.codes {
        let mut values = Values::default();
        found::each(ctx, query(&asked, code), |observation| {
            values.take(code, observation, asked.sources);
            Ok(())
        })
        .await?;
        values.numbers.sort_by(f64::total_cmp);
        let statistics = observation(&asked, code, &values);
        answer.push(json!({ "name": "statistics", "resource": statistics }));
        let sources = values.sources.into_iter();
        answer.extend(sources.map(|source| json!({ "name": "source", "resource": source })));
    }
    Ok(json!({ "resourceType": "Parameters", "parameter": answer }))
}

fn asked<'a>(ctx: &Ctx<'_>, parameters: Parameters<'a>) -> Result<Asked<'a>, Failure> {
    let subject = parameters.text("subject").ok_or_else(|| missing("subject"))?;
    let system = parameters.text("system").map(str::to_owned);
    let code = |code: &str| Code { system: system.clone(), code: code.to_owned() };
    let codes = parameters.texts("code").map(code);
    let codings = parameters.all("coding").filter_map(|part| {
        let coding = value_of(part)?;
        let system = text(coding, "system").map(str::to_owned);
        Some(Code { system, code: text(coding, "code")?.to_owned() })
    });
    let codes: Vec<Code> = codes.chain(codings).collect();
    if codes.is_empty() {
        return Err(missing("code"));
    }
    let statistics: Vec<&str> =
        parameters.texts("statistic").flat_map(|text| text.split(',')).collect();
    if statistics.is_empty() {
        return Err(missing("statistic"));
    }
    if let Some(unknown) =
        statistics.iter().find(|code| statistic(code).is_none() && **code != TOTAL)
    {
        return Err(unknown_statistic(unknown));
    }
    let limit = parameters.number("limit").map_err(|_other| wrong("limit"))?;
    let sources = match parameters.truth("include") {
        Some(true) => limit.unwrap_or(usize::MAX),
        _ => 0,
    };
    Ok(Asked { subject, codes, dates: dates(ctx, parameters)?, statistics, sources })
}

/// When the values were observed.
fn dates(ctx: &Ctx<'_>, parameters: Parameters<'_>) -> Result<Vec<Parameter>, Failure> {
    let mut dates = Vec::new();
    if let Some(duration) = parameters.value("duration") {
        let hours = match duration {
            Value::String(text) => text.parse().ok(),
            other => other.as_f64(),
        };
        let hours = hours.filter(|hours: &f64| *hours > 0.0 && *hours < 1e7);
        let micros = hours.ok_or_else(|| wrong("duration"))? * HOUR;
        let micros: i64 = format!("{micros:.0}").parse().map_err(|_too_large| wrong("duration"))?;
        let since = Instant::from_micros(ctx.now.saturating_sub(micros));
        dates.push(Parameter::new("date", format!("ge{}", since.format(ctx.engine.zone))));
    }
    if let Some(period) = parameters.value("period") {
        for (prefix, end) in [("ge", "start"), ("le", "end")] {
            let date = text(period, end).map(|date| format!("{prefix}{date}"));
            dates.extend(date.map(|date| Parameter::new("date", date)));
        }
    }
    Ok(dates)
}

/// The search for the observations of a code.
fn query(asked: &Asked<'_>, Code { system, code }: &Code) -> Vec<Parameter> {
    let escaped = |text: &str| {
        text.replace('\\', "\\\\").replace(',', "\\,").replace('|', "\\|").replace('$', "\\$")
    };
    let code = match system {
        Some(system) => format!("{}|{}", escaped(system), escaped(code)),
        None => escaped(code),
    };
    let mut query = vec![
        Parameter::new("subject", escaped(asked.subject)),
        Parameter::new("combo-code", code),
        Parameter::new("status:not", "entered-in-error".to_owned()),
        Parameter::new("status:not", "cancelled".to_owned()),
        Parameter::new("_sort", "-date".to_owned()),
    ];
    query.extend(asked.dates.iter().cloned());
    query
}

impl Values {
    fn take(&mut self, code: &Code, observation: Value, sources: usize) {
        let own = code.is_of(&observation).then_some(&observation);
        let components = members(&observation, "component").iter();
        let of_code = own.into_iter().chain(components.filter(|one| code.is_of(one)));
        for part in of_code {
            self.total += 1;
            self.numbers.extend(member(part, "valueQuantity").and_then(|quantity| {
                number(self.unit.get_or_insert_with(|| unit_of(quantity)), quantity)
            }));
        }
        if self.sources.len() < sources {
            self.sources.push(observation);
        }
    }
}

impl Code {
    /// Whether something is of this code.
    fn is_of(&self, part: &Value) -> bool {
        let codings = member(part, "code").map(|code| members(code, "coding"));
        codings.unwrap_or_default().iter().any(|coding| {
            text(coding, "code") == Some(self.code.as_str())
                && self.system.as_deref().is_none_or(|own| text(coding, "system") == Some(own))
        })
    }
}

/// A quantity without its number.
fn unit_of(quantity: &Value) -> Value {
    let mut unit = quantity.clone();
    if let Some(unit) = unit.as_object_mut() {
        unit.retain(|key, _| matches!(key.as_str(), "unit" | "system" | "code"));
    }
    unit
}

/// The number of a quantity in a unit; none when there is no way to it, or it is not known exactly.
fn number(unit: &Value, quantity: &Value) -> Option<f64> {
    let value = member(quantity, "value")?.as_f64()?;
    if member(quantity, "comparator").is_some() {
        return None;
    }
    if ["unit", "system", "code"].iter().all(|key| text(unit, key) == text(quantity, key)) {
        return Some(value);
    }
    let base = |of: &Value| {
        let is_ucum = text(of, "system") == Some(UCUM);
        canonical(text(of, "code").filter(|_| is_ucum)?)
    };
    let (from, to) = (base(quantity)?, base(unit)?);
    (from.unit == to.unit).then(|| to.of_base(from.number(value)?))?
}

/// The observation that tells the statistics.
fn observation(asked: &Asked<'_>, Code { system, code }: &Code, values: &Values) -> Value {
    let mut coding = json!({ "code": code });
    if let Some(system) = system {
        coding = json!({ "system": system, "code": code });
    }
    let components = asked.statistics.iter().map(|name| {
        let found = statistic(name);
        let value = match found {
            Some(found) => (found.of)(&values.numbers),
            None => u32::try_from(values.total).ok().map(f64::from),
        };
        let display = found.map_or("Total Count", |found| found.display);
        let coding = json!([{ "system": SYSTEM, "code": name, "display": display }]);
        let mut component = json!({ "code": { "coding": coding } });
        let quantity = value.and_then(plain).map(|value| {
            let unit =
                values.unit.clone().filter(|_| found.is_some_and(|found| found.unit == Unit::Own));
            let mut quantity = json!({ "value": value });
            if let (Some(all), Some(Value::Object(unit))) = (quantity.as_object_mut(), unit) {
                all.extend(unit);
            }
            quantity
        });
        if let Some(component) = component.as_object_mut() {
            match quantity {
                Some(quantity) => component.insert("valueQuantity".to_owned(), quantity),
                None => component.insert("dataAbsentReason".to_owned(), absent()),
            };
        }
        component
    });
    let reference = match asked.subject.contains('/') {
        true => asked.subject.to_owned(),
        false => format!("Patient/{}", asked.subject),
    };
    json!({
        "resourceType": "Observation",
        "status": "final",
        "code": { "coding": [coding] },
        "subject": { "reference": reference },
        "component": components.collect::<Vec<Value>>(),
    })
}

fn absent() -> Value {
    let system = "http://terminology.hl7.org/CodeSystem/data-absent-reason";
    json!({ "coding": [{ "system": system, "code": "unknown" }] })
}

fn statistic(code: &str) -> Option<&'static Statistic> {
    STATISTICS.iter().find(|one| one.code == code)
}

/// A number as JSON has it, without what is only the noise of sums.
fn plain(number: f64) -> Option<Value> {
    let rounded: f64 = format!("{number:.9e}").parse().ok()?;
    serde_json::from_str(&rounded.to_string()).ok()
}

fn missing(name: &str) -> Failure {
    Kind::Malformed.because(
        format!("$stats cần tham số '{name}'."),
        format!("$stats needs the parameter '{name}'."),
    )
}

fn wrong(name: &str) -> Failure {
    Kind::Malformed.because(
        format!("Tham số '{name}' của $stats phải là một số dương."),
        format!("The parameter '{name}' of $stats must be a positive number."),
    )
}

fn unknown_statistic(code: &str) -> Failure {
    let known: Vec<&str> = STATISTICS.iter().map(|one| one.code).chain([TOTAL]).collect();
    let known = known.join(", ");
    Kind::Unprocessable.because(
        format!("$stats không tính được '{code}'. Tính được: {known}."),
        format!("$stats does not reckon '{code}'. It reckons: {known}."),
    )
}
