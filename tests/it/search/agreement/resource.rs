//! Random resources of a few types that have rows of every kind between them.

use serde_json::{Value, json};

use super::world::Tape;

pub(super) const KINDS: [&str; 6] =
    ["Patient", "Encounter", "Observation", "RiskAssessment", "QuestionnaireResponse", "ValueSet"];

const SYSTEMS: [&str; 3] = ["http://a.example", "http://b.example", "http://unitsofmeasure.org"];
const CODES: [&str; 6] = ["a", "b", "weight", "A", "kg", "g"];
const NAMES: [&str; 7] = ["Ánh", "anh", "Đỗ Thị", "do", "Nguyễn", "100%_!", "nguyễn ánh"];
const DAYS: [&str; 7] = [
    "2025",
    "2025-10",
    "2025-10-02",
    "2025-10-02T08:15:00+07:00",
    "2025-10-02T08:15:00.5+07:00",
    "2024-02-29",
    "1998-03-14",
];

/// The id of a resource.
pub(super) fn id(name: &str, number: u32) -> String {
    format!("{}{number}", name.to_lowercase())
}

/// A resource of a type.
pub(super) fn resource(name: &str, number: u32, tape: &mut Tape) -> Value {
    let mut made = match name {
        "Patient" => patient(tape),
        "Encounter" => encounter(tape),
        "Observation" => observation(tape),
        "RiskAssessment" => risk(tape),
        "QuestionnaireResponse" => response(tape),
        _ => json!({ "name": tape.one(&NAMES), "version": tape.one(&CODES) }),
    };
    let whole = made.as_object_mut().unwrap();
    whole.insert("resourceType".into(), name.into());
    whole.insert("id".into(), id(name, number).into());
    if name == "ValueSet" {
        whole.insert("url".into(), format!("{}/{number}", tape.one(&SYSTEMS)).into());
    }
    if tape.pick(3) == 0 {
        let act = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
        let codes = ["HIV", "PSY"].into_iter().filter(|_| tape.pick(3) == 0).collect::<Vec<_>>();
        let labels: Vec<Value> =
            codes.into_iter().map(|code| json!({ "system": act, "code": code })).collect();
        whole.insert("meta".into(), json!({ "tag": [coding(tape)], "security": labels }));
    }
    if tape.pick(3) > 0 {
        let text: Vec<&str> = (0..=tape.pick(4)).map(|_| tape.one(&NAMES)).collect();
        let div = format!("<div xmlns=\"http://www.w3.org/1999/xhtml\">{}</div>", text.join(" "));
        whole.insert("text".into(), json!({ "status": "generated", "div": div }));
    }
    // Nothing is said of what has no value.
    whole.retain(|_, value| !value.is_null());
    made
}

fn some(tape: &mut Tape, make: impl Fn(&mut Tape) -> Value) -> Value {
    if tape.pick(3) == 0 { Value::Null } else { make(tape) }
}

fn several(tape: &mut Tape, make: impl Fn(&mut Tape) -> Value) -> Value {
    match tape.pick(4) {
        0 => Value::Null,
        count => (0..count).map(|_| make(tape)).collect(),
    }
}

fn coding(tape: &mut Tape) -> Value {
    match tape.pick(3) {
        0 => json!({ "code": tape.one(&CODES) }),
        _ => json!({ "system": tape.one(&SYSTEMS), "code": tape.one(&CODES) }),
    }
}

fn concept(tape: &mut Tape) -> Value {
    json!({ "coding": [coding(tape), coding(tape)], "text": tape.one(&NAMES) })
}

fn identifier(tape: &mut Tape) -> Value {
    json!({ "system": tape.one(&SYSTEMS), "value": tape.one(&CODES) })
}

/// A reference to a resource that may be there, be deleted, or never have been.
fn reference(name: &str, tape: &mut Tape) -> Value {
    let number = u32::try_from(tape.pick(20)).unwrap();
    json!({ "reference": format!("{name}/{}", id(name, number)) })
}

fn day(tape: &mut Tape) -> Value {
    (tape.one(&DAYS)).into()
}

fn period(tape: &mut Tape) -> Value {
    let mut period = json!({});
    for name in ["start", "end"] {
        if tape.pick(3) > 0 {
            period[name] = day(tape);
        }
    }
    period
}

fn number(tape: &mut Tape) -> Value {
    serde_json::from_str(tape.one(&["0", "0.5", "5", "5.0", "5.05", "50", "-5", "0.001"])).unwrap()
}

fn quantity(tape: &mut Tape) -> Value {
    let mut quantity = json!({ "value": number(tape), "unit": tape.one(&NAMES) });
    if tape.pick(3) > 0 {
        quantity["system"] = (tape.one(&SYSTEMS)).into();
        quantity["code"] = (tape.one(&CODES)).into();
    }
    quantity
}

fn patient(tape: &mut Tape) -> Value {
    json!({
        "active": some(tape, |tape| (tape.pick(2) == 0).into()),
        "gender": some(tape, |tape| (tape.one(&["male", "female"])).into()),
        "birthDate": some(tape, |tape| (tape.one(&["2025", "2025-10", "1998-03-14"])).into()),
        "name": several(tape, |tape| json!({ "family": tape.one(&NAMES), "given": [tape.one(&NAMES)] })),
        "identifier": several(tape, identifier),
        "managingOrganization": some(tape, |tape| reference("Organization", tape)),
        "link": several(tape, |tape| json!({ "other": reference("Patient", tape), "type": "refer" })),
    })
}

fn encounter(tape: &mut Tape) -> Value {
    json!({
        "status": tape.one(&["planned", "finished"]),
        "class": coding(tape),
        "subject": some(tape, |tape| reference(tape.one(&["Patient", "Group"]), tape)),
        "period": some(tape, period),
        "identifier": several(tape, identifier),
        "partOf": some(tape, |tape| reference("Encounter", tape)),
        "length": some(tape, quantity),
    })
}

fn observation(tape: &mut Tape) -> Value {
    let value = tape.pick(5);
    json!({
        "status": tape.one(&["final", "amended"]),
        "code": concept(tape),
        "category": several(tape, concept),
        "subject": some(tape, |tape| reference("Patient", tape)),
        "encounter": some(tape, |tape| reference("Encounter", tape)),
        "performer": several(tape, |tape| reference("Patient", tape)),
        "focus": several(tape, |tape| reference("Patient", tape)),
        "hasMember": several(tape, |tape| reference("Observation", tape)),
        "effectiveDateTime": if value < 3 { day(tape) } else { Value::Null },
        "effectivePeriod": if value == 3 { period(tape) } else { Value::Null },
        "valueQuantity": if value < 2 { quantity(tape) } else { Value::Null },
        "valueString": if value == 2 { (tape.one(&NAMES)).into() } else { Value::Null },
        "valueCodeableConcept": if value > 2 { concept(tape) } else { Value::Null },
        "component": several(tape, |tape| json!({ "code": concept(tape), "valueQuantity": quantity(tape) })),
    })
}

fn risk(tape: &mut Tape) -> Value {
    let range = |tape: &mut Tape| json!({ "low": quantity(tape), "high": quantity(tape) });
    let prediction = |tape: &mut Tape| match tape.pick(2) {
        0 => json!({ "probabilityDecimal": number(tape) }),
        _ => json!({ "probabilityRange": range(tape) }),
    };
    json!({
        "status": "final",
        "subject": reference("Patient", tape),
        "encounter": some(tape, |tape| reference("Encounter", tape)),
        "occurrenceDateTime": some(tape, day),
        "prediction": several(tape, prediction),
    })
}

fn response(tape: &mut Tape) -> Value {
    let url = |tape: &mut Tape| format!("{}/{}", tape.one(&SYSTEMS), tape.pick(4)).into();
    json!({
        "status": "completed",
        "questionnaire": some(tape, url),
        "subject": some(tape, |tape| reference("Patient", tape)),
        "authored": some(tape, |_| "2025-10-02T08:15:00+07:00".into()),
        "source": some(tape, |tape| reference("Patient", tape)),
    })
}
