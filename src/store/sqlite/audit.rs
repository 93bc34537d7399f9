//! Rows of the audit, written in the transaction of the writer.

use rusqlite::{OptionalExtension, Transaction, params};

use crate::store::audit::agent::Numbers;
use crate::store::audit::event::{Event, Opening};
use crate::store::audit::glass::OPEN;
use crate::store::audit::ledger::{End, Ledger, Row};
use crate::store::error::StoreError;

/// Appends events.
pub(super) fn append(
    transaction: &Transaction<'_>,
    events: &[Event],
    known: &mut Numbers,
) -> Result<(), StoreError> {
    if events.is_empty() {
        return Ok(());
    }
    learn(transaction, events, known)?;
    let mut ledger = Ledger::after(end(transaction)?, known);
    events.iter().for_each(|event| ledger.add(event));
    for (number, sum, [issuer, subject, client, fhir_user, role, organization]) in &ledger.agents {
        const SQL: &str = "INSERT INTO audit_agent \
             (id, sum, issuer, subject, client, fhir_user, role, organization) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
        let values = params![number, sum, issuer, subject, client, fhir_user, role, organization];
        transaction.prepare_cached(SQL)?.execute(values)?;
    }
    for row in &ledger.rows {
        insert(transaction, row)?;
    }
    const END: &str = "UPDATE audit_end SET seq = ?, at = ?, chain = ?, agents = ? WHERE place = 1";
    let End { seq, at, chain, agents } = &ledger.end;
    transaction.prepare_cached(END)?.execute(params![seq, at, chain, agents])?;
    Ok(())
}

/// Where the chain goes on.
fn end(transaction: &Transaction<'_>) -> Result<End, StoreError> {
    const SQL: &str = "SELECT seq, at, chain, agents FROM audit_end WHERE place = 1";
    let mut statement = transaction.prepare_cached(SQL)?;
    Ok(statement.query_row([], |row| {
        Ok(End { seq: row.get(0)?, at: row.get(1)?, chain: row.get(2)?, agents: row.get(3)? })
    })?)
}

/// Learns the numbers of agents that are in the database.
fn learn(
    transaction: &Transaction<'_>,
    events: &[Event],
    known: &mut Numbers,
) -> Result<(), StoreError> {
    const SQL: &str = "SELECT id FROM audit_agent WHERE sum = ?";
    for event in events {
        let sum = event.agent.sum();
        if known.number(sum).is_some() {
            continue;
        }
        let mut statement = transaction.prepare_cached(SQL)?;
        let found: Option<i64> = statement.query_row([sum], |row| row.get(0)).optional()?;
        if let Some(number) = found {
            known.keep(sum, number);
        }
    }
    Ok(())
}

fn insert(transaction: &Transaction<'_>, row: &Row) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO audit (seq, at, what, status, agent, type_id, id, version, \
         patient, query, purpose, reason, address, request, token, part_of, chain) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    transaction.prepare_cached(SQL)?.execute(params![
        row.seq,
        row.at,
        row.what,
        row.status,
        row.agent,
        row.kind,
        row.id,
        row.version,
        row.patient,
        row.query,
        row.purpose,
        row.reason,
        row.address,
        row.request,
        row.token,
        row.part_of,
        row.chain
    ])?;
    Ok(())
}

/// Opens a record to somebody.
pub(super) fn open(transaction: &Transaction<'_>, opening: &Opening) -> Result<(), StoreError> {
    let Opening { issuer, subject, patient, until } = opening;
    transaction.prepare_cached(OPEN)?.execute(params![issuer, subject, patient, until])?;
    Ok(())
}
