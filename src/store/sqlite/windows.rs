//! Windows of what is to be done.

use rusqlite::types::Value;
use rusqlite::{Connection, Row, params_from_iter};

use crate::mch::due::kept::Kept;
use crate::store::error::StoreError;
use crate::store::windows::question::{Asked, Given, fixed};
use crate::store::windows::read::Window;

use super::reader::Reader;

impl Reader {
    pub(in crate::store) async fn windows(&self, asked: Asked) -> Result<Vec<Window>, StoreError> {
        self.ask(asked, |row| {
            let kept = Kept {
                fixed: fixed(row.get(1)?),
                row: row.get(2)?,
                stage: row.get(3)?,
                due: row.get(4)?,
                overdue: row.get(5)?,
                latest: row.get(6)?,
                owner: row.get(7)?,
                focus: row.get(8)?,
            };
            Ok(Window { person: row.get(0)?, kept })
        })
        .await
    }

    pub(in crate::store) async fn texts(&self, asked: Asked) -> Result<Vec<String>, StoreError> {
        self.ask(asked, |row| row.get(0)).await
    }

    pub(in crate::store) async fn number(&self, asked: Asked) -> Result<i64, StoreError> {
        Ok(self.ask(asked, |row| row.get(0)).await?.into_iter().next().unwrap_or_default())
    }

    async fn ask<T: Send + 'static>(
        &self,
        asked: Asked,
        read: fn(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, StoreError> {
        let sql = asked.sql.replace("{in}", "IN (SELECT value FROM json_each(?))");
        let values: Vec<Value> = asked.given.into_iter().map(value).collect();
        let work = move |connection: &Connection| {
            let mut statement = connection.prepare_cached(&sql)?;
            let rows = statement.query_map(params_from_iter(values.iter()), read)?;
            Ok(rows.collect::<Result<Vec<T>, _>>()?)
        };
        self.work(work).await
    }
}

fn value(given: Given) -> Value {
    match given {
        Given::Number(number) => Value::Integer(number),
        Given::Text(text) => Value::Text(text),
        Given::Texts(texts) => Value::Text(serde_json::Value::from(texts).to_string()),
    }
}
