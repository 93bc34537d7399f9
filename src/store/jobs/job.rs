//! The rows of the table of jobs.

use sea_orm::sea_query::Value;
use sea_orm::{ConnectionTrait, QueryResult};

use crate::fhir::time;
use crate::store::error::StoreError;
use crate::store::parameters::listed::{all, execute};

/// What a job does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// Makes rows of search parameters that were added or changed.
    Index,
    /// The same for somebody who asked for it.
    Reindex,
    /// Deletes the rows of search parameters that answer no more.
    Remove,
}

/// How a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It waits, or is being done.
    Open,
    Done,
    Failed,
    Cancelled,
}

/// A job.
#[derive(Debug, Clone)]
pub struct Job {
    pub number: i64,
    pub what: What,
    pub state: State,
    /// Types of resources, or numbers of parameters.
    pub about: Vec<String>,
    /// Resources that are done, of how many; of rows that are deleted, parameters.
    pub done: i64,
    pub total: i64,
    /// Microseconds since 1970; 0: it has not begun.
    pub begun: i64,
    pub error: String,
    /// Which of what it is about is being done, and the last resource of it that is.
    pub(super) part: i64,
    pub(super) position: i64,
    /// Not before this time.
    pub(super) due: i64,
    /// Who does it, and until when nobody else does.
    pub(super) holder: String,
    pub(super) until: i64,
}

/// How long the rows of a parameter that answers no more are left: by then, every server has learned
/// of it and every search that uses them has ended.
const GRACE: i64 = 5_000_000;

/// How long a job that has ended is told of.
const TOLD: i64 = 7 * 86_400_000_000;

const COLUMNS: &str =
    "job, kind, about, state, done, total, position, part, begun, due, holder, until, error";

impl What {
    const ALL: [(Self, &'static str); 3] =
        [(Self::Index, "index"), (Self::Reindex, "reindex"), (Self::Remove, "remove")];

    /// What it is called in the table.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(what, _)| *what == self).map_or("", |(_, name)| name)
    }
}

impl State {
    const ALL: [Self; 4] = [Self::Open, Self::Done, Self::Failed, Self::Cancelled];

    pub(super) fn number(self) -> i16 {
        match self {
            Self::Open => 0,
            Self::Done => 1,
            Self::Failed => 2,
            Self::Cancelled => 3,
        }
    }
}

/// Lists a new job; its number.
pub(in crate::store) async fn begin(
    db: &impl ConnectionTrait,
    what: What,
    about: &str,
) -> Result<i64, StoreError> {
    let now = time::now().micros();
    let old = "DELETE FROM job WHERE state <> 0 AND begun < ?";
    execute(db, old, [now.saturating_sub(TOLD).into()]).await?;
    let rows = all(db, "SELECT coalesce(max(job), 0) FROM job", []).await?;
    let last: i64 = rows.first().map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or(0);
    let number = last.saturating_add(1);
    let due = if what == What::Remove { now.saturating_add(GRACE) } else { now };
    let sql = "INSERT INTO job (job, kind, about, state, done, total, position, due) \
         VALUES (?, ?, ?, 0, 0, 0, 0, ?)";
    execute(db, sql, [number.into(), what.name().into(), about.into(), due.into()]).await?;
    Ok(number)
}

/// The jobs that have not ended, the oldest first.
pub(super) async fn open(db: &impl ConnectionTrait) -> Result<Vec<Job>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM job WHERE state = 0 ORDER BY job");
    all(db, &sql, []).await?.iter().map(read).collect()
}

/// One job.
pub(super) async fn one(db: &impl ConnectionTrait, number: i64) -> Result<Option<Job>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM job WHERE job = ?");
    all(db, &sql, [number.into()]).await?.first().map(read).transpose()
}

/// Writes how far a job is.
pub(super) async fn keep(db: &impl ConnectionTrait, job: &Job) -> Result<(), StoreError> {
    let sql = "UPDATE job SET state = ?, done = ?, total = ?, position = ?, part = ?, begun = ?, \
         holder = ?, until = ?, error = ? WHERE job = ?";
    let values: [Value; 10] = [
        job.state.number().into(),
        job.done.into(),
        job.total.into(),
        job.position.into(),
        job.part.into(),
        job.begun.into(),
        job.holder.as_str().into(),
        job.until.into(),
        job.error.as_str().into(),
        job.number.into(),
    ];
    execute(db, sql, values).await?;
    Ok(())
}

fn read(row: &QueryResult) -> Result<Job, StoreError> {
    let (name, about): (String, String) = (row.try_get_by_index(1)?, row.try_get_by_index(2)?);
    let state: i16 = row.try_get_by_index(3)?;
    let what = What::ALL.iter().find(|(_, known)| *known == name).map(|(what, _)| *what);
    let state = State::ALL.into_iter().find(|known| known.number() == state);
    let number: i64 = row.try_get_by_index(0)?;
    let (what, state) = what
        .zip(state)
        .ok_or_else(|| StoreError::Corrupt { table: "job", what: format!("job {number}") })?;
    let about = about.split(',').filter(|part| !part.is_empty()).map(str::to_owned).collect();
    Ok(Job {
        number,
        what,
        state,
        about,
        done: row.try_get_by_index(4)?,
        total: row.try_get_by_index(5)?,
        position: row.try_get_by_index(6)?,
        part: row.try_get_by_index(7)?,
        begun: row.try_get_by_index(8)?,
        due: row.try_get_by_index(9)?,
        holder: row.try_get_by_index(10)?,
        until: row.try_get_by_index(11)?,
        error: row.try_get_by_index(12)?,
    })
}
