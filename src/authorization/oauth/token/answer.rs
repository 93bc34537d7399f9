//! What the token endpoint answers, <https://www.rfc-editor.org/rfc/rfc6749#section-5.1>, with the launch
//! context of SMART beside the tokens.

use serde_json::{Map, Value, json};

use crate::authorization::oauth::allowed::Allowed;

/// The tokens that are given out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tokens {
    pub access: String,
    pub identity: Option<String>,
    pub refresh: Option<String>,
    /// Seconds that the access token counts.
    pub seconds: u64,
    /// The URL of the resource that the person is.
    pub fhir_user: Option<String>,
}

/// The body of the answer.
pub fn answer(tokens: &Tokens, allowed: &Allowed) -> Value {
    let mut answer = Map::new();
    let mut add = |name: &str, value: Value| answer.insert(name.to_owned(), value);
    add("access_token", json!(tokens.access));
    add("token_type", json!("Bearer"));
    add("expires_in", json!(tokens.seconds));
    add("scope", json!(allowed.scope.join(" ")));
    for (name, value) in [
        ("refresh_token", &tokens.refresh),
        ("id_token", &tokens.identity),
        ("patient", &allowed.patient),
        ("encounter", &allowed.encounter),
        ("fhirUser", &tokens.fhir_user),
    ] {
        if let Some(value) = value {
            add(name, json!(value));
        }
    }
    if allowed.patient.is_some() {
        // No app is shown within a frame of somebody else's that has a banner.
        add("need_patient_banner", json!(allowed.needs_banner));
    }
    Value::Object(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn context_comes_with_the_tokens() {
        let tokens = Tokens { access: "a".into(), seconds: 300, ..Tokens::default() };
        let mut allowed = Allowed { scope: vec!["system/*.rs".into()], ..Allowed::default() };
        let expected = json!({
            "access_token": "a", "token_type": "Bearer", "expires_in": 300, "scope": "system/*.rs",
        });
        assert_eq!(answer(&tokens, &allowed), expected);
        (allowed.patient, allowed.needs_banner) = (Some("p".into()), true);
        let told = answer(&tokens, &allowed);
        assert_eq!((&told["patient"], &told["need_patient_banner"]), (&json!("p"), &json!(true)));
    }
}
