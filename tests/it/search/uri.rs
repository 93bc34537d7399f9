//! URIs, <https://hl7.org/fhir/R4/search.html#uri>.

use serde_json::json;

use super::{check, store};
use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    uris_are_found_whole,
    uris_are_found_by_parts_of_their_path,
    canonicals_are_found_in_their_version
);

async fn uris_are_found_whole(server: Server) {
    let set = |id: &str, url: &str| json!({ "resourceType": "ValueSet", "id": id, "status": "active", "url": url });
    let urls = ["http://example.org/a", "http://example.org/a/b", "urn:oid:1.2.3"];
    store(&server, &[set("a", urls[0]), set("b", urls[1]), set("c", urls[2])]).await;
    check(&server, "ValueSet?url=http://example.org/a", &["a"]).await;
    check(&server, "ValueSet?url=http://example.org/", &[]).await;
    check(&server, "ValueSet?url=HTTP://example.org/a", &[]).await;
    check(&server, "ValueSet?url=urn:oid:1.2.3,http://example.org/a/b", &["b", "c"]).await;
}

async fn uris_are_found_by_parts_of_their_path(server: Server) {
    let set = |id: &str, url: &str| json!({ "resourceType": "ValueSet", "id": id, "status": "active", "url": url });
    let urls = ["http://example.org/a", "http://example.org/a/b", "http://example.org/ab"];
    store(&server, &[set("a", urls[0]), set("b", urls[1]), set("c", urls[2])]).await;
    for root in ["http://example.org/a", "http://example.org/a/"] {
        check(&server, &format!("ValueSet?url:below={root}"), &["a", "b"]).await;
    }
    check(&server, "ValueSet?url:below=http://example.org", &["a", "b", "c"]).await;
    check(&server, "ValueSet?url:below=http://example.org&_sort=-_id", &["a", "b", "c"]).await;
    check(&server, "ValueSet?url:below=http://example.or", &[]).await;
    check(&server, "ValueSet?url:below=http://other,http://example.org/a/b", &["b"]).await;
    check(&server, "ValueSet?url:above=http://example.org/a/b/c", &["a", "b"]).await;
    check(&server, "ValueSet?url:above=http://example.org", &[]).await;
    check(&server, "ValueSet?url:above=test", &[]).await;
    let reply = server.get("/ValueSet?url:text=a").await.is(400);
    assert!(reply.text.contains(":missing, :below, :above"), "{}", reply.text);
}

async fn canonicals_are_found_in_their_version(server: Server) {
    let claims = |id: &str, profile: &str| json!({ "resourceType": "Patient", "id": id, "meta": { "profile": [profile] } });
    let profile = "http://example.org/fhir/StructureDefinition/p";
    let versioned = format!("{profile}|1.0");
    store(&server, &[claims("one", &versioned), claims("none", profile)]).await;
    check(&server, &format!("Patient?_profile={profile}"), &["none", "one"]).await;
    check(&server, &format!("Patient?_profile={profile}|1.0"), &["one"]).await;
    check(&server, &format!("Patient?_profile={profile}|2.0"), &[]).await;
    check(&server, &format!("Patient?_profile={profile}|"), &[]).await;
    check(&server, &format!("Patient?_profile:below={profile}"), &["none", "one"]).await;
}
