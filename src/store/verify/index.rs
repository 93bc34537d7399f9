//! The search index against the resources.
//!
//! Of each resource, the rows that it gives are added up as hashes, and those that are stored taken
//! away: 16 bytes of memory a resource, whatever the size of the index.

use rustc_hash::FxHashMap;
use sea_orm::sea_query::Value;
use xxhash_rust::xxh3::xxh3_64;

use crate::fhir::kind::ResourceKind;
use crate::index::compartment::Owner;
use crate::index::indexer::Indexer;
use crate::index::row::Rows;
use crate::store::cell::{Cell, CellKind};
use crate::store::error::StoreError;
use crate::store::schema::bulk::Shape;
use crate::store::schema::index_table::{INDEX, date_spans, tables};
use crate::store::writer::decide::reindex;

use super::parameters::{List, Made, on_the_way};
use super::report::Report;
use super::source::{Source, text, text_or_none, whole};
use super::words;

/// The widest date of each parameter.
pub(super) type Spans = FxHashMap<i32, i64>;

/// Checks bodies, owners and index rows; gives the widest dates that the resources have.
pub(super) async fn check(
    source: &mut Source,
    (indexer, list, made): (&Indexer, &List, Made),
    report: &mut Report,
) -> Result<Spans, StoreError> {
    let (mut sums, mut spans) = (FxHashMap::default(), Spans::default());
    let numbers = on_the_way(list);
    let on_the_way = |number| numbers.contains(&number);
    resources(source, (indexer, &on_the_way, made), (&mut sums, &mut spans), report).await?;
    if made == Made::Otherwise {
        return Ok(spans);
    }
    for table in &INDEX {
        rows(source, (table.shape, &on_the_way), &mut sums, report).await?;
    }
    stored_words(source, &mut sums, report).await?;
    let mut differing: Vec<i64> =
        sums.into_iter().filter(|(_, sum)| *sum != 0).map(|(rid, _)| rid).collect();
    differing.sort_unstable();
    for rid in differing {
        let place = name(source, rid).await?;
        report.add(place, "its index rows differ from what it gives");
    }
    Ok(spans)
}

/// Takes the words of the full-text index from the sums.
async fn stored_words(
    source: &mut Source,
    sums: &mut FxHashMap<i64, u64>,
    report: &mut Report,
) -> Result<(), StoreError> {
    let mut damaged = 0_u64;
    let take = &mut |rid: Option<i64>, hash: u64| match rid {
        Some(rid) => {
            let sum = sums.entry(rid).or_default();
            *sum = sum.wrapping_sub(hash);
        }
        None => damaged += 1,
    };
    let read = words::each(source, take).await;
    if damaged > 0 {
        report.add("sp_word", format!("{damaged} words are damaged"));
    }
    report.damage("sp_word", read)?;
    Ok(())
}

/// `Patient/1`, of the row with this number.
async fn name(source: &mut Source, rid: i64) -> Result<String, StoreError> {
    let sql = format!("SELECT {}, id FROM resource WHERE rid = {rid}", source.whole("type_id"));
    let mut found = None;
    let keep = &mut |row: &[Cell]| {
        let kind = whole(row, 0).and_then(ResourceKind::from_number);
        found = Some(format!("{}/{}", kind.map_or("?", ResourceKind::name), text(row, 1)));
    };
    let read = source.scan(&sql, &[CellKind::Integer, CellKind::Text], keep).await;
    if read.as_ref().is_err_and(StoreError::is_away) {
        read?;
    }
    Ok(found.unwrap_or_else(|| format!("rid {rid}, which has no resource")))
}

/// Adds the widest dates of a body; who its owner is.
pub(super) fn read(
    spans: &mut Spans,
    indexer: &Indexer,
    kind: ResourceKind,
    body: &str,
) -> Option<Owner> {
    let rows = reindex(indexer, kind, body).ok()?;
    widen(spans, &rows);
    Some(rows.owner)
}

fn widen(spans: &mut Spans, rows: &Rows) {
    for (param, span) in date_spans(std::iter::once(rows)) {
        let widest = spans.entry(param).or_insert(0);
        *widest = span.max(*widest);
    }
}

async fn resources(
    source: &mut Source,
    (indexer, on_the_way, made): (&Indexer, &dyn Fn(i64) -> bool, Made),
    (sums, spans): (&mut FxHashMap<i64, u64>, &mut Spans),
    report: &mut Report,
) -> Result<(), StoreError> {
    use CellKind::{Integer, Text};
    let sql = format!(
        "SELECT rid, {}, id, version, body, owner FROM {} WHERE op <> 2",
        source.whole("type_id"),
        source.table("resource")
    );
    let is_sqlite = source.is_sqlite();
    let each = &mut |row: &[Cell]| {
        report.resources += 1;
        let kind = whole(row, 1).and_then(ResourceKind::from_number);
        let (Some(rid), Some(kind), Some(version), Some(stored)) =
            (whole(row, 0), kind, whole(row, 3), text_or_none(row, 4))
        else {
            return report.add("resource", format!("a row is damaged: {:?}", row.get(..4)));
        };
        let found = body(kind, text(row, 2), version, stored);
        for what in found {
            report.add(format!("{kind}/{}", text(row, 2)), what);
        }
        let Ok(mut given) = reindex(indexer, kind, stored) else { return };
        given.keep(|param| !on_the_way(param.number().into()));
        let sum: &mut u64 = sums.entry(rid).or_default();
        for bulk in tables(std::iter::once((rid, &given))) {
            for row in bulk.rows() {
                let row: Vec<Cell> = row.into_iter().map(cell).collect();
                *sum = sum.wrapping_add(hash(bulk.table(), &row));
            }
        }
        for words in &given.words {
            *sum = sum.wrapping_add(words::sum(words, is_sqlite));
        }
        widen(spans, &given);
        if made != Made::Otherwise && whole(row, 5) != Some(given.owner.number()) {
            report.add(format!("{kind}/{}", text(row, 2)), "its owner is not whom it is about");
        }
    };
    let read = source.scan(&sql, &[Integer, Integer, Text, Integer, Text, Integer], each).await;
    report.damage("resource", read)?;
    Ok(())
}

/// What a body does not say as its row does.
fn body(kind: ResourceKind, id: &str, version: i64, body: &str) -> Vec<String> {
    let value: serde_json::Value = match serde_json::from_str(body) {
        Ok(value) => value,
        Err(error) => return vec![format!("the body is not JSON: {error}")],
    };
    let version = version.to_string();
    let said = |pointer: &str| value.pointer(pointer).and_then(serde_json::Value::as_str);
    [("/resourceType", kind.name()), ("/id", id), ("/meta/versionId", version.as_str())]
        .into_iter()
        .filter(|(pointer, expected)| said(pointer) != Some(expected))
        .map(|(pointer, expected)| format!("the body's {pointer} is not {expected}"))
        .collect()
}

/// Takes the rows of an index table from the sums.
async fn rows(
    source: &mut Source,
    (shape, on_the_way): (Shape, &dyn Fn(i64) -> bool),
    sums: &mut FxHashMap<i64, u64>,
    report: &mut Report,
) -> Result<(), StoreError> {
    let kind = |name: &str| match name {
        "text" => CellKind::Text,
        "double precision" => CellKind::Real,
        _ => CellKind::Integer,
    };
    let kinds: Vec<CellKind> = shape.columns.iter().map(|(_, name)| kind(name)).collect();
    let column = |(name, column): &(&str, &str)| match kind(column) {
        CellKind::Integer => source.whole(name),
        CellKind::Real | CellKind::Text => (*name).to_owned(),
    };
    let names: Vec<String> = shape.columns.iter().map(column).collect();
    let sql = format!("SELECT {} FROM {}", names.join(", "), source.table(shape.table));
    let mut damaged = 0_u64;
    let each = &mut |row: &[Cell]| {
        report.index_rows += 1;
        let param = whole(row, 1).filter(|_| shape.table != "compartment");
        if param.is_some_and(on_the_way) {
            return;
        }
        match whole(row, 0) {
            Some(rid) => {
                let sum = sums.entry(rid).or_default();
                *sum = sum.wrapping_sub(hash(shape.table, row));
            }
            None => damaged += 1,
        }
    };
    let read = source.scan(&sql, &kinds, each).await;
    if damaged > 0 {
        report.add(shape.table, format!("{damaged} rows are damaged"));
    }
    report.damage(shape.table, read)?;
    Ok(())
}

fn cell(value: Value) -> Cell {
    match value {
        Value::SmallInt(Some(number)) => Cell::Integer(number.into()),
        Value::Int(Some(number)) => Cell::Integer(number.into()),
        Value::BigInt(Some(number)) => Cell::Integer(number),
        Value::Double(Some(number)) => Cell::Real(number),
        Value::String(Some(text)) => Cell::Text(text.to_string()),
        _ => Cell::Null,
    }
}

fn hash(table: &str, row: &[Cell]) -> u64 {
    let mut bytes = table.as_bytes().to_vec();
    for cell in row {
        match cell {
            Cell::Null => bytes.push(0),
            Cell::Integer(number) => {
                bytes.push(1);
                bytes.extend(number.to_le_bytes());
            }
            Cell::Real(number) => {
                bytes.push(2);
                // Zero has two signs and one meaning.
                bytes.extend((number + 0.0).to_bits().to_le_bytes());
            }
            Cell::Text(text) => {
                bytes.push(3);
                bytes.extend(text.as_bytes());
                bytes.push(0);
            }
        }
    }
    xxh3_64(&bytes)
}
