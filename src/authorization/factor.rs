//! The second factor: codes of six digits that change every 30 seconds, RFC 6238 with SHA-1, as every
//! app for them has it.

use totp_rs::{Algorithm, Builder, Secret, Totp};

use super::password::random;

/// Digits of a code, and seconds that it is the one.
const DIGITS: u8 = 6;
const STEP: u64 = 30;
/// Steps before and after that are taken too: clocks of telephones differ.
const SKEW: u16 = 1;

/// A new secret, in base32; none when the system has no random bytes.
pub fn new_secret() -> Option<String> {
    let bytes: [u8; 20] = random()?;
    Some(Secret::from(bytes).to_base32())
}

/// What an app reads the secret from, often as a picture.
pub fn uri(name: &str, secret: &str) -> String {
    let name: String = form_urlencoded::byte_serialize(name.as_bytes()).collect();
    format!(
        "otpauth://totp/Mebe:{name}?secret={secret}&issuer=Mebe&algorithm=SHA1&digits={DIGITS}&period={STEP}"
    )
}

/// The step that a code is of, at a time in seconds since 1970; none when it is wrong. A step may be
/// used once.
pub fn step(secret: &str, code: &str, now: u64) -> Option<u64> {
    // People read it in two parts.
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    totp(secret)?.check(&code, now)
}

/// The code of a time.
pub fn code(secret: &str, now: u64) -> Option<String> {
    totp(secret).map(|totp| totp.generate(now).to_string())
}

fn totp(secret: &str) -> Option<Totp> {
    let secret = Secret::try_from_base32(secret).ok()?;
    let totp = Builder::new().with_algorithm(Algorithm::SHA1).with_digits(DIGITS);
    totp.with_skew(SKEW).with_step_duration(STEP).with_secret(secret).build().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret of RFC 6238, appendix B; its codes there have eight digits, of which these are the
    /// last six.
    const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    #[test]
    fn codes_are_those_of_the_rfc() {
        for (time, expected) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code(SECRET, time).as_deref(), Some(expected));
            assert_eq!(step(SECRET, expected, time), Some(time / 30));
        }
    }

    #[test]
    fn a_code_is_of_its_step_and_the_ones_beside_it() {
        let now = 1_111_111_111;
        let step = |code: &str, now| step(SECRET, code, now);
        assert_eq!(step(" 050 471 ", now), Some(now / 30));
        assert_eq!(step("050471", now + 30), Some(now / 30));
        assert_eq!(step("050471", now - 30), Some(now / 30));
        assert_eq!(step("050471", now + 60), None);
        for bad in ["", "50471", "0504711", "+50471", "05047x", "٠٥٠٤٧١"] {
            assert_eq!(step(bad, now), None, "{bad}");
        }
    }

    #[test]
    fn secrets_are_made_and_told() {
        let secret = new_secret().expect("random bytes");
        assert_eq!(secret.len(), 32);
        assert!(code(&secret, 1).is_some());
        let uri = uri("a&b", &secret);
        assert!(uri.starts_with(&format!("otpauth://totp/Mebe:a%26b?secret={secret}&")), "{uri}");
    }
}
