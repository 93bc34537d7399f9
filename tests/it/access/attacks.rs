//! Tokens that are not to be taken: each differs from a good one in one thing.

use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Value, json};

use crate::harness::backend::Backend;
use crate::harness::server::Server;
use crate::harness::token::{
    self, AUDIENCE, ISSUER, claims, encode, guarded, header, jwk, now, of, sign, stranger,
};

const GRANTS: &str = r#"
[[grant]]
issuer = "https://idp.example/realms/mebe"
subject = "admin"
role = "administrator"
choose_ids = true
"#;

const SCOPE: &str = "user/*.cruds";

async fn server() -> Server {
    guarded(Backend::Sqlite, GRANTS, "").await.expect("SQLite is always here")
}

/// The status and the challenge of a read with a header `Authorization`.
async fn ask(server: &Server, authorization: &str) -> (u16, String) {
    let call = server.get("/Organization?_count=1").header("Authorization", authorization);
    let answer = call.await;
    let challenge = answer.header("www-authenticate").unwrap_or_default().to_owned();
    (answer.status, challenge)
}

#[track_caller]
fn refused((status, challenge): (u16, String), what: &str) {
    assert_eq!(status, 401, "{what}");
    assert_eq!(challenge, "Bearer realm=\"mebe\", error=\"invalid_token\"", "{what}");
}

/// A header that differs.
fn headed(change: impl FnOnce(&mut Value)) -> String {
    let mut header = header();
    change(&mut header);
    sign(&header.to_string(), &claims("admin", SCOPE).to_string(), &token::ec(), Algorithm::ES256)
}

/// Claims that differ.
fn claimed(change: impl FnOnce(&mut Value)) -> String {
    let mut claims = claims("admin", SCOPE);
    change(&mut claims);
    of(&claims)
}

/// A signature of JWS as other protocols write it: ASN.1.
fn der(signature: &str) -> Vec<u8> {
    use base64::Engine as _;
    let raw = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(signature).unwrap();
    let integer = |bytes: &[u8]| {
        let mut value = vec![0];
        value.extend_from_slice(bytes);
        [vec![2, u8::try_from(value.len()).unwrap()], value].concat()
    };
    let both = [integer(&raw[..32]), integer(&raw[32..])].concat();
    [vec![0x30, u8::try_from(both.len()).unwrap()], both].concat()
}

fn without(name: &str) -> String {
    claimed(|claims| {
        claims.as_object_mut().unwrap().remove(name).expect(name);
    })
}

#[tokio::test]
async fn a_good_token_is_taken() {
    let server = server().await;
    let good = token::token("admin", SCOPE);
    for authorization in [format!("Bearer {good}"), format!("bearer {good}")] {
        assert_eq!(ask(&server, &authorization).await.0, 200);
    }
    for other in [
        claimed(|claims| claims["aud"] = json!(["https://other.example", AUDIENCE])),
        claimed(|claims| claims["scope"] = json!(["user/Organization.s", "openid"])),
        claimed(|claims| claims["nbf"] = json!(now() - 1)),
        // Clocks differ a little.
        claimed(|claims| (claims["iat"], claims["exp"]) = (json!(now() - 60), json!(now() - 5))),
        headed(|header| header["typ"] = "application/AT+JWT".into()),
        claimed(|claims| {
            let claims = claims.as_object_mut().unwrap();
            claims.remove("client_id");
            claims.insert("azp".into(), "app".into());
        }),
    ] {
        assert_eq!(ask(&server, &format!("Bearer {other}")).await.0, 200, "{other}");
    }
    server.get("/Organization").await.is(401);
}

#[tokio::test]
async fn headers_that_lead_elsewhere_or_lie_are_refused() {
    let server = server().await;
    let payload = claims("admin", SCOPE).to_string();
    let public = std::fs::read(server.database.folder.path().join("jwks.json")).unwrap();
    let good = token::token("admin", SCOPE);
    let attacks = [of_headers(&payload, &public), of_signatures(&good), of_keys(&payload)];
    for (what, attack) in attacks.concat() {
        refused(ask(&server, &format!("Bearer {attack}")).await, what);
    }
    assert_eq!(ask(&server, &format!("Bearer {good}")).await.0, 200);
}

/// Headers that lie of the algorithm, the kind or the key.
fn of_headers(payload: &str, public: &[u8]) -> Vec<(&'static str, String)> {
    let hidden = |alg: &str, key: EncodingKey, algorithm| {
        let mut header = header();
        header["alg"] = alg.into();
        sign(&header.to_string(), payload, &key, algorithm)
    };
    let plain = |alg: &str| {
        let header = json!({ "alg": alg, "typ": "at+jwt", "kid": "e" }).to_string();
        format!("{}.{}.", encode(header), encode(payload))
    };
    let mut attacks = vec![
        ("alg none, no signature", plain("none")),
        ("alg None", plain("None")),
        ("alg NONE", plain("nOnE")),
        ("alg ES256, no signature", plain("ES256")),
        ("HS256 with the public key", {
            hidden("HS256", EncodingKey::from_secret(public).unwrap(), Algorithm::HS256)
        }),
        ("HS256 with a secret that is guessed", {
            hidden("HS256", EncodingKey::from_secret(b"secret").unwrap(), Algorithm::HS256)
        }),
        ("a stranger's key", hidden("ES256", stranger(), Algorithm::ES256)),
        ("RS256 by the name of the EC key", hidden("RS256", token::rsa(), Algorithm::RS256)),
        ("an algorithm that is not in the settings", {
            let mut header = header();
            (header["alg"], header["kid"]) = ("RS512".into(), "r".into());
            sign(&header.to_string(), payload, &token::rsa(), Algorithm::RS512)
        }),
        ("crit", headed(|header| (header["crit"], header["exp"]) = (json!(["exp"]), json!(1)))),
        ("crit of nothing", headed(|header| header["crit"] = json!([]))),
        ("b64", headed(|header| header["b64"] = json!(false))),
        ("typ of another kind", headed(|header| header["typ"] = "JWT".into())),
        ("no typ", headed(|header| drop(header.as_object_mut().unwrap().remove("typ")))),
        ("typ that is a list", headed(|header| header["typ"] = json!(["at+jwt"]))),
        ("no alg", headed(|header| drop(header.as_object_mut().unwrap().remove("alg")))),
        ("alg that is a list", headed(|header| header["alg"] = json!(["ES256"]))),
        ("kid that is a number", headed(|header| header["kid"] = json!(1))),
        ("kid that is nobody's", headed(|header| header["kid"] = "x".into())),
    ];
    for kid in ["../../../../dev/null", "/dev/null", "e' OR '1'='1", "e\u{0}", "e; sleep 9", ""] {
        attacks.push(("kid", headed(|header| header["kid"] = kid.into())));
    }
    attacks
}

/// Signatures that are none.
fn of_signatures(good: &str) -> Vec<(&'static str, String)> {
    let mut attacks = Vec::new();
    let (message, signature) = good.rsplit_once('.').unwrap();
    // r and s of nothing, as a flawed verifier takes for any message.
    for bytes in [vec![0; 64], vec![0; 96], vec![0xff; 64], vec![0], der(signature)] {
        attacks.push(("a signature that is none", format!("{message}.{}", encode(bytes))));
    }
    let mut loose = signature.to_owned();
    let last = loose.pop().unwrap();
    // The last letter of 64 bytes has bits that say nothing: they are nothing.
    loose.push(if last == 'B' { 'C' } else { 'B' });
    attacks.push(("bits beyond the end", format!("{message}.{loose}")));
    attacks.push(("five parts", format!("{good}.{}.{}", encode("x"), encode("y"))));
    attacks
}

/// Keys of another kind, and those that a token brings along.
fn of_keys(payload: &str) -> Vec<(&'static str, String)> {
    let mut attacks = Vec::new();
    for (alg, algorithm) in [("PS256", Algorithm::PS256), ("RS384", Algorithm::RS384)] {
        let mut header = header();
        (header["alg"], header["kid"]) = (alg.into(), "e".into());
        attacks.push((alg, sign(&header.to_string(), payload, &token::rsa(), algorithm)));
    }
    let own = jwk(&stranger(), Algorithm::ES256, "e");
    for (name, value) in [
        ("jwk", own.clone()),
        ("jku", "http://127.0.0.1:9/jwks".into()),
        ("x5u", "http://127.0.0.1:9/x5u".into()),
        ("x5c", json!(["MIIB"])),
    ] {
        let mut header = header();
        header[name] = value;
        let forged = sign(&header.to_string(), payload, &stranger(), Algorithm::ES256);
        attacks.push((name, forged));
    }
    attacks
}

#[tokio::test]
async fn claims_that_do_not_hold_are_refused() {
    let server = server().await;
    let mut attacks = Vec::new();
    for name in ["iss", "aud", "exp", "iat", "sub", "client_id", "scope"] {
        attacks.push((name, without(name)));
    }
    let set = |name: &'static str, value: Value| (name, claimed(|claims| claims[name] = value));
    attacks.extend([
        set("exp", json!(now() - 31)),
        set("exp", json!((now() + 300).to_string())),
        set("exp", json!(-1)),
        set("exp", json!(now() + 400 * 86_400)),
        set("exp", Value::Null),
        set("iat", json!(now() + 120)),
        set("nbf", json!(now() + 120)),
        set("nbf", json!("soon")),
        set("iss", json!("https://idp.example/realms/mebe/")),
        set("iss", json!("https://evil.example")),
        set("iss", json!([ISSUER])),
        set("aud", json!("https://mebe.example/api/")),
        set("aud", json!(["https://other.example"])),
        set("aud", json!([])),
        set("aud", json!([[AUDIENCE]])),
        set("aud", json!({ "x": AUDIENCE })),
        set("sub", json!("")),
        set("sub", json!(7)),
        set("scope", json!({ "x": 1 })),
        set("patient", json!("../x")),
    ]);
    for (what, attack) in attacks {
        refused(ask(&server, &format!("Bearer {attack}")).await, what);
    }
    let good = claims("admin", SCOPE);
    for time in ["1e999", "-0", "1e-400", "99999999999999999999999999", "0"] {
        let text = good.to_string().replace(&good["exp"].to_string(), time);
        let attack = sign(&header().to_string(), &text, &token::ec(), Algorithm::ES256);
        refused(ask(&server, &format!("Bearer {attack}")).await, time);
    }
    // A member that is there twice, under a name that is written otherwise.
    let twice = good.to_string().replacen('{', "{\"\\u0073ub\":\"nobody\",", 1);
    let attack = sign(&header().to_string(), &twice, &token::ec(), Algorithm::ES256);
    refused(ask(&server, &format!("Bearer {attack}")).await, "an escaped name");
    // A member that is there twice.
    let good = claims("admin", SCOPE).to_string();
    let twice = good.replacen('{', &format!("{{\"sub\":\"nobody\",\"exp\":{},", now() + 9), 1);
    let header = header().to_string();
    refused(
        ask(&server, &format!("Bearer {}", sign(&header, &twice, &token::ec(), Algorithm::ES256)))
            .await,
        "claims twice",
    );
    let twice = header.replacen('{', "{\"alg\":\"none\",", 1);
    refused(
        ask(&server, &format!("Bearer {}", sign(&twice, &good, &token::ec(), Algorithm::ES256)))
            .await,
        "alg twice",
    );
}

#[tokio::test]
async fn what_is_no_token_is_refused() {
    let server = server().await;
    let good = token::token("admin", SCOPE);
    let parts: Vec<&str> = good.split('.').collect();
    let (header, payload, signature) = (parts[0], parts[1], parts[2]);
    let long = format!("{good}{}", "A".repeat(20_000));
    for bad in [
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        "Bearer x".to_owned(),
        "Bearer ..".to_owned(),
        format!("Basic {good}"),
        format!("Bearer {good}.{good}"),
        format!("Bearer {header}.{payload}"),
        format!("Bearer {header}.{payload}."),
        format!("Bearer {header}.{payload}.{}", signature.chars().rev().collect::<String>()),
        format!("Bearer {header}.{payload}.{signature}="),
        format!("Bearer {header}.{}.{signature}", encode("{}")),
        format!("Bearer {}.{payload}.{signature}", encode("[]")),
        format!("Bearer {}.{payload}.{signature}", encode(b"\xff\xfe")),
        format!("Bearer {}.{payload}.{signature}", encode("[".repeat(5_000))),
        format!("Bearer {good},Bearer {good}"),
        format!("Bearer {long}"),
    ] {
        let (status, _) = ask(&server, &bad).await;
        assert_eq!(status, 401, "{}", &bad[..bad.len().min(60)]);
    }
    let twice = server.get("/Organization").header("Authorization", &format!("Bearer {good}"));
    let twice = twice.header("Authorization", &format!("Bearer {good}")).await;
    assert_eq!(twice.status, 401);
    // A token in the URL is none.
    server.get(&format!("/Organization?access_token={good}")).await.is(401);
    assert_eq!(ask(&server, &format!("Bearer {good}")).await.0, 200);
}

#[tokio::test]
async fn a_token_that_counts_once_counts_once() {
    let issuer = ",single_use=true";
    let server = guarded(Backend::Sqlite, GRANTS, issuer).await.expect("SQLite is always here");
    let good = format!("Bearer {}", token::token("admin", SCOPE));
    assert_eq!(ask(&server, &good).await.0, 200);
    refused(ask(&server, &good).await, "a second use");
    refused(ask(&server, &format!("Bearer {}", without("jti"))).await, "no jti");
}

#[tokio::test]
async fn without_a_token_nothing_is_told_but_what_the_server_can_do() {
    let server = server().await;
    for path in [
        "/Patient/x",
        "/Patient",
        "/",
        "/_history",
        "/Nothing/x",
        "/ValueSet/$expand",
        "/_status/1",
        "/$fhirpath",
        "/metadata/x",
        "/Patient/x/_history/1",
    ] {
        let answer = server.get(path).await;
        assert_eq!(answer.status, 401, "{path}");
        assert_eq!(answer.header("www-authenticate"), Some("Bearer realm=\"mebe\""), "{path}");
        assert_eq!(answer.json()["issue"][0]["code"], "login", "{path}");
    }
    for method in ["POST", "PUT", "PATCH", "DELETE"] {
        let answer = server.call(method, "/Patient/x").await;
        assert_eq!(answer.status, 401, "{method}");
    }
    let told = server.get("/metadata").await;
    assert_eq!(told.status, 200);
    let service = &told.json()["rest"][0]["security"]["service"][0]["coding"][0]["code"];
    assert_eq!(service, "SMART-on-FHIR");
}
