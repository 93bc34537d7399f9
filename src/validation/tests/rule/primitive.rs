//! Rules of primitive values, their ids and their extensions.

use serde_json::{Value, json};

use super::{VALIDATOR, asked, check, extended, patient};
use crate::validation::request::Request;

#[test]
fn primitives_have_their_format() {
    for (key, good, bad) in [
        ("valueBase64Binary", json!("QUJD"), json!("QUJ")),
        ("valueCanonical", json!("http://a|1"), json!("http://a b")),
        ("valueCode", json!("a b"), json!("a  b")),
        ("valueDate", json!("2024-02-29"), json!("2023-02-29")),
        ("valueDateTime", json!("2024-02-29T10:00:00Z"), json!("2024-02-29T10:00:00")),
        ("valueId", json!("a-1.B"), json!("a_1")),
        ("valueInstant", json!("2024-02-29T10:00:00Z"), json!("2024-02-29")),
        ("valueInteger", json!(-5), json!(1.5)),
        ("valueMarkdown", json!("# a\n"), json!("a\u{0}")),
        ("valueOid", json!("urn:oid:1.2"), json!("1.2")),
        ("valuePositiveInt", json!(1), json!(0)),
        ("valueString", json!(" mẹ\n"), json!("\u{8}")),
        ("valueTime", json!("10:00:00"), json!("10:00")),
        ("valueUnsignedInt", json!(0), json!(-1)),
        ("valueUri", json!("urn:x"), json!("a b")),
        ("valueUrl", json!("http://x"), json!("http://x y")),
        ("valueUuid", json!("urn:uuid:c757873d-ec9a-4326-a141-556f43239520"), json!("urn:uuid:1")),
    ] {
        check(&extended(key, good), &[]);
        check(&extended(key, bad), &[("value Patient.extension[0].value", "")]);
    }
    let decimals = r#"[1, 1.0, 0.010, -1e5, 1.23E-7, 123456789012345678901234567890.5]"#;
    let decimals: Vec<Value> = serde_json::from_str(decimals).expect("numbers");
    for decimal in decimals {
        check(&extended("valueDecimal", decimal), &[]);
    }
    let narrative = |div: &str| patient("text", json!({ "status": "generated", "div": div }));
    check(&narrative("<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>"), &[]);
    check(&narrative("x"), &[("value Patient.text.div", "<div")]);
}

#[test]
fn a_long_string_is_too_long() {
    let long = "a".repeat(1_048_577);
    check(
        &extended("valueString", json!(long)),
        &[("too-long Patient.extension[0].value", "1048576")],
    );
}

#[test]
fn primitives_take_ids_and_extensions() {
    let extras = json!({ "extension": [{ "url": "http://example.org/e", "valueString": "x" }] });
    check(&patient("_birthDate", extras.clone()), &[]);
    let mut named = patient("birthDate", json!("1970-03-30"));
    named["_birthDate"] = json!({ "id": "a" });
    check(&named, &[]);
    check(
        &patient("_birthDate", json!({ "id": "a" })),
        &[("invariant Patient.birthDate", "ele-1")],
    );
    check(
        &patient("_birthDate", json!({ "id": "a", "valueString": "b" })),
        &[("structure Patient.birthDate.valueString", "Element has no element")],
    );
    check(&patient("_birthDate", json!({})), &[("structure Patient.birthDate", "is empty")]);
    check(&patient("_birthDate", Value::Null), &[("structure Patient.birthDate", "null")]);
    check(&patient("_birthDate", json!("x")), &[("structure Patient.birthDate", "JSON object")]);
    check(
        &patient("_birthDate", json!([extras])),
        &[("structure Patient.birthDate", "must not be an array")],
    );
    let name = |name: Value| patient("name", json!([name]));
    check(&name(json!({ "given": ["A", null], "_given": [null, extras] })), &[]);
    check(&name(json!({ "_given": [extras] })), &[]);
    check(&name(json!({ "given": ["A"], "_given": [{ "id": "a" }] })), &[]);
    check(
        &name(json!({ "given": ["A", null], "_given": [null, { "id": "a" }] })),
        &[("invariant Patient.name[0].given[1]", "ele-1")],
    );
    check(
        &name(json!({ "given": ["A"], "_given": extras })),
        &[("structure Patient.name[0].given", "must be an array")],
    );
    check(
        &name(json!({ "given": ["A", "B"], "_given": [extras] })),
        &[("structure Patient.name[0].given", "same number of items")],
    );
    check(
        &name(json!({ "given": [null], "_given": [null] })),
        &[("structure Patient.name[0].given[0]", "null")],
    );
    check(
        &name(json!({ "given": ["A"], "_given": [] })),
        &[
            ("structure Patient.name[0].given", "is empty"),
            ("structure Patient.name[0].given", "same number"),
        ],
    );
}

#[test]
fn an_extension_has_a_url_and_a_value_or_extensions() {
    let inner = json!([{ "url": "a", "valueString": "x" }]);
    check(&patient("extension", json!([{ "url": "http://e", "extension": inner }])), &[]);
    check(
        &patient("extension", json!([{ "url": "http://e" }])),
        &[("invariant Patient.extension[0]", "ext-1")],
    );
    check(
        &patient("extension", json!([{ "url": "http://e", "valueCode": "a", "extension": inner }])),
        &[("invariant Patient.extension[0]", "ext-1")],
    );
    check(
        &patient("modifierExtension", json!([{ "valueCode": "a" }])),
        &[("required Patient.modifierExtension[0].url", "url")],
    );
    check(
        &patient("extension", json!([{ "url": "http://e", "value": "a" }])),
        &[
            ("structure Patient.extension[0].value", "no element"),
            ("invariant Patient.extension[0]", "ext-1"),
        ],
    );
}

#[test]
fn a_period_ends_with_all_of_its_last_day() {
    let period = |start: &str, end: &str| {
        patient("name", json!([{ "period": { "start": start, "end": end } }]))
    };
    for (start, end) in [
        ("2026-02-01", "2026-02-01"),
        ("2026-02-01T10:00:00+07:00", "2026-02-01"),
        ("2026-02-01", "2026-02-01T10:00:00+07:00"),
        ("2026", "2026-02-01"),
        ("2026-02-01", "2026"),
    ] {
        check(&period(start, end), &[]);
    }
    for (start, end) in [
        ("2026-02-02", "2026-02-01"),
        ("2026-02-02T10:00:00+07:00", "2026-02-01"),
        ("2026-02", "2026-01-31"),
        ("2027", "2026-12-31"),
        ("2026-02-01T10:00:01Z", "2026-02-01T17:00:00+07:00"),
    ] {
        check(&period(start, end), &[("invariant Patient.name[0].period", "per-1")]);
    }
    // Who asks for all that R4 says is told.
    let strict = Request { strict: true, ..asked(None) };
    let told = VALIDATOR.check(&period("2026-02-01", "2026-02-01T10:00:00+07:00"), &strict);
    assert!(told.iter().any(|issue| issue.severity.refuses()), "{told:#?}");
}

#[test]
fn a_simple_quantity_has_no_comparator() {
    let low = |more: serde_json::Value| {
        super::observation(serde_json::json!({ "valueRange": { "low": more } }))
    };
    super::check(&low(serde_json::json!({ "value": 1 })), &[]);
    super::check(
        &low(serde_json::json!({ "value": 1, "comparator": "<" })),
        &[("invariant Observation.value.low.comparator", "sqty-1")],
    );
}
