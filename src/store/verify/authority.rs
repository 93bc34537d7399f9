//! The rows of the authorization server: of kinds that there are, with bodies that are JSON, and the row
//! that counts their changes.

use serde_json::Value;

use crate::store::authority::row::Kind;
use crate::store::cell::{Cell, CellKind};
use crate::store::error::StoreError;

use super::report::Report;
use super::source::{Source, text, whole};

/// What a row is about is not told: ids are names of people and what signs them in.
pub(super) async fn check(source: &mut Source, report: &mut Report) -> Result<(), StoreError> {
    let table = source.table("authority");
    let sql = format!("SELECT kind, id, body FROM {table}");
    let mut faults = Vec::new();
    let each = &mut |row: &[Cell]| {
        let kind = text(row, 0);
        if Kind::parse(kind).is_none() {
            faults.push(format!("a row is of no kind that there is: {kind}"));
        }
        if text(row, 1).is_empty() {
            faults.push(format!("a row of kind {kind} has no id"));
        }
        if !serde_json::from_str::<Value>(text(row, 2)).is_ok_and(|body| body.is_object()) {
            faults.push(format!("the body of a row of kind {kind} is no object"));
        }
    };
    let read = source.scan(&sql, &[CellKind::Text; 3], each).await;
    report.damage("authority", read)?;
    let mut ends = Vec::new();
    let sql = format!("SELECT revision FROM {}", source.table("authority_end"));
    let each = &mut |row: &[Cell]| ends.push(whole(row, 0));
    let read = source.scan(&sql, &[CellKind::Integer], each).await;
    if report.damage("authority_end", read)?.is_some()
        && !matches!(ends.as_slice(), [Some(revision)] if *revision >= 0)
    {
        faults.push("authority_end must have one row with a revision".to_owned());
    }
    for fault in faults {
        report.add("authority", fault);
    }
    Ok(())
}
