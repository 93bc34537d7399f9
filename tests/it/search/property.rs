//! What holds for any search: pages together are the whole, and what a client escapes is what the
//! server reads.

use mebe::search::query::{Parameter, Query};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{Strategy, any, prop_assert_eq, proptest};
use proptest::sample::{select, subsequence};
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use super::store;
use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(pages_together_are_the_whole_result, any_text_is_found_by_its_escaped_self);

/// Values of a strategy, the same in every run.
fn some<T: std::fmt::Debug>(strategy: &impl Strategy<Value = T>, count: usize) -> Vec<T> {
    let mut runner = TestRunner::deterministic();
    (0..count).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect()
}

async fn pages_together_are_the_whole_result(server: Server) {
    let families = select(vec!["Lê", "le", "Đỗ", "Nguyễn", "Ánh"]);
    let people = (vec(families, 0..3), option::of(1990..1994_i32), any::<bool>());
    let patients: Vec<Value> = some(&people, 40)
        .into_iter()
        .enumerate()
        .map(|(at, (families, year, active))| {
            let names: Vec<Value> =
                families.iter().map(|family| json!({ "family": family })).collect();
            let mut patient =
                json!({ "resourceType": "Patient", "id": format!("p{at}"), "active": active });
            if !names.is_empty() {
                patient["name"] = json!(names);
            }
            if let Some(year) = year {
                patient["birthDate"] = json!(year.to_string());
            }
            patient
        })
        .collect();
    store(&server, &patients).await;
    let keys = vec!["family", "-birthdate", "birthdate", "-family", "_id", "-_lastUpdated"];
    let filters = vec![
        "active=true",
        "family=le,do",
        "birthdate=ge1991",
        "family:contains=n",
        "active=true,false",
    ];
    let searches = (subsequence(keys, 0..4), subsequence(filters, 0..3), 1..15_usize);
    for (keys, filters, count) in some(&searches, 40) {
        let mut query = filters;
        let sort = format!("_sort={}", keys.join(","));
        query.extend((!keys.is_empty()).then_some(sort.as_str()));
        let query = query.join("&");
        let whole = server.get(&format!("/Patient?{query}&_count=1000")).await.is(200).ids();
        let mut page = server.get(&format!("/Patient?{query}&_count={count}")).await.is(200);
        let mut all = page.ids();
        while let Some(next) = page.link("next") {
            page = server.get(&next).await.is(200);
            assert!(page.ids().len() <= count);
            all.extend(page.ids());
        }
        assert_eq!(all, whole, "{query}&_count={count}");
    }
}

fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        if matches!(c, '\\' | '|' | ',' | '$') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

fn encoded(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

async fn any_text_is_found_by_its_escaped_self(server: Server) {
    // A string of FHIR has no space at its ends, and no control characters.
    let texts = some(&r"[a-zA-Zàệđ👶|\\,$&=%+ :/.-]{0,12}[a-zđ|\\,$%]", 40);
    let patients: Vec<Value> = texts
        .iter()
        .enumerate()
        .map(|(at, text)| {
            let text = text.trim();
            json!({
                "resourceType": "Patient", "id": format!("p{at}"), "name": [{ "text": text }],
                "identifier": [{ "system": "http://x", "value": text }],
            })
        })
        .collect();
    store(&server, &patients).await;
    for text in &texts {
        let text = text.trim();
        let same = |patient: &&Value| patient["name"][0]["text"] == text;
        let mut expected: Vec<_> =
            patients.iter().filter(same).map(|patient| patient["id"].as_str().unwrap()).collect();
        expected.sort_unstable();
        let value = escaped(text);
        for (name, value) in [("identifier", format!("http://x|{value}")), ("name:exact", value)] {
            let query = encoded(&[(name, &value)]);
            let mut found = server.get(&format!("/Patient?{query}")).await.is(200).ids();
            found.sort_unstable();
            assert_eq!(found, expected, "{query}");
        }
    }
}

proptest! {
    #[test]
    fn a_query_is_read_as_it_was_written(
        pairs in vec(("[a-z_-]{1,9}", option::of("[a-zA-Z]{1,9}"), any::<String>()), 0..5)
    ) {
        let parameters: Vec<Parameter> = pairs
            .into_iter()
            .map(|(name, modifier, text)| Parameter { name, modifier, text })
            .collect();
        let keys: Vec<String> = parameters.iter().map(Parameter::key).collect();
        let texts = parameters.iter().map(|parameter| parameter.text.as_str());
        let pairs: Vec<_> = keys.iter().map(String::as_str).zip(texts).collect();
        prop_assert_eq!(Query::parse([encoded(&pairs).as_str()]), Query { parameters });
    }

    #[test]
    fn no_query_is_too_odd_to_be_taken_apart(text in any::<String>()) {
        for parameter in Query::parse([text.as_str()]).parameters {
            if let Ok(values) = parameter.values() {
                prop_assert_eq!(values.join(","), parameter.text);
            }
        }
    }
}
