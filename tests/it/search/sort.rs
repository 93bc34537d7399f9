//! The order of results, <https://hl7.org/fhir/R4/search.html#sort>.

use serde_json::{Value, json};

use super::{check_order, store};
use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    results_are_sorted_by_one_key,
    results_are_sorted_by_several_keys,
    resources_without_the_key_come_last_on_every_page,
    many_matches_are_sorted_and_paged_like_few,
    only_what_has_an_order_is_sorted_by,
    every_type_of_parameter_is_sorted_by,
    what_is_referred_to_is_sorted_by,
    a_value_that_is_not_asked_for_may_be_the_key,
);

fn patient(id: &str, family: Option<&str>, born: Option<&str>) -> Value {
    let mut patient = json!({ "resourceType": "Patient", "id": id, "active": true });
    if let Some(family) = family {
        patient["name"] = json!([{ "family": family }]);
    }
    if let Some(born) = born {
        patient["birthDate"] = json!(born);
    }
    patient
}

async fn five(server: &Server) {
    store(
        server,
        &[
            patient("c", Some("Ánh"), Some("2001-05-05")),
            patient("a", Some("bình"), Some("1999")),
            patient("e", None, Some("2001-05-05")),
            patient("b", Some("Đào"), None),
            patient("d", Some("anh"), Some("2020-01-01")),
        ],
    )
    .await;
}

async fn results_are_sorted_by_one_key(server: Server) {
    five(&server).await;
    check_order(&server, "Patient?_sort=_id", &["a", "b", "c", "d", "e"]).await;
    check_order(&server, "Patient?_sort=-_id", &["e", "d", "c", "b", "a"]).await;
    check_order(&server, "Patient?_sort=family", &["c", "d", "a", "b", "e"]).await;
    check_order(&server, "Patient?_sort=birthdate", &["a", "c", "e", "d", "b"]).await;
    check_order(&server, "Patient?_sort=-birthdate", &["d", "e", "c", "a", "b"]).await;
    check_order(&server, "Patient?_sort=-_id&active=true&family=anh", &["d", "c"]).await;
    server.put("/Patient/a", patient("a", Some("Bình"), Some("1999"))).await.is(200);
    let by_update = server.get("/Patient?_sort=-_lastUpdated").await.is(200).ids();
    assert_eq!(by_update[0], "a");
    let by_update = server.get("/Patient?_sort=_lastUpdated").await.is(200).ids();
    assert_eq!(by_update[4], "a");
}

async fn results_are_sorted_by_several_keys(server: Server) {
    five(&server).await;
    check_order(&server, "Patient?_sort=birthdate,-_id", &["a", "e", "c", "d", "b"]).await;
    check_order(&server, "Patient?_sort=family,-birthdate", &["d", "c", "a", "b", "e"]).await;
    check_order(
        &server,
        "Patient?_sort=-birthdate,family,_id&_count=10",
        &["d", "c", "e", "a", "b"],
    )
    .await;
}

/// Follows the pages to the end; what they hold together.
async fn all_pages(server: &Server, query: &str) -> Vec<String> {
    let mut page = server.get(query).await.is(200);
    let mut all = page.ids();
    while let Some(next) = page.link("next") {
        page = server.get(&next).await.is(200);
        assert!(!page.ids().is_empty(), "{next}");
        all.extend(page.ids());
    }
    all
}

async fn resources_without_the_key_come_last_on_every_page(server: Server) {
    five(&server).await;
    for count in 1..=5 {
        for (sort, expected) in [
            ("birthdate", ["a", "c", "e", "d", "b"]),
            ("-birthdate", ["d", "e", "c", "a", "b"]),
            ("family", ["c", "d", "a", "b", "e"]),
            ("birthdate,-_id", ["a", "e", "c", "d", "b"]),
            ("family,birthdate", ["c", "d", "a", "b", "e"]),
        ] {
            for filter in ["", "&active=true"] {
                let query = format!("/Patient?_sort={sort}&_count={count}{filter}");
                assert_eq!(all_pages(&server, &query).await, expected, "{query}");
            }
        }
    }
}

/// More matches than the planner gathers: the pages come straight from the index of the key.
async fn many_matches_are_sorted_and_paged_like_few(server: Server) {
    let count = 4_200;
    let resources: Vec<Value> = (0..count)
        .map(|at| {
            let born = format!("{}-{:02}-{:02}", 1990 + at % 7, at % 12 + 1, at % 28 + 1);
            patient(&format!("p{at:04}"), None, (at % 100 != 0).then_some(born.as_str()))
        })
        .collect();
    for part in resources.chunks(700) {
        store(&server, part).await;
    }
    for descending in [false, true] {
        let born = |at: &usize| resources[*at]["birthDate"].as_str();
        let mut expected: Vec<usize> = (0..count).collect();
        // Equal keys are in the order they were made in, or against it.
        expected.sort_by(|a, b| match descending {
            false => {
                born(a).is_none().cmp(&born(b).is_none()).then(born(a).cmp(&born(b))).then(a.cmp(b))
            }
            true => {
                born(a).is_none().cmp(&born(b).is_none()).then(born(b).cmp(&born(a))).then(b.cmp(a))
            }
        });
        let expected: Vec<String> = expected.iter().map(|at| format!("p{at:04}")).collect();
        let sign = if descending { "-" } else { "" };
        for filter in ["", "&active=true", "&active=true&gender:missing=true"] {
            let query = format!("/Patient?_sort={sign}birthdate&_count=999{filter}");
            let found = all_pages(&server, &query).await;
            assert_eq!(found.len(), count, "{query}");
            assert!(found == expected, "{query}");
        }
    }
    let total = server.get("/Patient?active=true&_sort=birthdate&_total=accurate&_count=1").await;
    assert_eq!(total.json()["total"].to_string(), count.to_string());
    let narrow =
        "/Patient?active=true&birthdate=ge1991&birthdate=lt1992&_sort=-birthdate&_count=100";
    let found = all_pages(&server, narrow).await;
    let in_1991 = |patient: &&Value| {
        patient["birthDate"].as_str().is_some_and(|born| born.starts_with("1991"))
    };
    assert_eq!(found.len(), resources.iter().filter(in_1991).count());
}

async fn only_what_has_an_order_is_sorted_by(server: Server) {
    for key in ["nam", "", "name,", "-", "organization.", "_has:Encounter:subject:date", "link.nam"]
    {
        server.get(&format!("/Patient?_sort={key}")).await.is(400);
    }
    server.get("/Observation?_sort=code-value-quantity").await.is(400);
    server.get("/Observation?_sort=subject.name").await.is(400);
    let keys = ["_id"; 9].join(",");
    server.get(&format!("/Patient?_sort={keys}")).await.is(400);
}

async fn every_type_of_parameter_is_sorted_by(server: Server) {
    let ucum = "http://unitsofmeasure.org";
    let weighed = |id: &str, code: &str, subject: Option<&str>, value: Value| {
        let mut made = json!({
            "resourceType": "Observation", "id": id, "status": "final",
            "code": { "coding": [{ "system": "http://x", "code": code }] },
        });
        if let Some(subject) = subject {
            made["subject"] = json!({ "reference": subject });
        }
        if !value.is_null() {
            made["valueQuantity"] = value;
        }
        made
    };
    let amount = |value: f64, unit: &str| json!({ "value": value, "unit": unit, "system": ucum, "code": unit });
    store(
        &server,
        &[
            weighed("o1", "c", Some("Patient/y"), amount(2.5, "kg")),
            weighed("o2", "a", Some("Group/b"), amount(2400.0, "g")),
            weighed("o3", "b", Some("Patient/x"), Value::Null),
            weighed("o4", "a", None, amount(3e6, "mg")),
        ],
    )
    .await;
    for (sort, expected) in [
        ("code", ["o2", "o4", "o3", "o1"]),
        ("-code", ["o1", "o3", "o4", "o2"]),
        ("code,-_id", ["o4", "o2", "o3", "o1"]),
        ("subject", ["o2", "o3", "o1", "o4"]),
        ("-subject", ["o1", "o3", "o2", "o4"]),
        // A group is no patient.
        ("patient", ["o3", "o1", "o2", "o4"]),
        ("-patient", ["o1", "o3", "o4", "o2"]),
        ("value-quantity", ["o2", "o1", "o4", "o3"]),
        ("-value-quantity", ["o4", "o1", "o2", "o3"]),
        ("category,-code", ["o1", "o3", "o2", "o4"]),
    ] {
        for count in [1, 3, 50] {
            for filter in ["", "&status=final"] {
                let query = format!("/Observation?_sort={sort}&_count={count}{filter}");
                assert_eq!(all_pages(&server, &query).await, expected, "{query}");
            }
        }
    }
    let set = |id: &str, url: &str| json!({ "resourceType": "ValueSet", "id": id, "status": "draft", "url": url });
    store(&server, &[set("v1", "http://b.example/x"), set("v2", "http://a.example/x")]).await;
    check_order(&server, "ValueSet?_sort=url&_id=v1,v2", &["v2", "v1"]).await;
    check_order(&server, "ValueSet?_sort=-url&_id=v1,v2", &["v1", "v2"]).await;
}

async fn what_is_referred_to_is_sorted_by(server: Server) {
    five(&server).await;
    let seen = |id: &str, subject: &str| {
        json!({
            "resourceType": "Observation", "id": id, "status": "final", "code": { "text": "x" },
            "subject": { "reference": subject },
        })
    };
    let group = json!({
        "resourceType": "Group", "id": "g", "type": "person", "actual": true, "name": "A",
    });
    store(
        &server,
        &[
            group,
            seen("o1", "Patient/b"),
            seen("o2", "Patient/nobody"),
            seen("o3", "Patient/c"),
            seen("o4", "Group/g"),
            seen("o5", "Patient/a"),
        ],
    )
    .await;
    for (sort, expected) in [
        ("subject:Patient.family", ["o3", "o5", "o1", "o2", "o4"]),
        ("-subject:Patient.family", ["o1", "o5", "o3", "o4", "o2"]),
        ("patient.birthdate", ["o5", "o3", "o1", "o2", "o4"]),
        ("subject.birthdate,-_id", ["o5", "o3", "o4", "o2", "o1"]),
        ("patient._id", ["o5", "o1", "o3", "o2", "o4"]),
    ] {
        for count in [2, 50] {
            let query = format!("/Observation?_sort={sort}&_count={count}");
            assert_eq!(all_pages(&server, &query).await, expected, "{query}");
        }
    }
}

/// Of two names the lower one is the key, whichever was asked for.
async fn a_value_that_is_not_asked_for_may_be_the_key(server: Server) {
    let two = |id: &str, names: [&str; 2]| {
        let names = names.map(|family| json!({ "family": family }));
        json!({ "resourceType": "Patient", "id": id, "name": names })
    };
    let few = [two("p1", ["Zung", "Bui"]), two("p2", ["Zung", "An"]), two("p3", ["Zung", "Cao"])];
    store(&server, &few).await;
    check_order(&server, "Patient?family=zung&_sort=family", &["p2", "p1", "p3"]).await;
    let many: Vec<Value> = (0..4_200).map(|at| two(&format!("m{at}"), ["Zung", "Dao"])).collect();
    for part in many.chunks(700) {
        store(&server, part).await;
    }
    let query = "Patient?family=zung&_sort=family&_count=3";
    check_order(&server, query, &["p2", "p1", "p3"]).await;
}
