//! Tokens that count once: their `jti` is kept until they would have ended.

use std::sync::{Mutex, PoisonError};

use rustc_hash::FxHashMap;

use super::Fault;

/// Ids that are kept; of more no further token is taken, since one of them might be a second use.
const MOST: usize = 100_000;
/// Bytes of an id.
const LONGEST: usize = 256;

/// The ids that were taken.
#[derive(Debug, Default)]
pub(in crate::access) struct Once(Mutex<FxHashMap<String, f64>>);

impl Once {
    /// Takes an id that counts until then.
    pub(super) fn take(&self, id: &str, until: f64, now: f64) -> Result<(), Fault> {
        if id.len() > LONGEST {
            return Err(Fault::Bad("jti is too long"));
        }
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.len() >= MOST {
            taken.retain(|_, until| *until > now);
        }
        if taken.get(id).is_some_and(|until| *until > now) {
            return Err(Fault::Bad("used before (jti)"));
        }
        if taken.len() >= MOST {
            return Err(Fault::NoKeys);
        }
        taken.insert(id.to_owned(), until);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_counts_once_until_its_token_ends() {
        let once = Once::default();
        assert_eq!(once.take("a", 10.0, 1.0), Ok(()));
        assert_eq!(once.take("a", 10.0, 2.0), Err(Fault::Bad("used before (jti)")));
        assert_eq!(once.take("b", 10.0, 2.0), Ok(()));
        assert_eq!(once.take("a", 20.0, 10.0), Ok(()));
        assert!(once.take(&"x".repeat(300), 20.0, 10.0).is_err());
    }
}
