//! `$summary`: the International Patient Summary 2.0.1, <https://hl7.org/fhir/uv/ips/>. The required
//! sections are always there; nothing restricted is in it.

use serde_json::{Value, json};

use super::booklet::coded;
use super::bundle::Document;
use super::record::{Whole, whole};
use crate::fhir::date::calendar::DAY;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::mch::immunization::chart::expected;
use crate::mch::immunization::series::Who;
use crate::mch::record::concept::codings;
use crate::mch::record::pregnancy::is_counted;
use crate::mch::record::records::Records;
use crate::operation::asked::take;
use crate::operation::call::Call;

const PROFILES: &str = "http://hl7.org/fhir/uv/ips/StructureDefinition";
const LOINC: &str = "http://loinc.org";
/// Due dates, as the guide asks for them.
const DUE: [&str; 3] = ["11778-8", "11779-6", "11780-4"];

/// Makes the summary.
pub(in crate::operation) async fn summary(
    ctx: &Ctx<'_>,
    call: &Call<'_>,
) -> Result<Value, Failure> {
    take(call, &["profile", "identifier"])?;
    let id = call.id.ok_or_else(|| {
        Kind::NotFound
            .because("$summary được gọi trên một Patient.", "$summary is called on a Patient.")
    })?;
    let whole = whole(ctx, id, false).await?;
    require(&whole)?;
    let records = whole.records(ctx);
    let profiles = (format!("{PROFILES}/Bundle-uv-ips"), format!("{PROFILES}/Composition-uv-ips"));
    let kind = loinc("60591-5", "Patient summary Document");
    let mut document = Document::new((ctx, &whole), profiles, kind, "Tóm tắt hồ sơ sức khỏe (IPS)");
    document.is_brief = true;
    let own = |kind: &str, is_meant: &dyn Fn(&Value) -> bool| {
        let all = whole.records.iter().filter(|(address, resource)| {
            whole.own.contains(address) && resource.get("resourceType").is_some_and(|of| of == kind)
        });
        let meant = all.filter(|(_, resource)| is_counted(resource) && is_meant(resource));
        meant.map(|(address, _)| address.clone()).collect::<Vec<_>>()
    };
    let problems = own("Condition", &|one| one.get("code").is_some());
    let allergies = own("AllergyIntolerance", &|one| one.get("code").is_some());
    let medicines =
        [own("MedicationStatement", &is_taken), own("MedicationRequest", &is_taken)].concat();
    let doses = own("Immunization", &|one| one.get("status").is_some_and(|it| it == "completed"));
    let none = (None, None);
    document.section(
        ("Vấn đề sức khỏe", loinc("11450-4", "Problem list - Reported")),
        &problems,
        none.clone(),
    );
    document.section(
        ("Dị ứng", loinc("48765-2", "Allergies and adverse reactions Document")),
        &allergies,
        none.clone(),
    );
    document.section(
        ("Thuốc đang dùng", loinc("10160-0", "History of Medication use Narrative")),
        &medicines,
        none.clone(),
    );
    document.section(
        ("Tiêm chủng", loinc("11369-6", "History of Immunization note")),
        &doses,
        none.clone(),
    );
    if whole.who == Who::Mother {
        let mut hers = own("Observation", &is_due_date);
        hers.insert(0, document.make(status(ctx, &whole, &records)));
        document.section(
            ("Thai nghén", loinc("10162-6", "History of pregnancies Narrative")),
            &hers,
            none,
        );
    }
    Ok(document.finish())
}

fn loinc(code: &str, display: &str) -> Value {
    json!({ "coding": [{ "system": LOINC, "code": code, "display": display }] })
}

/// The guide asks for a name and a birth date.
fn require(whole: &Whole) -> Result<(), Failure> {
    let patient = whole.patient();
    let lacks = ["name", "birthDate"]
        .into_iter()
        .find(|name| patient.is_none_or(|one| one.get(*name).is_none()));
    let Some(name) = lacks else { return Ok(()) };
    Err(Kind::Unprocessable
        .because(
            format!("IPS cần Patient.{name} của {}.", whole.patient),
            format!("The summary needs Patient.{name} of {}.", whole.patient),
        )
        .of(&format!("Patient.{name}")))
}

/// A medicine that is or was taken, with the time the guide asks for.
fn is_taken(medicine: &Value) -> bool {
    let is_request = medicine.get("resourceType").is_some_and(|of| of == "MedicationRequest");
    let has_time =
        ["effectiveDateTime", "effectivePeriod"].iter().any(|it| medicine.get(*it).is_some());
    (is_request || has_time)
        && medicine
            .get("status")
            .is_some_and(|it| it == "active" || it == "completed" || it == "intended")
}

/// A due date that the guide's profile takes: by LOINC, with its day.
fn is_due_date(observation: &Value) -> bool {
    let is_coded = codings(observation.get("code"))
        .any(|(system, code)| system == LOINC && DUE.contains(&code));
    is_coded && observation.get("effectiveDateTime").is_some()
}

/// Whether she is pregnant, as the guide wants it told.
fn status(ctx: &Ctx<'_>, whole: &Whole, records: &Records<'_>) -> Value {
    let day = records.today;
    let pregnancies = expected(records, &whole.patient);
    let goes_on = pregnancies
        .iter()
        .any(|one| one.start.first <= day && one.end.is_none_or(|end| end.last >= day));
    let (code, display) = match goes_on {
        true => ("LA15173-0", "Pregnant"),
        false => ("LA26683-5", "Not pregnant"),
    };
    let today = crate::operation::immunization::answer::iso(
        ctx.now.saturating_add(ctx.engine.zone.micros()).div_euclid(DAY),
    );
    let tag = coded("mch-tag", "computed");
    json!({
        "resourceType": "Observation",
        "meta": { "tag": tag.get("coding") },
        "status": "final",
        "code": loinc("82810-3", "Pregnancy status"),
        "subject": { "reference": whole.patient },
        "effectiveDateTime": today,
        "valueCodeableConcept": loinc(code, display),
    })
}
