//! What clients are told before they begin, and which pages of other sites may ask.

use serde_json::Value;

use crate::harness::call::Reply;
use crate::harness::server::Server;

use super::app::{App, json};
use super::world::server;

const CAPABILITIES: &str = "launch-ehr launch-standalone client-public client-confidential-symmetric \
     client-confidential-asymmetric sso-openid-connect context-standalone-patient context-ehr-patient \
     context-ehr-encounter permission-offline permission-online permission-patient permission-user \
     permission-v1 permission-v2 authorize-post";

fn texts(value: &Value) -> Vec<&str> {
    value.as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect()
}

#[tokio::test]
async fn endpoints_are_told_in_three_places() {
    let server = server(&[]).await;
    let top = server.top();
    let smart =
        server.get("/.well-known/smart-configuration").header("accept", "text/html").await.is(200);
    let smart = json(&smart);
    let capabilities = texts(&smart["capabilities"]);
    for capability in CAPABILITIES.split_whitespace() {
        assert!(capabilities.contains(&capability), "{capability}");
    }
    for place in ["oauth-authorization-server", "openid-configuration"] {
        let told = json(&server.get(&format!("{top}/.well-known/{place}")).await.is(200));
        for told in [&smart, &told] {
            assert_eq!(told["issuer"], top);
            for (name, path) in [
                ("authorization_endpoint", "authorize"),
                ("token_endpoint", "token"),
                ("introspection_endpoint", "introspect"),
                ("revocation_endpoint", "revoke"),
                ("management_endpoint", "manage"),
                ("jwks_uri", "jwks"),
            ] {
                assert_eq!(told[name], format!("{top}/oauth/{path}"), "{name}");
            }
            assert_eq!(texts(&told["code_challenge_methods_supported"]), ["S256"]);
            assert_eq!(texts(&told["response_types_supported"]), ["code"]);
            let grants = texts(&told["grant_types_supported"]);
            assert_eq!(grants, ["authorization_code", "refresh_token", "client_credentials"]);
            let algorithms = texts(&told["token_endpoint_auth_signing_alg_values_supported"]);
            assert_eq!(algorithms, ["RS384", "ES384"]);
            let methods = texts(&told["token_endpoint_auth_methods_supported"]);
            assert!(
                methods.contains(&"private_key_jwt") && methods.contains(&"client_secret_basic")
            );
        }
    }
    let metadata = server.get("/metadata").await.is(200).json();
    let security = &metadata["rest"][0]["security"];
    assert_eq!(security["service"][0]["coding"][0]["code"], "SMART-on-FHIR");
    let uris = security["extension"][0]["extension"].as_array().unwrap();
    let uri = |name: &str| uris.iter().find(|uri| uri["url"] == name).unwrap()["valueUri"].clone();
    assert_eq!(uri("token"), format!("{top}/oauth/token"));
    assert_eq!(uri("authorize"), format!("{top}/oauth/authorize"));
}

async fn preflight(server: &Server, url: &str, origin: &str) -> Reply {
    let call = server.call("OPTIONS", url).header("origin", origin);
    call.header("access-control-request-method", "POST")
        .header("access-control-request-headers", "authorization,content-type")
        .await
}

#[tokio::test]
async fn pages_of_registered_apps_may_ask_and_others_may_only_look() {
    let server = server(&[]).await;
    let top = server.top();
    let allowed = |reply: &Reply| reply.header("access-control-allow-origin").map(str::to_owned);
    for url in [
        "/.well-known/smart-configuration".to_owned(),
        "/metadata".to_owned(),
        format!("{top}/.well-known/openid-configuration"),
        format!("{top}/oauth/jwks"),
    ] {
        let reply = server.get(&url).header("origin", "https://anybody.example").await.is(200);
        assert_eq!(allowed(&reply).as_deref(), Some("https://anybody.example"), "{url}");
    }
    for url in [format!("{top}/oauth/token"), "/Patient/ann".to_owned()] {
        let reply = preflight(&server, &url, "https://app.example").await;
        assert_eq!(reply.status, 204, "{url}");
        assert_eq!(allowed(&reply).as_deref(), Some("https://app.example"));
        let reply = preflight(&server, &url, "https://evil.example").await;
        assert_eq!((reply.status, allowed(&reply)), (403, None), "{url}");
    }
    let app = App::new(&server, "app", "user/Patient.rs");
    let tokens = app.tokens("hoa", None).await;
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    let read = server.get("/Patient/ann").header("authorization", &bearer);
    let read = read.header("origin", "https://app.example").await.is(200);
    assert_eq!(allowed(&read).as_deref(), Some("https://app.example"));
    assert_eq!(read.header("access-control-allow-credentials"), None);
    // A page of a person is read by no other site.
    let reply =
        server.get(&format!("{top}/oauth/manage")).header("origin", "https://app.example").await;
    assert_eq!((reply.status, allowed(&reply)), (403, None));
    let reply = server.get(&app.url()).header("origin", "https://evil.example").await;
    assert_eq!(allowed(&reply), None);
}

#[tokio::test]
async fn without_the_setting_there_are_no_endpoints() {
    use crate::harness::backend::Backend;
    let server = Server::start_with(Backend::Sqlite, &[("access", "on")]).await.unwrap();
    let top = server.top();
    for path in
        ["/oauth/token", "/oauth/authorize", "/oauth/jwks", "/.well-known/openid-configuration"]
    {
        let reply = server.get(&format!("{top}{path}")).await;
        assert!(reply.status == 401 || reply.status == 404, "{path}: {}", reply.status);
    }
    let metadata = server.get("/metadata").await.json();
    assert!(metadata["rest"][0]["security"].get("extension").is_none());
}
