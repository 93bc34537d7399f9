//! What clients are told of the endpoints: [SMART](https://hl7.org/fhir/smart-app-launch/conformance.html),
//! [RFC 8414](https://www.rfc-editor.org/rfc/rfc8414), [OpenID Connect Discovery](https://openid.net/specs/openid-connect-discovery-1_0.html).

use serde_json::{Value, json};

use super::client::assertion::ALGORITHMS;
use super::token::identity;

/// What SMART calls what this server can do.
pub const CAPABILITIES: [&str; 17] = [
    "launch-ehr",
    "launch-standalone",
    "authorize-post",
    "client-public",
    "client-confidential-symmetric",
    "client-confidential-asymmetric",
    "sso-openid-connect",
    "context-banner",
    "context-standalone-patient",
    "context-ehr-patient",
    "context-ehr-encounter",
    "permission-offline",
    "permission-online",
    "permission-patient",
    "permission-user",
    "permission-v1",
    "permission-v2",
];

/// Scopes that are understood; those for resources are many more.
const SCOPES: [&str; 17] = [
    "openid",
    "fhirUser",
    "profile",
    "launch",
    "launch/patient",
    "launch/encounter",
    "online_access",
    "offline_access",
    "patient/*.rs",
    "patient/*.cruds",
    "patient/*.read",
    "user/*.rs",
    "user/*.cruds",
    "user/*.read",
    "system/*.rs",
    "system/*.cruds",
    "system/*.read",
];

/// The URL of an endpoint.
pub fn endpoint(issuer: &str, path: &str) -> String {
    format!("{issuer}/oauth/{path}")
}

/// What all of them say.
fn common(issuer: &str) -> Value {
    let at = |path| endpoint(issuer, path);
    let methods = ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"];
    json!({
        "issuer": issuer,
        "jwks_uri": at("jwks"),
        "authorization_endpoint": at("authorize"),
        "token_endpoint": at("token"),
        "introspection_endpoint": at("introspect"),
        "revocation_endpoint": at("revoke"),
        "management_endpoint": at("manage"),
        "scopes_supported": SCOPES,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
        "token_endpoint_auth_methods_supported": methods,
        "token_endpoint_auth_signing_alg_values_supported": ALGORITHMS,
        "introspection_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "private_key_jwt"],
        "introspection_endpoint_auth_signing_alg_values_supported": ALGORITHMS,
        "revocation_endpoint_auth_methods_supported": methods,
        "revocation_endpoint_auth_signing_alg_values_supported": ALGORITHMS,
        "ui_locales_supported": ["vi", "en"],
    })
}

/// The same with further members.
fn with<const N: usize>(mut told: Value, more: [(&str, Value); N]) -> Value {
    if let Some(members) = told.as_object_mut() {
        members.extend(more.map(|(name, value)| (name.to_owned(), value)));
    }
    told
}

/// `[base]/.well-known/smart-configuration`.
pub fn smart(issuer: &str) -> Value {
    with(common(issuer), [("capabilities", json!(CAPABILITIES))])
}

/// `/.well-known/oauth-authorization-server`.
pub fn authorization_server(issuer: &str) -> Value {
    common(issuer)
}

/// `/.well-known/openid-configuration`.
pub fn openid(issuer: &str) -> Value {
    let claims =
        ["iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "amr", "name", "fhirUser"];
    let more = [
        ("subject_types_supported", json!(["public"])),
        ("id_token_signing_alg_values_supported", json!([identity::ALGORITHM])),
        ("claims_supported", json!(claims)),
        ("claims_parameter_supported", json!(false)),
        ("request_parameter_supported", json!(false)),
        ("request_uri_parameter_supported", json!(false)),
    ];
    with(common(issuer), more)
}

/// `CapabilityStatement.rest.security`,
/// <https://hl7.org/fhir/smart-app-launch/conformance.html#using-fhir-capability-statement>: the URLs are
/// there when the authorization server is our own.
pub fn security(issuer: Option<&str>) -> Value {
    const SERVICE: &str = "http://terminology.hl7.org/CodeSystem/restful-security-service";
    const URIS: &str = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris";
    let coding = json!([{ "system": SERVICE, "code": "SMART-on-FHIR" }]);
    let security = json!({ "service": [{ "coding": coding, "text": "SMART-on-FHIR" }] });
    let Some(issuer) = issuer else { return security };
    let uri = |url: &str| json!({ "url": url, "valueUri": endpoint(issuer, url) });
    let uris = ["authorize", "token", "introspect", "revoke", "manage"].map(uri);
    let extension = json!([{ "url": URIS, "extension": uris }]);
    with(security, [("extension", extension), ("cors", json!(true))])
}
