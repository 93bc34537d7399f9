//! What was changed behind a position of the log.

use sea_orm::QueryResult;

use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::store::changes::{Changed, Changes, Question, UNTIL};
use crate::store::error::StoreError;
use crate::store::row::Op;

use super::reader::{Reader, corrupt, statement};

impl Reader {
    pub(in crate::store) async fn changes(
        &self,
        question: Question<'_>,
    ) -> Result<Changes, StoreError> {
        let after = question.after;
        let rows = self.by_key(statement(UNTIL, [after.into()])).await?;
        let until: Option<i64> = rows.first().map(|row| row.try_get_by_index(0)).transpose()?;
        let Some(until) = until.filter(|until| *until > after) else {
            return Ok(Changes { list: Vec::new(), until: after });
        };
        let found = self.read_changes(question, until, question.most.into()).await?;
        match question.whole(found, until) {
            Ok(changes) => Ok(changes),
            Err(until) => {
                Ok(Changes { list: self.read_changes(question, until, i64::MAX).await?, until })
            }
        }
    }

    async fn read_changes(
        &self,
        question: Question<'_>,
        until: i64,
        most: i64,
    ) -> Result<Vec<Changed>, StoreError> {
        let values = [question.after, until, most].map(Into::into);
        let rows = self.by_key(statement(&question.sql(), values)).await?;
        rows.iter().map(changed).collect()
    }
}

fn changed(row: &QueryResult) -> Result<Changed, StoreError> {
    let (kind, op): (i16, i16) = (row.try_get_by_index(1)?, row.try_get_by_index(4)?);
    let id: String = row.try_get_by_index(2)?;
    Ok(Changed {
        commit: row.try_get_by_index(0)?,
        kind: ResourceKind::from_number(kind.into())
            .ok_or_else(|| corrupt(format!("type {kind}")))?,
        id: ResourceId::parse(&id).ok_or_else(|| corrupt("an illegal id".into()))?,
        version: row.try_get_by_index(3)?,
        op: Op::from_number(op.into()).ok_or_else(|| corrupt(format!("op {op}")))?,
    })
}
