//! Rows of resources.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde_json::json;

use super::*;
use crate::fhir::date::DateRange;
use crate::fhir::json::parse;
use crate::index::row::system_hash;
use crate::index::stand_in::base_units;

const BASE: &str = "https://me.example/fhir";

fn indexer() -> (Registry, Indexer) {
    let registry = Registry::r4().expect("R4");
    let patients = PatientKey::new(b"secret");
    let indexer = Indexer::new(&registry, Zone::default(), BASE, patients);
    (registry, indexer)
}

/// The resources of a folder of JSON files.
fn examples() -> Vec<(ResourceKind, Value)> {
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/suites/r4-examples/package");
    let folder = std::env::var_os("MEBE_TEST_R4_EXAMPLES").map_or(default.into(), PathBuf::from);
    let Ok(files) = std::fs::read_dir(&folder) else {
        eprintln!("SKIPPED: no examples in {} (MEBE_TEST_R4_EXAMPLES)", folder.display());
        return Vec::new();
    };
    let mut found = Vec::new();
    for file in files {
        let path = file.expect("file").path();
        let name = path.file_name().expect("name").to_string_lossy().into_owned();
        if !name.ends_with(".json") || name.starts_with('.') || name == "package.json" {
            continue;
        }
        let value = parse(&std::fs::read(&path).expect("readable"));
        let value = value.unwrap_or_else(|issue| panic!("{name}: {}", issue.text.en));
        let kind = value["resourceType"].as_str().and_then(ResourceKind::parse);
        found.extend(kind.map(|kind| (kind, value)));
    }
    found
}

/// Rows as text, each with the code of its parameter.
fn show(registry: &Registry, kind: ResourceKind, rows: &Rows) -> BTreeSet<String> {
    let mut codes: BTreeMap<ParamId, &str> =
        registry.search.of(kind).iter().map(|found| (found.id, &*found.code)).collect();
    codes.extend([
        (own::keys(), "~keys"),
        (own::rule(kind), "~rule"),
        (own::home(), "~home"),
        (own::parts(kind), "~parts"),
        (own::holds(kind), "~holds"),
    ]);
    let mut systems: BTreeMap<i64, &str> =
        ["http://loinc.org", "http://unitsofmeasure.org", "urn:mch", "urn:iso:std:iso:4217"]
            .map(|system| (system_hash(system), system))
            .into();
    systems.insert(base_units(), "base");
    let system =
        |hash: &i64| systems.get(hash).map_or_else(|| hash.to_string(), |found| (*found).into());
    let mut shown = BTreeSet::new();
    let mut show = |param: &ParamId, text: String| {
        assert!(shown.insert(format!("{} {text}", codes[param])), "twice: {text}");
    };
    for row in &rows.tokens {
        show(&row.param, format!("{}|{}", system(&row.system), row.code));
    }
    for row in &rows.strings {
        show(&row.param, format!("{} / {}", row.folded, row.exact));
    }
    for row in &rows.dates {
        show(&row.param, format!("{}..{}", row.low, row.high));
    }
    for row in &rows.numbers {
        show(&row.param, format!("{}..{}", row.low, row.high));
    }
    for row in &rows.quantities {
        let unit = format!("{}|{} {}", system(&row.system), row.code, row.unit);
        let (low, high) = row.written;
        show(&row.param, format!("{low}..{high} {unit} = {}..{}", row.low, row.high));
    }
    for row in &rows.references {
        let kind = ResourceKind::from_number(row.kind).map_or("-", ResourceKind::name);
        show(&row.param, format!("{kind}/{}", row.target));
    }
    for row in &rows.uris {
        show(&row.param, row.value.clone());
    }
    for row in &rows.composites {
        let text = |(number, text): &(i64, String)| format!("{}|{text}", system(number));
        let (first, second) = (text(&row.first), text(&row.second));
        show(&row.param, format!("{first} {second} {}..{}", row.low, row.high));
    }
    shown
}

#[track_caller]
fn check(resource: &Value, expected: &[&str]) {
    let (registry, indexer) = indexer();
    let kind = ResourceKind::parse(resource["resourceType"].as_str().expect("type")).expect("kind");
    let shown = show(&registry, kind, &indexer.rows(kind, resource));
    let shown: Vec<&str> = shown.iter().map(String::as_str).collect();
    assert_eq!(shown, expected);
}

#[test]
fn a_patient_is_found_by_all_it_says() {
    let day = DateRange::parse("1998-03-08", Zone::default()).expect("date");
    let birth = format!("birthdate {}..{}", day.low, day.high);
    check(
        &json!({
            "resourceType": "Patient",
            "id": "me-1",
            "meta": {
                "profile": ["http://p|1.0"], "tag": [{"system": "urn:mch", "code": "t"}],
                "lastUpdated": "2026-11-22T13:26:00Z", "source": "urn:s",
            },
            "text": {"status": "generated", "div": "<div>x</div>"},
            "contained": [{"resourceType": "Patient", "gender": "male"}],
            "identifier": [{"system": "urn:mch", "value": "12"}, {"value": "7"}],
            "name": [{"family": "Lò", "given": ["Thị", "Đào"]}],
            "telecom": [{"system": "phone", "value": "0912"}],
            "gender": "female",
            "birthDate": "1998-03-08",
            "address": [{"city": "Điện Biên"}],
            "generalPractitioner": [
                {"reference": "https://me.example/fhir/Organization/o1"},
                {"reference": "#contained"},
                {"identifier": {"system": "urn:mch", "value": "tyt"}},
            ],
        }),
        &[
            "_profile http://p",
            "_profile http://p|1.0",
            "_source urn:s",
            "_tag urn:mch|t",
            "address dien bien / Điện Biên",
            "address-city dien bien / Điện Biên",
            &birth,
            "deceased 0|false",
            "family lo / Lò",
            "gender 0|female",
            "general-practitioner Organization/o1",
            "general-practitioner urn:mch|tyt",
            "given dao / Đào",
            "given thi / Thị",
            "identifier 0|7",
            "identifier urn:mch|12",
            "name dao / Đào",
            "name lo / Lò",
            "name lo thi dao / Lò Thị Đào",
            "name thi / Thị",
            "phone 0|0912",
            "telecom 0|0912",
        ],
    );
}

#[test]
fn an_observation_has_a_composite_row_for_each_instance() {
    let quantity = json!({"value": 118, "unit": "mmHg",
            "system": "http://unitsofmeasure.org", "code": "mm[Hg]"});
    check(
        &json!({
            "resourceType": "Observation",
            "status": "final",
            "code": {"coding": [{"system": "http://loinc.org", "code": "85354-9"}], "text": "x"},
            "subject": {"reference": "Patient/me-1"},
            "component": [{
                "code": {"coding": [{"system": "http://loinc.org", "code": "8480-6"}]},
                "valueQuantity": quantity,
            }],
            "valueQuantity": {"value": 5.0, "comparator": "<", "unit": "ngày"},
        }),
        &[
            "code http://loinc.org|85354-9",
            "code x / ",
            "code-value-quantity http://loinc.org|85354-9 0|ngày -inf..5",
            "combo-code http://loinc.org|8480-6",
            "combo-code http://loinc.org|85354-9",
            "component-code http://loinc.org|8480-6",
            "component-code-value-quantity http://loinc.org|8480-6 base|g.m-1.s-2 15731996..15731996",
            "component-code-value-quantity http://loinc.org|8480-6 http://unitsofmeasure.org|mmHg 118..118",
            "component-value-quantity 118..118 http://unitsofmeasure.org|mm[Hg] mmHg = 15731996..15731996",
            "status 0|final",
            "subject Patient/me-1",
            "value-quantity -inf..5 0| ngày = -inf..5",
        ],
    );
}

#[test]
fn other_types_give_what_the_specification_says() {
    check(
        &json!({"resourceType": "Location",
                "position": {"latitude": 21.38, "longitude": 103.02}}),
        &["near 21.38..103.02"],
    );
    check(
        &json!({"resourceType": "Invoice",
                "totalNet": {"value": 10, "currency": "VND"},
                "totalGross": {"value": -0}}),
        &["totalgross 0..0 0|  = 0..0", "totalnet 10..10 urn:iso:std:iso:4217|VND  = 10..10"],
    );
    check(
        &json!({"resourceType": "DocumentReference", "relatesTo": [
                {"code": "replaces", "target": {"reference": "DocumentReference/1"}}]}),
        &[
            "relatesto DocumentReference/1",
            "relation 0|replaces",
            "relationship 41|1 0|replaces 0..0",
        ],
    );
    check(
        &json!({"resourceType": "MolecularSequence",
                "referenceSeq": {"chromosome": {"coding": [{"code": "1"}]}},
                "variant": [{"start": 5, "end": 9}]}),
        &[
            "chromosome 0|1",
            "chromosome-variant-coordinate 0|1 0| 5..9",
            "variant-end 9..9",
            "variant-start 5..5",
        ],
    );
}

#[test]
fn what_is_not_as_the_definitions_say_gives_no_rows() {
    let (_, indexer) = indexer();
    for kind in ResourceKind::all() {
        for value in [json!(null), json!([1]), json!("x"), json!({}), json!({"code": [[{}]]})] {
            indexer.rows(kind, &value);
        }
    }
    let kind = ResourceKind::PATIENT;
    let odd = json!({"name": {"given": "Hoa"}, "gender": {"a": 1}, "birthDate": "x",
            "identifier": "7", "telecom": [null, 3], "deceasedDateTime": false});
    assert!(indexer.rows(kind, &odd).dates.is_empty());
}

#[test]
fn parameters_without_rows_are_known() {
    let (registry, indexer) = indexer();
    let mut silent = BTreeSet::new();
    for kind in ResourceKind::all() {
        for parameter in registry.search.of(kind) {
            let own = ["_id", "_lastUpdated"].contains(&&*parameter.code);
            if !own && !indexer.answers(parameter) {
                silent.insert(&*parameter.code);
            }
        }
    }
    // Those without a path, extensions that R4 gives no type, and resources within a Bundle.
    let expected = [
        "_content",
        "_filter",
        "_query",
        "_text",
        "age",
        "birthOrderBoolean",
        "composition",
        "message",
    ];
    assert_eq!(silent.into_iter().collect::<Vec<_>>(), expected);
    let parameter = |kind: &str, code: &str| {
        let kind = ResourceKind::parse(kind).expect("a type");
        registry.search.find(kind, code).expect("a parameter")
    };
    let questionnaire = parameter("QuestionnaireResponse", "questionnaire");
    assert!(indexer.is_of_canonicals(questionnaire));
    assert!(!indexer.is_of_canonicals(parameter("Observation", "subject")));
}

#[test]
fn canonicals_are_found_with_and_without_versions() {
    let response = |questionnaire: &str| json!({"resourceType": "QuestionnaireResponse", "questionnaire": questionnaire});
    check(
        &response("http://a/q|1.0"),
        &["questionnaire -/http://a/q", "questionnaire -/http://a/q|1.0"],
    );
    check(
        &response("https://me.example/fhir/Questionnaire/q|1.0"),
        &[
            "questionnaire -/https://me.example/fhir/Questionnaire/q",
            "questionnaire -/https://me.example/fhir/Questionnaire/q|1.0",
            "questionnaire Questionnaire/q",
        ],
    );
    check(&response("#q"), &[]);
}

#[test]
fn official_examples_are_indexed() {
    let (registry, indexer) = indexer();
    let (mut rows, mut resources) = (0, 0);
    let mut seen = BTreeSet::new();
    for (kind, value) in examples() {
        let found = indexer.rows(kind, &value);
        show(&registry, kind, &found);
        resources += 1;
        rows += found.len();
        macro_rules! note {
                ($($list:ident),*) => {$(seen.extend(found.$list.iter().map(|row| row.param));)*};
            }
        note!(tokens, strings, dates, numbers, quantities, references, uris, composites);
    }
    let all = ResourceKind::all().map(|kind| registry.search.of(kind).len()).sum::<usize>();
    let with = seen.len();
    eprintln!("{resources} resources, {rows} rows, {with} of {all} parameters have rows");
}
