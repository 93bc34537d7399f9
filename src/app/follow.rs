//! Follows the log for the library of definitions: what one server stores, every server on the same
//! database knows a moment later.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::sleep;

use crate::criteria::access::Reason;
use crate::definitions::library::Library;
use crate::fhir::kind::ResourceKind;
use crate::interaction::engine::Engine;
use crate::store::changes::Changed;
use crate::store::error::{StoreError, causes};

/// Between two looks, however much is written.
const PAUSE: Duration = Duration::from_millis(100);
/// After a look that failed.
const LONGER: Duration = Duration::from_secs(1);
/// Changes that are taken at a time.
const BATCH: u32 = 256;

/// Somebody who follows, until this is dropped.
#[derive(Debug)]
pub(super) struct Following(JoinHandle<()>);

impl Following {
    pub(super) fn new(task: JoinHandle<()>) -> Self {
        Self(task)
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        // It reads only; a definition that is being taken is taken whole.
        self.0.abort();
    }
}

/// Brings the library what is behind a position of the log, now and from now on.
pub(super) fn definitions(engine: Arc<Engine>, position: i64) -> Following {
    let kinds = ResourceKind::all().filter(|kind| Library::keeps(*kind)).collect();
    let follower = Follower { engine, kinds, position };
    Following(actix_web::rt::spawn(follower.run()))
}

struct Follower {
    engine: Arc<Engine>,
    kinds: Vec<ResourceKind>,
    /// Everything up to here is in the library.
    position: i64,
}

impl Follower {
    async fn run(mut self) {
        let mut is_well = true;
        loop {
            let done = self.catch_up().await;
            if let Err(error) = &done
                && is_well
            {
                let error = causes(error);
                tracing::warn!(error, "definitions of other servers cannot be read for now");
            }
            is_well = done.is_ok();
            sleep(if is_well { PAUSE } else { LONGER }).await;
            self.engine.rows.wait_beyond(self.position).await;
        }
    }

    async fn catch_up(&mut self) -> Result<(), StoreError> {
        loop {
            let rows = self.engine.rows.for_server(Reason::Definitions);
            let changes = rows.changes(self.position, &self.kinds, BATCH).await?;
            for change in &changes.list {
                self.take(change).await?;
            }
            // What failed before this is taken again, which changes nothing.
            self.position = changes.until;
            if changes.list.is_empty() {
                return Ok(());
            }
        }
    }

    /// Takes a definition, unless this server stored it itself.
    async fn take(&self, change: &Changed) -> Result<(), StoreError> {
        let (kind, version) = (change.kind, change.version);
        if self.engine.registry.library.has_stored(kind, &change.id, version) {
            return Ok(());
        }
        let rows = self.engine.rows.for_server(Reason::Definitions);
        let stored = rows.version(kind, &change.id, version).await?;
        let Some(stored) = stored else {
            let what = format!("{kind}/{} has no version {version}", change.id.as_str());
            return Err(StoreError::Corrupt { table: "change_log", what });
        };
        let registry = Arc::clone(&self.engine.registry);
        let take = move || {
            let text = (!stored.body.is_empty()).then_some(stored.body.as_str());
            registry.library.store(kind, &stored.id, version, text);
        };
        spawn_blocking(take).await.map_err(|_panic| StoreError::Interrupted)
    }
}
