//! Random families, and those who care for them: resources as a client would have stored them.

use serde_json::{Value, json};

use super::{consent, standing};

pub(super) const COMMUNES: [&str; 2] = ["00004", "00008"];
pub(super) const HAMLETS: [&str; 2] = ["Nà Lầu", "Bản Mới"];
pub(super) const LABELS: [&str; 4] = ["HIV", "PSY", "V", "R"];

/// Numbers without end, the same for the same seed.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below a bound.
    pub(super) fn roll(&mut self, bound: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }

    pub(super) fn of<T: Clone>(&mut self, all: &[T]) -> T {
        all[self.roll(all.len())].clone()
    }

    /// Whether something happens once in so many times.
    pub(super) fn once_in(&mut self, times: usize) -> bool {
        self.roll(times) == 0
    }
}

/// The day so many days from today, in Viet Nam.
pub(super) fn day(from_today: i64) -> String {
    let now = mebe::fhir::time::now().micros() / 1_000_000;
    let days = (now + 7 * 3600).div_euclid(86_400) + from_today;
    // Days to a date, <https://howardhinnant.github.io/date_algorithms.html>.
    let z = days + 719_468;
    let (era, doe) = (z.div_euclid(146_097), z.rem_euclid(146_097));
    let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let (day, month) = (doy - (153 * mp + 2) / 5 + 1, if mp < 10 { mp + 3 } else { mp - 9 });
    let year = yoe + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

pub(super) fn reference(kind: &str, id: &str) -> Value {
    json!({ "reference": format!("{kind}/{id}") })
}

pub(super) fn period(dice: &mut Dice) -> Value {
    match dice.roll(6) {
        0 => json!({ "start": day(-400), "end": day(-40) }),
        1 => json!({ "start": day(-400), "end": day(-10) }),
        2 => json!({ "start": day(20) }),
        3 => json!({ "end": day(30) }),
        _ => json!({ "start": day(-90) }),
    }
}

fn address(dice: &mut Dice) -> Value {
    let commune = dice.of(&COMMUNES);
    let mut address = json!({
        "extension": [{
            "url": "http://fhir.hl7.org.vn/core/StructureDefinition/vn-ext-ward",
            "valueCoding": { "system": "https://mebe.example/fhir/CodeSystem/vn-commune", "code": commune },
        }],
        "line": [format!("Xóm {}, {}", dice.roll(9) + 1, dice.of(&["NA LAU", "bản mới", "Nà Lầuu"]))],
    });
    match dice.roll(6) {
        0 => address["use"] = "old".into(),
        1 => address["use"] = "temp".into(),
        2 => {}
        _ => address["use"] = "home".into(),
    }
    if dice.once_in(4) {
        address["period"] = period(dice);
    }
    address
}

/// Makes the resources of a world.
pub(super) fn resources(seed: u64, families: usize) -> Vec<Value> {
    let dice = &mut Dice::new(seed);
    let mut all = vec![
        json!({ "resourceType": "Organization", "id": "a", "name": "A" }),
        json!({ "resourceType": "Organization", "id": "b", "name": "B" }),
        json!({ "resourceType": "Practitioner", "id": "p", "name": [{ "family": "P" }] }),
    ];
    all.extend(staff(dice));
    for number in 0..families {
        all.extend(family(dice, number));
    }
    all
}

/// What somebody is at an organization.
fn staff(dice: &mut Dice) -> Vec<Value> {
    let mut all = Vec::new();
    for (at, active) in [Some(true), None, Some(false)].into_iter().enumerate() {
        let mut role = json!({
            "resourceType": "PractitionerRole", "id": format!("q{at}"),
            "practitioner": reference("Practitioner", "p"),
        });
        if let Some(active) = active {
            role["active"] = active.into();
        }
        if dice.once_in(3) {
            role["period"] = period(dice);
        }
        all.push(role);
    }
    all
}

/// A mother, her child, and what is about them.
fn family(dice: &mut Dice, number: usize) -> Vec<Value> {
    let mut all = Vec::new();
    let (mother, child, related) =
        (format!("m{number}"), format!("c{number}"), format!("r{number}"));
    let addresses: Vec<Value> = (0..dice.roll(3)).map(|_| address(dice)).collect();
    let mut record = json!({
        "resourceType": "Patient", "id": mother, "birthDate": "1995-01-01",
        "name": [{ "family": format!("Me{}", number % 3) }],
    });
    if !addresses.is_empty() {
        record["address"] = json!(addresses);
    }
    if !dice.once_in(5) {
        record["link"] =
            json!([{ "other": reference("RelatedPerson", &related), "type": "seealso" }]);
    }
    all.push(record);
    let born = match dice.roll(4) {
        0 => day(-18 * 366 - 30),
        1 => day(-18 * 365 + 30),
        _ => day(-300),
    };
    let mut record = json!({
        "resourceType": "Patient", "id": child, "birthDate": born,
        "name": [{ "family": format!("Con{}", number % 3) }],
    });
    if dice.once_in(2) {
        record["address"] = json!([address(dice)]);
    }
    all.push(record);
    for (id, code) in [(related, "MTH"), (format!("f{number}"), "FTH")] {
        let system = "http://terminology.hl7.org/CodeSystem/v3-RoleCode";
        let code = if dice.once_in(8) { "AUNT" } else { code };
        let mut related = json!({
            "resourceType": "RelatedPerson", "id": id, "active": !dice.once_in(6),
            "patient": reference("Patient", &child),
            "relationship": [{ "coding": [{ "system": system, "code": code }] }],
        });
        if dice.once_in(4) {
            related["period"] = period(dice);
        }
        all.push(related);
    }
    for patient in [&mother, &child] {
        all.extend(care(dice, patient));
        all.extend(consent::of(dice, patient, number));
    }
    for at in 0..4 {
        all.push(observation(dice, &format!("o{number}-{at}"), &mother, &child));
    }
    all.extend(standing::of(dice, number));
    all
}

/// Some resources as they were before.
pub(super) fn before(dice: &mut Dice, all: &[Value]) -> Vec<Value> {
    let some = all.iter().filter(|one| one["resourceType"] == "Observation" && dice.once_in(3));
    let some: Vec<&Value> = some.collect();
    some.into_iter()
        .map(|one| {
            let id = one["id"].as_str().unwrap();
            let number = dice.roll(3);
            let mut before = observation(dice, id, &format!("m{number}"), &format!("c{number}"));
            before["note"] = json!([{ "text": "x" }]);
            before
        })
        .collect()
}

/// What was deleted, as it was at last.
pub(super) fn gone(dice: &mut Dice) -> Vec<Value> {
    (0..4)
        .map(|at| observation(dice, &format!("gone{at}"), &format!("m{at}"), &format!("c{at}")))
        .collect()
}

fn care(dice: &mut Dice, patient: &str) -> Vec<Value> {
    let mut all = Vec::new();
    let organization = |dice: &mut Dice| reference("Organization", dice.of(&["a", "b"]));
    if dice.once_in(3) {
        all.push(json!({
            "resourceType": "EpisodeOfCare", "id": format!("e-{patient}"),
            "status": dice.of(&["active", "onhold", "finished", "planned", "cancelled", "entered-in-error"]),
            "patient": reference("Patient", patient), "managingOrganization": organization(dice),
            "period": period(dice),
        }));
    }
    if dice.once_in(3) {
        let class =
            json!({ "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB" });
        let mut encounter = json!({
            "resourceType": "Encounter", "id": format!("v-{patient}"),
            "status": dice.of(&["arrived", "in-progress", "finished", "planned", "cancelled"]),
            "class": class, "subject": reference("Patient", patient),
            "serviceProvider": organization(dice),
        });
        if !dice.once_in(6) {
            encounter["period"] = period(dice);
        }
        all.push(encounter);
    }
    if dice.once_in(4) {
        all.push(json!({
            "resourceType": "ServiceRequest", "id": format!("s-{patient}"),
            "status": dice.of(&["active", "completed", "revoked"]), "intent": "order",
            "subject": reference("Patient", patient), "performer": [organization(dice)],
            "authoredOn": day(dice.of(&[-2, -29, -31, -200])),
        }));
    }
    if dice.once_in(5) {
        let mut team = json!({
            "resourceType": "CareTeam", "id": format!("t-{patient}"),
            "status": dice.of(&["active", "active", "inactive", "entered-in-error"]),
            "subject": reference("Patient", patient),
            "participant": [{ "member": reference("Practitioner", "p") }],
        });
        if dice.once_in(2) {
            team["period"] = period(dice);
        }
        all.push(team);
    }
    all
}

pub(super) fn observation(dice: &mut Dice, id: &str, mother: &str, child: &str) -> Value {
    let mut observation = json!({
        "resourceType": "Observation", "id": id, "status": dice.of(&["final", "amended"]),
        "code": { "coding": [{ "system": "http://example.org/codes", "code": dice.of(&["x", "y"]) }] },
    });
    match dice.roll(8) {
        0 => {}
        1 => observation["subject"] = reference("Patient", "gone"),
        2 => observation["subject"] = reference("Patient", child),
        3 => {
            observation["subject"] = reference("Patient", mother);
            observation["focus"] = json!([reference("Patient", child)]);
        }
        _ => {
            observation["subject"] = reference("Patient", mother);
            observation["performer"] = json!([reference("Patient", child)]);
        }
    }
    let mut security = Vec::new();
    for label in LABELS {
        if dice.once_in(7) {
            let system = if label.len() > 1 { "v3-ActCode" } else { "v3-Confidentiality" };
            let system = format!("http://terminology.hl7.org/CodeSystem/{system}");
            security.push(json!({ "system": system, "code": label }));
        }
    }
    if !security.is_empty() {
        observation["meta"] = json!({ "security": security });
    }
    observation
}
