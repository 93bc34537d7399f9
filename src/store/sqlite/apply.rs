//! The statements of a write transaction.

use std::iter;
use std::sync::LazyLock;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{
    Connection, OptionalExtension, Params, ToSql, Transaction, params, params_from_iter,
};
use rustc_hash::FxHashMap;

use crate::definitions::search_parameter::ParamId;
use crate::index::compartment::Owner;
use crate::index::row::Rows;
use crate::index::words::Words;
use crate::store::body::{self, Packed};
use crate::store::error::StoreError;
use crate::store::lookup::by_key;
use crate::store::row::Op;
use crate::store::schema::bulk::Field;
use crate::store::schema::index_table::INDEX;
use crate::store::schema::words;
use crate::store::write::{Expect, Keep, Write};
use crate::store::writer::counter::{Counter, Last};
use crate::store::writer::decide::{Current, Effect};
use crate::store::writer::kept;

use super::steps;

/// The last change.
pub(super) fn last(connection: &Connection) -> Result<Last, StoreError> {
    let mut statement = connection.prepare_cached(by_key::LAST)?;
    Ok(statement.query_row([], |row| {
        let (rid, seq, updated, chain) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        Ok(Last { generation: row.get(4)?, rid, seq, updated, chain })
    })?)
}

/// Writes where numbers, times and checksums go on.
pub(super) fn end(transaction: &Transaction<'_>, counter: &Counter) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE log_end SET rid = ?, seq = ?, updated = ?, chain = ? WHERE place = 1";
    execute(transaction, SQL, params![counter.rid, counter.seq, counter.now, counter.chain])
}

/// Whether what a commit would do was done under its key.
pub(super) fn is_kept(
    transaction: &Transaction<'_>,
    keep: &Keep,
    now: i64,
) -> Result<bool, StoreError> {
    let mut statement = transaction.prepare_cached(kept::IS_KEPT)?;
    Ok(statement.exists((&keep.key, now))?)
}

/// Keeps what a commit does.
pub(super) fn keep(
    transaction: &Transaction<'_>,
    keep: &Keep,
    (told, now): (&str, i64),
) -> Result<(), StoreError> {
    execute(transaction, kept::FORGET, (now,))?;
    let Keep { key, asked, about, until } = keep;
    execute(transaction, kept::KEEP, (key, asked, about, told, until))
}

/// The row of the resource that a write is about.
pub(super) fn current(
    transaction: &Transaction<'_>,
    write: &Write,
) -> Result<Option<Current>, StoreError> {
    const SQL: &str = "SELECT rid, version, seq, updated, op, body, owner FROM resource \
         WHERE type_id = ? AND id = ?";
    // Nothing has an id made a moment ago; the unique key on ids would say otherwise.
    if write.expect == Expect::New {
        return Ok(None);
    }
    let mut statement = transaction.prepare_cached(SQL)?;
    let found = statement.query_row((write.kind.number(), write.id.as_str()), |row| {
        let op: i64 = row.get(4)?;
        Ok(Current {
            rid: row.get(0)?,
            version: row.get(1)?,
            seq: row.get(2)?,
            updated: row.get(3)?,
            op: Op::from_number(op).ok_or(rusqlite::Error::IntegralValueOutOfRange(4, op))?,
            body: body::of_sqlite(row, 5)?,
            owner: Owner::from_number(row.get(6)?),
        })
    });
    Ok(found.optional()?)
}

/// Writes what a change does.
pub(super) fn effect(
    transaction: &Transaction<'_>,
    effect: &Effect,
    spans: &mut Spans,
) -> Result<(), StoreError> {
    let write = |sql: &str, values: &[&dyn ToSql]| execute(transaction, sql, values);
    let (rid, version, seq, updated) = (effect.rid, effect.version, effect.seq, effect.updated);
    let (kind, op, owner) = (effect.kind.number(), effect.op.number(), effect.owner.number());
    let body = effect.body.as_deref().map(Packed::of);
    match &effect.superseded {
        None => write(
            "INSERT INTO resource (rid, type_id, id, version, seq, updated, op, body, owner) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            params![rid, kind, effect.id.as_str(), version, seq, updated, op, body, owner],
        )?,
        Some(old) => {
            write(
                "INSERT INTO resource_version (rid, version, seq, updated, op, body, owner) \
                 VALUES (?, ?, ?, ?, ?, ?, ?)",
                params![
                    rid,
                    old.version,
                    old.seq,
                    old.updated,
                    old.op.number(),
                    old.body.as_deref().map(Packed::of),
                    old.owner.number()
                ],
            )?;
            write(
                "UPDATE resource SET version = ?, seq = ?, updated = ?, op = ?, body = ?, \
                 owner = ? WHERE rid = ?",
                params![version, seq, updated, op, body, owner, rid],
            )?;
        }
    }
    write(
        "INSERT INTO change_log \
         (seq, rid, version, type_id, op, updated, sum, chain, owner, more) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        params![seq, rid, version, kind, op, updated, effect.sum, effect.chain, owner, effect.more],
    )?;
    each(transaction, rid, &effect.removed, |(_, delete)| delete)?;
    each(transaction, rid, &effect.added, |(insert, _)| insert)?;
    if !effect.removed.words.is_empty() {
        write(words::DELETE, params![rid])?;
    }
    for Words { narrative, content, marks } in &effect.added.words {
        write(words::INSERT, params![rid, narrative, content, marks])?;
    }
    widen(transaction, &effect.added, spans)
}

/// The widest date of each parameter that the database has at least.
pub(super) type Spans = FxHashMap<ParamId, i64>;

/// Widens the span of dates that a search must look back, where a new date is wider.
fn widen(transaction: &Transaction<'_>, rows: &Rows, spans: &mut Spans) -> Result<(), StoreError> {
    const SQL: &str =
        "UPDATE search_parameter SET date_span = ?2 WHERE param_id = ?1 AND date_span < ?2";
    for row in &rows.dates {
        let span = row.high.saturating_sub(row.low);
        if spans.get(&row.param).is_none_or(|known| *known < span) {
            execute(transaction, SQL, params![row.param.number(), span])?;
            spans.insert(row.param, span);
        }
    }
    Ok(())
}

/// The statements that insert and delete a row of each index table.
static STATEMENTS: LazyLock<[(String, String); INDEX.len()]> = LazyLock::new(|| {
    INDEX.each_ref().map(|table| {
        let (names, marks): (Vec<_>, Vec<_>) =
            table.shape.columns.iter().map(|(name, _)| (*name, "?")).unzip();
        let (into, values) = (names.join(", "), marks.join(", "));
        let equal: Vec<_> = names.iter().map(|name| format!("{name} = ?")).collect();
        let (table, equal) = (table.shape.table, equal.join(" AND "));
        (
            format!("INSERT OR IGNORE INTO {table} ({into}) VALUES ({values})"),
            format!("DELETE FROM {table} WHERE {equal}"),
        )
    })
});

/// Runs a statement for each index row of a resource.
fn each(
    transaction: &Transaction<'_>,
    rid: i64,
    rows: &Rows,
    sql: fn(&(String, String)) -> &str,
) -> Result<(), StoreError> {
    for (table, statements) in INDEX.iter().zip(STATEMENTS.iter()) {
        let (rid, mut done) = (Field::Integer(rid), Ok(()));
        (table.rows)(rows, &mut |fields| {
            if done.is_ok() {
                let values = iter::once(&rid).chain(fields);
                done = execute(transaction, sql(statements), params_from_iter(values));
            }
        });
        done?;
    }
    Ok(())
}

impl ToSql for Field<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Field::Integer(number) => ValueRef::Integer(*number),
            Field::Float(number) => ValueRef::Real(*number),
            Field::Text(text) => ValueRef::Text(text.as_bytes()),
        }))
    }
}

fn execute(
    transaction: &Transaction<'_>,
    sql: &str,
    values: impl Params,
) -> Result<(), StoreError> {
    let mut statement = transaction.prepare_cached(sql)?;
    statement.execute(values)?;
    steps::tell(&statement);
    Ok(())
}
