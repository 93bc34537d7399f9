//! An issuer of tokens for tests: its keys, and tokens as it would sign them, right and wrong.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use serde_json::{Value, json};

use super::backend::{Backend, Database};
use super::server::Server;

pub(crate) const ISSUER: &str = "https://idp.example/realms/mebe";
pub(crate) const AUDIENCE: &str = "https://mebe.example/api";

/// The keys are for nothing but these tests.
pub(crate) fn ec() -> EncodingKey {
    EncodingKey::from_ec_der(include_bytes!("keys/ec.der"))
}

/// A key that the issuer does not have.
pub(crate) fn stranger() -> EncodingKey {
    EncodingKey::from_ec_der(include_bytes!("keys/ec2.der"))
}

pub(crate) fn rsa() -> EncodingKey {
    EncodingKey::from_rsa_der(include_bytes!("keys/rsa.der"))
}

/// A public key, as a set of keys has it.
pub(crate) fn jwk(key: &EncodingKey, algorithm: Algorithm, kid: &str) -> Value {
    let mut jwk = json!(Jwk::from_encoding_key(key, algorithm).expect("a key"));
    jwk["kid"] = kid.into();
    jwk["use"] = "sig".into();
    jwk
}

/// The keys of the issuer.
pub(crate) fn jwks() -> Value {
    json!({ "keys": [jwk(&ec(), Algorithm::ES256, "e"), jwk(&rsa(), Algorithm::RS256, "r")] })
}

pub(crate) fn now() -> u64 {
    u64::try_from(mebe::fhir::time::now().micros() / 1_000_000).expect("after 1970")
}

pub(crate) fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A token of these texts, signed.
pub(crate) fn sign(header: &str, payload: &str, key: &EncodingKey, algorithm: Algorithm) -> String {
    let message = format!("{}.{}", encode(header), encode(payload));
    let signature = crypto::sign(message.as_bytes(), key, algorithm).expect("a signature");
    format!("{message}.{signature}")
}

/// The header that the issuer's tokens have.
pub(crate) fn header() -> Value {
    json!({ "alg": "ES256", "typ": "at+jwt", "kid": "e" })
}

/// What a token of somebody claims.
pub(crate) fn claims(subject: &str, scope: &str) -> Value {
    json!({
        "iss": ISSUER, "aud": AUDIENCE, "sub": subject, "client_id": "app", "scope": scope,
        "iat": now(), "exp": now() + 300, "jti": format!("{subject}-{}", now()),
    })
}

/// A token of somebody, for as long as it is good.
pub(crate) fn token(subject: &str, scope: &str) -> String {
    of(&claims(subject, scope))
}

/// A token of a system for itself.
pub(crate) fn of_system(client: &str, scope: &str) -> String {
    let mut claims = claims(client, scope);
    claims["client_id"] = client.into();
    of(&claims)
}

/// A token with these claims.
pub(crate) fn of(claims: &Value) -> String {
    sign(&header().to_string(), &claims.to_string(), &ec(), Algorithm::ES256)
}

/// The settings by which a server takes tokens of the issuer, with these grants and further settings of
/// the issuer.
pub(crate) fn settings(
    database: &Database,
    grants: &str,
    issuer: &str,
) -> [(&'static str, String); 3] {
    let folder = database.folder.path();
    let (keys, file) = (folder.join("jwks.json"), folder.join("access.toml"));
    std::fs::write(&keys, jwks().to_string()).expect("written");
    std::fs::write(&file, grants).expect("written");
    let issuer = format!(
        "[{{issuer=\"{ISSUER}\",audience=[\"{AUDIENCE}\"],jwks_file=\"{}\"{issuer}}}]",
        keys.display()
    );
    [("access", "on".to_owned()), ("access_file", file.display().to_string()), ("issuer", issuer)]
}

/// A server that takes tokens of the issuer.
pub(crate) async fn guarded(backend: Backend, grants: &str, issuer: &str) -> Option<Server> {
    let database = Database::create(backend)?;
    let settings = settings(&database, grants, issuer);
    let settings: Vec<(&str, &str)> =
        settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    Some(Server::start_on(database, &settings).await)
}

/// Starts a server that was stopped again, as one that takes tokens of the issuer.
pub(crate) async fn guard(server: &mut Server, grants: &str, issuer: &str) {
    let settings = settings(&server.database, grants, issuer);
    let settings: Vec<(&str, &str)> =
        settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    server.start_again(&settings).await;
}
