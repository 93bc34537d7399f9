//! Whether a write may be done: by what is there, and by what will be.

use crate::criteria::access::Doing;
use crate::criteria::matches::Seen;
use crate::criteria::tree::Criteria;
use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::fhir::time;
use crate::store::error::StoreError;
use crate::store::row::{Op, Stored};
use crate::store::write::{Change, Commit, Expect, Premise, Put, Refusal, Write, Written};

use super::{Refused, Scoped};

/// What becomes of a write.
enum Verdict {
    Granted(Option<Premise>),
    Refused,
    /// What it would change is not there, for whoever asks.
    Unseen,
}

impl Scoped<'_> {
    /// Makes changes; they are on disk when this returns.
    pub async fn commit(
        &self,
        mut commit: Commit,
    ) -> Result<Result<Vec<Written>, Refused>, StoreError> {
        if self.access.is_everything() {
            let done = Box::pin(self.guarded.store.commit(commit)).await?;
            self.note_commit(done.is_ok());
            return Ok(done.map_err(Refused::Writer));
        }
        let unseen = match Box::pin(self.judged(&mut commit)).await? {
            Ok(unseen) => unseen,
            Err(refused) => return Ok(Err(refused)),
        };
        // What is deleted that is not there is deleted already.
        for at in unseen.iter().rev() {
            commit.writes.remove(*at);
        }
        if commit.writes.is_empty() && !unseen.is_empty() {
            return Ok(Ok(unseen.iter().map(|_| Written::Nothing { version: None }).collect()));
        }
        let place = |at: usize| {
            unseen.iter().fold(at, |at, hidden| if *hidden <= at { at + 1 } else { at })
        };
        let done = Box::pin(self.guarded.store.commit(commit)).await?;
        self.note_commit(done.is_ok());
        Ok(match done {
            Ok(mut written) => {
                for at in unseen {
                    written.insert(at.min(written.len()), Written::Nothing { version: None });
                }
                Ok(written)
            }
            Err(Refusal::Taken { at }) => Err(Refused::Writer(Refusal::Taken { at: place(at) })),
            Err(Refusal::Version { at, current }) => {
                Err(Refused::Writer(Refusal::Version { at: place(at), current }))
            }
            Err(other) => Err(Refused::Writer(other)),
        })
    }

    /// Judges every write, and binds those that are granted to what they were judged by; the places of
    /// deletions of what is not there.
    async fn judged(&self, commit: &mut Commit) -> Result<Result<Vec<usize>, Refused>, StoreError> {
        let puts = commit.writes.iter().filter_map(|write| match &write.change {
            Change::Put(put) => Some((write, put)),
            Change::Delete => None,
        });
        let coming: Vec<Seen<'_>> = puts.map(|(write, put)| seen(write, put)).collect();
        let (mut unseen, mut premises) = (Vec::new(), Vec::new());
        for (at, write) in commit.writes.iter().enumerate() {
            let doing = doing(write);
            let Some(rights) = self.access.narrowing(doing, write.kind) else { continue };
            match Box::pin(self.verdict(write, &rights, &coming)).await? {
                Verdict::Granted(premise) => premises.extend(premise),
                Verdict::Refused => {
                    tracing::info!(who = self.access.who(), kind = %write.kind, "write refused");
                    return Ok(Err(Refused::Rights { at }));
                }
                Verdict::Unseen => match (&write.change, &write.expect) {
                    (_, Expect::Living | Expect::OneOf(_)) => {
                        let refusal = Refusal::Version { at, current: None };
                        return Ok(Err(Refused::Writer(refusal)));
                    }
                    (Change::Delete, _) => unseen.push(at),
                    (Change::Put(_), _) => return Ok(Err(Refused::Unseen { at })),
                },
            }
        }
        drop(coming);
        commit.premises.extend(premises);
        Ok(Ok(unseen))
    }

    /// What becomes of a write: what is there is asked first, so that nobody learns of it by what may
    /// not be written in its place.
    async fn verdict(
        &self,
        write: &Write,
        rights: &Criteria,
        coming: &[Seen<'_>],
    ) -> Result<Verdict, StoreError> {
        let (kind, id) = (write.kind, &write.id);
        let is_deletion = matches!(write.change, Change::Delete);
        let mut premise = None;
        if write.expect != Expect::New {
            let since = self.seen();
            let current = self.guarded.store.current(kind, id).await?;
            match &current {
                Some(current)
                    if current.op != Op::Deleted && !self.knows(rights, kind, id).await? =>
                {
                    return Ok(Verdict::Unseen);
                }
                Some(current) if !Box::pin(self.is_seen_by_writer(rights, current)).await? => {
                    return Ok(Verdict::Unseen);
                }
                None if is_deletion || !self.access.chooses_ids() => {
                    return Ok(Verdict::Unseen);
                }
                Some(current) if !Box::pin(self.is_within(rights, current)).await? => {
                    return Ok(Verdict::Refused);
                }
                _ => {}
            }
            let version = current.map(|current| current.version);
            premise = Some(Premise::Version { kind, id: id.clone(), version, since });
        }
        if let Change::Put(put) = &write.change
            && !Box::pin(self.is_so(rights, seen(write, put), coming)).await?
        {
            return Ok(Verdict::Refused);
        }
        Ok(Verdict::Granted(premise))
    }

    /// The same of what is there now, told by the index: what is hidden takes no longer than what never
    /// was.
    async fn knows(
        &self,
        rights: &Criteria,
        kind: ResourceKind,
        id: &ResourceId,
    ) -> Result<bool, StoreError> {
        let reading = self.access.narrowing(Doing::Read, kind).unwrap_or(Criteria::True);
        let either = Criteria::one_of(vec![reading, rights.clone()]);
        Box::pin(self.is_any(kind, vec![Criteria::Ids(vec![id.clone()]), either])).await
    }

    /// Whether somebody who writes knows of what is there: it may be read, or written.
    async fn is_seen_by_writer(
        &self,
        rights: &Criteria,
        current: &Stored,
    ) -> Result<bool, StoreError> {
        let shown = Box::pin(self.shows_for(Doing::Read, current));
        Ok(shown.await? || Box::pin(self.is_within(rights, current)).await?)
    }
}

/// What a write does.
fn doing(write: &Write) -> Doing {
    match (&write.change, &write.expect) {
        (Change::Delete, _) => Doing::Delete,
        (Change::Put(_), Expect::New) => Doing::Create,
        (Change::Put(_), _) => Doing::Update,
    }
}

/// What will be there, as criteria see it.
fn seen<'w>(write: &'w Write, Put { rows, .. }: &'w Put) -> Seen<'w> {
    Seen { kind: write.kind, id: write.id.as_str(), updated: time::now().micros(), rows }
}
