//! An authorization request: first where its answer goes, then all else. Before the client and its
//! redirect are known nothing is sent anywhere
//! ([RFC 6749 §4.1.2.1](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1)).

use crate::authorization::oauth::fault::{Code, Fault};
use crate::authorization::record::{Client, ClientKind};

use super::parameter::Parameters;
use super::pkce;
use super::redirect::is_registered;
use super::scope;

/// Purposes of one token.
const MOST_PURPOSES: usize = 5;
/// Bytes of `state` and `nonce`.
const LONGEST: usize = 4 << 10;

/// What an app asks for, checked against its registration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub client_id: String,
    pub redirect_uri: String,
    pub state: String,
    pub scope: Vec<String>,
    pub challenge: String,
    pub launch: Option<String>,
    pub nonce: Option<String>,
    /// Codes of v3-ActReason.
    pub purposes: Vec<String>,
    /// Whether nobody may be asked anything.
    pub is_silent: bool,
    /// Whether somebody who is signed in is to sign in again.
    pub is_anew: bool,
}

/// The redirect of a request, if the client registered it.
pub fn destination<'p>(parameters: &'p Parameters, client: &Client) -> Result<&'p str, Fault> {
    if client.kind == ClientKind::System {
        return Err(Code::UnauthorizedClient.because(
            "Ứng dụng này là một hệ thống: nó lấy token bằng client_credentials.",
            "This client is a system: it gets tokens by client_credentials.",
        ));
    }
    let asked = parameters.need("redirect_uri")?;
    match is_registered(&client.redirect_uris, asked, client.kind == ClientKind::Public) {
        true => Ok(asked),
        false => Err(Code::InvalidRequest.because(
            "redirect_uri không phải là một địa chỉ mà ứng dụng đã đăng ký.",
            "redirect_uri is none that this client registered.",
        )),
    }
}

/// All else; what is wrong is told to the client by way of its redirect.
pub fn check(parameters: &Parameters, client: &Client, base: &str) -> Result<Asked, Fault> {
    if parameters.get("request").is_some() || parameters.get("request_uri").is_some() {
        return Err(Code::RequestNotSupported.because(
            "Không nhận tham số request và request_uri.",
            "The parameters request and request_uri are not supported.",
        ));
    }
    if parameters.need("response_type")? != "code" {
        return Err(Code::UnsupportedResponseType
            .because("response_type phải là code.", "response_type must be code."));
    }
    if parameters.get("response_mode").is_some_and(|mode| mode != "query") {
        return Err(Code::InvalidRequest
            .because("response_mode phải là query.", "response_mode must be query."));
    }
    let state = short(parameters.need("state")?, "state")?;
    if parameters.need("aud")? != base {
        return Err(Code::InvalidRequest.because(
            format!("aud phải là {base}."),
            format!("aud must be the FHIR endpoint, {base}."),
        ));
    }
    let nonce = parameters.get("nonce").map(|nonce| short(nonce, "nonce")).transpose()?;
    let prompts: Vec<&str> = parameters.get("prompt").unwrap_or_default().split(' ').collect();
    Ok(Asked {
        client_id: client.client_id.clone(),
        redirect_uri: parameters.need("redirect_uri")?.to_owned(),
        state,
        challenge: pkce::challenge(parameters)?,
        scope: scope::for_app(parameters.need("scope")?, &client.scope)?,
        launch: parameters.get("launch").map(str::to_owned),
        nonce,
        purposes: purposes(parameters)?,
        is_silent: prompts.contains(&"none"),
        is_anew: prompts.contains(&"login"),
    })
}

fn short(text: &str, name: &str) -> Result<String, Fault> {
    match text.len() <= LONGEST {
        true => Ok(text.to_owned()),
        false => Err(Code::InvalidRequest
            .because(format!("{name} quá dài."), format!("{name} is too long."))),
    }
}

/// What a token is for, as codes of v3-ActReason. Break-Glass is no purpose of a token: it is asked for
/// with each request.
pub fn purposes(parameters: &Parameters) -> Result<Vec<String>, Fault> {
    let asked = parameters.get("purpose_of_use").unwrap_or_default();
    let codes: Vec<String> =
        asked.split(' ').filter(|code| !code.is_empty()).map(str::to_owned).collect();
    let is_code = |code: &String| {
        code != "BTG" && code.len() <= 32 && code.bytes().all(|byte| byte.is_ascii_uppercase())
    };
    if codes.len() > MOST_PURPOSES || !codes.iter().all(is_code) {
        return Err(Code::InvalidRequest.because(
            "purpose_of_use phải là các mã của v3-ActReason, trừ BTG.",
            "purpose_of_use must be codes of v3-ActReason, and not BTG.",
        ));
    }
    Ok(codes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authorization::record::Status;

    const BASE: &str = "https://mebe.example/fhir";
    const GOOD: &str = "response_type=code&client_id=app&redirect_uri=https%3A%2F%2Fapp.example%2Fcb\
         &scope=launch%2Fpatient+patient%2F*.rs&state=s&aud=https%3A%2F%2Fmebe.example%2Ffhir\
         &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";

    fn client() -> Client {
        Client {
            client_id: "app".into(),
            kind: ClientKind::Public,
            status: Status::Active,
            name: None,
            redirect_uris: vec!["https://app.example/cb".into()],
            scope: "launch/patient patient/*.rs".into(),
            secret: None,
            jwks: None,
            jwks_url: None,
            launch_uri: None,
            made: 0,
        }
    }

    /// The code of what is wrong when one parameter is another, or not there.
    fn with(name: &str, value: Option<&str>) -> Option<Code> {
        let pairs = form_urlencoded::parse(GOOD.as_bytes()).into_owned();
        let pairs = pairs.filter(|(known, _)| known != name);
        let more = value.map(|value| (name.to_owned(), value.to_owned()));
        let parameters = Parameters::new(pairs.chain(more).collect(), &[]).expect("parameters");
        let done =
            destination(&parameters, &client()).and_then(|_| check(&parameters, &client(), BASE));
        done.err().map(|fault| fault.code)
    }

    #[test]
    fn a_good_request_is_read() {
        let parameters = Parameters::parse(GOOD).expect("parameters");
        assert_eq!(destination(&parameters, &client()), Ok("https://app.example/cb"));
        let asked = check(&parameters, &client(), BASE).expect("a request");
        assert_eq!((asked.state.as_str(), asked.scope.len()), ("s", 2));
        assert_eq!(with("purpose_of_use", Some("TREAT ETREAT")), None);
        assert_eq!(with("prompt", Some("login")), None);
    }

    #[test]
    fn what_is_wrong_has_a_code() {
        for (name, value, code) in [
            ("redirect_uri", None, Code::InvalidRequest),
            ("redirect_uri", Some("https://evil.example/cb"), Code::InvalidRequest),
            ("response_type", Some("token"), Code::UnsupportedResponseType),
            ("response_type", None, Code::InvalidRequest),
            ("response_mode", Some("fragment"), Code::InvalidRequest),
            ("state", None, Code::InvalidRequest),
            ("state", Some(""), Code::InvalidRequest),
            ("aud", None, Code::InvalidRequest),
            ("aud", Some("https://evil.example/fhir"), Code::InvalidRequest),
            ("aud", Some("https://mebe.example/fhir/"), Code::InvalidRequest),
            ("scope", None, Code::InvalidRequest),
            ("scope", Some("user/*.cruds"), Code::InvalidScope),
            ("code_challenge", None, Code::InvalidRequest),
            ("code_challenge_method", Some("plain"), Code::InvalidRequest),
            ("code_challenge_method", None, Code::InvalidRequest),
            ("request", Some("x"), Code::RequestNotSupported),
            ("request_uri", Some("https://evil.example"), Code::RequestNotSupported),
            ("purpose_of_use", Some("BTG"), Code::InvalidRequest),
            ("purpose_of_use", Some("treat"), Code::InvalidRequest),
        ] {
            assert_eq!(with(name, value), Some(code), "{name} {value:?}");
        }
        let system = Client { kind: ClientKind::System, ..client() };
        let parameters = Parameters::parse(GOOD).expect("parameters");
        let refused = destination(&parameters, &system).expect_err("a system");
        assert_eq!(refused.code, Code::UnauthorizedClient);
    }
}
