//! Whether `PostgreSQL` is there.
//!
//! A connection of its own is asked all the time. When it gets no answer, everybody who waits for the
//! database is told at once, instead of waiting as long as the network does; connections that were
//! made before are given up, since they may be silent for a long time yet.

use std::str::FromStr;
use std::time::Duration;

use sea_orm::sqlx::postgres::{PgConnectOptions, PgConnection};
use sea_orm::sqlx::{ConnectOptions as _, Connection as _};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use crate::store::error::StoreError;

/// Between two questions.
const PAUSE: Duration = Duration::from_millis(400);
/// How long an answer may take.
const PATIENCE: Duration = Duration::from_millis(1_000);

/// What is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct State {
    is_there: bool,
    /// How often it has gone away: connections of before are no good.
    losses: u64,
}

/// Watches a database.
#[derive(Debug, Clone)]
pub(in crate::store) struct Pulse {
    state: watch::Receiver<State>,
}

impl Pulse {
    /// Begins to watch; it ends when nobody wants to know any more.
    pub(in crate::store) fn start(url: &str) -> Result<Self, StoreError> {
        let malformed = |_it_may_name_a_password| StoreError::Url;
        let options = PgConnectOptions::from_str(url).map_err(malformed)?;
        let (told, state) = watch::channel(State { is_there: true, losses: 0 });
        tokio::spawn(watch(options, told));
        Ok(Self { state })
    }

    /// How often the database has gone away.
    pub(super) fn losses(&self) -> u64 {
        self.state.borrow().losses
    }

    /// Does what needs the database, as long as it is there.
    pub(super) async fn during<T>(
        &self,
        work: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        let mut state = self.state.clone();
        tokio::select! {
            biased;
            _ = state.wait_for(|state| !state.is_there) => Err(StoreError::Away),
            done = work => done,
        }
    }
}

async fn watch(options: PgConnectOptions, told: watch::Sender<State>) {
    let mut connection = None;
    while !told.is_closed() {
        let is_there = asked(&options, &mut connection).await;
        let was_there = told.borrow().is_there;
        if is_there != was_there {
            told.send_modify(|state| {
                state.is_there = is_there;
                state.losses += u64::from(!is_there);
            });
            match is_there {
                true => tracing::info!("PostgreSQL answers again"),
                false => tracing::error!("PostgreSQL does not answer"),
            }
        }
        sleep(PAUSE).await;
    }
}

/// Asks, on a new connection when the one before is broken.
async fn asked(options: &PgConnectOptions, connection: &mut Option<PgConnection>) -> bool {
    if let Some(known) = connection {
        match timeout(PATIENCE, known.ping()).await {
            Ok(Ok(())) => return true,
            Ok(Err(_broken)) => *connection = None,
            Err(_silent) => {
                *connection = None;
                return false;
            }
        }
    }
    match timeout(PATIENCE, options.connect()).await {
        Ok(Ok(new)) => {
            *connection = Some(new);
            true
        }
        Ok(Err(_)) | Err(_) => false,
    }
}
