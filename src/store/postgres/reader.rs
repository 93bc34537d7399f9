//! Reads.

use std::time::Duration;

use futures_util::TryStreamExt;
use sea_orm::sea_query::{PostgresQueryBuilder, SelectStatement, Value};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbBackend, QueryResult, Statement, StreamTrait,
};

use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::store::body;
use crate::store::cell::{Cell, CellKind};
use crate::store::database::Planning;
use crate::store::error::StoreError;
use crate::store::find::of_postgres;
use crate::store::lookup::by_key;
use crate::store::room::{Reading, Room};
use crate::store::row::{HistoryRange, Hit, Op, Stored};

use super::connection::{Plans, Pools};
use super::pulse::Pulse;

/// Reads.
#[derive(Debug)]
pub(in crate::store) struct Reader {
    by_key: Pools,
    by_search: Pools,
}

impl Reader {
    pub(in crate::store) fn new(
        url: &str,
        connections: u32,
        limit: Duration,
        pulse: &Pulse,
    ) -> Self {
        let pools = |plans| Pools::new(url, connections, (limit, plans), pulse.clone());
        Self { by_key: pools(Plans::Once), by_search: pools(Plans::EachTime) }
    }

    /// Fails when nothing can be read.
    pub(in crate::store) async fn ping(&self) -> Result<(), StoreError> {
        self.by_key.rows(statement("SELECT 1", [])).await.map(drop)
    }

    pub(in crate::store) async fn current(
        &self,
        kind: ResourceKind,
        id: &ResourceId,
    ) -> Result<Option<Stored>, StoreError> {
        let values = [kind_value(kind), id.as_str().into()];
        let rows = self.by_key.rows(statement(by_key::CURRENT, values)).await?;
        rows.first().map(|row| stored(kind, id.clone(), row, 0)).transpose()
    }

    pub(in crate::store) async fn version(
        &self,
        kind: ResourceKind,
        id: &ResourceId,
        version: i64,
    ) -> Result<Option<Stored>, StoreError> {
        let values = [kind_value(kind), id.as_str().into(), version.into()];
        let rows = self.by_key.rows(statement(by_key::VERSION, values)).await?;
        rows.first().map(|row| stored(kind, id.clone(), row, 0)).transpose()
    }

    pub(in crate::store) async fn history(
        &self,
        kind: ResourceKind,
        id: &ResourceId,
        range: HistoryRange,
    ) -> Result<(Vec<Stored>, bool), StoreError> {
        let (below, since, until, limit) = range.bounds();
        let values = [
            kind_value(kind),
            id.as_str().into(),
            below.into(),
            since.into(),
            until.into(),
            limit.into(),
        ];
        let query = statement(by_key::HISTORY, values);
        let read = async |db: DatabaseConnection| {
            let mut rows = db.stream_raw(query.clone()).await?;
            let (mut found, mut room) = (Vec::new(), Room::new(Reading::Page));
            while let Some(row) = rows.try_next().await? {
                let stored = stored(kind, id.clone(), &row, 0)?;
                if !room.takes(stored.body.len())? {
                    break;
                }
                found.push(stored);
            }
            Ok((found, room.is_cut))
        };
        self.by_key.with(read).await
    }

    /// Runs a statement that finds rows by key.
    pub(super) async fn by_key(&self, query: Statement) -> Result<Vec<QueryResult>, StoreError> {
        self.by_key.rows(query).await
    }

    /// Runs a search's query; `keys` are the types of its columns after the first seven.
    pub(in crate::store) async fn hits(
        &self,
        query: &SelectStatement,
        keys: &[CellKind],
        planning: Planning,
        reading: Reading,
    ) -> Result<(Vec<Hit>, bool), StoreError> {
        let pools = match planning {
            Planning::ByText => &self.by_key,
            Planning::ByValues => &self.by_search,
        };
        let query = built(query);
        let read = async |db: DatabaseConnection| {
            let (mut hits, mut room) = (Vec::new(), Room::new(reading));
            let mut rows = db.stream_raw(query.clone()).await?;
            while let Some(row) = rows.try_next().await? {
                let hit = hit(&row, keys)?;
                if !room.takes(hit.stored.body.len())? {
                    break;
                }
                hits.push(hit);
            }
            Ok((hits, room.is_cut))
        };
        pools.with(read).await
    }

    /// Runs a query whose only column is a number.
    pub(in crate::store) async fn numbers(
        &self,
        query: &SelectStatement,
    ) -> Result<Vec<i64>, StoreError> {
        let rows = select(&self.by_search, query).await?;
        rows.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
    }
}

async fn select(pools: &Pools, query: &SelectStatement) -> Result<Vec<QueryResult>, StoreError> {
    let query = built(query);
    pools.with(async |db| Ok(db.query_all_raw(query.clone()).await?)).await
}

fn built(query: &SelectStatement) -> Statement {
    let (sql, values) = query.build(PostgresQueryBuilder);
    let values = values.into_iter().map(|value| match value {
        Value::Bytes(Some(both)) => of_postgres(&both).into(),
        value => value,
    });
    Statement::from_sql_and_values(DbBackend::Postgres, sql, values)
}

/// A statement with its values.
pub(super) fn statement(sql: &str, values: impl IntoIterator<Item = Value>) -> Statement {
    Statement::from_sql_and_values(DbBackend::Postgres, sql, values)
}

/// A type's number, as its column has it.
pub(super) fn kind_value(kind: ResourceKind) -> Value {
    Value::SmallInt(i16::try_from(kind.number()).ok())
}

/// Reads `version, updated, op, body` from a column on.
fn stored(
    kind: ResourceKind,
    id: ResourceId,
    row: &QueryResult,
    from: usize,
) -> Result<Stored, StoreError> {
    let op: i16 = row.try_get_by_index(from + 2)?;
    Ok(Stored {
        kind,
        id,
        version: row.try_get_by_index(from)?,
        updated: row.try_get_by_index(from + 1)?,
        op: Op::from_number(op.into()).ok_or_else(|| corrupt(format!("op {op}")))?,
        body: body::of(row, from + 3)?.unwrap_or_default(),
    })
}

pub(super) fn hit(row: &QueryResult, keys: &[CellKind]) -> Result<Hit, StoreError> {
    let number: i16 = row.try_get_by_index(1)?;
    let id: String = row.try_get_by_index(2)?;
    let kind = ResourceKind::from_number(number.into())
        .ok_or_else(|| corrupt(format!("type {number}")))?;
    let id = ResourceId::parse(&id).ok_or_else(|| corrupt("an illegal id".into()))?;
    let keys = keys.iter().enumerate().map(|(at, kind)| cell(row, 7 + at, *kind));
    Ok(Hit {
        rid: row.try_get_by_index(0)?,
        keys: keys.collect::<Result<_, _>>()?,
        stored: stored(kind, id, row, 3)?,
    })
}

fn cell(row: &QueryResult, at: usize, kind: CellKind) -> Result<Cell, StoreError> {
    let cell = match kind {
        CellKind::Integer => row.try_get_by_index::<Option<i64>>(at)?.map(Cell::Integer),
        CellKind::Real => row.try_get_by_index::<Option<f64>>(at)?.map(Cell::Real),
        CellKind::Text => row.try_get_by_index::<Option<String>>(at)?.map(Cell::Text),
    };
    Ok(cell.unwrap_or(Cell::Null))
}

/// A row that breaks an invariant of the schema.
pub(super) fn corrupt(what: String) -> StoreError {
    StoreError::Corrupt { table: "resource", what }
}
