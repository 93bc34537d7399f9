//! The list of search parameters against what is stored and brought.

use crate::definitions::search_parameter::ParameterDefinition;
use crate::fhir::kind::ResourceKind;
use crate::store::cell::{Cell, CellKind};
use crate::store::error::StoreError;
use crate::store::parameters::adopt::{self, ADDED, CONSUMER};
use crate::store::parameters::changes::Changes;
use crate::store::parameters::listed::Listed;
use crate::store::revision::Wanted;
use crate::store::windows::mark;

use super::parameters::List;
use super::report::Report;
use super::source::{Source, text, whole};

/// Checks that the list is as it should be, unless what was stored last was not taken into account.
pub(super) async fn check(
    source: &mut Source,
    (wanted, list): (&Wanted<'_>, &List),
    report: &mut Report,
) -> Result<(), StoreError> {
    let Some(rows) = list else { return Ok(()) };
    let number = ResourceKind::SEARCH_PARAMETER.number();
    let end = number_of(source, "SELECT seq FROM log_end", report).await?;
    let log = format!("SELECT coalesce(max(seq), 0) FROM change_log WHERE type_id = {number}");
    let newest = number_of(source, &log, report).await?;
    let mut position = 0;
    let sql = format!("SELECT name, position FROM {}", source.table("consumer"));
    let each = &mut |row: &[Cell]| {
        let (name, until) = (text(row, 0), whole(row, 1));
        match until.filter(|until| (0..=end).contains(until)) {
            Some(until) if name == CONSUMER => position = until,
            Some(_) if name == mark::CONSUMER => {}
            _ => report.add(format!("consumer {name}"), "it is not what was written"),
        }
    };
    let read = source.scan(&sql, &[CellKind::Text, CellKind::Integer], each).await;
    if report.damage("consumer", read)?.is_none() || newest > position {
        return Ok(());
    }
    let mut stored = Vec::new();
    let bodies =
        format!("SELECT body FROM resource WHERE type_id = {number} AND op <> 2 ORDER BY rid");
    let each = &mut |row: &[Cell]| stored.extend(ParameterDefinition::read(text(row, 0)));
    let read = source.scan(&bodies, &[CellKind::Text], each).await;
    report.damage("resource", read)?;
    let brought = source.settings().await.unwrap_or_default().remove(ADDED).unwrap_or_default();
    let wanted_list = adopt::of(wanted.registry, &stored, &brought);
    let listed: Vec<Listed> = rows.iter().map(|row| row.listed.clone()).collect();
    if !Changes::between(&wanted.registry.core, &listed, &wanted_list).is_empty() {
        report.add("search_parameter", "the list is not what is stored and what the server brings");
    }
    Ok(())
}

async fn number_of(source: &mut Source, sql: &str, report: &mut Report) -> Result<i64, StoreError> {
    let mut found = 0;
    let keep = &mut |row: &[Cell]| found = whole(row, 0).unwrap_or_default();
    let read = source.scan(sql, &[CellKind::Integer], keep).await;
    report.damage("change_log", read)?;
    Ok(found)
}
