//! The words of resources: how they are written into the full-text index of either database.
//!
//! A row has the number of its resource as `rowid`. `SQLite` takes each list of words as a column,
//! `PostgreSQL` all of them as one `tsvector` whose weights say which list a word is of.

use sea_orm::sea_query::Value;
use sea_orm::{ConnectionTrait, DbBackend, Statement};

use crate::index::row::Rows;
use crate::index::words::Words;
use crate::store::error::StoreError;

use super::bulk::{Bulk, Shape};

pub(in crate::store) const DELETE: &str = "DELETE FROM sp_word WHERE rowid = ?";
pub(in crate::store) const INSERT: &str =
    "INSERT INTO sp_word (rowid, narrative, content, marks) VALUES (?, ?, ?, ?)";

/// The position of words whose place does not matter.
const NOWHERE: usize = 16_383;

/// The words with the places and weights that they have in a `tsvector`. No phrase goes on from the
/// narrative into what is behind it.
pub(in crate::store) fn placed(words: &Words) -> impl Iterator<Item = (&str, usize, char)> {
    let narrative = (1..).zip(cut(&words.narrative));
    let begin = cut(&words.narrative).count() + 2;
    let content = (begin..).zip(cut(&words.content));
    let marks = cut(&words.marks).map(|word| (word, NOWHERE, 'C'));
    narrative
        .map(|(place, word)| (word, place, 'A'))
        .chain(content.map(|(place, word)| (word, place, 'B')))
        .chain(marks)
}

/// The words of a list.
pub(in crate::store) fn cut(list: &str) -> impl Iterator<Item = &str> {
    list.split(' ').filter(|word| !word.is_empty())
}

fn vector(words: &Words) -> String {
    let each = placed(words).map(|(word, place, weight)| format!("'{word}':{place}{weight}"));
    each.collect::<Vec<_>>().join(" ")
}

/// What `PostgreSQL` does where words went and came.
pub(in crate::store) fn changes<'a>(
    rows: impl Iterator<Item = (i64, &'a Rows, &'a Rows)>,
) -> Vec<Statement> {
    const GONE: &str = "DELETE FROM sp_word w USING {rows} WHERE w.rowid = u.rid";
    let mut gone = Bulk::new(Shape { table: "sp_word", columns: &[("rid", "bigint")] });
    let mut come = Bulk::new(SHAPE);
    for (rid, removed, added) in rows {
        match added.words.first() {
            Some(words) => come.push([rid.into(), vector(words).into()]),
            None if !removed.words.is_empty() => gone.push([rid.into()]),
            None => {}
        }
    }
    let gone = (!gone.is_empty()).then(|| gone.with(GONE));
    gone.into_iter().chain((!come.is_empty()).then(|| come.with(COME))).collect()
}

const SHAPE: Shape = Shape { table: "sp_word", columns: &[("rid", "bigint"), ("words", "text")] };
const COME: &str = "INSERT INTO sp_word (rowid, sp_word) \
     SELECT u.rid, CAST(u.words AS tsvector) FROM {rows} \
     ON CONFLICT (rowid) DO UPDATE SET sp_word = excluded.sp_word";

/// Writes the words of resources that have none yet.
pub(super) async fn write(
    db: &impl ConnectionTrait,
    rows: &[(i64, Rows)],
) -> Result<(), StoreError> {
    let all = || rows.iter().filter_map(|(rid, rows)| Some((*rid, rows.words.first()?)));
    if db.get_database_backend() == DbBackend::Postgres {
        let mut come = Bulk::new(SHAPE);
        all().for_each(|(rid, words)| come.push([rid.into(), vector(words).into()]));
        if !come.is_empty() {
            db.execute_raw(come.with(COME)).await?;
        }
        return Ok(());
    }
    for (rid, words) in all() {
        let Words { narrative, content, marks } = words;
        let values: [Value; 4] =
            [rid.into(), narrative.as_str().into(), content.as_str().into(), marks.as_str().into()];
        db.execute_raw(Statement::from_sql_and_values(DbBackend::Sqlite, INSERT, values)).await?;
    }
    Ok(())
}

/// Deletes all words.
pub(super) async fn clear(db: &impl ConnectionTrait) -> Result<(), StoreError> {
    let sql = match db.get_database_backend() {
        DbBackend::Postgres => "DELETE FROM sp_word",
        _ => "INSERT INTO sp_word (sp_word) VALUES ('delete-all')",
    };
    db.execute_unprepared(sql).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vector_has_places_and_weights() {
        let words =
            Words { narrative: "can nang".into(), content: "can".into(), marks: "43 cân".into() };
        assert_eq!(vector(&words), "'can':1A 'nang':2A 'can':4B '43':16383C 'cân':16383C");
        let words = Words { narrative: String::new(), content: "a".into(), marks: "43".into() };
        assert_eq!(vector(&words), "'a':2B '43':16383C");
    }
}
