//! What statements cost, for those who listen (`MEBE_LOG=info,mebe::steps=trace`): tests hold that
//! no search and no write costs more because others have more records.

use rusqlite::{Statement, StatementStatus};

/// Tells how many steps a statement took since it was asked last.
pub(super) fn tell(statement: &Statement<'_>) {
    if tracing::enabled!(target: "mebe::steps", tracing::Level::TRACE) {
        let steps = statement.reset_status(StatementStatus::VmStep);
        tracing::trace!(target: "mebe::steps", steps);
    }
}
