//! `$immds-forecast` at the base URL: of the records that come with the request, as HL7's guide has
//! it. `supporting` is ours: allergies, observations, and what tells of the mother.

use serde_json::Value;

use super::answer::answer;
use super::request::{chart, day, is_all};
use crate::budget;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::mch::record::records::{Record, Records};
use crate::operation::asked::{missing, place, take, twice};
use crate::operation::call::Call;

const KNOWN: [&str; 5] = ["assessmentDate", "patient", "immunization", "supporting", "programme"];

/// What one resource that is held against the others costs.
const RESOURCE: usize = 200;

/// Judges what was sent.
pub(in crate::operation) fn of_sent(
    ctx: &Ctx<'_>,
    call: &Call<'_>,
    _instance: Option<&Value>,
) -> Result<Value, Failure> {
    take(call, &KNOWN)?;
    let on = day(call)?.ok_or_else(|| {
        missing(
            "assessmentDate",
            "ngày để xét, như 2026-11-22",
            "the day to look at, such as 2026-11-22",
        )
    })?;
    let is_all = is_all(call)?;
    let sent = Sent::read(call)?;
    let all = sent.records.iter().map(|(address, resource)| Record { address, resource });
    let records = Records::new(all, &ctx.engine.base, ctx.engine.zone, ctx.now).put_together();
    let named = "Parameters.parameter.where(name = 'patient').resource";
    let chart = chart(&records, (&sent.patient, named), on)?;
    Ok(answer(&chart, &sent.patient, is_all, call.language))
}

/// What came with a request, so that references lead to it.
pub(in crate::operation) struct Sent {
    pub(in crate::operation) patient: String,
    pub(in crate::operation) records: Vec<(String, Value)>,
}

impl Sent {
    fn read(call: &Call<'_>) -> Result<Self, Failure> {
        let parameters = call.parameters();
        let mut patients = parameters.all("patient");
        let patient = patients
            .next()
            .ok_or_else(|| missing("patient", "một Patient", "a Patient"))
            .and_then(|part| resource(part, "patient", Some("Patient")))?;
        if patients.next().is_some() {
            return Err(twice("patient"));
        }
        let doses = parameters.all("immunization");
        let doses = doses.map(|part| resource(part, "immunization", Some("Immunization")));
        let supporting = parameters.all("supporting");
        let supporting = supporting.map(|part| resource(part, "supporting", None));
        let doses: Vec<&Value> = doses.collect::<Result<_, Failure>>()?;
        let supporting: Vec<&Value> = supporting.collect::<Result<_, Failure>>()?;
        Self::of(patient, &doses, &supporting)
    }

    /// Puts records together: doses are the patient's whatever they point at, so is what supports them
    /// and points at the same or at nobody.
    pub(in crate::operation) fn of(
        patient: &Value,
        doses: &[&Value],
        supporting: &[&Value],
    ) -> Result<Self, Failure> {
        let own = address(patient, "patient");
        let has_id = patient.get("id").is_some();
        let mut records = vec![(own.clone(), patient.clone())];
        let mut called = vec![own.clone()];
        for (at, dose) in doses.iter().enumerate() {
            budget::spend(RESOURCE + at)?;
            called.extend(reference(dose, "patient"));
            let at = address(dose, &format!("immunization-{}", at + 1));
            records.push((unused(&records, at), about(dose, "patient", &own)));
        }
        let others = supporting.iter().filter(|one| kind(one) == "Patient");
        let others: Vec<String> = others.map(|one| address(one, "")).collect();
        for (at, one) in supporting.iter().enumerate() {
            budget::spend(RESOURCE + records.len())?;
            let mut resource = (*one).clone();
            for element in ["subject", "patient"] {
                let of = reference(one, element);
                // A mother's test is not the child's, whoever has no id.
                let is_meant = |of: &String| !has_id && !others.contains(of) && !is_of_mothers(one);
                let is_own = of.as_ref().is_some_and(|of| called.contains(of) || is_meant(of));
                if is_own || of.is_none() && one.get(element).is_some() {
                    resource = about(&resource, element, &own);
                }
            }
            let at = address(one, &format!("supporting-{}", at + 1));
            records.push((unused(&records, at), resource));
        }
        Ok(Self { patient: own, records })
    }
}

/// An Observation that children have no item for.
fn is_of_mothers(resource: &Value) -> bool {
    kind(resource) == "Observation" && crate::mch::immunization::chart::is_of_mothers(resource)
}

fn kind(resource: &Value) -> &str {
    resource.get("resourceType").and_then(Value::as_str).unwrap_or_default()
}

fn resource<'v>(part: &'v Value, name: &str, expected: Option<&str>) -> Result<&'v Value, Failure> {
    let found = part.get("resource").filter(|one| !kind(one).is_empty());
    let is_it = |one: &&Value| expected.is_none_or(|expected| kind(one) == expected);
    found.filter(is_it).ok_or_else(|| {
        let wanted = expected.unwrap_or("Resource");
        Kind::Malformed
            .because(
                format!("Tham số '{name}' mang một {wanted} trong 'resource'."),
                format!("The parameter '{name}' has a {wanted} in 'resource'."),
            )
            .of(&place(name))
    })
}

/// The address of a resource, by its id or by another name.
fn address(resource: &Value, otherwise: &str) -> String {
    let id = resource.get("id").and_then(Value::as_str).unwrap_or(otherwise);
    format!("{}/{id}", kind(resource))
}

/// An address that none of the records has: two of one id are two records.
fn unused(records: &[(String, Value)], address: String) -> String {
    let is_used = |address: &str| records.iter().any(|(used, _)| used == address);
    let mut free = address.clone();
    let mut count = 1;
    while is_used(&free) {
        count += 1;
        free = format!("{address}-{count}");
    }
    free
}

fn reference(resource: &Value, element: &str) -> Option<String> {
    Some(resource.get(element)?.get("reference")?.as_str()?.to_owned())
}

/// The same resource, about somebody.
fn about(resource: &Value, element: &str, patient: &str) -> Value {
    let mut resource = resource.clone();
    if let Some(object) = resource.as_object_mut() {
        object.insert(element.to_owned(), serde_json::json!({ "reference": patient }));
    }
    resource
}
