//! Follows the log for windows of what is to be done: marks whom a change is about, and works out
//! anew what was marked while nobody writes.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::time::sleep;

use crate::interaction::engine::Engine;
use crate::operation::booklet::windows::{follow, work_out_some};

use super::follow::Following;

/// Between two looks, however much is written.
const PAUSE: Duration = Duration::from_millis(250);
/// After something failed.
const LONGER: Duration = Duration::from_secs(1);
/// Nobody wrote for so long: there is time to work out.
const QUIET: Duration = Duration::from_secs(2);
/// Working out takes one part of so many of the time.
const SHARE: u32 = 4;

/// Follows until what is given back is dropped.
pub(super) fn windows(engine: Arc<Engine>) -> Following {
    Following::new(actix_web::rt::spawn(run(engine)))
}

async fn run(engine: Arc<Engine>) {
    let (mut position, mut moved) = (0, Instant::now());
    let mut is_well = true;
    loop {
        let now = follow(&engine).await;
        let begun = Instant::now();
        let done = match now {
            Ok(now) => {
                if now != position {
                    (position, moved) = (now, begun);
                }
                match moved.elapsed() >= QUIET {
                    true => work_out_some(&engine).await,
                    false => Ok(true),
                }
            }
            Err(failure) => Err(failure),
        };
        if let Err(failure) = &done
            && is_well
        {
            let status = failure.status();
            tracing::warn!(status, "windows of what is due rest for now");
        }
        is_well = done.is_ok();
        match done {
            Ok(true) => sleep((begun.elapsed() * (SHARE - 1)).max(PAUSE)).await,
            Ok(false) => {
                sleep(PAUSE).await;
                engine.rows.wait_beyond(position).await;
            }
            Err(_told) => sleep(LONGER).await,
        }
    }
}
