//! Random consents.

use serde_json::{Value, json};

use super::world::{Dice, day, period, reference};

/// Whether a patient has some, and what they say.
pub(super) fn of(dice: &mut Dice, patient: &str, number: usize) -> Vec<Value> {
    let count = [0, 0, 0, 1, 1, 2][dice.roll(6)];
    let one = |dice: &mut Dice, at: usize| {
        let mut provision = provision(dice, patient, (number, 0));
        // R4 has no type at the root; others write one.
        if dice.once_in(4) {
            provision.as_object_mut().unwrap().remove("type");
        }
        json!({
            "resourceType": "Consent", "id": format!("n{at}-{patient}"),
            "status": dice.of(&["active", "active", "active", "inactive"]),
            "scope": { "text": "privacy" }, "category": [{ "text": "x" }],
            "policyRule": { "text": "x" },
            "patient": reference("Patient", patient), "provision": provision,
        })
    };
    (0..count).map(|at| one(dice, at)).collect()
}

fn provision(dice: &mut Dice, patient: &str, (number, depth): (usize, usize)) -> Value {
    let mut provision = json!({ "type": dice.of(&["deny", "permit", "permit"]) });
    if !dice.once_in(4) {
        let actor = |dice: &mut Dice| {
            let one = match dice.roll(9) {
                0 | 1 => reference("Organization", "a"),
                2 => reference("Organization", "b"),
                3 => reference("Practitioner", "p"),
                4 => reference("PractitionerRole", dice.of(&["q0", "q1", "q2"])),
                5 => reference("CareTeam", &format!("t-{}{number}", dice.of(&["m", "c"]))),
                6 => reference("RelatedPerson", &format!("r{number}")),
                7 => reference("RelatedPerson", &format!("f{number}")),
                _ => reference("Patient", patient),
            };
            json!({ "role": { "text": "x" }, "reference": one })
        };
        let count = dice.roll(2) + 1;
        provision["actor"] = (0..count).map(|_| actor(dice)).collect();
    }
    let coded = |system: &str, code: &str| json!([{ "system": system, "code": code }]);
    if dice.once_in(4) {
        let system = "http://terminology.hl7.org/CodeSystem/v3-ActReason";
        provision["purpose"] = coded(system, dice.of(&["TREAT", "HRESCH", "PATRQT"]));
    }
    if dice.once_in(3) {
        let class = dice.of(&["Observation", "Observation", "Encounter", "Patient", "Consent"]);
        provision["class"] = coded("http://hl7.org/fhir/resource-types", class);
    }
    if dice.once_in(6) {
        let one = format!("o{number}-{}", dice.roll(4));
        provision["data"] =
            json!([{ "meaning": "instance", "reference": reference("Observation", &one) }]);
    }
    if dice.once_in(3) {
        let system = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
        provision["securityLabel"] = coded(system, dice.of(&["HIV", "PSY"]));
        if provision["type"] == "deny" {
            provision.as_object_mut().unwrap().remove("securityLabel");
        }
    }
    if dice.once_in(5) {
        provision["period"] = period(dice);
    } else if dice.once_in(8) {
        provision["period"] = json!({ "start": day(0) });
    }
    if depth < 2 && dice.once_in(2 + depth) {
        let count = dice.roll(2) + 1;
        let within = |dice: &mut Dice| self::provision(dice, patient, (number, depth + 1));
        provision["provision"] = (0..count).map(|_| within(dice)).collect();
    }
    provision
}
