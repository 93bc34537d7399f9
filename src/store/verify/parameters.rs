//! What searches rest on besides the index: the list of search parameters, the widest date of each,
//! the settings of the database.

use crate::store::cell::{Cell, CellKind};
use crate::store::error::StoreError;
use crate::store::revision::{SETTINGS, Wanted, listed, revision};
use crate::store::schema::version::{NOTED, SCHEMA};
use crate::store::writer::checksum;

use super::index::Spans;
use super::report::Report;
use super::source::{Source, text, text_or_none, whole};

/// How the index of a database was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Made {
    /// No server has worked on it.
    Never,
    /// Another way: it is not compared with what would be made now.
    Otherwise,
    AsWanted,
}

/// Checks the settings; how the index was made.
pub(super) async fn settings(
    source: &mut Source,
    wanted: &Wanted<'_>,
    report: &mut Report,
) -> Result<Made, StoreError> {
    use CellKind::{Integer, Text};
    let sql = format!("SELECT key, value, sum FROM {}", source.table("setting"));
    let mut found = Vec::new();
    let each = &mut |row: &[Cell]| {
        let (key, value) = (text(row, 0), text_or_none(row, 1));
        if value.map(|value| checksum::of_setting(key, value)) != whole(row, 2) {
            report.add(format!("setting {key}"), "it is not what was written");
        }
        found.push((key.to_owned(), value.unwrap_or_default().to_owned()));
    };
    let read = source.scan(&sql, &[Text, Text, Integer], each).await;
    report.damage("setting", read)?;
    let value = |key: &str| found.iter().find(|(known, _)| known == key).map(|(_, value)| value);
    migrations(source, value(SCHEMA), report).await?;
    let has_changes = has_changes(source).await;
    if !has_changes && SETTINGS.iter().all(|key| value(key).is_none()) {
        return Ok(Made::Never);
    }
    for key in SETTINGS {
        if value(key).is_none() {
            report.add(format!("setting {key}"), "it is lost");
        }
    }
    if value("index_revision").is_some_and(|found| *found != revision(wanted)) {
        report.add(
            "setting index_revision",
            "the search index was made another way than this Mebe does; `mebe serve` makes it anew",
        );
        return Ok(Made::Otherwise);
    }
    Ok(Made::AsWanted)
}

/// Whether anything was ever written.
async fn has_changes(source: &mut Source) -> bool {
    let mut found = false;
    let sql = "SELECT seq FROM change_log LIMIT 1";
    let read = source.scan(sql, &[CellKind::Integer], &mut |_| found = true).await;
    // What cannot be read is told when the log is.
    found || read.is_err()
}

/// Compares the list of migrations with what was noted of it.
async fn migrations(
    source: &mut Source,
    noted: Option<&String>,
    report: &mut Report,
) -> Result<(), StoreError> {
    let mut made = String::new();
    let sql =
        format!("SELECT version, {} FROM {NOTED} ORDER BY version", source.whole("applied_at"));
    let each = &mut |row: &[Cell]| {
        made.push_str(&format!("{} {}\n", text(row, 0), whole(row, 1).unwrap_or_default()));
    };
    let read = source.scan(&sql, &[CellKind::Text, CellKind::Integer], each).await;
    if report.damage(NOTED, read)?.is_some() && noted != Some(&made) {
        report.add(NOTED, "it is not what was written");
    }
    Ok(())
}

/// Checks the list of search parameters and the widest date of each. `now` is how wide the dates of
/// the resources are, `ever` how wide those of all versions.
pub(super) async fn check(
    source: &mut Source,
    wanted: &Wanted<'_>,
    (now, ever): (&Spans, &Spans),
    report: &mut Report,
) -> Result<(), StoreError> {
    use CellKind::{Integer, Text};
    let sql = format!(
        "SELECT {}, kind, code, date_span, {} FROM {}",
        source.whole("param_id"),
        source.whole("state"),
        source.table("search_parameter")
    );
    let mut missing = listed(wanted.search);
    let each = &mut |row: &[Cell]| {
        let (kind, code) = (text(row, 1), text(row, 2));
        let place = format!("search_parameter {kind}.{code}");
        let number = whole(row, 0).and_then(|number| i32::try_from(number).ok());
        let listed = number.and_then(|number| missing.remove(&number));
        let (Some(number), Some((known, name))) = (number, listed) else {
            return report.add(place, "there is no such parameter");
        };
        if (known.as_str(), name.as_str()) != (kind, code) {
            report.add(place.as_str(), format!("it is {known}.{name}"));
        }
        if whole(row, 4) != Some(0) {
            report.add(place.as_str(), "its rows are not complete");
        }
        let widest = |spans: &Spans| spans.get(&number).copied().unwrap_or_default();
        let least = widest(now);
        let most = widest(ever).max(least);
        match whole(row, 3) {
            Some(span) if (least..=most).contains(&span) => {}
            Some(span) => report.add(
                place,
                format!("its date_span is {span}, the widest date {least}: searches go wrong"),
            ),
            None => report.add(place, "its date_span is damaged"),
        }
    };
    let read = source.scan(&sql, &[Integer, Text, Text, Integer, Integer], each).await;
    if report.damage("search_parameter", read)?.is_some() {
        for (kind, code) in missing.values() {
            report.add(format!("search_parameter {kind}.{code}"), "it is lost");
        }
    }
    Ok(())
}
