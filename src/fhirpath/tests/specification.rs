//! What the specification says of each function and operator by example,
//! <https://build.fhir.org/ig/HL7/FHIRPath/>, and what follows from its rules.

use std::sync::LazyLock;

use serde_json::{Value, json};

use crate::definitions::registry::Registry;
use crate::fhir::time::Instant;
use crate::fhirpath::expression::Expression;
use crate::fhirpath::expression::environment::Environment;
use crate::fhirpath::value::datum::{Datum, Node};
use crate::fhirpath::value::kind::Dialect;

static REGISTRY: LazyLock<Registry> = LazyLock::new(|| Registry::r4().expect("R4"));

fn patient() -> Value {
    json!({
        "resourceType": "Patient",
        "id": "p",
        "name": [
            { "use": "official", "family": "Lò", "given": ["Thị", "Mai"] },
            { "use": "usual", "given": ["Mai"], "_family": { "extension": [{ "url": "http://u", "valueCode": "c" }] } },
        ],
        "deceasedBoolean": false,
        "contact": [{ "name": { "family": "Vàng" }, "modifierExtension": [{ "url": "http://m" }] }],
    })
}

fn evaluate(text: &str) -> Result<Vec<String>, String> {
    let shapes = &REGISTRY.shapes;
    let patient = patient();
    let node = Node::resource(&patient);
    let compiled = Expression::compile(shapes, Some(&[node.kind]), Dialect::Normative, text)
        .map_err(|error| error.to_string())?;
    let focus = [Datum::Node(node)];
    let environment =
        Environment::of(Some(focus[0].clone()), Instant::from_micros(1_795_330_800_000_000));
    let found = compiled.evaluate(shapes, &environment, &focus);
    Ok(found.map_err(|error| error.to_string())?.iter().map(Datum::show).collect())
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let expected = expected.iter().map(|text| (*text).to_owned()).collect();
    assert_eq!(evaluate(text), Ok(expected), "{text}");
}

/// Texts that are true.
#[track_caller]
fn holds(texts: &[&str]) {
    for text in texts {
        check(text, &["true"]);
    }
}

#[track_caller]
fn refused(text: &str, part: &str) {
    let fault = evaluate(text).expect_err(text);
    assert!(fault.contains(part), "{text}: {fault}");
}

#[test]
fn variables_are_known_to_what_follows() {
    check("defineVariable('a', 'x').select(%a)", &["x"]);
    check("name.defineVariable('n', skip(1)).select(%n.given)", &["Mai", "Mai"]);
    check(
        "name.defineVariable('all').first().given.select($this & %all.count().toString())",
        &["Thị2", "Mai2"],
    );
    check(
        "name.select(defineVariable('n').given.select(%n.use & $this))",
        &["officialThị", "officialMai", "usualMai"],
    );
    check("(defineVariable('a', 1)).select(%a + 1)", &["2"]);
    check("defineVariable('a', 1).select(%a) | defineVariable('a', 2).select(%a)", &["1", "2"]);
    check("defineVariable('a', 1).select(defineVariable('b', %a + 1).select(%a + %b))", &["3"]);
    check("defineVariable('n' & '1', 5).select(%n1)", &["5"]);
    check("name.where(false).defineVariable('a', 1).count()", &["0"]);
    holds(&["defineVariable('none', {}).select(%none.empty())", "defineVariable('a').id = 'p'"]);
    refused("defineVariable('a', 1).id | %a", "`%a` is not a variable");
    refused("select(defineVariable('a', 1)).select(%a)", "`%a` is not a variable");
    refused("name.where(false).select(%nothing)", "`%nothing` is not a variable");
    refused("defineVariable('a').defineVariable('a')", "`%a` is a variable already");
    refused("defineVariable('a').select(defineVariable('a'))", "is a variable already");
    refused("defineVariable('context', 1)", "is a variable already");
    refused("defineVariable()", "takes one or two arguments");
    refused("defineVariable({}, 1)", "takes one item");
    refused("defineVariable(1)", "a string as its name");
    let many: Vec<_> = (0..40).map(|number| format!("defineVariable('v{number}')")).collect();
    refused(&many.join("."), "more than 32 variables");
}

#[test]
fn collections_are_combined_and_sorted() {
    check("coalesce({}, name.where(use = 'old'), name.given.first())", &["Thị"]);
    check("coalesce('a', 1 + 'b')", &["a"]);
    check("{}.coalesce({})", &[]);
    refused("coalesce()", "takes one argument");
    check("(1 | 2).combine(2 | 3, true)", &["1", "2", "2", "3"]);
    check("(3 | 1 | 2).sort()", &["1", "2", "3"]);
    check("(3 | 1 | 2).sort($this desc)", &["3", "2", "1"]);
    check("('c' | 'a' | 'b').sort($this desc)", &["c", "b", "a"]);
    check("('3' | '1' | '10').sort($this asc)", &["1", "10", "3"]);
    check("name.sort(given.count() desc, family).use", &["official", "usual"]);
    check("name.sort(family).use", &["usual", "official"]);
    refused("(1 | 'a').sort()", "one type that has an order");
    check("repeatAll(name).count()", &["2"]);
    check("(1 | 1).repeatAll(iif($this < 3, $this + 1))", &["2", "3"]);
    refused("1.repeatAll($this)", "steps of evaluation");
    check("name.given.aggregate($total & $this, '')", &["ThịMaiMai"]);
    check("(1 | 2).select($index)", &["0", "1"]);
    check("('x').select(iif(true, $index, 9))", &["0"]);
}

#[test]
fn aggregates_take_items_of_one_type() {
    check("(1.0 | 2.0 | 3.5).sum()", &["6.5"]);
    check("(1 | 2).sum()", &["3"]);
    check("(1 'mg' | 2 'mg').sum()", &["3 'mg'"]);
    check("{}.sum() | {}.min() | {}.avg()", &[]);
    check("(5.5 | 4.7 | 4.8).avg()", &["5"]);
    check("(1 | 2).avg()", &["1.5"]);
    check("(5 'cm' | 4 'cm').avg()", &["4.5 'cm'"]);
    check("(2 | 4 | 8 | 6).max()", &["8"]);
    check("(@2012-12-31 | @2013-01-01 | @2012-01-01).min()", &["2012-01-01"]);
    check("('b' | 'a').min()", &["a"]);
    check("(@2012 | @2012-01).min()", &[]);
    check("2147483647.combine(1).sum()", &[]);
    refused("(1 | 2.5).sum()", "items of one type");
    refused("(1 | 'a').max()", "items of one type");
    refused("'a'.sum()", "takes numbers");
    refused("name.first().max()", "one type that has an order");
}

#[test]
fn long_numbers_have_64_bits() {
    check("5000000000L + 1", &["5000000001"]);
    check("5L + 4.5", &["9.5"]);
    check("5L div 2", &["2"]);
    check("-5L.abs()", &["-5"]);
    check("9223372036854775807L + 1L", &[]);
    holds(&[
        "1L.is(Long)",
        "1L is System.Long",
        "1.is(Long).not()",
        "1L = 1",
        "2L > 1",
        "'9000000000'.convertsToLong()",
        "'9000000000'.convertsToInteger().not()",
        "'9000000000'.toLong() = 9000000000L",
        "true.toLong() = 1L",
        "1.5.convertsToLong().not()",
        "(1L).type().name = 'Long'",
    ]);
    refused("9223372036854775808L", "too many digits");
}

#[test]
fn parts_of_dates_and_times() {
    check("@2014-01-05T10:30:40.002.yearOf()", &["2014"]);
    check("@2014-01-05T10:30:40.002.monthOf()", &["1"]);
    check("@2014-01-05.dayOf()", &["5"]);
    check("@2014.monthOf() | @2014.hourOf() | 'a'.yearOf() | @T10.dayOf()", &[]);
    check("@T16:30.hourOf()", &["16"]);
    check("@2014-01-05T10:30:40.002-07:00.minuteOf()", &["30"]);
    check("@2014-01-05T10:30:40.002-07:00.secondOf()", &["40"]);
    check("@2014-01-05T10:30:40.002-07:00.millisecondOf()", &["2"]);
    check("@2012-01-01T12:30:00.000-07:00.timezoneOffsetOf()", &["-7.0"]);
    check("@2012-01-01T12:30:00.000+08:45.timezoneOffsetOf()", &["8.75"]);
    check("@2012-01-01T12:30:00.000.timezoneOffsetOf()", &[]);
    check("@2012-01-01T12:30:00.000-07:00.dateOf()", &["2012-01-01"]);
    check("@2012-01-01T12:30:00.000-07:00.timeOf()", &["12:30:00.000"]);
    check("@2012-01-01.timeOf() | @T10.dateOf()", &[]);
    refused("(@2012 | @2013).yearOf()", "takes one item");
}

#[test]
fn distances_between_dates() {
    check("@2025-01-02.duration(@2025-01-07, 'week')", &["0"]);
    check("@2024-12-01.duration(@2025-09-01, 'year')", &["0"]);
    check("@2024-12-01.difference(@2025-09-01, 'year')", &["1"]);
    check("@2025-01-02.difference(@2025-01-07, 'week')", &["1"]);
    check("@2025-01-01.difference(@2025-09-01, 'year')", &["0"]);
    check("@2024-01-31.duration(@2024-03-30, 'month')", &["1"]);
    check("@2024-03-30.duration(@2024-01-31, 'month')", &["-1"]);
    check("@2024-01-31.difference(@2024-02-01, 'month')", &["1"]);
    check("@T10:59.difference(@T11:00, 'hour')", &["1"]);
    check("@T10:59.duration(@T11:00, 'hour')", &["0"]);
    check("@2024-01-01T00:00:00Z.duration(@2024-01-01T09:00:00+07:00, 'hour')", &["2"]);
    check("@2024.duration(@2024-02, 'month') | {}.duration(@2024, 'year')", &[]);
    refused("@2024-01-01.duration(@2024-01-02, 'hour')", "a unit that they have");
    refused("@T10.duration(@T11, 'day')", "a unit that they have");
    refused("@T10.duration(@2024, 'year')", "a unit that they have");
    refused("@2024.duration(@2025, 'years')", "a unit that they have");
    refused("1.duration(@2025, 'year')", "takes dates and times");
}

#[test]
fn dates_move_within_their_range() {
    check("@T23:30:00 + 1 hour", &["00:30:00"]);
    check("@T00:30:00 - 1 hour", &["23:30:00"]);
    check("@T01:00:00 + 48 hours", &["01:00:00"]);
    check("@1973-12-25T00:00:00.000+10:00 + 42.53 seconds", &["1973-12-25T00:00:42.530+10:00"]);
    check("@2014 + 23 months", &["2015"]);
    check("@2016 + 365 days", &["2017"]);
    check("@2026-02 + 5 weeks", &["2026-03"]);
    check("@2014 - 1 month", &["2014"]);
    refused("@T10:00 + 1 day", "hours, minutes and seconds only");
    refused("@9999-12-31 + 1 day", "outside the years");
    refused("@0001 - 1 year", "outside the years");
    refused("@2014 + 1", "things of one kind");
    refused("@2014 + 1 'mg'", "unit of time");
}

#[test]
fn numbers_and_quantities_are_rounded() {
    check("(-1.1).ceiling()", &["-1"]);
    check("(-2.1).floor()", &["-3"]);
    check("1.5 'mg'.ceiling()", &["2 'mg'"]);
    check("1.55 'mg'.round(1)", &["1.6 'mg'"]);
    check("(-1.55 'mg').truncate()", &["-1 'mg'"]);
    check("(-5.5 'mg').abs()", &["5.5 'mg'"]);
    check("2.power(-1)", &["0.5"]);
    check("(-1).power(0.5)", &[]);
    refused("3.14.round(-1)", "no negative precision");
    refused("'a'.abs()", "takes a number");
    refused("(1 | 2).floor()", "takes one item");
}

#[test]
fn texts_are_converted() {
    check("'a🔥b'.indexOf('b')", &["2"]);
    check("'a\\uD83D\\uDD25b'.length()", &["3"]);
    check("'a\\uD83D\\uDD25c'.replace('', 'x')", &["xax🔥xcx"]);
    check("'0123'.lastIndexOf('')", &["4"]);
    check("'abcdefg'.substring(3, -1)", &[""]);
    check("'abcdefg'.substring(-1, 1)", &[]);
    check("'mẹ'.encode('ascii')", &["m?"]);
    check("'a'.encode() | 'a'.escape({})", &[]);
    refused("'a'.encode('x')", "hex, base64");
    holds(&[
        "'a b' ~ 'A\\tb'",
        "('a  b' ~ 'a b').not()",
        "'first\\nsecond'.matches('^second', 'm')",
        "'first\\nsecond'.matches('^SECOND', 'im')",
        "'first\\nsecond'.matches('^second', '').not()",
        "'N8000123123'.matchesFull('N[0-9]{10}')",
        "'a\\nb'.matchesFull('a', 'm').not()",
        "true.toDecimal() = 1.0",
        "true.toQuantity() = 1.0 '1'",
        "45.toQuantity('m') = 45 'm'",
        "52 'cm'.toQuantity('m') = 0.52 'm'",
        "24 'm'.toQuantity('kg').empty()",
        "'10\\'mg\\''.toQuantity() = 10 'mg'",
        "'4 days'.toQuantity() = 4 days",
        "'4 '.convertsToQuantity().not()",
        "'4 dayz'.convertsToQuantity().not()",
        "1 'mg'.comparable(2 'g')",
        "2 '1'.comparable(3)",
        "1.comparable(2)",
        "1 'mg'.comparable(2 'm').not()",
        "'a'.comparable(1 'm').empty()",
    ]);
    refused("'a'.matches('a', 'q')", "the flags i and m");
}

#[test]
fn parts_have_paths() {
    check(
        "name.given.pathname()",
        &["Patient.name[0].given[0]", "Patient.name[0].given[1]", "Patient.name[1].given[0]"],
    );
    check("deceased.pathname()", &["Patient.deceased[0]"]);
    check("deceased.pathname(true)", &["Patient.deceased"]);
    check(
        "name.family.extension.value.pathname(true)",
        &["Patient.name[1].family.extension[0].value"],
    );
    check("('a' | 1).pathname()", &[]);
    check("pathname()", &["Patient"]);
}

#[test]
fn functions_of_fhir() {
    check("contact.checkModifiers('http://m').name.family", &["Vàng"]);
    check("name.checkModifiers().count()", &["2"]);
    refused("contact.checkModifiers('http://n')", "`http://m` is not expected");
    refused("name.first().use.subsumes('x')", "cannot be answered");
    holds(&["name.first().use.subsumedBy('official')", "{}.subsumes('x').empty()"]);
    refused("name.elementDefinition()", "cannot be answered");
}
