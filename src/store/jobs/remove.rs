//! Deletes the rows of parameters that answer no more, some at a time.

use std::time::{Duration, Instant};

use sea_orm::DatabaseTransaction;

use crate::store::error::StoreError;
use crate::store::parameters::listed::execute;

use super::job::{Job, State};

/// Rows that are deleted at a time, and how long that may take when they are few.
const MOST: u64 = 500;
const TIME: Duration = Duration::from_millis(20);

/// The index tables, each with the columns of its key behind the parameter.
const TABLES: [(&str, &str); 8] = [
    ("sp_token", "code, rid"),
    ("sp_string", "folded, rid"),
    ("sp_date", "low, high, rid"),
    ("sp_number", "low, high, rid"),
    ("sp_quantity", "dimension, low, high, rid"),
    ("sp_reference", "target, rid"),
    ("sp_uri", "value, rid"),
    ("sp_composite", "first, second, low, high, rid"),
];

/// Does a step: deletes some rows, or what is left of several parameters.
pub(super) async fn step(
    transaction: &DatabaseTransaction,
    job: &mut Job,
) -> Result<(), StoreError> {
    let (begun, mut deleted) = (Instant::now(), 0);
    while deleted < MOST && begun.elapsed() < TIME && job.state == State::Open {
        deleted += some(transaction, job).await?;
    }
    Ok(())
}

/// Deletes some rows of a table, or notes that there are no more; how many it were.
async fn some(transaction: &DatabaseTransaction, job: &mut Job) -> Result<u64, StoreError> {
    let part = usize::try_from(job.part).unwrap_or(usize::MAX);
    let Some(number) = job.about.get(part).and_then(|number| number.parse::<i32>().ok()) else {
        job.state = State::Done;
        return Ok(0);
    };
    let at = usize::try_from(job.position).unwrap_or(usize::MAX);
    if let Some((table, key)) = TABLES.get(at) {
        // Up to the row behind so many; when there are fewer, all that is left.
        let some = format!(
            "DELETE FROM {table} WHERE param_id = ? AND ({key}) <= (SELECT {key} FROM {table} \
             WHERE param_id = ? ORDER BY {key} LIMIT 1 OFFSET {MOST})"
        );
        let deleted = execute(transaction, &some, [number.into(), number.into()]).await?;
        if deleted > 0 {
            return Ok(deleted);
        }
        let rest = format!("DELETE FROM {table} WHERE param_id = ?");
        job.position = job.position.saturating_add(1);
        return execute(transaction, &rest, [number.into()]).await;
    }
    let gone = "DELETE FROM search_parameter WHERE param_id = ? AND state = 2";
    execute(transaction, gone, [number.into()]).await?;
    job.part = job.part.saturating_add(1);
    job.position = 0;
    job.done = job.done.saturating_add(1);
    Ok(0)
}
