//! What searches rest on besides the index: the list of search parameters, the widest date of each,
//! the settings of the database.

use rustc_hash::FxHashSet;

use crate::definitions::search_parameter::ParamId;
use crate::definitions::search_parameter::list::Known;
use crate::store::cell::{Cell, CellKind};
use crate::store::error::StoreError;
use crate::store::parameters::listed::{self, Listed, State};
use crate::store::revision::{SETTINGS, Wanted, revision};
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

/// A row of the list of search parameters.
pub(super) struct Row {
    pub(super) listed: Listed,
    span: Option<i64>,
}

/// The list of search parameters of a database; none when it cannot be read.
pub(super) type List = Option<Vec<Row>>;

/// The numbers of parameters whose rows are not complete, or go: which of them are there is then
/// nobody's business.
pub(super) fn on_the_way(list: &List) -> FxHashSet<i64> {
    let rows = list.iter().flatten().filter(|row| row.listed.state != State::Complete);
    rows.map(|row| row.listed.known.number.number().into()).collect()
}

/// Reads the list of search parameters.
pub(super) async fn list(source: &mut Source, report: &mut Report) -> Result<List, StoreError> {
    use CellKind::{Integer, Text};
    let sql = format!(
        "SELECT {}, kind, code, date_span, {}, definition, {} FROM {}",
        source.whole("param_id"),
        source.whole("state"),
        source.whole("job"),
        source.table("search_parameter")
    );
    let mut open = Vec::new();
    let jobs = "SELECT job FROM job WHERE state = 0 AND kind <> 'remove'";
    let read = source.scan(jobs, &[Integer], &mut |row| open.extend(whole(row, 0))).await;
    report.damage("job", read)?;
    let mut rows = Vec::new();
    let each = &mut |row: &[Cell]| {
        let (kind, code, definition) = (text(row, 1), text(row, 2), text(row, 5));
        let number = whole(row, 0).and_then(|number| i32::try_from(number).ok());
        let numbers = number.zip(whole(row, 4)).zip(whole(row, 6));
        let listed = numbers.and_then(|((number, state), job)| {
            Listed::read(number, (kind, code), (state, definition, job))
        });
        match listed {
            Some(listed) => {
                let place = || format!("search_parameter {kind}.{code}");
                if listed.state == State::Growing && !open.contains(&listed.job) {
                    report.add(place(), "its rows are not complete, and no job makes them");
                } else if listed.state != State::Growing && listed.job != 0 {
                    report.add(place(), "no job makes its rows, and one is named");
                }
                rows.push(Row { listed, span: whole(row, 3) });
            }
            None => report.add(format!("search_parameter {kind}.{code}"), "it is damaged"),
        }
    };
    let kinds = [Integer, Text, Text, Integer, Integer, Text, Integer];
    let read = source.scan(&sql, &kinds, each).await;
    Ok(report.damage("search_parameter", read)?.map(|()| rows))
}

/// Whether a number is one that a parameter gets: the first that is free.
fn is_number_of(known: &Known) -> bool {
    const MOST: u32 = 1_000;
    let others = (1..=MOST).map(|time| ParamId::another(known.kind, &known.code, time));
    let mut numbers = std::iter::once(ParamId::of(known.kind, &known.code)).chain(others);
    numbers.any(|number| number == known.number)
}

/// Checks the list of search parameters and the widest date of each. `now` is how wide the dates of
/// the resources are, `ever` how wide those of all versions.
pub(super) fn check(
    wanted: &Wanted<'_>,
    list: &List,
    (now, ever): (&Spans, &Spans),
    report: &mut Report,
) {
    let Some(rows) = list else { return };
    let core = &wanted.registry.core;
    for row in rows {
        let (known, number) = (&row.listed.known, row.listed.known.number.number());
        let place = format!("search_parameter {}.{}", known.kind, known.code);
        let is_its_own = known.parameter(core).is_some_and(|own| own.code == known.code);
        let is_its_own = is_its_own && is_number_of(known);
        if !is_its_own {
            report.add(place, "there is no such parameter");
            continue;
        }
        if row.listed.state != State::Complete {
            continue;
        }
        let widest = |spans: &Spans| spans.get(&number).copied().unwrap_or_default();
        let least = widest(now);
        let most = widest(ever).max(least);
        match row.span {
            Some(span) if (least..=most).contains(&span) => {}
            Some(span) => report.add(
                place,
                format!("its date_span is {span}, the widest date {least}: searches go wrong"),
            ),
            None => report.add(place, "its date_span is damaged"),
        }
    }
    let is_there = |known: &Known| {
        rows.iter().map(|row| &row.listed).any(|one| {
            one.state == State::Complete
                && (one.known.kind, &one.known.code) == (known.kind, &known.code)
        })
    };
    for Listed { known, .. } in listed::of_r4(core) {
        if !is_there(&known) {
            report.add(format!("search_parameter {}.{}", known.kind, known.code), "it is lost");
        }
    }
}
