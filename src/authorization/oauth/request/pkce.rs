//! PKCE, [RFC 7636](https://www.rfc-editor.org/rfc/rfc7636): `S256` and nothing else.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::authorization::oauth::fault::{Code, Fault};
use crate::authorization::oauth::secret::is_same;

use super::parameter::Parameters;

/// Letters of a challenge: SHA-256 in base64url.
const CHALLENGE: usize = 43;

/// The challenge of an authorization request.
pub fn challenge(parameters: &Parameters) -> Result<String, Fault> {
    let method = parameters.get("code_challenge_method");
    let challenge = parameters.need("code_challenge")?;
    if method != Some("S256") {
        return Err(Code::InvalidRequest.because(
            "code_challenge_method phải là S256.",
            "code_challenge_method must be S256; plain is not supported.",
        ));
    }
    let is_hash = challenge.len() == CHALLENGE && URL_SAFE_NO_PAD.decode(challenge).is_ok();
    match is_hash {
        true => Ok(challenge.to_owned()),
        false => Err(Code::InvalidRequest.because(
            "code_challenge phải là SHA-256 dạng base64url, 43 ký tự.",
            "code_challenge must be a SHA-256 in base64url, 43 letters.",
        )),
    }
}

/// Whether a verifier is the one of a challenge.
pub fn verifies(verifier: &str, challenge: &str) -> bool {
    let is_letter =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    let is_verifier = (43..=128).contains(&verifier.len()) && verifier.bytes().all(is_letter);
    let made = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
    is_verifier && is_same(made.as_bytes(), challenge.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// <https://www.rfc-editor.org/rfc/rfc7636#appendix-B>
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGED: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn the_example_of_the_rfc_verifies() {
        assert!(verifies(VERIFIER, CHALLENGED));
        assert!(!verifies(&VERIFIER.to_lowercase(), CHALLENGED));
        assert!(!verifies("", CHALLENGED));
        assert!(!verifies(CHALLENGED, CHALLENGED), "a plain verifier is none");
        assert!(!verifies(&"x".repeat(129), CHALLENGED));
    }

    #[test]
    fn a_challenge_is_a_hash_by_s256() {
        let read = |text: &str| challenge(&Parameters::parse(text).expect("parameters"));
        assert_eq!(
            read(&format!("code_challenge={CHALLENGED}&code_challenge_method=S256")),
            Ok(CHALLENGED.to_owned())
        );
        for bad in [
            String::new(),
            "code_challenge_method=S256".to_owned(),
            format!("code_challenge={CHALLENGED}"),
            format!("code_challenge={CHALLENGED}&code_challenge_method=plain"),
            format!("code_challenge={CHALLENGED}&code_challenge_method=s256"),
            format!("code_challenge={CHALLENGED}x&code_challenge_method=S256"),
            format!("code_challenge={}&code_challenge_method=S256", "+".repeat(43)),
        ] {
            assert!(read(&bad).is_err(), "{bad}");
        }
    }
}
