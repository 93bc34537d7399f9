//! The statements of a write transaction: one a table, whatever the number of rows.

use std::sync::Arc;

use sea_orm::sea_query::Value;
use sea_orm::{ConnectionTrait, DatabaseTransaction, Statement};

use crate::fhir::date::Zone;
use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::index::compartment::Owner;
use crate::index::indexer::Indexer;
use crate::store::body::{self, Packed};
use crate::store::error::StoreError;
use crate::store::lookup::by_key;
use crate::store::row::Op;
use crate::store::schema::bulk::{Bulk, Shape, small, together};
use crate::store::schema::index_table::{date_spans, tables};
use crate::store::schema::words;
use crate::store::write::{Expect, Write};
use crate::store::writer::clock::Clock;
use crate::store::writer::counter::{Counter, Last};
use crate::store::writer::decide::{Current, Effect, reindex};
use crate::store::writer::recent::{Change, Recent, State};

use super::reader::{corrupt, kind_value, statement};

/// Takes the writers' lock, which is that of the row they all change, and reads where numbers and
/// times go on.
pub(super) async fn counter(
    transaction: &DatabaseTransaction,
    (now, zone): (i64, Zone),
    clock: &mut Clock,
) -> Result<(Counter, i64), StoreError> {
    let last = read_last(transaction, " FOR UPDATE").await?;
    Ok((Counter::after(last, now, zone, clock), last.generation))
}

/// The last change.
pub(super) async fn last(db: &impl ConnectionTrait) -> Result<Last, StoreError> {
    read_last(db, "").await
}

async fn read_last(db: &impl ConnectionTrait, lock: &str) -> Result<Last, StoreError> {
    let sql = format!("{}{lock}", by_key::LAST);
    let row = db.query_one_raw(statement(&sql, [])).await?;
    let row = row.ok_or_else(|| StoreError::Corrupt {
        table: "log_end",
        what: "it has no row".to_owned(),
    })?;
    Ok(Last {
        rid: row.try_get_by_index(0)?,
        seq: row.try_get_by_index(1)?,
        updated: row.try_get_by_index(2)?,
        chain: row.try_get_by_index(3)?,
        generation: row.try_get_by_index(4)?,
    })
}

/// Writes where numbers, times and checksums go on.
pub(super) async fn end(
    transaction: &DatabaseTransaction,
    counter: &Counter,
) -> Result<(), StoreError> {
    const SQL: &str =
        "UPDATE log_end SET rid = $1, seq = $2, updated = $3, chain = $4 WHERE place = 1";
    let values = [counter.rid, counter.seq, counter.now, counter.chain].map(Into::into);
    transaction.execute_raw(statement(SQL, values)).await?;
    Ok(())
}

/// Changes of other servers that are looked at; when they are more, all of them may have touched
/// anything.
const MOST_FOREIGN: i64 = 4_096;

/// Learns what other servers changed since this one wrote last.
pub(super) async fn catch_up(
    transaction: &DatabaseTransaction,
    last: i64,
    recent: &mut Recent,
    indexer: &Indexer,
) -> Result<(), StoreError> {
    const CHANGES: &str = "SELECT r.type_id, r.id, l.version, o.updated, o.body, l.updated, \
         CASE WHEN r.version = l.version THEN r.body ELSE v.body END \
         FROM change_log l JOIN resource r ON r.rid = l.rid \
         LEFT JOIN resource_version v ON v.rid = l.rid AND v.version = l.version \
         LEFT JOIN resource_version o ON o.rid = l.rid AND o.version = l.version - 1 \
         WHERE l.seq > $1 AND l.seq <= $2 ORDER BY l.seq";
    let from = recent.end();
    if (1..=MOST_FOREIGN).contains(&last.saturating_sub(from)) {
        let rows = transaction.query_all_raw(statement(CHANGES, [from.into(), last.into()]));
        for row in rows.await? {
            let (kind, id) = (row.try_get_by_index::<i16>(0)?, row.try_get_by_index::<String>(1)?);
            let known = ResourceKind::from_number(kind.into()).zip(ResourceId::parse(&id));
            let Some((kind, id)) = known else { break };
            let state = |at| -> Result<Option<State>, StoreError> {
                let updated: Option<i64> = row.try_get_by_index(at)?;
                let body = body::of(&row, at + 1)?;
                let Some((updated, body)) = updated.zip(body) else { return Ok(None) };
                Ok(Some(State { updated, rows: Arc::new(reindex(indexer, kind, &body)?) }))
            };
            let (version, states) = (row.try_get_by_index(2)?, [state(3)?, state(5)?]);
            recent.push(Arc::new(Change::new((kind, id), version, states)));
        }
    }
    recent.meet(last);
    Ok(())
}

/// The rows of the resources that writes are about, a place for each.
pub(super) async fn current(
    transaction: &DatabaseTransaction,
    writes: &[&Write],
) -> Result<Vec<Option<Current>>, StoreError> {
    const SQL: &str = "SELECT r.rid, r.version, r.seq, r.updated, r.op, r.body, r.owner, u.place \
         FROM {rows} \
         JOIN resource r ON r.type_id = u.type_id AND r.id = u.id";
    let mut wanted = Bulk::new(Shape {
        table: "resource",
        columns: &[("type_id", "smallint"), ("id", "text"), ("place", "bigint")],
    });
    for (place, write) in (0_i64..).zip(writes) {
        // Nothing has an id made a moment ago; the unique key on ids would say otherwise.
        if write.expect != Expect::New {
            wanted.push([kind_value(write.kind), write.id.as_str().into(), place.into()]);
        }
    }
    let mut found: Vec<Option<Current>> = writes.iter().map(|_| None).collect();
    if wanted.is_empty() {
        return Ok(found);
    }
    for row in transaction.query_all_raw(wanted.with(SQL)).await? {
        let op: i16 = row.try_get_by_index(4)?;
        let current = Current {
            rid: row.try_get_by_index(0)?,
            version: row.try_get_by_index(1)?,
            seq: row.try_get_by_index(2)?,
            updated: row.try_get_by_index(3)?,
            op: Op::from_number(op.into()).ok_or_else(|| corrupt(format!("op {op}")))?,
            body: body::of(&row, 5)?,
            owner: Owner::from_number(row.try_get_by_index(6)?),
        };
        let place: i64 = row.try_get_by_index(7)?;
        if let Some(slot) = usize::try_from(place).ok().and_then(|at| found.get_mut(at)) {
            *slot = Some(current);
        }
    }
    Ok(found)
}

/// Writes what changes do.
pub(super) async fn effects(
    transaction: &DatabaseTransaction,
    effects: &[&Effect],
) -> Result<(), StoreError> {
    const UPDATE: &str = "UPDATE resource r SET version = u.version, seq = u.seq, \
         updated = u.updated, op = u.op, body = NULLIF(u.body, ''), owner = u.owner \
         FROM {rows} WHERE r.rid = u.rid";
    let mut created = Bulk::new(RESOURCE);
    let mut updated = Bulk::new(RESOURCE);
    let mut superseded = Bulk::new(VERSION);
    let mut log = Bulk::new(CHANGE);
    for effect in effects {
        let target = if effect.superseded.is_some() { &mut updated } else { &mut created };
        let (kind, op) = (kind_value(effect.kind), small(effect.op.number()));
        let (rid, version, seq) = (effect.rid, effect.version, effect.seq);
        target.push([
            rid.into(),
            kind.clone(),
            effect.id.as_str().into(),
            version.into(),
            seq.into(),
            effect.updated.into(),
            op.clone(),
            packed(effect.body.as_deref()),
            effect.owner.number().into(),
        ]);
        log.push([
            seq.into(),
            rid.into(),
            version.into(),
            kind,
            op,
            effect.updated.into(),
            effect.sum.into(),
            effect.chain.into(),
            effect.owner.number().into(),
            effect.more.into(),
        ]);
        if let Some(old) = &effect.superseded {
            superseded.push(version_row(old));
        }
    }
    let removed = tables(effects.iter().map(|effect| (effect.rid, &effect.removed)));
    let added = tables(effects.iter().map(|effect| (effect.rid, &effect.added)));
    let mut statements = vec![
        (!superseded.is_empty()).then(|| superseded.insert_new()),
        (!created.is_empty()).then(|| created.insert_new()),
        (!updated.is_empty()).then(|| updated.with(UPDATE)),
        (!log.is_empty()).then(|| log.insert_new()),
        widen(effects),
    ];
    statements.extend(removed.into_iter().map(|bulk| (!bulk.is_empty()).then(|| bulk.delete())));
    statements.extend(added.into_iter().map(|bulk| (!bulk.is_empty()).then(|| bulk.insert())));
    let rows = effects.iter().map(|effect| (effect.rid, &effect.removed, &effect.added));
    statements.extend(words::changes(rows).into_iter().map(Some));
    // Each is about rows of its own, so they need no order; and each alone would wait for the network.
    if let Some(statement) = together(statements.into_iter().flatten().collect()) {
        transaction.execute_raw(statement).await?;
    }
    Ok(())
}

/// A body as an array has it, which has no NULL: nothing is empty.
fn packed(body: Option<&str>) -> Value {
    Packed::of(body.unwrap_or_default()).0.into()
}

/// A row of `resource_version`.
fn version_row(old: &Current) -> [Value; 7] {
    [
        old.rid.into(),
        old.version.into(),
        old.seq.into(),
        old.updated.into(),
        small(old.op.number()),
        packed(old.body.as_deref()),
        old.owner.number().into(),
    ]
}

/// Widens the span of dates that a search must look back, where a new date is wider.
fn widen(effects: &[&Effect]) -> Option<Statement> {
    const WIDEN: &str = "UPDATE search_parameter p SET date_span = u.span FROM {rows} \
         WHERE p.param_id = u.param_id AND p.date_span < u.span";
    let mut spans = Bulk::new(Shape {
        table: "search_parameter",
        columns: &[("param_id", "integer"), ("span", "bigint")],
    });
    for (param, span) in date_spans(effects.iter().map(|effect| &effect.added)) {
        spans.push([param.into(), span.into()]);
    }
    (!spans.is_empty()).then(|| spans.with(WIDEN))
}

const RESOURCE: Shape = Shape {
    table: "resource",
    columns: &[
        ("rid", "bigint"),
        ("type_id", "smallint"),
        ("id", "text"),
        ("version", "bigint"),
        ("seq", "bigint"),
        ("updated", "bigint"),
        ("op", "smallint"),
        ("body", "bytea"),
        ("owner", "bigint"),
    ],
};
const VERSION: Shape = Shape {
    table: "resource_version",
    columns: &[
        ("rid", "bigint"),
        ("version", "bigint"),
        ("seq", "bigint"),
        ("updated", "bigint"),
        ("op", "smallint"),
        ("body", "bytea"),
        ("owner", "bigint"),
    ],
};
const CHANGE: Shape = Shape {
    table: "change_log",
    columns: &[
        ("seq", "bigint"),
        ("rid", "bigint"),
        ("version", "bigint"),
        ("type_id", "smallint"),
        ("op", "smallint"),
        ("updated", "bigint"),
        ("sum", "bigint"),
        ("chain", "bigint"),
        ("owner", "bigint"),
        ("more", "integer"),
    ],
};
