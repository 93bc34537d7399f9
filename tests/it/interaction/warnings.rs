//! A client that asks for nothing learns of the warnings of its write.

use serde_json::{Value, json};

use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(a_header_counts_the_warnings_of_a_write, entries_have_their_warnings_in_their_outcomes,);

/// A patient whose marital status goes by a name that nobody gave it: one warning.
fn odd(id: &str) -> Value {
    let system = "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus";
    let coding = json!({ "system": system, "code": "M", "display": "Nguyễn Thị Ánh" });
    json!({ "resourceType": "Patient", "id": id, "maritalStatus": { "coding": [coding] } })
}

async fn a_header_counts_the_warnings_of_a_write(server: Server) {
    for (prefer, has_body) in [
        ("return=representation", true),
        ("return=minimal", false),
        ("return=OperationOutcome", true),
        ("", true),
    ] {
        let reply = server.put("/Patient/odd", odd("odd")).header("prefer", prefer).await;
        assert!(matches!(reply.status, 200 | 201), "{}", reply.text);
        assert_eq!(reply.header("x-mebe-warnings"), Some("1"), "{prefer}");
        assert_eq!(!reply.text.is_empty(), has_body, "{prefer}");
        let link = reply.header("link").unwrap();
        let (url, rest) = link.strip_prefix('<').unwrap().split_once('>').unwrap();
        assert_eq!(rest, "; rel=\"describedby\"");
        let told = server.get(url).await.is(200).json();
        assert!(told.to_string().contains("Patient.maritalStatus.coding[0].display"), "{told}");
    }
    let reply = server.post("/Patient", odd("odd")).header("prefer", "return=minimal").await;
    assert_eq!(reply.clone().is(201).header("x-mebe-warnings"), Some("1"));
    // Nothing of what was sent is in the headers.
    for (name, value) in &reply.headers {
        assert!(!value.to_str().unwrap().contains("Ánh"), "{name}");
    }
    let plain = server.put("/Patient/plain", json!({ "resourceType": "Patient", "id": "plain" }));
    let plain = plain.await.is(201);
    assert_eq!((plain.header("x-mebe-warnings"), plain.header("link")), (None, None));
}

async fn entries_have_their_warnings_in_their_outcomes(server: Server) {
    let entry = |resource: Value| {
        let url = format!("Patient/{}", resource["id"].as_str().unwrap());
        json!({ "request": { "method": "PUT", "url": url }, "resource": resource })
    };
    let plain = json!({ "resourceType": "Patient", "id": "plain" });
    for kind in ["batch", "transaction"] {
        let bundle = json!({ "resourceType": "Bundle", "type": kind,
            "entry": [entry(plain.clone()), entry(odd("a")), entry(odd("b"))] });
        let send = |prefer| server.post("", &bundle).header("prefer", prefer);
        for prefer in ["return=representation", ""] {
            let reply = send(prefer).await.is(200);
            assert_eq!(reply.header("x-mebe-warnings"), Some("2"));
            let answer = reply.json();
            let outcome = |at: usize| answer["entry"][at]["response"]["outcome"].clone();
            assert_eq!(outcome(0), Value::Null);
            for at in [1, 2] {
                let issue = outcome(at)["issue"][0].clone();
                assert_eq!(issue["severity"], "warning", "{answer}");
                let place = &issue["expression"][0];
                assert_eq!(place, "Patient.maritalStatus.coding[0].display", "{answer}");
            }
        }
        let reply = send("return=minimal").await.is(200);
        assert_eq!(reply.header("x-mebe-warnings"), Some("2"));
        assert!(!reply.text.contains("outcome"), "{}", reply.text);
    }
    // What was sent for a resource that is there already is told of, too.
    let mut found = entry(odd("a"));
    found["request"] = json!({ "method": "POST", "url": "Patient", "ifNoneExist": "_id=a" });
    let bundle = json!({ "resourceType": "Bundle", "type": "transaction", "entry": [found] });
    let reply = server.post("", bundle).await.is(200);
    assert_eq!(reply.header("x-mebe-warnings"), Some("1"), "{}", reply.text);
}
