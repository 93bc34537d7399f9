//! Values of built queries, as `SQLite` takes them.

use rusqlite::types::Value as Bound;
use sea_orm::sea_query::{Value, Values};

use crate::store::error::StoreError;
use crate::store::find::of_sqlite;

/// Turns the values of a query into what `SQLite` binds.
pub(super) fn bind(values: Values) -> Result<Vec<Bound>, StoreError> {
    values.into_iter().map(one).collect()
}

fn one(value: Value) -> Result<Bound, StoreError> {
    Ok(match value {
        Value::Bool(Some(value)) => Bound::Integer(value.into()),
        Value::SmallInt(Some(value)) => Bound::Integer(value.into()),
        Value::Int(Some(value)) => Bound::Integer(value.into()),
        Value::BigInt(Some(value)) => Bound::Integer(value),
        Value::BigUnsigned(Some(value)) => Bound::Integer(i64::try_from(value).unwrap_or(i64::MAX)),
        Value::Double(Some(value)) => Bound::Real(value),
        Value::String(Some(value)) => Bound::Text(value.to_string()),
        Value::Bytes(Some(both)) => Bound::Text(of_sqlite(&both)),
        other => {
            let what = format!("no binding for {other:?}");
            return Err(StoreError::Corrupt { table: "query", what });
        }
    })
}
