//! Passwords of people and secrets of clients: how long they must be, and their hashes.
//!
//! Argon2id with the parameters that the crate recommends (19 MiB, two rounds). A hash says its own
//! parameters, so that later ones may be others. What is typed is brought to one form first: the same
//! Vietnamese letters have several in Unicode, and telephones and computers differ.

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use unicode_normalization::UnicodeNormalization;

use crate::fhir::issue::Text;

/// Bytes that a password may have.
const MOST: usize = 1_024;
/// Bytes of the salt of a hash.
const SALT: usize = 16;

/// What no password has as its hash: whoever is not known is answered as slowly as anybody.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bWViZS1ub2JvZHktYXQtYWxs$\
     3v0hLQ5m0fZcBzWzq3qXo5mB2oYVn0pQ3m6mKk1h1lU";

/// Why there is no hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unfit {
    /// The password may not be used.
    Refused(Text),
    /// It could not be made.
    Failed,
}

/// Random bytes that nobody can foresee; none when the system has none.
pub fn random<const N: usize>() -> Option<[u8; N]> {
    let mut bytes = [0_u8; N];
    aws_lc_rs::rand::fill(&mut bytes).ok().map(|()| bytes)
}

/// The hash of a password of so many characters at least, which is not the name itself.
pub fn hash(password: &str, name: &str, least: usize) -> Result<String, Unfit> {
    let typed = normal(password);
    let (count, least) = (typed.chars().count(), least.max(1));
    if count < least || typed.len() > MOST {
        return Err(Unfit::Refused(Text::new(
            format!(
                "mật khẩu phải có từ {least} ký tự (cài đặt password_characters) đến {MOST} byte"
            ),
            format!(
                "a password must have from {least} characters (setting password_characters) to {MOST} bytes"
            ),
        )));
    }
    if typed.chars().any(char::is_control) {
        return Err(Unfit::Refused(Text::new(
            "mật khẩu không được có ký tự điều khiển",
            "a password may have no control characters",
        )));
    }
    if typed.to_lowercase() == name.to_lowercase() {
        return Err(Unfit::Refused(Text::new(
            "mật khẩu không được là chính tên tài khoản",
            "a password may not be the name of the account",
        )));
    }
    let salt: [u8; SALT] = random().ok_or(Unfit::Failed)?;
    let made = Argon2::default().hash_password_with_salt(typed.as_bytes(), &salt);
    made.map(|hash| hash.to_string()).map_err(|error| {
        tracing::error!(%error, "a password could not be hashed");
        Unfit::Failed
    })
}

/// Whether a password is the one of a hash. Without a hash it is not, which takes as long.
pub fn fits(hash: Option<&str>, password: &str) -> bool {
    let typed = normal(password.get(..MOST * 2).unwrap_or(password));
    let checked = Argon2::default().verify_password(typed.as_bytes(), hash.unwrap_or(NOBODY));
    checked.is_ok() && hash.is_some()
}

fn normal(typed: &str) -> String {
    typed.nfkc().collect()
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[test]
    fn a_password_is_known_again_however_it_was_typed() {
        let made = hash("mật khẩu của chị", "anh", 8).expect("a hash");
        assert!(made.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{made}");
        let apart: String = "mật khẩu của chị".nfd().collect();
        assert!(fits(Some(&made), &apart) && fits(Some(&made), "mật khẩu của chị"));
        assert!(!fits(Some(&made), "mat khau cua chi") && !fits(Some(&made), ""));
        assert_ne!(hash("mật khẩu của chị", "anh", 8).expect("a hash"), made);
    }

    #[test]
    fn whoever_is_not_known_waits_as_long() {
        let made = hash("correct horse", "anh", 8).expect("a hash");
        let time = |hash| {
            let begun = Instant::now();
            assert!(!fits(hash, "wrong horse"));
            begun.elapsed().as_secs_f64()
        };
        let known = (0..5).map(|_| time(Some(&made))).fold(f64::MAX, f64::min);
        let unknown = (0..5).map(|_| time(None)).fold(f64::MAX, f64::min);
        assert!(unknown > known * 0.5 && unknown < known * 2.0, "{known} {unknown}");
    }

    #[test]
    fn passwords_have_limits() {
        let long = "x".repeat(MOST + 1);
        for bad in ["", "1234567", "Nguyen-Thi", "abc\u{0}defgh", &long] {
            assert!(matches!(hash(bad, "nguyen-thi", 8), Err(Unfit::Refused(_))), "{bad}");
        }
        assert!(!fits(Some("no hash"), "no hash"));
    }
}
