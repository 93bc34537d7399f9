//! Follows the log for stored search parameters, and does the steps of jobs in the background.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::time::sleep;

use crate::criteria::access::Reason;
use crate::fhir::kind::ResourceKind;
use crate::interaction::engine::Engine;
use crate::store::error::{StoreError, causes};

use super::follow::Following;

/// Between two looks when there is nothing to do, however much is written.
const PAUSE: Duration = Duration::from_millis(100);
/// After something failed.
const LONGER: Duration = Duration::from_secs(1);
/// Changes that are looked at together.
const BATCH: u32 = 256;

/// Tends the list of search parameters and the jobs until what is given back is dropped.
pub(super) fn jobs(engine: Arc<Engine>) -> Following {
    let kinds = vec![ResourceKind::SEARCH_PARAMETER];
    let holder = uuid::Uuid::new_v4().simple().to_string();
    let tender = Tender { engine, kinds, holder, position: None };
    Following::new(actix_web::rt::spawn(tender.run()))
}

struct Tender {
    engine: Arc<Engine>,
    kinds: Vec<ResourceKind>,
    /// What this server is called in the table of jobs.
    holder: String,
    /// Every search parameter that was stored up to here is in the list; none: it has to be asked.
    position: Option<i64>,
}

impl Tender {
    async fn run(mut self) {
        let mut is_well = true;
        loop {
            let begun = Instant::now();
            let done = self.round().await;
            if let Err(error) = &done
                && is_well
            {
                let error = causes(error);
                tracing::warn!(error, "work in the background rests for now");
            }
            is_well = done.is_ok();
            match done {
                // Whoever writes has as much time as the step took.
                Ok(true) => sleep(begun.elapsed()).await,
                Ok(false) => {
                    sleep(PAUSE).await;
                    self.engine.rows.wait_beyond(self.position.unwrap_or_default()).await;
                }
                Err(_told) => sleep(LONGER).await,
            }
        }
    }

    /// Looks once; whether a step of a job was done.
    async fn round(&mut self) -> Result<bool, StoreError> {
        let rows = &self.engine.rows;
        let mut position = match self.position {
            Some(position) => position,
            None => rows.parameters_position().await?,
        };
        loop {
            let all = rows.for_server(Reason::Definitions);
            let changes = all.changes(position, &self.kinds, BATCH).await?;
            if changes.list.is_empty() {
                position = changes.until;
                break;
            }
            position = rows.adopt(changes.until).await?.max(changes.until);
        }
        self.position = Some(position);
        rows.tend(&self.holder).await
    }
}
