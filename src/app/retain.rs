//! Records of who did what are kept as long as the settings say, and no longer.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;

use crate::fhir::time;
use crate::interaction::engine::Engine;
use crate::store::error::causes;

use super::follow::Following;

/// Between two looks.
const PAUSE: Duration = Duration::from_secs(3_600);
/// Between two cuts, so that others can write.
const MOMENT: Duration = Duration::from_millis(200);
const DAY: i64 = 86_400_000_000;

/// Cuts off what is older, until what is given back is dropped.
pub(super) fn audit(engine: Arc<Engine>, days: u32) -> Following {
    Following::new(actix_web::rt::spawn(async move {
        loop {
            let before = time::now().micros().saturating_sub(i64::from(days).saturating_mul(DAY));
            loop {
                match engine.rows.cut_audit(before).await {
                    Ok(true) => sleep(MOMENT).await,
                    Ok(false) => break,
                    Err(error) => {
                        let error = causes(&error);
                        tracing::warn!(error, "old records of the audit could not be cut off");
                        break;
                    }
                }
            }
            sleep(PAUSE).await;
        }
    }))
}
