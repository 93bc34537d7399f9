//! What a token claims, <https://www.rfc-editor.org/rfc/rfc9068#section-2.2>.

use serde_json::{Map, Value};

use crate::fhir::id::ResourceId;

use super::Fault;

/// Seconds that a token may be valid at the most; one that is for ever is a password.
const LONGEST: f64 = 366.0 * 86_400.0;

/// What was claimed, and may be believed.
#[derive(Debug, Clone, PartialEq)]
pub struct Claims {
    pub issuer: String,
    pub subject: String,
    pub client: String,
    /// The words of `scope`.
    pub scope: Vec<String>,
    pub patient: Option<ResourceId>,
    /// Seconds since 1970 from which it does not count, without leeway.
    pub expires: f64,
    pub id: Option<String>,
    /// Codes of v3-ActReason: what it is asked for, by IHE IUA.
    pub purposes: Vec<String>,
    /// Seconds since 1970 from which its issuer is asked again.
    pub again: Option<f64>,
}

/// When a token is looked at.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    /// Seconds since 1970.
    pub now: f64,
    pub leeway: f64,
}

impl Claims {
    /// Reads the claims of a token whose signature is right.
    pub fn read(
        payload: &Map<String, Value>,
        audience: &[String],
        clock: Clock,
    ) -> Result<Self, Fault> {
        let issuer = text(payload, "iss")?.ok_or(Fault::Bad("no iss"))?;
        if !audiences(payload)?.iter().any(|one| audience.contains(one)) {
            return Err(Fault::Bad("not for this server (aud)"));
        }
        let expires = seconds(payload, "exp")?.ok_or(Fault::Bad("no exp"))?;
        let issued = seconds(payload, "iat")?.ok_or(Fault::Bad("no iat"))?;
        if clock.now >= expires + clock.leeway {
            return Err(Fault::Bad("expired (exp)"));
        }
        if issued > clock.now + clock.leeway || expires <= issued || expires - issued > LONGEST {
            return Err(Fault::Bad("issued in the future, or for too long (iat, exp)"));
        }
        if seconds(payload, "nbf")?.is_some_and(|from| from > clock.now + clock.leeway) {
            return Err(Fault::Bad("not valid yet (nbf)"));
        }
        let subject = text(payload, "sub")?.ok_or(Fault::Bad("no sub"))?;
        let client = match text(payload, "client_id")? {
            Some(client) => Some(client),
            None => text(payload, "azp")?,
        };
        let patient = text(payload, "patient")?;
        let patient = patient.map(|id| {
            let id = id.strip_prefix("Patient/").unwrap_or(&id);
            ResourceId::parse(id).ok_or(Fault::Bad("patient is no id"))
        });
        Ok(Self {
            issuer,
            subject,
            client: client.ok_or(Fault::Bad("neither client_id nor azp"))?,
            scope: words(payload)?,
            patient: patient.transpose()?,
            expires,
            id: text(payload, "jti")?,
            purposes: purposes(payload),
            again: None,
        })
    }

    /// Whether it still counts.
    pub fn holds(&self, clock: Clock) -> bool {
        clock.now < self.expires + clock.leeway && self.again.is_none_or(|end| clock.now < end)
    }
}

/// A claim that is a text; one that is empty says nothing.
fn text(payload: &Map<String, Value>, name: &str) -> Result<Option<String>, Fault> {
    match payload.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if !text.is_empty() => Ok(Some(text.clone())),
        Some(_) => Err(Fault::Bad("a claim is no text")),
    }
}

/// <https://www.rfc-editor.org/rfc/rfc7519#section-2>: seconds, perhaps with a fraction.
fn seconds(payload: &Map<String, Value>, name: &str) -> Result<Option<f64>, Fault> {
    match payload.get(name) {
        None => Ok(None),
        Some(Value::Number(number)) => {
            let seconds = number.as_f64().filter(|seconds| seconds.is_finite() && *seconds > 0.0);
            seconds.map(Some).ok_or(Fault::Bad("a time is none"))
        }
        Some(_) => Err(Fault::Bad("a time is no number")),
    }
}

/// The codes of `extensions.ihe_iua.purpose_of_use`,
/// <https://profiles.ihe.net/ITI/IUA/index.html#3714221-json-web-token-option>; what is none says nothing.
fn purposes(payload: &Map<String, Value>) -> Vec<String> {
    let stated = payload.get("extensions").and_then(|all| all.get("ihe_iua"));
    let all = match stated.and_then(|iua| iua.get("purpose_of_use")) {
        None => return Vec::new(),
        Some(Value::Array(all)) => all.as_slice(),
        Some(one) => std::slice::from_ref(one),
    };
    let codes = all.iter().filter_map(|one| one.get("code").unwrap_or(one).as_str());
    let is_code = |code: &&str| {
        !code.is_empty() && code.len() <= 32 && code.chars().all(|c| c.is_ascii_alphanumeric())
    };
    codes.filter(is_code).map(str::to_owned).collect()
}

fn audiences(payload: &Map<String, Value>) -> Result<Vec<String>, Fault> {
    texts(payload.get("aud").ok_or(Fault::Bad("no aud"))?)
}

/// A text, or a list of texts.
fn texts(value: &Value) -> Result<Vec<String>, Fault> {
    let one = |value: &Value| value.as_str().map(str::to_owned);
    let all = match value {
        Value::Array(all) => all.iter().map(one).collect(),
        value => one(value).map(|one| vec![one]),
    };
    all.ok_or(Fault::Bad("a claim is neither a text nor a list of texts"))
}

/// The words of a scope are parted by single spaces.
fn words(payload: &Map<String, Value>) -> Result<Vec<String>, Fault> {
    let all = texts(payload.get("scope").ok_or(Fault::Bad("no scope"))?)?;
    let words = all.iter().flat_map(|text| text.split(' ')).filter(|word| !word.is_empty());
    Ok(words.map(str::to_owned).collect())
}
