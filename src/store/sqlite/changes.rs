//! What was changed behind a position of the log.

use rusqlite::{Connection, OptionalExtension, Row};

use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::store::changes::{Changed, Changes, Question, UNTIL};
use crate::store::error::StoreError;
use crate::store::row::Op;

use super::reader::Reader;

impl Reader {
    /// Reads all in one view: another may be older than the end that was read.
    pub(in crate::store) fn changes(&self, question: Question<'_>) -> Result<Changes, StoreError> {
        let after = question.after;
        self.pool.with(|connection, _| {
            let mut statement = connection.prepare_cached(UNTIL)?;
            let until: Option<i64> = statement.query_row([after], |row| row.get(0)).optional()?;
            let Some(until) = until.filter(|until| *until > after) else {
                return Ok(Changes { list: Vec::new(), until: after });
            };
            let found = read(connection, question, until, question.most.into())?;
            match question.whole(found, until) {
                Ok(changes) => Ok(changes),
                Err(until) => {
                    Ok(Changes { list: read(connection, question, until, i64::MAX)?, until })
                }
            }
        })
    }
}

fn read(
    connection: &Connection,
    question: Question<'_>,
    until: i64,
    most: i64,
) -> Result<Vec<Changed>, StoreError> {
    let mut statement = connection.prepare_cached(&question.sql())?;
    let rows = statement.query_map((question.after, until, most), changed)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn changed(row: &Row<'_>) -> rusqlite::Result<Changed> {
    let (kind, op): (i64, i64) = (row.get(1)?, row.get(4)?);
    let unknown = |at, number| rusqlite::Error::IntegralValueOutOfRange(at, number);
    Ok(Changed {
        commit: row.get(0)?,
        kind: ResourceKind::from_number(kind).ok_or_else(|| unknown(1, kind))?,
        id: ResourceId::parse(row.get_ref(2)?.as_str()?).ok_or_else(|| unknown(2, kind))?,
        version: row.get(3)?,
        op: Op::from_number(op).ok_or_else(|| unknown(4, op))?,
    })
}
