//! The list of search parameters as a database keeps it.

use std::sync::Arc;

use sea_orm::sea_query::Value;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, Statement, TransactionTrait,
};

use crate::definitions::registry::Registry;
use crate::definitions::search_parameter::list::Known;
use crate::definitions::search_parameter::{ParamId, SearchParameters};
use crate::fhir::kind::ResourceKind;
use crate::store::error::StoreError;
use crate::store::setting::numbered;

/// What became of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) enum State {
    Complete,
    Growing,
    Leaving,
}

/// A row of the list.
#[derive(Debug, Clone)]
pub(in crate::store) struct Listed {
    pub(in crate::store) known: Known,
    pub(in crate::store) state: State,
    /// The definition as it is kept; empty for one of R4.
    pub(in crate::store) text: String,
    /// The job that makes its rows, while it grows.
    pub(in crate::store) job: i64,
}

/// Where the log ends, and which list of parameters there is.
#[derive(Debug, Clone, Copy)]
pub(in crate::store) struct End {
    pub(in crate::store) seq: i64,
    pub(in crate::store) generation: i64,
}

impl State {
    pub(in crate::store) fn number(self) -> i16 {
        match self {
            Self::Complete => 0,
            Self::Growing => 1,
            Self::Leaving => 2,
        }
    }

    pub(in crate::store) fn from_number(number: i64) -> Option<Self> {
        [Self::Complete, Self::Growing, Self::Leaving]
            .into_iter()
            .find(|state| i64::from(state.number()) == number)
    }
}

/// R4's parameters under the numbers that they begin with.
pub(in crate::store) fn of_r4(core: &SearchParameters) -> Vec<Listed> {
    let of = |kind: ResourceKind| core.of(kind).iter().map(move |parameter| (kind, parameter));
    let all = ResourceKind::all().flat_map(of);
    let listed = all.map(|(kind, parameter)| Listed {
        known: Known {
            number: parameter.id,
            kind,
            code: parameter.code.clone(),
            is_complete: true,
            definition: None,
        },
        state: State::Complete,
        text: String::new(),
        job: 0,
    });
    listed.collect()
}

impl Listed {
    /// Makes it one whose rows are all there.
    pub(in crate::store) fn complete(&mut self) {
        self.state = State::Complete;
        self.known.is_complete = true;
    }

    /// What a row says; none when it is damaged.
    pub(in crate::store) fn read(
        number: i32,
        (kind, code): (&str, &str),
        (state, text, job): (i64, &str, i64),
    ) -> Option<Self> {
        let state = State::from_number(state)?;
        let definition = match text {
            "" => None,
            text => Some(Arc::new(serde_json::from_str(text).ok()?)),
        };
        let known = Known {
            number: ParamId::from_number(number),
            kind: ResourceKind::parse(kind)?,
            code: code.into(),
            is_complete: state == State::Complete,
            definition,
        };
        Some(Self { known, state, text: text.to_owned(), job })
    }
}

/// Reads the list.
pub(in crate::store) async fn read(db: &impl ConnectionTrait) -> Result<Vec<Listed>, StoreError> {
    read_some(db, "").await
}

/// Reads what grows.
pub(in crate::store) async fn growing(
    db: &impl ConnectionTrait,
) -> Result<Vec<Listed>, StoreError> {
    read_some(db, "WHERE state = 1").await
}

async fn read_some(db: &impl ConnectionTrait, which: &str) -> Result<Vec<Listed>, StoreError> {
    let sql = format!(
        "SELECT param_id, kind, code, state, definition, job FROM search_parameter {which} \
         ORDER BY param_id"
    );
    let mut list = Vec::new();
    for row in all(db, &sql, []).await? {
        let (kind, code): (String, String) = (row.try_get_by_index(1)?, row.try_get_by_index(2)?);
        let state: i16 = row.try_get_by_index(3)?;
        let (text, job): (String, i64) = (row.try_get_by_index(4)?, row.try_get_by_index(5)?);
        let number = row.try_get_by_index(0)?;
        let read = Listed::read(number, (&kind, &code), (state.into(), &text, job));
        list.push(read.ok_or_else(|| StoreError::Corrupt {
            table: "search_parameter",
            what: format!("{kind}.{code}"),
        })?);
    }
    Ok(list)
}

/// What is searched by and indexed, given the list.
pub(in crate::store) fn search(registry: &Registry, list: &[Listed]) -> SearchParameters {
    let there = list.iter().filter(|one| one.state != State::Leaving);
    let known: Vec<Known> = there.map(|one| one.known.clone()).collect();
    SearchParameters::known(&registry.core, &registry.search, &known)
}

/// Writes new rows.
pub(in crate::store) async fn insert(
    db: &impl ConnectionTrait,
    list: &[Listed],
) -> Result<(), StoreError> {
    for part in list.chunks(100) {
        let rows = vec!["(?, ?, ?, 0, ?, ?, ?)"; part.len()].join(", ");
        let sql = format!(
            "INSERT INTO search_parameter (param_id, kind, code, date_span, state, definition, job) \
             VALUES {rows} ON CONFLICT DO NOTHING"
        );
        let values = part.iter().flat_map(|one| -> [Value; 6] {
            [
                one.known.number.number().into(),
                one.known.kind.name().into(),
                (&*one.known.code).into(),
                one.state.number().into(),
                one.text.as_str().into(),
                one.job.into(),
            ]
        });
        execute(db, &sql, values).await?;
    }
    Ok(())
}

/// Changes the state of parameters, which no job makes any more.
pub(in crate::store) async fn set_state(
    db: &impl ConnectionTrait,
    numbers: &[i32],
    state: State,
) -> Result<(), StoreError> {
    for part in numbers.chunks(500) {
        let list = part.iter().map(i32::to_string).collect::<Vec<_>>().join(", ");
        let sql =
            format!("UPDATE search_parameter SET state = ?, job = 0 WHERE param_id IN ({list})");
        execute(db, &sql, [state.number().into()]).await?;
    }
    Ok(())
}

/// Begins a transaction that holds the lock of all writers, and reads where the log ends.
pub(in crate::store) async fn locked(
    db: &DatabaseConnection,
) -> Result<(DatabaseTransaction, End), StoreError> {
    const LOCK: &str = "UPDATE log_end SET place = place WHERE place = 1 RETURNING seq, generation";
    let transaction = db.begin().await?;
    let rows = all(&transaction, LOCK, []).await?;
    let row = rows.first().ok_or_else(|| StoreError::Corrupt {
        table: "log_end",
        what: "it has no row".to_owned(),
    })?;
    let end = End { seq: row.try_get_by_index(0)?, generation: row.try_get_by_index(1)? };
    Ok((transaction, end))
}

/// Which list of parameters there is.
pub(in crate::store) async fn generation(db: &impl ConnectionTrait) -> Result<i64, StoreError> {
    let rows = all(db, "SELECT generation FROM log_end WHERE place = 1", []).await?;
    Ok(rows.first().map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or_default())
}

/// Notes that the list is another; its number.
pub(in crate::store) async fn changed(
    db: &impl ConnectionTrait,
    end: End,
) -> Result<i64, StoreError> {
    let next = end.generation.saturating_add(1);
    execute(db, "UPDATE log_end SET generation = ? WHERE place = 1", [next.into()]).await?;
    Ok(next)
}

/// All rows of a query whose placeholders are question marks.
pub(in crate::store) async fn all(
    db: &impl ConnectionTrait,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<Vec<sea_orm::QueryResult>, StoreError> {
    let sql = numbered(db, sql);
    let query = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    Ok(db.query_all_raw(query).await?)
}

/// Runs a statement whose placeholders are question marks; how many rows it changed.
pub(in crate::store) async fn execute(
    db: &impl ConnectionTrait,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<u64, StoreError> {
    let sql = numbered(db, sql);
    let write = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    Ok(db.execute_raw(write).await?.rows_affected())
}
