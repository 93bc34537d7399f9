//! Behind a proxy, whether it takes its part of the path off or not.

use serde_json::json;

use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(a_proxy_may_take_its_part_of_the_path_off);

async fn a_proxy_may_take_its_part_of_the_path_off(mut server: Server) {
    server.stop().await;
    server.start_again(&[("base_url", "https://host.example/a/b/fhir")]).await;
    let top = server.top();
    let patient = json!({ "resourceType": "Patient", "id": "me" });
    for way in ["/a/b", ""] {
        let at = |path: &str| format!("{top}{way}{path}");
        let written = server.put(&at("/fhir/Patient/me"), &patient).await;
        let place = written.header("location").unwrap();
        assert!(place.starts_with("https://host.example/a/b/fhir/Patient/me/"), "{place}");
        server.get(&at("/fhir/Patient/me")).await.is(200);
        server.get(&at("/fhir/metadata")).await.is(200);
        server.get(&at("/health/live")).await.is(200);
        server.get(&at("/health/ready")).await.is(200);
        for page in ["/", "/guide", "/guide/items", "/guide?lang=en"] {
            let page = server.get(&at(page)).await.is(200);
            let links = page.text.split("=\"/").skip(1).map(|link| link.split('"').next().unwrap());
            let links: Vec<String> =
                links.map(|link| format!("/{}", link.replace("&amp;", "&"))).collect();
            assert!(links.iter().all(|link| link.starts_with("/a/b/")), "{links:?}");
            for link in links.iter().take(8) {
                let stripped = link.replacen("/a/b", way, 1);
                server.get(&format!("{top}{stripped}")).await.is(200);
            }
        }
    }
    server.get(&format!("{top}/b/guide")).await.is(404);
    server.get(&format!("{top}/Patient/me")).await.is(404);
}
