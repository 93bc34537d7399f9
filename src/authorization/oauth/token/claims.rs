//! What our tokens claim: access tokens after [RFC 9068](https://www.rfc-editor.org/rfc/rfc9068) with the
//! extensions of [IHE IUA](https://profiles.ihe.net/ITI/IUA/), and ID tokens of
//! [OpenID Connect](https://openid.net/specs/openid-connect-core-1_0.html#IDToken).

use serde_json::{Map, Value, json};

use crate::authorization::oauth::allowed::Allowed;
use crate::authorization::oauth::request::scope::has;
use crate::authorization::oauth::secret::random;

use super::who::Who;

/// The code system of purposes.
const REASON: &str = "http://terminology.hl7.org/CodeSystem/v3-ActReason";
/// The system of the booklet's roles, which no code system defines.
const ROLE: &str = "urn:mebe:role";

/// For whom tokens are made, when, and for how long.
#[derive(Debug, Clone, Copy)]
pub struct Making<'m> {
    pub issuer: &'m str,
    pub base: &'m str,
    /// Seconds since 1970.
    pub now: i64,
    /// Seconds that a token counts.
    pub seconds: u64,
}

impl Making<'_> {
    fn ends(&self) -> i64 {
        self.now.saturating_add(i64::try_from(self.seconds).unwrap_or(i64::MAX))
    }

    /// The claims of an access token; `family` is that of a person's tokens, and none of a system's.
    pub fn access(&self, allowed: &Allowed, family: Option<&str>, who: &Who) -> Value {
        let own = random();
        let id = family.map_or_else(|| own.clone(), |family| format!("{family}.{own}"));
        let subject = allowed.account.as_deref().unwrap_or(&allowed.client_id);
        let mut claims = Map::new();
        for (name, value) in [
            ("iss", json!(self.issuer)),
            ("sub", json!(subject)),
            ("aud", json!(self.base)),
            ("exp", json!(self.ends())),
            ("iat", json!(self.now)),
            ("jti", json!(id)),
            ("client_id", json!(allowed.client_id)),
            ("scope", json!(allowed.scope.join(" "))),
        ] {
            claims.insert(name.to_owned(), value);
        }
        let context = [("patient", &allowed.patient), ("encounter", &allowed.encounter)];
        for (name, value) in context {
            claims.extend(value.as_ref().map(|value| (name.to_owned(), json!(value))));
        }
        claims.extend(who.fhir_user.as_ref().map(|user| ("fhirUser".to_owned(), json!(user))));
        claims.insert("extensions".to_owned(), json!({ "ihe_iua": iua(allowed, who) }));
        Value::Object(claims)
    }

    /// The claims of an ID token; none when it is not asked for, or nobody is there to be named.
    pub fn identity(&self, allowed: &Allowed, who: &Who) -> Option<Value> {
        let account = allowed.account.as_ref().filter(|_| has(&allowed.scope, "openid"))?;
        let mut claims = json!({
            "iss": self.issuer, "sub": account, "aud": allowed.client_id,
            "exp": self.ends(), "iat": self.now, "auth_time": allowed.since,
        });
        let is_named = has(&allowed.scope, "fhirUser") || has(&allowed.scope, "profile");
        let mut add = |name: &str, value: Option<Value>| {
            if let (Some(object), Some(value)) = (claims.as_object_mut(), value) {
                object.insert(name.to_owned(), value);
            }
        };
        add("nonce", allowed.nonce.as_ref().map(|nonce| json!(nonce)));
        add("amr", (!allowed.methods.is_empty()).then(|| json!(allowed.methods)));
        add("fhirUser", who.fhir_user.as_ref().filter(|_| is_named).map(|user| json!(user)));
        add("name", who.name.as_ref().filter(|_| is_named).map(|name| json!(name)));
        Some(claims)
    }
}

/// What IHE IUA says of whoever asks.
fn iua(allowed: &Allowed, who: &Who) -> Value {
    let mut claims = Map::new();
    let mut add = |name: &str, value: Value| claims.insert(name.to_owned(), value);
    let coded = |system: &str, codes: &[String]| -> Value {
        codes.iter().map(|code| json!({ "system": system, "code": code })).collect()
    };
    for (name, value) in [
        ("subject_name", &who.name),
        ("subject_organization", &who.organization),
        ("subject_organization_id", &who.organization_id),
    ] {
        if let Some(value) = value {
            add(name, json!(value));
        }
    }
    if !who.roles.is_empty() {
        add("subject_role", coded(ROLE, &who.roles));
    }
    add("purpose_of_use", coded(REASON, &allowed.purposes));
    Value::Object(claims)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed() -> Allowed {
        Allowed {
            client_id: "app".into(),
            account: Some("hoa".into()),
            scope: ["openid", "fhirUser", "patient/*.rs"].map(str::to_owned).to_vec(),
            patient: Some("p".into()),
            purposes: vec!["TREAT".into()],
            since: 5,
            nonce: Some("n".into()),
            ..Allowed::default()
        }
    }

    fn who() -> Who {
        Who {
            name: Some("Hoa".into()),
            fhir_user: Some("https://mebe.example/fhir/Practitioner/hoa".into()),
            organization: Some("Trạm".into()),
            organization_id: Some("https://mebe.example/fhir/Organization/t".into()),
            roles: vec!["commune-station".into()],
        }
    }

    const MAKING: Making<'_> = Making {
        issuer: "https://mebe.example",
        base: "https://mebe.example/fhir",
        now: 1_000,
        seconds: 300,
    };

    #[test]
    fn an_access_token_claims_what_is_promised() {
        let mut claims = MAKING.access(&allowed(), Some("f"), &who());
        let id = claims["jti"].take();
        assert!(id.as_str().is_some_and(|id| id.starts_with("f.") && id.len() > 40), "{id}");
        let expected = json!({
            "iss": "https://mebe.example", "sub": "hoa", "aud": "https://mebe.example/fhir",
            "exp": 1_300, "iat": 1_000, "jti": null, "client_id": "app",
            "scope": "openid fhirUser patient/*.rs", "patient": "p",
            "fhirUser": "https://mebe.example/fhir/Practitioner/hoa",
            "extensions": { "ihe_iua": {
                "subject_name": "Hoa", "subject_organization": "Trạm",
                "subject_organization_id": "https://mebe.example/fhir/Organization/t",
                "subject_role": [{ "system": "urn:mebe:role", "code": "commune-station" }],
                "purpose_of_use": [{
                    "system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "TREAT",
                }],
            } },
        });
        assert_eq!(claims, expected);
    }

    #[test]
    fn an_id_token_is_for_the_app_and_only_when_asked_for() {
        let claims = MAKING.identity(&allowed(), &who()).expect("an ID token");
        assert_eq!(
            (&claims["aud"], &claims["nonce"], &claims["auth_time"]),
            (&json!("app"), &json!("n"), &json!(5))
        );
        assert_eq!(claims["fhirUser"], "https://mebe.example/fhir/Practitioner/hoa");
        let without = Allowed { scope: vec!["patient/*.rs".into()], ..allowed() };
        assert_eq!(MAKING.identity(&without, &who()), None);
        let system = Allowed { account: None, ..allowed() };
        assert_eq!(MAKING.identity(&system, &who()), None);
        assert_eq!(MAKING.access(&system, None, &Who::default())["sub"], "app");
    }
}
