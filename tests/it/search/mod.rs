//! Search, <https://hl7.org/fhir/R4/search.html>, a file for each type of parameter and concern.

mod agreement;
mod codes;
mod compartment;
mod composite;
mod control;
mod date;
mod fault;
mod filter;
mod include;
mod join;
mod missing;
mod modifier;
mod name;
mod near;
mod number;
mod page;
mod phone;
mod property;
mod quantity;
mod reference;
mod sort;
mod steps;
mod string;
mod system;
mod token;
mod uri;
mod words;

use serde_json::{Value, json};

use crate::harness::server::Server;

/// Stores resources under their ids, in one transaction.
pub(crate) async fn store(server: &Server, resources: &[Value]) {
    let entries: Vec<Value> = resources
        .iter()
        .map(|resource| {
            let (kind, id) = (&resource["resourceType"], &resource["id"]);
            let url = format!("{}/{}", kind.as_str().unwrap(), id.as_str().unwrap());
            json!({ "request": { "method": "PUT", "url": url }, "resource": resource })
        })
        .collect();
    let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": entries });
    server.post("", bundle).await.is(200);
}

/// What a search finds: exactly these ids, told in any order.
pub(crate) async fn check(server: &Server, query: &str, expected: &[&str]) {
    let mut found = server.get(&format!("/{query}")).await.is(200).ids();
    found.sort_unstable();
    let mut expected = expected.to_vec();
    expected.sort_unstable();
    assert_eq!(found, expected, "{query}");
}

/// What a search finds, in this order.
pub(crate) async fn check_order(server: &Server, query: &str, expected: &[&str]) {
    let found = server.get(&format!("/{query}")).await.is(200).ids();
    assert_eq!(found, expected, "{query}");
}
