//! Limits of dates and times.

use serde_json::{Value, json};

use super::ask::{check, observation, patient, profile};

/// <https://hl7.org/fhir/R4/elementdefinition-definitions.html#ElementDefinition.minValue_x_>
#[test]
fn dates_are_beyond_a_limit_only_as_a_whole() {
    let limits = |least: (&str, Value), most: (&str, Value)| {
        let mut element = json!({ "path": "Patient.birthDate" });
        element[format!("minValue{}", least.0)] = least.1;
        element[format!("maxValue{}", most.0)] = most.1;
        json!([{ "path": "Patient" }, element])
    };
    let dates = limits(("Date", json!("2000-06-15")), ("Date", json!("2024-06")));
    profile("between", "Patient", dates);
    let born = |date: &str| patient(json!({ "birthDate": date }));
    for within in ["2000-06-15", "2000-06", "2000", "2012", "2024", "2024-06", "2024-06-30"] {
        check(&born(within), &["between"], &[]);
    }
    for (beyond, limit) in [
        ("2000-06-14", ">= 2000-06-15"),
        ("2000-05", ">= 2000-06-15"),
        ("1999", ">= 2000-06-15"),
        ("2024-07-01", "<= 2024-06"),
        ("2024-07", "<= 2024-06"),
        ("2025", "<= 2024-06"),
    ] {
        check(&born(beyond), &["between"], &[("value Patient.birthDate", limit)]);
    }
    let years = |value: u32, code: &str| json!({ "value": value, "code": code, "system": "http://unitsofmeasure.org" });
    profile("young", "Patient", limits(("Quantity", years(5, "a")), ("Quantity", years(0, "d"))));
    let day = |days_ago: i64| {
        let now = crate::fhir::time::now().micros() - days_ago * 86_400_000_000;
        let text =
            crate::fhir::time::Instant::from_micros(now).format(crate::fhir::date::Zone::default());
        text[..10].to_owned()
    };
    for days_ago in [0, 1, 2 * 365, 5 * 365] {
        check(&born(&day(days_ago)), &["young"], &[]);
    }
    check(
        &born(&day(5 * 366)),
        &["young"],
        &[("value Patient.birthDate", "no earlier than 5 a ago")],
    );
    check(
        &born(&day(-2)),
        &["young"],
        &[("value Patient.birthDate", "no later than 0 d from now")],
    );
}

#[test]
fn times_of_the_day_of_a_limit_are_within_it() {
    let timed = json!([
        { "path": "Immunization" },
        { "path": "Immunization.occurrence[x]", "type": [{ "code": "dateTime" }], "maxValueDateTime": "2024-12-31" },
    ]);
    profile("timed", "Immunization", timed);
    let given = |at: &str| {
        json!({ "resourceType": "Immunization", "status": "completed", "occurrenceDateTime": at,
            "vaccineCode": { "text": "v" }, "patient": { "reference": "Patient/1" } })
    };
    check(&given("2024-12-31T23:59:59+07:00"), &["timed"], &[]);
    let beyond = [("value Immunization.occurrence", "<= 2024-12-31")];
    check(&given("2025-01-01T00:00:00+07:00"), &["timed"], &beyond);
    let from = json!([
        { "path": "Observation" },
        { "path": "Observation.effective[x]", "minValueDateTime": "2024-06-15T10:00:00+07:00" },
    ]);
    profile("from", "Observation", from);
    let on = |date: &str| observation(json!({ "effectiveDateTime": date }));
    check(&on("2024-06-15"), &["from"], &[]);
    check(&on("2024-06-14"), &["from"], &[("value Observation.effective", ">= 2024-06-15")]);
    // A limit of dates says nothing about a period.
    let period = observation(json!({ "effectivePeriod": { "start": "2001" } }));
    check(&period, &["from"], &[]);
}
