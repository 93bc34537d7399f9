//! Codes, launches and tokens that are random: made here, kept as hashes only.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Something that nobody can guess: 244 random bits of the system, as 43 letters of base64url.
pub fn random() -> String {
    let (one, other) = (Uuid::new_v4(), Uuid::new_v4());
    let mut bytes = [0_u8; 32];
    let both = one.as_bytes().iter().chain(other.as_bytes());
    bytes.iter_mut().zip(both).for_each(|(to, from)| *to = *from);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// What is kept of a secret, for one use of it.
pub fn hash(of: &str, secret: &str) -> String {
    let digest = Sha256::new().chain_update(of).chain_update([0]).chain_update(secret).finalize();
    URL_SAFE_NO_PAD.encode(digest)
}

/// Whether two are the same, in a time that does not tell where they differ.
pub fn is_same(one: &[u8], other: &[u8]) -> bool {
    let differing = one.iter().zip(other).fold(0_u8, |all, (one, other)| all | (one ^ other));
    one.len() == other.len() && std::hint::black_box(differing) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_differ_and_their_hashes_are_for_one_use() {
        let (one, other) = (random(), random());
        assert_ne!(one, other);
        assert_eq!(one.len(), 43);
        assert_ne!(hash("code", &one), hash("launch", &one));
        assert_eq!(hash("code", &one), hash("code", &one));
        assert!(is_same(b"ab", b"ab") && !is_same(b"ab", b"aB") && !is_same(b"ab", b"abc"));
        assert!(!is_same(b"", b"a") && is_same(b"", b""));
    }
}
