//! Whoever asks for a list waits until the log was followed to what was answered before.

use tokio::sync::Mutex;

use crate::interaction::scoped::Guarded;
use crate::store::error::StoreError;

/// How far the log was followed for windows, as this server knows; none before it looked.
#[derive(Debug, Default)]
pub struct Windows {
    position: Mutex<Option<i64>>,
}

impl Windows {
    /// Follows the log to all that was answered before; who comes meanwhile waits. The first time
    /// windows of another edition of the schedule are given up, too.
    pub async fn follow(
        &self,
        rows: &Guarded,
        (seen, edition): (i64, &str),
    ) -> Result<i64, StoreError> {
        let mut position = self.position.lock().await;
        if let Some(position) = position.filter(|position| *position >= seen) {
            return Ok(position);
        }
        if position.is_none() {
            rows.mark_other_editions(edition).await?;
        }
        let now = rows.mark_windows().await?;
        *position = Some(now);
        Ok(now)
    }
}
