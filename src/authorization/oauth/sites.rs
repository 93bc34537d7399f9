//! Which sites have pages that are registered apps: these may ask from within a browser (CORS).

use std::collections::HashSet;
use std::time::{Duration, Instant};

use tokio::sync::Mutex;

use crate::authorization::kept::Kept;
use crate::authorization::record::Client;
use crate::interaction::engine::Engine;
use crate::store::error::StoreError;

use super::request::redirect::site;

/// For so long nobody asks again whether clients were changed.
const FRESH: Duration = Duration::from_millis(500);

/// The sites of clients, as they were when they were looked at last.
#[derive(Debug, Default)]
pub struct Sites(Mutex<Option<Looked>>);

#[derive(Debug)]
struct Looked {
    at: Instant,
    revision: i64,
    sites: HashSet<String>,
}

impl Sites {
    /// Whether a client that may be used has a page at a site.
    pub async fn has(&self, engine: &Engine, origin: &str) -> Result<bool, StoreError> {
        let mut looked = self.0.lock().await;
        let is_old = |looked: &Looked| looked.at.elapsed() >= FRESH;
        if looked.as_ref().is_none_or(is_old) {
            let kept = Kept::of(engine).await?;
            let revision = kept.revision().await?;
            let before = looked.take().filter(|before| before.revision == revision);
            let sites = match before {
                Some(before) => before.sites,
                None => sites(&kept.all::<Client>().await?),
            };
            *looked = Some(Looked { at: Instant::now(), revision, sites });
        }
        Ok(looked.as_ref().is_some_and(|looked| looked.sites.contains(origin)))
    }
}

fn sites(clients: &[Client]) -> HashSet<String> {
    let usable = clients.iter().filter(|client| client.is_active());
    let uris = usable.flat_map(|client| client.redirect_uris.iter().chain(&client.launch_uri));
    uris.filter_map(|uri| site(uri)).collect()
}
