//! The certificate of TLS: read at the start, and again on SIGHUP and when its files change.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal as listen};
use tokio::time::{MissedTickBehavior, interval};

use crate::config::settings::Settings;
use crate::http::transport::keys::{Files, Keys, KeysError};

use super::follow::Following;

/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(5);

/// What TLS is spoken with, as the settings say; none: plain HTTP.
pub(super) fn of(settings: &Settings) -> Result<Option<Arc<Keys>>, KeysError> {
    if settings.tls_certificate.is_empty() {
        return Ok(None);
    }
    let name = |text: &str| (!text.is_empty()).then(|| PathBuf::from(text));
    let files = Files {
        certificate: PathBuf::from(&settings.tls_certificate),
        key: PathBuf::from(&settings.tls_key),
        client_ca: name(&settings.tls_client_ca),
    };
    Keys::read(files).map(Arc::new).map(Some)
}

/// Reads them again whenever they change, until this is dropped.
pub(super) fn follow(keys: Arc<Keys>) -> std::io::Result<Following> {
    let mut told = listen(SignalKind::hangup())?;
    Ok(Following::new(actix_web::rt::spawn(async move {
        let mut ticks = interval(LOOK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let is_told = tokio::select! {
                signal = told.recv() => match signal {
                    Some(()) => true,
                    None => return,
                },
                _ = ticks.tick() => false,
            };
            if is_told || keys.is_changed() {
                match keys.reload() {
                    Ok(()) => tracing::info!("the certificate of TLS was read again"),
                    Err(error) => tracing::error!(%error, "the certificate of before stays"),
                }
            }
        }
    })))
}
