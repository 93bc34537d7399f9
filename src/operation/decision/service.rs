//! The services that there are, and what one of them answers.

use serde_json::{Value, json};

use super::card::cards;
use super::facts::Facts;
use crate::fhir::id::ResourceId;
use crate::fhir::issue::Language;
use crate::fhir::kind::ResourceKind;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::interaction::record::person::{Kept, PATIENT_ALONE, Reach, WHOLE, person};
use crate::mch::immunization::chart::{Chart, Unknown};
use crate::mch::record::records::{Record, Records};
use crate::operation::asked::today;
use crate::operation::immunization::sent::Sent;
use crate::store::row::Op;

/// Of a child's mother how old the pregnancy was, and what warns of her.
const MOTHER: &[Kept] = &[
    ("EpisodeOfCare", "patient"),
    ("Observation", "subject"),
    ("Encounter", "subject"),
    ("Condition", "subject"),
    ("Procedure", "subject"),
    ("Flag", "patient"),
];
const REACH: Reach = Reach { own: WHOLE, mother: MOTHER, children: PATIENT_ALONE };

/// The id of the only service.
const BOOKLET: &str = "mch-booklet";
/// When it is asked.
const HOOK: &str = "patient-view";

/// What there is, <https://cds-hooks.hl7.org/2.0/#discovery>.
pub fn services() -> Value {
    let of = |kind: &str, by: &str| format!("{kind}?{by}={{{{context.patientId}}}}");
    json!({ "services": [{
        "hook": HOOK,
        "id": BOOKLET,
        "title": "Sổ Mẹ và Bé: dấu hiệu nguy hiểm, việc quá hạn, đến hạn, ngày hẹn / danger signs, what is overdue, due and next",
        "description": "Trẻ và phụ nữ có thai: dấu hiệu nguy hiểm; lần khám, xét nghiệm, mũi tiêm nào quá hạn, đến hạn; ngày hẹn tiếp theo, kèm nguồn. Không cần prefetch nếu hồ sơ đã có ở máy chủ này; gửi kèm mà thiếu 'encounters' thì không nói về lần khám. / Children and women in pregnancy: danger signs, which visits, tests and doses are overdue and due, and the next date, with sources. Works without prefetch for records of this server; where what is sent has no 'encounters', nothing is said of visits.",
        "prefetch": {
            "patient": "Patient/{{context.patientId}}",
            "immunizations": of("Immunization", "patient"),
            "allergies": of("AllergyIntolerance", "patient"),
            "observations": of("Observation", "patient"),
            "episodes": of("EpisodeOfCare", "patient"),
            "encounters": of("Encounter", "patient"),
            "procedures": of("Procedure", "patient"),
            "referrals": of("ServiceRequest", "patient"),
            "medicines": of("MedicationAdministration", "patient"),
        },
    }] })
}

/// What a service answers to a request.
pub async fn answer(
    ctx: &Ctx<'_>,
    service: &str,
    request: &Value,
    language: Language,
) -> Result<Value, Failure> {
    if service != BOOKLET {
        return Err(Kind::NotFound.because(
            format!("Không có dịch vụ '{service}'. Xem /cds-services."),
            format!("There is no service '{service}'. See /cds-services."),
        ));
    }
    let text = |pointer: &str| request.pointer(pointer).and_then(Value::as_str);
    if text("/hook") != Some(HOOK) {
        return Err(wrong("hook", &format!("'{HOOK}'")));
    }
    if text("/hookInstance").is_none_or(str::is_empty) {
        return Err(wrong("hookInstance", "a UUID"));
    }
    let named = text("/context/patientId").filter(|id| !id.is_empty());
    let named = named.ok_or_else(|| wrong("context.patientId", "an id"))?;
    let named = named.strip_prefix("Patient/").unwrap_or(named);
    let page = page(ctx, named).await?;
    let (patient, records, has_visits) = match prefetched(request)? {
        Some((sent, has_visits)) => (sent.patient, sent.records, has_visits),
        None => {
            let (patient, records) = recorded(ctx, named).await?;
            (patient, records, true)
        }
    };
    let all = records.iter().map(|(address, resource)| Record { address, resource });
    let records = Records::new(all, &ctx.engine.base, ctx.engine.zone, ctx.now).put_together();
    let day = today(ctx);
    let chart = match Chart::of(&records, &patient, day) {
        Ok(chart) => chart,
        // There is nothing to tell about a man.
        Err(Unknown::Nobody) => return Ok(json!({ "cards": [] })),
        Err(Unknown::Patient | Unknown::Birth) => {
            return Err(Kind::PreconditionFailed.because(
                format!("Patient/{named} không có birthDate, nên không tính được lịch tiêm."),
                format!("Patient/{named} has no birthDate, without which no schedule can be told."),
            ));
        }
    };
    let facts = Facts::of(ctx, (&records, &patient), Some(&chart), (day, has_visits));
    Ok(json!({ "cards": cards(&facts, page.as_deref(), language) }))
}

/// The page of somebody whose record is here.
async fn page(ctx: &Ctx<'_>, id: &str) -> Result<Option<String>, Failure> {
    let Some(parsed) = ResourceId::parse(id) else { return Ok(None) };
    let found = ctx.rows().current(ResourceKind::PATIENT, &parsed).await?;
    let is_there = found.is_some_and(|stored| stored.op != Op::Deleted);
    let base = &ctx.engine.base;
    let top = base.strip_suffix("/fhir").unwrap_or(base);
    Ok(is_there.then(|| format!("{top}/so/{id}")))
}

fn wrong(element: &str, wanted: &str) -> Failure {
    Kind::Malformed
        .because(
            format!("Yêu cầu CDS Hooks cần '{element}': {wanted}."),
            format!("A request of CDS Hooks has '{element}': {wanted}."),
        )
        .of(element)
}

/// What came along; none without the patient.
fn prefetched(request: &Value) -> Result<Option<(Sent, bool)>, Failure> {
    let Some(prefetch) = request.get("prefetch").and_then(Value::as_object) else {
        return Ok(None);
    };
    let is = |one: &Value, kind: &str| one.get("resourceType").is_some_and(|of| of == kind);
    let Some(patient) = prefetch.get("patient").filter(|one| is(one, "Patient")) else {
        return Ok(None);
    };
    let (mut doses, mut others) = (Vec::new(), Vec::new());
    for (key, value) in prefetch {
        let entries = value.get("entry").and_then(Value::as_array).into_iter().flatten();
        let resources = entries.filter_map(|entry| entry.get("resource"));
        for one in resources.chain(Some(value).filter(|one| !is(one, "Bundle"))) {
            match one {
                _ if key == "patient" => {}
                one if is(one, "Immunization") => doses.push(one),
                one if one.get("resourceType").is_some() => others.push(one),
                _ => {}
            }
        }
    }
    let has_visits = prefetch.get("encounters").is_some_and(Value::is_object);
    Ok(Some((Sent::of(patient, &doses, &others)?, has_visits)))
}

/// What is recorded here. What is needed and cannot be had is told by 412, as the specification has
/// it.
async fn recorded(ctx: &Ctx<'_>, id: &str) -> Result<(String, Vec<(String, Value)>), Failure> {
    let unknown = || {
        Kind::PreconditionFailed.because(
            format!("Không có Patient/{id} ở đây, và prefetch không mang 'patient'."),
            format!("There is no Patient/{id} here, and the prefetch has no 'patient'."),
        )
    };
    let id = ResourceId::parse(id).ok_or_else(unknown)?;
    match person(ctx, &id, REACH).await {
        Ok(found) => Ok((found.address, found.stored)),
        Err(failure) if matches!(failure.kind, Kind::NotFound | Kind::Gone) => Err(unknown()),
        Err(failure) => Err(failure),
    }
}
