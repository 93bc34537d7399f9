//! Tokens of forms, so that no page of another site can send one for somebody: no scripts are needed.
//!
//! A browser keeps a random cookie ([`new_browser`]), which other sites can neither read nor, where
//! there is https, set. A form has a hidden field [`FIELD`] with a token ([`FormTokens::issue`]): the time
//! and an HMAC over the time, the cookie, and what the form is for. A form that is sent counts when its
//! token is of the same cookie, for the same purpose, and not too old ([`FormTokens::holds`]). Who is
//! signed in adds the session to the purpose, so that the token ends with it. Nothing is kept here.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The name of the hidden field.
pub const FIELD: &str = "form_token";
/// The name of the cookie.
pub const COOKIE: &str = "mebe-form";

/// Makes tokens, and knows them again.
#[derive(Clone)]
pub struct FormTokens {
    key: Box<[u8]>,
    /// Seconds that a token counts.
    age: i64,
}

impl std::fmt::Debug for FormTokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FormTokens")
    }
}

/// A random value for the cookie of a browser that has none.
pub fn new_browser() -> String {
    let parts = [uuid::Uuid::new_v4(), uuid::Uuid::new_v4()];
    parts.map(|part| part.simple().to_string()).concat()
}

/// Whether the value of a cookie is one that [`new_browser`] makes.
pub fn is_browser(value: &str) -> bool {
    value.len() == 64 && value.bytes().all(|byte| byte.is_ascii_hexdigit())
}

impl FormTokens {
    /// Takes a key of the server, and the minutes that a token counts.
    pub fn new(key: impl Into<Box<[u8]>>, minutes: u32) -> Self {
        Self { key: key.into(), age: i64::from(minutes) * 60 }
    }

    /// The same, with tokens that count for other minutes.
    #[must_use]
    pub fn within(&self, minutes: u32) -> Self {
        Self::new(self.key.clone(), minutes)
    }

    /// A token for a form in a browser, at a time in microseconds since 1970.
    pub fn issue(&self, browser: &str, purpose: &str, now: i64) -> String {
        let seconds = now.div_euclid(1_000_000);
        let sum = self.mac(browser, purpose, seconds);
        let sum = sum.map(|mac| URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()));
        format!("{seconds}.{}", sum.unwrap_or_default())
    }

    /// Whether a form with this token was made for this purpose and this browser, not long ago.
    pub fn holds(&self, browser: &str, purpose: &str, token: &str, now: i64) -> bool {
        let Some((seconds, sum)) = token.split_once('.') else { return false };
        let Ok(seconds) = seconds.parse::<i64>() else { return false };
        let age = now.div_euclid(1_000_000).saturating_sub(seconds);
        let Ok(sum) = URL_SAFE_NO_PAD.decode(sum) else { return false };
        let Some(mac) = self.mac(browser, purpose, seconds) else { return false };
        is_browser(browser) && (0..=self.age).contains(&age) && mac.verify_slice(&sum).is_ok()
    }

    /// Whether a form with this token was made for this purpose and this browser, however long ago.
    pub fn was_made(&self, browser: &str, purpose: &str, token: &str) -> bool {
        let made = token.split_once('.').and_then(|(seconds, _)| seconds.parse::<i64>().ok());
        let made = made.and_then(|seconds| seconds.checked_mul(1_000_000));
        made.is_some_and(|made| self.holds(browser, purpose, token, made))
    }

    fn mac(&self, browser: &str, purpose: &str, seconds: i64) -> Option<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).ok()?;
        for part in [&seconds.to_string(), browser, purpose] {
            mac.update(&u64::try_from(part.len()).ok()?.to_be_bytes());
            mac.update(part.as_bytes());
        }
        Some(mac)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_796_089_830_473_000;
    const MINUTE: i64 = 60_000_000;

    #[test]
    fn a_token_is_of_one_browser_one_purpose_and_one_time() {
        let tokens = FormTokens::new(*b"key", 10);
        let (mine, other) = (new_browser(), new_browser());
        let token = tokens.issue(&mine, "sign-in", NOW);
        assert!(tokens.holds(&mine, "sign-in", &token, NOW + 9 * MINUTE));
        assert!(!tokens.holds(&mine, "sign-in", &token, NOW + 11 * MINUTE), "too old");
        assert!(!tokens.holds(&mine, "sign-in", &token, NOW - MINUTE), "of tomorrow");
        assert!(tokens.was_made(&mine, "sign-in", &token));
        assert!(!tokens.was_made(&other, "sign-in", &token));
        assert!(!tokens.was_made(&mine, "sign-in", "1.x"));
        assert!(!tokens.holds(&other, "sign-in", &token, NOW));
        assert!(!tokens.holds(&mine, "admin", &token, NOW));
        assert!(!FormTokens::new(*b"yek", 10).holds(&mine, "sign-in", &token, NOW));
    }

    #[test]
    fn what_was_made_up_does_not_hold() {
        let tokens = FormTokens::new(*b"key", 10);
        let mine = new_browser();
        let token = tokens.issue(&mine, "a", NOW);
        let later = token.replacen("1796089830", "1796089831", 1);
        assert_ne!(later, token);
        let cut = &token[..token.len() - 2];
        for bad in ["", ".", "1796089830.", "x.y", later.as_str(), cut] {
            assert!(!tokens.holds(&mine, "a", bad, NOW), "{bad}");
        }
        // A cookie that somebody else chose is none of ours.
        let token = tokens.issue("x", "a", NOW);
        assert!(!tokens.holds("x", "a", &token, NOW));
    }
}
