//! The statements of a write transaction.

use rusqlite::{Connection, OptionalExtension, Params, Transaction, params};
use rustc_hash::FxHashMap;

use crate::definitions::search_parameter::ParamId;
use crate::index::compartment::Owner;
use crate::index::row::Rows;
use crate::store::by_key;
use crate::store::error::StoreError;
use crate::store::row::Op;
use crate::store::write::{Expect, Write};
use crate::store::writer::counter::{Counter, Last};
use crate::store::writer::decide::{Current, Effect};

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
            body: row.get(5)?,
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
    let write = |sql: &str, values: &[&dyn rusqlite::ToSql]| execute(transaction, sql, values);
    let (rid, version, seq, updated) = (effect.rid, effect.version, effect.seq, effect.updated);
    let (kind, op, owner) = (effect.kind.number(), effect.op.number(), effect.owner.number());
    match &effect.superseded {
        None => write(
            "INSERT INTO resource (rid, type_id, id, version, seq, updated, op, body, owner) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            params![rid, kind, effect.id.as_str(), version, seq, updated, op, effect.body, owner],
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
                    old.body,
                    old.owner.number()
                ],
            )?;
            write(
                "UPDATE resource SET version = ?, seq = ?, updated = ?, op = ?, body = ?, \
                 owner = ? WHERE rid = ?",
                params![version, seq, updated, op, effect.body, owner, rid],
            )?;
        }
    }
    write(
        "INSERT INTO change_log \
         (seq, rid, version, type_id, op, updated, sum, chain, owner, more) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        params![seq, rid, version, kind, op, updated, effect.sum, effect.chain, owner, effect.more],
    )?;
    each(transaction, rid, &effect.removed, &DELETE)?;
    each(transaction, rid, &effect.added, &INSERT)?;
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

/// One statement for each index table.
struct Statements {
    token: &'static str,
    string: &'static str,
    date: &'static str,
    number: &'static str,
    quantity: &'static str,
    reference: &'static str,
    uri: &'static str,
    composite: &'static str,
    compartment: &'static str,
}

const INSERT: Statements = Statements {
    token: "INSERT OR IGNORE INTO sp_token (rid, param_id, code, system) VALUES (?, ?, ?, ?)",
    string: "INSERT OR IGNORE INTO sp_string (rid, param_id, folded, exact) VALUES (?, ?, ?, ?)",
    date: "INSERT OR IGNORE INTO sp_date (rid, param_id, low, high) VALUES (?, ?, ?, ?)",
    number: "INSERT OR IGNORE INTO sp_number (rid, param_id, low, high) VALUES (?, ?, ?, ?)",
    quantity: "INSERT OR IGNORE INTO sp_quantity (rid, param_id, low, high, code, system) \
        VALUES (?, ?, ?, ?, ?, ?)",
    reference: "INSERT OR IGNORE INTO sp_reference (rid, param_id, target, kind) \
        VALUES (?, ?, ?, ?)",
    uri: "INSERT OR IGNORE INTO sp_uri (rid, param_id, value) VALUES (?, ?, ?)",
    composite: "INSERT OR IGNORE INTO sp_composite \
        (rid, param_id, first, first_system, second, second_system, low, high) \
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    compartment: "INSERT OR IGNORE INTO compartment (rid, patient, type_id, role) \
        VALUES (?, ?, ?, ?)",
};

const DELETE: Statements = Statements {
    token: "DELETE FROM sp_token WHERE rid = ? AND param_id = ? AND code = ? AND system = ?",
    string: "DELETE FROM sp_string WHERE rid = ? AND param_id = ? AND folded = ? AND exact = ?",
    date: "DELETE FROM sp_date WHERE rid = ? AND param_id = ? AND low = ? AND high = ?",
    number: "DELETE FROM sp_number WHERE rid = ? AND param_id = ? AND low = ? AND high = ?",
    quantity: "DELETE FROM sp_quantity WHERE rid = ? AND param_id = ? AND low = ? AND high = ? \
        AND code = ? AND system = ?",
    reference: "DELETE FROM sp_reference WHERE rid = ? AND param_id = ? AND target = ? \
        AND kind = ?",
    uri: "DELETE FROM sp_uri WHERE rid = ? AND param_id = ? AND value = ?",
    composite: "DELETE FROM sp_composite WHERE rid = ? AND param_id = ? AND first = ? \
        AND first_system = ? AND second = ? AND second_system = ? AND low = ? AND high = ?",
    compartment: "DELETE FROM compartment WHERE rid = ? AND patient = ? AND type_id = ? \
        AND role = ?",
};

fn each(
    transaction: &Transaction<'_>,
    rid: i64,
    rows: &Rows,
    sql: &Statements,
) -> Result<(), StoreError> {
    let run = |sql: &str, values: &[&dyn rusqlite::ToSql]| execute(transaction, sql, values);
    for row in &rows.tokens {
        run(sql.token, params![rid, row.param.number(), row.code.as_str(), row.system])?;
    }
    for row in &rows.strings {
        run(sql.string, params![rid, row.param.number(), row.folded.as_str(), row.exact.as_str()])?;
    }
    for row in &rows.dates {
        run(sql.date, params![rid, row.param.number(), row.low, row.high])?;
    }
    for row in &rows.numbers {
        run(sql.number, params![rid, row.param.number(), row.low, row.high])?;
    }
    for row in &rows.quantities {
        let code = row.code.as_str();
        run(sql.quantity, params![rid, row.param.number(), row.low, row.high, code, row.system])?;
    }
    for row in &rows.references {
        run(sql.reference, params![rid, row.param.number(), row.target.as_str(), row.kind])?;
    }
    for row in &rows.uris {
        run(sql.uri, params![rid, row.param.number(), row.value.as_str()])?;
    }
    for row in &rows.composites {
        let (first, second) = (row.first.1.as_str(), row.second.1.as_str());
        let (param, systems) = (row.param.number(), (row.first.0, row.second.0));
        let (low, high) = (row.low, row.high);
        run(sql.composite, params![rid, param, first, systems.0, second, systems.1, low, high])?;
    }
    for row in &rows.members {
        let (patient, kind) = (row.patient.number(), row.kind.number());
        run(sql.compartment, params![rid, patient, kind, row.role.number()])?;
    }
    Ok(())
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
