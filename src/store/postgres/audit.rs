//! Rows of the audit, written in the transaction of the writer. The row of `audit_end` is the lock by which
//! servers of one database take turns in the chain.

use sea_orm::{ConnectionTrait, DatabaseTransaction};

use crate::store::audit::agent::Numbers;
use crate::store::audit::event::{Event, Opening};
use crate::store::audit::glass::OPEN;
use crate::store::audit::ledger::{End, Ledger, Row};
use crate::store::error::StoreError;
use crate::store::schema::bulk::{Bulk, Shape, small, together};
use crate::store::setting::numbered;

use super::reader::statement;

/// Appends events.
pub(super) async fn append(
    transaction: &DatabaseTransaction,
    events: &[Event],
    known: &mut Numbers,
) -> Result<(), StoreError> {
    if events.is_empty() {
        return Ok(());
    }
    let end = end(transaction).await?;
    // Behind the lock: what other servers added is there to see.
    learn(transaction, events, known).await?;
    let mut ledger = Ledger::after(end, known);
    events.iter().for_each(|event| ledger.add(event));
    let mut agents = Bulk::new(AGENT);
    for (number, sum, texts) in &ledger.agents {
        let [issuer, subject, client, user, role, organization] =
            texts.each_ref().map(|text| text.as_str().into());
        let (number, sum) = ((*number).into(), sum.as_str().into());
        agents.push([number, sum, issuer, subject, client, user, role, organization]);
    }
    let mut rows = Bulk::new(AUDIT);
    ledger.rows.iter().for_each(|row| push(&mut rows, row));
    const END: &str =
        "UPDATE audit_end SET seq = $1, at = $2, chain = $3, agents = $4 WHERE place = 1";
    let End { seq, at, chain, agents: count } = &ledger.end;
    let values = [(*seq).into(), (*at).into(), chain.as_str().into(), (*count).into()];
    let mut statements = vec![rows.insert_new(), statement(END, values)];
    statements.extend((!agents.is_empty()).then(|| agents.insert_new()));
    if let Some(all) = together(statements) {
        transaction.execute_raw(all).await?;
    }
    Ok(())
}

/// Takes the lock of the chain, and reads where it goes on.
async fn end(transaction: &DatabaseTransaction) -> Result<End, StoreError> {
    const SQL: &str = "SELECT seq, at, chain, agents FROM audit_end WHERE place = 1 FOR UPDATE";
    let row = transaction.query_one_raw(statement(SQL, [])).await?;
    let row = row.ok_or_else(|| StoreError::Corrupt {
        table: "audit_end",
        what: "it has no row".to_owned(),
    })?;
    Ok(End {
        seq: row.try_get_by_index(0)?,
        at: row.try_get_by_index(1)?,
        chain: row.try_get_by_index(2)?,
        agents: row.try_get_by_index(3)?,
    })
}

/// Learns the numbers of agents that are in the database.
async fn learn(
    transaction: &DatabaseTransaction,
    events: &[Event],
    known: &mut Numbers,
) -> Result<(), StoreError> {
    const SQL: &str = "SELECT a.sum, a.id FROM {rows} JOIN audit_agent a ON a.sum = u.sum";
    let mut sums: Vec<&str> = events.iter().map(|event| event.agent.sum()).collect();
    sums.sort_unstable();
    sums.dedup();
    sums.retain(|sum| known.number(sum).is_none());
    if sums.is_empty() {
        return Ok(());
    }
    let mut wanted = Bulk::new(Shape { table: "audit_agent", columns: &[("sum", "text")] });
    sums.iter().for_each(|sum| wanted.push([(*sum).into()]));
    for row in transaction.query_all_raw(wanted.with(SQL)).await? {
        let (sum, number): (String, i64) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        known.keep(&sum, number);
    }
    Ok(())
}

fn push(rows: &mut Bulk, row: &Row) {
    rows.push([
        row.seq.into(),
        row.at.into(),
        small(row.what),
        small(row.status),
        row.agent.into(),
        small(row.kind),
        row.id.as_str().into(),
        row.version.into(),
        row.patient.as_str().into(),
        row.query.as_str().into(),
        row.purpose.as_str().into(),
        row.reason.as_str().into(),
        row.address.as_str().into(),
        row.request.as_str().into(),
        row.token.as_str().into(),
        row.part_of.into(),
        row.chain.as_str().into(),
    ]);
}

/// Opens a record to somebody.
pub(super) async fn open(
    transaction: &DatabaseTransaction,
    opening: &Opening,
) -> Result<(), StoreError> {
    let Opening { issuer, subject, patient, until } = opening.clone();
    let sql = numbered(transaction, OPEN);
    let values = [issuer.into(), subject.into(), patient.into(), until.into()];
    transaction.execute_raw(statement(&sql, values)).await?;
    Ok(())
}

const AGENT: Shape = Shape {
    table: "audit_agent",
    columns: &[
        ("id", "bigint"),
        ("sum", "text"),
        ("issuer", "text"),
        ("subject", "text"),
        ("client", "text"),
        ("fhir_user", "text"),
        ("role", "text"),
        ("organization", "text"),
    ],
};
const AUDIT: Shape = Shape {
    table: "audit",
    columns: &[
        ("seq", "bigint"),
        ("at", "bigint"),
        ("what", "smallint"),
        ("status", "smallint"),
        ("agent", "bigint"),
        ("type_id", "smallint"),
        ("id", "text"),
        ("version", "bigint"),
        ("patient", "text"),
        ("query", "text"),
        ("purpose", "text"),
        ("reason", "text"),
        ("address", "text"),
        ("request", "text"),
        ("token", "text"),
        ("part_of", "bigint"),
        ("chain", "text"),
    ],
};
