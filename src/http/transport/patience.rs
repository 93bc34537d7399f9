//! How long clients are waited for, so that nobody holds a connection or memory by doing nothing.

use std::time::Duration;

use crate::config::settings::Settings;

/// The server's patience.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For the head of a request, from its first byte to its last.
    pub head: Duration,
    /// Between two requests of a connection.
    pub idle: Duration,
    /// For the next bytes of a body.
    pub body_silence: Duration,
    /// For a body, however small it is; each [`SECOND`] bytes of it give a second more.
    pub body: Duration,
    /// For a client that takes nothing of its answer.
    pub answer: Duration,
}

impl Patience {
    /// As the settings say.
    pub fn of(settings: &Settings) -> Self {
        Self {
            head: Duration::from_secs(settings.head_seconds),
            idle: Duration::from_secs(settings.idle_seconds),
            body_silence: Duration::from_secs(settings.body_silence_seconds),
            body: Duration::from_secs(settings.body_seconds),
            answer: Duration::from_secs(settings.answer_silence_seconds),
        }
    }
}

/// Bytes that give a body another second.
pub(in crate::http) const SECOND: usize = 16 << 10;
/// Bytes of its answer that a client has to take a second, once it has stalled.
pub(in crate::http) const SLOWEST: u64 = 8 << 10;
