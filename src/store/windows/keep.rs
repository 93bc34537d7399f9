//! Writes the windows that were worked out for some people.

use sea_orm::sea_query::Value;
use sea_orm::{DatabaseTransaction, TransactionTrait};

use crate::mch::due::kept::Kept;
use crate::store::database::Store;
use crate::store::error::StoreError;
use crate::store::parameters::listed::execute;

use super::question::state;

/// Rows of one statement.
const ROWS: usize = 80;

/// What was worked out for a person.
#[derive(Debug)]
pub struct Worked {
    /// The id of the Patient.
    pub person: String,
    /// For which day, and until which day it holds.
    pub day: i64,
    pub until: i64,
    /// The last change that was seen when her records were read.
    pub seen: i64,
    pub edition: String,
    pub windows: Vec<Kept>,
    /// The ids of other Patients that it rests on.
    pub kin: Vec<String>,
}

impl Store {
    /// Keeps what was worked out, but for those who were marked since their records were read.
    pub async fn keep_windows(&self, worked: &[Worked]) -> Result<(), StoreError> {
        if worked.is_empty() {
            return Ok(());
        }
        let db = self.background().await?;
        let turn = self.queue.hold().await?;
        let transaction = db.begin().await?;
        for one in worked {
            person(&transaction, one).await?;
        }
        transaction.commit().await?;
        self.queue.let_go(turn).await
    }
}

async fn person(db: &DatabaseTransaction, worked: &Worked) -> Result<(), StoreError> {
    let Worked { person, day, until, seen, edition, windows, kin } = worked;
    let who = || Value::from(person.as_str());
    let sql = "INSERT INTO due_person (person, day, until, marked, edition) VALUES (?, ?, ?, ?, ?) \
         ON CONFLICT (person) DO UPDATE SET day = excluded.day, until = excluded.until, \
         edition = excluded.edition WHERE due_person.marked <= ?";
    let seen = Value::from(*seen);
    let values =
        [who(), (*day).into(), (*until).into(), seen.clone(), edition.as_str().into(), seen];
    if execute(db, sql, values).await? == 0 {
        return Ok(());
    }
    for table in ["due_window", "due_kin"] {
        execute(db, &format!("DELETE FROM {table} WHERE person = ?"), [who()]).await?;
    }
    for other in kin {
        let sql = "INSERT INTO due_kin (person, other) VALUES (?, ?) ON CONFLICT DO NOTHING";
        execute(db, sql, [who(), other.as_str().into()]).await?;
        // Who does not know yet that she rests on this one is looked at again.
        let sql = "UPDATE due_person SET until = 0 WHERE person = ? AND until > 0 AND NOT EXISTS \
             (SELECT 1 FROM due_kin k WHERE k.person = ? AND k.other = ?)";
        let other = Value::from(other.as_str());
        execute(db, sql, [other.clone(), other, who()]).await?;
    }
    let numbered: Vec<(i64, &Kept)> = (0..).zip(windows).collect();
    for part in numbered.chunks(ROWS) {
        let marks = vec!["(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"; part.len()].join(", ");
        let sql = format!(
            "INSERT INTO due_window (person, state, place, code, stage, due, overdue, latest, \
             owner, focus) VALUES {marks}"
        );
        let values = part.iter().flat_map(|(place, one)| -> [Value; 10] {
            [
                who(),
                state(one.fixed).into(),
                (*place).into(),
                one.row.as_str().into(),
                one.stage.as_str().into(),
                one.due.into(),
                one.overdue.into(),
                one.latest.into(),
                one.owner.as_str().into(),
                one.focus.as_str().into(),
            ]
        });
        execute(db, &sql, values).await?;
    }
    Ok(())
}
