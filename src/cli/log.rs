//! Where messages go: structured logs to standard error, written by a thread of their own.

use std::io::Write;

use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::EnvFilter;

use crate::config::settings::Settings;
use crate::store::error::causes;

/// Starts logging; what is still to be written is when the guard is dropped.
pub(super) fn start(settings: &Settings) -> WorkerGuard {
    let (writer, guard) = NonBlockingBuilder::default().lossy(false).finish(std::io::stderr());
    let filter = EnvFilter::try_new(&settings.log).unwrap_or_else(|_fault| EnvFilter::new("info"));
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer);
    let started = if settings.log_format == "json" {
        logs.json().flatten_event(true).try_init()
    } else {
        logs.with_ansi(false).try_init()
    };
    if let Err(error) = started {
        complain(&*error);
    }
    guard
}

/// Tells an error with all its causes.
pub(super) fn complain(error: &dyn std::error::Error) {
    let _nowhere_else_to_tell = writeln!(std::io::stderr(), "mebe: {}", causes(error));
}
