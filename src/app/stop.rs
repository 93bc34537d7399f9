//! The end of a server: when it is told to stop, and what is done until then.

use std::sync::{Arc, OnceLock};
use std::time::Instant;

use actix_web::web;
use tokio::signal::unix::{SignalKind, signal as listen};

use crate::http::house::House;
use crate::interaction::scoped::Guarded;

use super::AppError;

/// Waits for a signal that says stop, and notes when it came.
pub(super) fn signal(
    told: Arc<OnceLock<Instant>>,
) -> std::io::Result<impl Future<Output = ()> + Send + 'static> {
    let mut terminate = listen(SignalKind::terminate())?;
    let mut interrupt = listen(SignalKind::interrupt())?;
    let mut quit = listen(SignalKind::quit())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
            _ = quit.recv() => {}
        }
        let _first = told.set(Instant::now());
    })
}

/// Ends the work on requests and closes the database; what is not done at the end is cut off. What was
/// acknowledged is on disk either way.
pub(super) async fn close(
    rows: &Guarded,
    house: web::Data<House>,
    end: Instant,
) -> Result<(), AppError> {
    let work = async {
        if let Some(house) = Arc::into_inner(house.into_inner()) {
            let closed = tokio::task::spawn_blocking(|| house.close()).await;
            closed.map_err(|error| AppError::Server(std::io::Error::other(error)))?;
        }
        Ok::<_, AppError>(rows.close().await?)
    };
    match tokio::time::timeout_at(end.into(), work).await {
        Ok(closed) => closed?,
        Err(_late) => {
            tracing::warn!("requests were cut off; what was acknowledged is on disk");
        }
    }
    tracing::info!("stopped");
    Ok(())
}
