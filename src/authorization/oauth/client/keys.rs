//! The keys that clients registered by a URL: fetched from there and nowhere else, kept for as long as
//! the client says and ten minutes at the most.

use std::sync::Arc;
use std::time::{Duration, Instant};

use moka::sync::Cache;
use tokio::sync::{Mutex, Semaphore};

use crate::access::token::fetch::{Fetched, fetch};
use crate::access::token::jwks::{self, Key};

/// Clients whose keys are kept.
const CLIENTS: u64 = 1_000;
/// The longest time for which keys are kept.
const LONGEST: Duration = Duration::from_secs(600);
/// The shortest time between two readings for one client, whoever asks.
const SHORTEST: Duration = Duration::from_secs(1);
/// Between two readings because a key is not there.
const PAUSE: Duration = Duration::from_secs(60);
/// Keys that are fetched at once.
const AT_ONCE: usize = 4;

/// The keys of clients.
#[derive(Debug)]
pub struct Keys {
    places: Cache<String, Arc<Mutex<Option<Read>>>>,
    fetching: Semaphore,
}

/// What was read, or tried to be.
#[derive(Debug, Clone)]
struct Read {
    at: Instant,
    fresh: Duration,
    keys: Option<Arc<Vec<Key>>>,
}

impl Default for Keys {
    fn default() -> Self {
        Self { places: Cache::new(CLIENTS), fetching: Semaphore::new(AT_ONCE) }
    }
}

impl Keys {
    /// The keys at a URL of a registration. When none of those that are kept is the one that is looked
    /// for, they are read again, but seldom.
    pub async fn at(&self, url: &str, is_there: impl Fn(&[Key]) -> bool) -> Option<Arc<Vec<Key>>> {
        let place = self.places.get_with_by_ref(url, Arc::default);
        let mut place = place.lock().await;
        if let Some(read) = &*place {
            let age = read.at.elapsed();
            let is_found = read.keys.as_ref().is_some_and(|keys| is_there(keys));
            let pause = if is_found { read.fresh } else { read.fresh.min(PAUSE) };
            if age < pause.max(SHORTEST) {
                return read.keys.clone();
            }
        }
        let read = self.read(url).await;
        let keys = read.keys.clone();
        *place = Some(read);
        keys
    }

    async fn read(&self, url: &str) -> Read {
        let _one = self.fetching.acquire().await;
        let place = url.to_owned();
        let fetched = tokio::task::spawn_blocking(move || fetch(&place)).await;
        let read = |fetched: Fetched| (jwks::keys(&fetched.bytes), fetched.kept);
        let (keys, kept) = match fetched {
            Ok(Ok(fetched)) => read(fetched),
            Ok(Err(error)) => {
                tracing::warn!(%error, "the keys of a client cannot be read");
                (None, None)
            }
            Err(_ended) => (None, None),
        };
        let fresh = if keys.is_some() { fresh(kept.as_deref()) } else { SHORTEST };
        Read { at: Instant::now(), fresh, keys: keys.map(Arc::new) }
    }
}

/// For how long `Cache-Control` lets something be kept.
fn fresh(kept: Option<&str>) -> Duration {
    let Some(kept) = kept.map(str::to_ascii_lowercase) else { return PAUSE };
    let mut fresh = PAUSE;
    for directive in kept.split(',').map(str::trim) {
        match directive.split_once('=') {
            None if matches!(directive, "no-store" | "no-cache") => return Duration::ZERO,
            Some(("max-age", seconds)) => {
                let seconds = seconds.trim_matches('"').parse().unwrap_or_default();
                fresh = Duration::from_secs(seconds);
            }
            _ => {}
        }
    }
    fresh.min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_kept_as_long_as_the_client_says() {
        let seconds = |kept: Option<&str>| fresh(kept).as_secs();
        assert_eq!(seconds(None), 60);
        assert_eq!(seconds(Some("public, max-age=120")), 120);
        assert_eq!(seconds(Some("max-age=86400")), 600);
        assert_eq!(seconds(Some("max-age=86400, no-store")), 0);
        assert_eq!(seconds(Some("No-Cache")), 0);
        assert_eq!(seconds(Some("max-age=soon")), 0);
    }
}
