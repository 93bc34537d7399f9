//! Search in a compartment, <https://hl7.org/fhir/R4/http.html#vsearch>.

use serde_json::{Value, json};

use super::{check, store};
use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    a_type_is_searched_in_a_compartment,
    all_of_a_compartment_is_searched,
    each_of_the_five_compartments_is_searched,
    what_has_no_compartment_is_refused,
    links_stay_in_the_compartment,
    compartments_are_searched_by_post_and_in_bundles,
);

fn reference(to: &str) -> Value {
    json!({ "reference": to })
}

fn observation(id: &str, of: &str, status: &str) -> Value {
    json!({
        "resourceType": "Observation", "id": id, "status": status, "code": { "text": "x" },
        "subject": reference(of), "encounter": reference("Encounter/e"),
        "performer": [reference("Practitioner/bs")], "device": reference("Device/can"),
    })
}

async fn records(server: &Server) {
    let encounter = json!({
        "resourceType": "Encounter", "id": "e", "status": "finished", "class": { "code": "AMB" },
        "subject": reference("Patient/an"),
    });
    let relation =
        json!({ "resourceType": "RelatedPerson", "id": "ba", "patient": reference("Patient/an") });
    let asked = json!({
        "resourceType": "Observation", "id": "told", "status": "final", "code": { "text": "x" },
        "subject": reference("Patient/binh"), "performer": [reference("RelatedPerson/ba")],
    });
    let resources = [
        json!({ "resourceType": "Patient", "id": "an" }),
        json!({ "resourceType": "Patient", "id": "binh" }),
        json!({ "resourceType": "Practitioner", "id": "bs" }),
        json!({ "resourceType": "Device", "id": "can" }),
        json!({ "resourceType": "Organization", "id": "tram", "name": "Trạm" }),
        relation,
        encounter,
        observation("an-1", "Patient/an", "final"),
        observation("an-2", "Patient/an", "amended"),
        observation("binh-1", "Patient/binh", "final"),
        asked,
    ];
    store(server, &resources).await;
}

async fn a_type_is_searched_in_a_compartment(server: Server) {
    records(&server).await;
    for (query, expected) in [
        ("Patient/an/Observation", &["an-1", "an-2"][..]),
        ("Patient/an/Observation?status=final", &["an-1"]),
        ("Patient/an/Observation?status=final&_id=an-2", &[]),
        ("Patient/an/Encounter", &["e"]),
        ("Patient/an/Patient", &["an"]),
        ("Patient/an/RelatedPerson", &["ba"]),
        ("Patient/an/Organization", &[]),
        ("Patient/nobody/Observation", &[]),
    ] {
        check(&server, query, expected).await;
    }
    server.get("/Patient/an/Observation?stats=final").await.is(400);
}

async fn all_of_a_compartment_is_searched(server: Server) {
    records(&server).await;
    for (query, expected) in [
        ("Patient/an/*", &["an", "an-1", "an-2", "ba", "e"][..]),
        ("Patient/an/*?_type=Observation,Encounter", &["an-1", "an-2", "e"]),
        ("Patient/an/*?_id=an-2", &["an-2"]),
        ("Encounter/e/*", &["an-1", "an-2", "binh-1", "e"]),
    ] {
        check(&server, query, expected).await;
    }
    server.get("/Patient/an/*?_type=Organization").await.is(400);
}

async fn each_of_the_five_compartments_is_searched(server: Server) {
    records(&server).await;
    for (query, expected) in [
        ("Encounter/e/Observation", &["an-1", "an-2", "binh-1"][..]),
        ("Encounter/e/Observation?subject=Patient/an", &["an-1", "an-2"]),
        ("Encounter/e/Encounter", &["e"]),
        ("Practitioner/bs/Observation", &["an-1", "an-2", "binh-1"]),
        ("Practitioner/other/Observation", &[]),
        ("Device/can/Observation?status=final", &["an-1", "binh-1"]),
        ("Device/can/Device", &["can"]),
        ("RelatedPerson/ba/Observation", &["told"]),
        ("RelatedPerson/ba/RelatedPerson", &["ba"]),
        ("Practitioner/bs/Organization", &[]),
    ] {
        check(&server, query, expected).await;
    }
}

async fn what_has_no_compartment_is_refused(server: Server) {
    for path in ["/Organization/tram/Patient", "/Organization/tram/*", "/Patient/an/Observations"] {
        server.get(path).await.is(404);
    }
    server.get("/Patient/a_n/Observation").await.is(400);
}

async fn links_stay_in_the_compartment(server: Server) {
    records(&server).await;
    for path in ["/Patient/an/Observation", "/Patient/an/*"] {
        let page = server.get(&format!("{path}?_count=1&_sort=-_id")).await.is(200);
        let of_page = page.link("self").unwrap();
        assert!(of_page.contains(path), "{of_page}");
        let next = page.link("next").unwrap();
        assert!(next.contains(path), "{next}");
        let second = server.get(&next).await.is(200);
        assert_ne!(second.ids(), page.ids());
        server.get(&next.replace("/Patient/an/", "/Patient/binh/")).await.is(400);
        let first = server.get(&second.link("first").unwrap()).await.is(200);
        assert_eq!(first.ids(), page.ids());
    }
}

async fn compartments_are_searched_by_post_and_in_bundles(server: Server) {
    records(&server).await;
    let form = "application/x-www-form-urlencoded";
    for path in ["/Patient/an/Observation/_search", "/Patient/an/*/_search"] {
        let posted = server.post(path, "_id=an-1").header("content-type", form).await.is(200);
        assert_eq!(posted.ids(), ["an-1"]);
    }
    for kind in ["batch", "transaction"] {
        let request = json!({ "method": "GET", "url": "Patient/an/Observation?status=final" });
        let bundle =
            json!({ "resourceType": "Bundle", "type": kind, "entry": [{ "request": request }] });
        let reply = server.post("", bundle).await.is(200).json();
        assert_eq!(reply["entry"][0]["resource"]["entry"][0]["resource"]["id"], "an-1", "{reply}");
    }
}
