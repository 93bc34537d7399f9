//! `$everything` of a Patient, <https://hl7.org/fhir/R4/patient-operation-everything.html>, and of an
//! Encounter: what is in the compartment, page by page, with what it refers to. `family` is ours: it
//! adds the records of a mother's children, or those of a child's mother.

use serde_json::Value;

use crate::fhir::date::DateRange;
use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::fhir::text::suggestion::nearest;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::interaction::search::scope::{Care, Scope};
use crate::interaction::search::{Results, search};
use crate::interaction::single::read::read;
use crate::mch::record::records::{Record, Records};
use crate::operation::asked::place;
use crate::operation::call::Call;
use crate::operation::immunization::reading::Reading;
use crate::operation::parameters::value_of;
use crate::search::query::{Parameter, Query};
use crate::store::lookup::Lookup;

const KNOWN: [&str; 6] = ["_since", "_type", "_count", "start", "end", "family"];

/// Finds it.
pub(in crate::operation) async fn everything(
    ctx: &Ctx<'_>,
    call: &Call<'_>,
) -> Result<Results, Failure> {
    if let Some(posted) = &call.posted {
        posted.accept()?;
    }
    let (Some(of), Some(id)) = (call.kind, call.id) else {
        return Err(Kind::NotFound.because(
            "$everything được gọi trên một Patient hay Encounter.",
            "$everything is called on a Patient or an Encounter.",
        ));
    };
    let asked = Asked::read(ctx, call, of)?;
    let stored = read(ctx, of, id).await?;
    let others = match asked.is_family {
        true => {
            let mut reading = Reading::new(ctx);
            reading.take(&stored);
            family(reading, id).await?
        }
        false => Vec::new(),
    };
    let care = Care { others, from: asked.from, until: asked.until, asked: asked.told };
    let scope = Scope::Everything { of, id: id.clone(), care };
    search(ctx, scope, Query { parameters: asked.query }).await
}

/// What is asked for.
#[derive(Default)]
struct Asked {
    /// What the search is given.
    query: Vec<Parameter>,
    from: Option<DateRange>,
    until: Option<DateRange>,
    is_family: bool,
    /// What the links of pages tell again, as a query.
    told: String,
}

impl Asked {
    fn read(ctx: &Ctx<'_>, call: &Call<'_>, of: ResourceKind) -> Result<Self, Failure> {
        let mut asked = Self::default();
        let mut told = form_urlencoded::Serializer::new(String::new());
        let mut since = None;
        for (name, text) in parameters(call) {
            let date =
                || DateRange::parse(&text, ctx.engine.zone).ok_or_else(|| no_date(&name, &text));
            match name.as_str() {
                "_since" => {
                    date()?;
                    since = Some(text.clone());
                }
                "start" => asked.from = Some(date()?),
                "end" => asked.until = Some(date()?),
                "family" if of == ResourceKind::PATIENT => {
                    asked.is_family = text.parse().map_err(|_other| no_truth(&name, &text))?;
                }
                "_type" | "_count" | "_cursor" | "_summary" | "_elements" => {
                    asked.query.push(Parameter::new(&name, text));
                    continue;
                }
                // What links of pages tell of the search itself, and how to answer.
                "_lastUpdated" | "_include" | "_format" | "_pretty" => continue,
                _ => return Err(unknown(&name)),
            }
            told.append_pair(&name, &text);
        }
        let since = since.map(|since| Parameter::new("_lastUpdated", format!("ge{since}")));
        asked.query.extend(since);
        asked.query.push(Parameter::new("_include", "*".to_owned()));
        asked.told = told.finish();
        Ok(asked)
    }
}

/// The names and texts of what was sent, in the query or posted.
fn parameters(call: &Call<'_>) -> Vec<(String, String)> {
    let pairs = form_urlencoded::parse(call.raw_query.as_bytes()).into_owned();
    let mut all: Vec<(String, String)> = pairs.filter(|(name, _)| !name.is_empty()).collect();
    if call.posted.is_some() {
        for (name, part) in call.parameters().iter() {
            let text = value_of(part).map(|value| match value {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            });
            all.push((name.to_owned(), text.unwrap_or_default()));
        }
    }
    all
}

fn unknown(name: &str) -> Failure {
    let list = KNOWN.join(", ");
    let (vi, en) = match nearest(name, KNOWN.into_iter()) {
        Some(meant) => (format!("Ý bạn là '{meant}'?"), format!("Did you mean '{meant}'?")),
        None => (format!("Có: {list}."), format!("There are: {list}.")),
    };
    Kind::Malformed
        .because(
            format!("$everything không có tham số '{name}' ở đây. {vi}"),
            format!("$everything has no parameter '{name}' here. {en}"),
        )
        .of(&place(name))
}

fn no_date(name: &str, text: &str) -> Failure {
    Kind::Malformed
        .because(
            format!("Tham số '{name}' phải là một ngày hay một thời điểm, không phải '{text}'."),
            format!("The parameter '{name}' is a date or an instant, not '{text}'."),
        )
        .of(&place(name))
}

fn no_truth(name: &str, text: &str) -> Failure {
    Kind::Malformed
        .because(
            format!("Tham số '{name}' là true hoặc false, không phải '{text}'."),
            format!("The parameter '{name}' is true or false, not '{text}'."),
        )
        .of(&place(name))
}

/// The mother of a child, the children of a mother.
async fn family(mut reading: Reading<'_, '_>, id: &ResourceId) -> Result<Vec<ResourceId>, Failure> {
    let own = format!("Patient/{id}");
    let related = reading.pointing("RelatedPerson", "patient", id, None);
    let linked = linked(&reading);
    reading.look_up(related.into_iter().chain(linked).collect()).await?;
    let mothers = reading.mothers_of_related();
    reading.look_up(mothers).await?;
    let ctx = reading.ctx;
    let all = reading.found.iter().map(|(address, resource)| Record { address, resource });
    let records = Records::new(all, &ctx.engine.base, ctx.engine.zone, ctx.now);
    let mut others: Vec<&str> = records.mothers(&own);
    let related = records.of_type("RelatedPerson");
    others.extend(related.filter_map(|one| records.address(one.resource.get("patient"))));
    others.sort_unstable();
    others.dedup();
    others.retain(|address| *address != own);
    Ok(others.iter().filter_map(|one| ResourceId::parse(one.strip_prefix("Patient/")?)).collect())
}

/// The related persons that somebody is.
fn linked(reading: &Reading<'_, '_>) -> Vec<Lookup> {
    let links = reading.found.iter().filter_map(|(_, one)| one.get("link")?.as_array()).flatten();
    let others = links.filter_map(|link| link.get("other")?.get("reference")?.as_str());
    let related = others.filter_map(|to| {
        let (before, id) = to.rsplit_once('/')?;
        before.ends_with("RelatedPerson").then_some(id)
    });
    let kind = ResourceKind::parse("RelatedPerson");
    let address = |id: &str| Some(Lookup::Address { kind: kind?, id: ResourceId::parse(id)? });
    related.filter_map(address).collect()
}
