//! Does the steps of jobs, in turns with the writer, and looks what other servers did.

use rustc_hash::{FxHashMap, FxHashSet};
use sea_orm::DatabaseConnection;

use crate::definitions::search_parameter::list::Known;
use crate::fhir::kind::ResourceKind;
use crate::fhir::time;
use crate::store::database::Store;
use crate::store::error::{StoreError, causes};
use crate::store::parameters::adopt;
use crate::store::parameters::changes::Changes;
use crate::store::parameters::listed::{self, Listed};

use super::job::{self, Job, State, What};
use super::{make, remove};

/// How long nobody else does what somebody began, in microseconds.
const LEASE: i64 = 3_000_000;

impl Store {
    /// The connection for work in the background, opened when it is first needed.
    pub(in crate::store) async fn background(&self) -> Result<DatabaseConnection, StoreError> {
        let mut kept = self.background.lock().await;
        if let Some(db) = &*kept {
            return Ok(db.clone());
        }
        let db = self.location.migrations().await?;
        *kept = Some(db.clone());
        Ok(db)
    }

    /// Where who follows stored search parameters goes on.
    pub async fn parameters_position(&self) -> Result<i64, StoreError> {
        adopt::position(&self.background().await?).await
    }

    /// Takes into account what search parameters are stored up to a position, unless another server
    /// did; the position up to which that is done.
    pub async fn adopt(&self, until: i64) -> Result<i64, StoreError> {
        let db = self.background().await?;
        let position = adopt::position(&db).await?;
        if position >= until {
            return Ok(position);
        }
        let _turn = self.queue.hold().await?;
        adopt::adopt(&db, &self.live, None).await
    }

    /// Learns what other servers did with the list of search parameters and with jobs, and does a step
    /// of the first job that is free; whether there was one.
    pub async fn tend(&self, holder: &str) -> Result<bool, StoreError> {
        let db = self.background().await?;
        let live = &self.live;
        if listed::generation(&db).await? != live.get().generation() {
            let (transaction, end) = listed::locked(&db).await?;
            let list = listed::read(&transaction).await?;
            transaction.commit().await?;
            live.renew(listed::search(live.registry(), &list), end.generation);
        }
        let open = job::open(&db).await?;
        self.tell(&db, &open).await?;
        let now = time::now().micros();
        let is_free = |job: &&Job| job.due <= now && (job.holder == holder || job.until <= now);
        let Some(job) = open.iter().find(is_free) else { return Ok(false) };
        let total = match (job.begun, job.what) {
            (0, What::Index | What::Reindex) => Some(make::count(&db, &job.about).await?),
            _ => None,
        };
        self.step(&db, job.number, (holder, total)).await?;
        Ok(true)
    }

    /// Notes how far the rows of growing parameters are, for those who ask for them.
    async fn tell(&self, db: &DatabaseConnection, open: &[Job]) -> Result<(), StoreError> {
        let mut progress = FxHashMap::default();
        if open.iter().any(|job| job.what != What::Remove) {
            for one in listed::growing(db).await? {
                let job = open.iter().find(|job| job.number == one.job);
                if let Some(job) = job {
                    let count = |number: i64| u64::try_from(number).unwrap_or_default();
                    progress.insert(one.known.number, (count(job.done), count(job.total)));
                }
            }
        }
        self.live.note(progress);
        Ok(())
    }

    async fn step(
        &self,
        db: &DatabaseConnection,
        number: i64,
        (holder, total): (&str, Option<i64>),
    ) -> Result<(), StoreError> {
        let live = &self.live;
        let _turn = self.queue.hold().await?;
        let (transaction, end) = listed::locked(db).await?;
        if end.generation != live.get().generation() {
            // What it would make is of an older list: it is learned before the next step.
            return Ok(transaction.rollback().await?);
        }
        let Some(mut job) = job::one(&transaction, number).await? else { return Ok(()) };
        let now = time::now().micros();
        let is_free = job.holder == holder || job.until <= now;
        if job.state != State::Open || !is_free {
            return Ok(transaction.rollback().await?);
        }
        if job.begun == 0 {
            job.begun = now;
        }
        job.total = match job.what {
            What::Remove => i64::try_from(job.about.len()).unwrap_or_default(),
            What::Index | What::Reindex => total.unwrap_or(job.total),
        };
        (job.holder, job.until) = (holder.to_owned(), now.saturating_add(LEASE));
        let renewed = match job.what {
            What::Remove => remove::step(&transaction, &mut job).await.map(|()| None),
            What::Index | What::Reindex => make::step(&transaction, live, end, &mut job).await,
        };
        let renewed = match renewed {
            Err(error @ StoreError::Corrupt { .. }) => {
                drop(transaction);
                return self.fail(db, job, &error).await;
            }
            renewed => renewed?,
        };
        job::keep(&transaction, &job).await?;
        transaction.commit().await?;
        self.learn(renewed);
        Ok(())
    }

    /// Ends a job that cannot go on; what it made goes.
    async fn fail(
        &self,
        db: &DatabaseConnection,
        job: Job,
        error: &StoreError,
    ) -> Result<(), StoreError> {
        let error = causes(error);
        tracing::error!(job = job.number, error, "a job cannot go on");
        self.end(db, job.number, (State::Failed, &error)).await.map(drop)
    }

    /// Ends an open job before it is done; what it made goes.
    async fn end(
        &self,
        db: &DatabaseConnection,
        number: i64,
        (state, error): (State, &str),
    ) -> Result<Option<Job>, StoreError> {
        let (transaction, end) = listed::locked(db).await?;
        let Some(mut job) = job::one(&transaction, number).await? else { return Ok(None) };
        let mut renewed = None;
        if job.state == State::Open {
            (job.state, job.error) = (state, error.to_owned());
            if job.begun == 0 {
                // It is told of for a while, as if it had begun.
                job.begun = time::now().micros();
            }
            job::keep(&transaction, &job).await?;
            let list = listed::growing(&transaction).await?;
            let of_job = |one: &&Listed| one.job == number;
            let grown: Vec<i32> =
                list.iter().filter(of_job).map(|one| one.known.number.number()).collect();
            if !grown.is_empty() {
                adopt::leave(&transaction, &grown).await?;
                let generation = listed::changed(&transaction, end).await?;
                renewed = Some((listed::read(&transaction).await?, generation));
            }
        }
        transaction.commit().await?;
        self.learn(renewed);
        Ok(Some(job))
    }

    fn learn(&self, renewed: Option<(Vec<Listed>, i64)>) {
        let live = &self.live;
        if let Some((list, generation)) = renewed {
            live.renew(listed::search(live.registry(), &list), generation);
        }
    }

    /// A job, whatever has become of it.
    pub async fn job(&self, number: i64) -> Result<Option<Job>, StoreError> {
        job::one(&self.background().await?, number).await
    }

    /// Ends a job that somebody asked for; how it stands then.
    pub async fn cancel(&self, number: i64) -> Result<Option<Job>, StoreError> {
        let db = self.background().await?;
        let _turn = self.queue.hold().await?;
        self.end(&db, number, (State::Cancelled, "")).await
    }

    /// Begins to make the rows of parameters anew; the number of the job, none when nothing is meant.
    pub async fn reindex(
        &self,
        is_meant: impl Fn(&Known) -> bool,
    ) -> Result<Option<i64>, StoreError> {
        let db = self.background().await?;
        let live = &self.live;
        let _turn = self.queue.hold().await?;
        let (transaction, end) = listed::locked(&db).await?;
        let list = listed::read(&transaction).await?;
        let mut kinds = FxHashSet::default();
        for kind in ResourceKind::all() {
            if adopt::has_any(&transaction, kind).await? {
                kinds.insert(kind);
            }
        }
        let is_meant = |known: &Known| kinds.contains(&known.kind) && is_meant(known);
        let changes = Changes::again(&live.registry().core, &list, is_meant);
        let made = adopt::make(&transaction, (live, &list), (end, What::Reindex), changes).await?;
        transaction.commit().await?;
        let Some((list, generation, job)) = made else { return Ok(None) };
        self.learn(Some((list, generation)));
        Ok(job)
    }
}
