//! Where the work of requests is done, so that the threads that serve connections never wait for it.
//!
//! | lane | threads | for |
//! |---|---|---|
//! | here | the one that serves the connection | what is short: reads, searches, small writes |
//! | quick | several a core | what may take longer: bundles, operations, large bodies |
//! | slow | one a core | what has spent what the lane before allows |
//!
//! The threads of a slower lane stand back behind those of a faster one, and all of them behind
//! those that serve connections and the one that writes, where the system knows such an order
//! (Linux). So many quick threads keep the disk busy and hold up no short answer.
//!
//! A request that spends the steps of its lane before anything is stored begins again in the next
//! one ([`Lane::next`]). What it did before is lost, and is little beside what it goes on to do. So
//! whoever sends what takes long waits for others who do, and nobody else waits for them.

use std::pin::Pin;
use std::sync::Arc;
use std::thread::JoinHandle;

use tokio::sync::{Mutex, mpsc, oneshot};

use crate::store::alone::work_alone;

/// Requests that may wait for a thread of a lane.
const WAITING: usize = 1_024;
/// Threads of the quick lane for each of the slow one: most of their time they wait for the disk,
/// and what waits together is written together.
const QUICK: usize = 4;

/// Where a request is worked on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lane {
    Here,
    Quick,
    Slow,
}

impl Lane {
    /// Where what takes longer goes.
    pub(super) fn next(self) -> Option<Self> {
        match self {
            Self::Here => Some(Self::Quick),
            Self::Quick => Some(Self::Slow),
            Self::Slow => None,
        }
    }
}

type Work = Pin<Box<dyn Future<Output = ()>>>;
type Job = Box<dyn FnOnce() -> Work + Send>;

/// The threads that work.
#[derive(Debug)]
pub struct Lanes {
    quick: mpsc::Sender<Job>,
    slow: mpsc::Sender<Job>,
    threads: Vec<JoinHandle<()>>,
}

/// Why work was not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Undone {
    /// Too many wait already.
    Full,
    /// It failed in a way that is nobody's answer.
    Panicked,
}

impl Lanes {
    /// Starts the threads; 0 is one a core for what is slow.
    pub fn start(threads: usize) -> std::io::Result<Self> {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let slow = if threads == 0 { cores } else { threads };
        let mut all = Vec::new();
        let mut lane = |name: &str, count: usize, niceness: i32| {
            let (jobs, inbox) = mpsc::channel(WAITING);
            let inbox = Arc::new(Mutex::new(inbox));
            for number in 0..count {
                all.push(thread(format!("{name}-{number}"), niceness, Arc::clone(&inbox))?);
            }
            Ok::<_, std::io::Error>(jobs)
        };
        let quick = lane("quick", slow * QUICK, 5)?;
        let slow = lane("slow", slow, 10)?;
        Ok(Self { quick, slow, threads: all })
    }

    /// Has work done on a thread of a lane.
    pub(super) async fn run<T, F, W>(&self, lane: Lane, work: F) -> Result<T, Undone>
    where
        T: Send + 'static,
        W: Future<Output = T> + 'static,
        F: FnOnce() -> W + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move || {
            Box::pin(async move {
                // Whoever asked may have left.
                let _left = answer.send(work().await);
            })
        });
        let jobs = if lane == Lane::Slow { &self.slow } else { &self.quick };
        jobs.try_send(job).map_err(|_full| Undone::Full)?;
        answered.await.map_err(|_dropped| Undone::Panicked)
    }

    /// Waits until everything that was begun is done.
    pub fn close(self) {
        drop((self.quick, self.slow));
        for thread in self.threads {
            if thread.join().is_err() {
                tracing::error!("a thread that worked for requests has failed");
            }
        }
    }
}

fn thread(
    name: String,
    niceness: i32,
    inbox: Arc<Mutex<mpsc::Receiver<Job>>>,
) -> std::io::Result<JoinHandle<()>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    std::thread::Builder::new().name(name).spawn(move || {
        work_alone();
        stand_back(niceness);
        let local = tokio::task::LocalSet::new();
        // One request at a time: while it computes, nothing else on this thread would go on.
        local.block_on(&runtime, async {
            loop {
                let job = inbox.lock().await.recv().await;
                let Some(job) = job else { break };
                // What panics has told so, and whoever waits sees that no answer comes.
                let _panicked = tokio::task::spawn_local(async move { job().await }).await;
            }
        });
    })
}

/// Has the other threads of the process go before this one.
#[cfg(target_os = "linux")]
fn stand_back(niceness: i32) {
    let this = rustix::thread::gettid();
    if let Err(error) = rustix::process::setpriority_process(Some(this), niceness) {
        tracing::debug!(%error, "a thread could not be put behind the others");
    }
}

#[cfg(not(target_os = "linux"))]
fn stand_back(_: i32) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn work_that_panics_harms_nobody_else() {
        let lanes = Lanes::start(1).expect("threads");
        for _ in 0..QUICK * 2 {
            let done = lanes.run(Lane::Quick, || async { panic!("as it is tested") }).await;
            assert_eq!(done, Err::<(), _>(Undone::Panicked));
        }
        assert_eq!(lanes.run(Lane::Quick, || async { 7 }).await, Ok(7));
        assert_eq!(lanes.run(Lane::Slow, || async { 8 }).await, Ok(8));
        lanes.close();
    }

    #[tokio::test]
    async fn too_many_are_sent_away() {
        let lanes = Lanes::start(1).expect("threads");
        let (open, gate) = tokio::sync::watch::channel(false);
        let wait = |mut gate: tokio::sync::watch::Receiver<bool>| {
            lanes.run(Lane::Slow, move || async move {
                let _opened = gate.wait_for(|open| *open).await;
            })
        };
        let all = (0..WAITING + 10).map(|_| wait(gate.clone()));
        let all = futures_util::future::join_all(all);
        let opened = async {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            open.send_replace(true);
        };
        let (done, ()) = futures_util::future::join(all, opened).await;
        let full = done.iter().filter(|done| **done == Err(Undone::Full)).count();
        assert!((8..=10).contains(&full), "{full}");
        lanes.close();
    }
}
