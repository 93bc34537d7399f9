//! Windows of what is to be done.

use sea_orm::QueryResult;
use sea_orm::sea_query::{ArrayType, Value};

use crate::mch::due::kept::Kept;
use crate::store::error::StoreError;
use crate::store::windows::question::{Asked, Given, fixed};
use crate::store::windows::read::Window;

use super::reader::{Reader, statement};

impl Reader {
    pub(in crate::store) async fn windows(&self, asked: Asked) -> Result<Vec<Window>, StoreError> {
        let read = |row: &QueryResult| {
            let kept = Kept {
                fixed: fixed(row.try_get_by_index(1)?),
                row: row.try_get_by_index(2)?,
                stage: row.try_get_by_index(3)?,
                due: row.try_get_by_index(4)?,
                overdue: row.try_get_by_index(5)?,
                latest: row.try_get_by_index(6)?,
                owner: row.try_get_by_index(7)?,
                focus: row.try_get_by_index(8)?,
            };
            Ok(Window { person: row.try_get_by_index(0)?, kept })
        };
        self.ask(asked).await?.iter().map(read).collect()
    }

    pub(in crate::store) async fn texts(&self, asked: Asked) -> Result<Vec<String>, StoreError> {
        self.ask(asked).await?.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
    }

    pub(in crate::store) async fn number(&self, asked: Asked) -> Result<i64, StoreError> {
        let rows = self.ask(asked).await?;
        Ok(rows.first().map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or_default())
    }

    async fn ask(&self, asked: Asked) -> Result<Vec<QueryResult>, StoreError> {
        let sql = asked.sql.replace("{in}", "= ANY(?)");
        let mut parts = sql.split('?');
        let first = parts.next().unwrap_or_default().to_owned();
        let numbered = (1..).zip(parts).fold(first, |sql, (at, part)| format!("{sql}${at}{part}"));
        self.by_key(statement(&numbered, asked.given.into_iter().map(value))).await
    }
}

fn value(given: Given) -> Value {
    match given {
        Given::Number(number) => number.into(),
        Given::Text(text) => text.into(),
        Given::Texts(texts) => {
            let texts = texts.into_iter().map(Value::from).collect();
            Value::Array(ArrayType::String, Some(Box::new(texts)))
        }
    }
}
