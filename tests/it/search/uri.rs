//! URIs, <https://hl7.org/fhir/R4/search.html#uri>.

use serde_json::json;

use super::{check, store};
use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(uris_are_found_whole);

async fn uris_are_found_whole(server: Server) {
    let set = |id: &str, url: &str| json!({ "resourceType": "ValueSet", "id": id, "status": "active", "url": url });
    let urls = ["http://example.org/a", "http://example.org/a/b", "urn:oid:1.2.3"];
    store(&server, &[set("a", urls[0]), set("b", urls[1]), set("c", urls[2])]).await;
    check(&server, "ValueSet?url=http://example.org/a", &["a"]).await;
    check(&server, "ValueSet?url=http://example.org/", &[]).await;
    check(&server, "ValueSet?url=HTTP://example.org/a", &[]).await;
    check(&server, "ValueSet?url=urn:oid:1.2.3,http://example.org/a/b", &["b", "c"]).await;
}
