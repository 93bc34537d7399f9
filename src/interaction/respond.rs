//! Carries a request out, and says what came of it in terms that any wire can show.

use serde_json::Value;

use crate::criteria::access::Doing;
use crate::fhir::issue::{Issue, Severity};
use crate::fhir::kind::ResourceKind;
use crate::search::view::View;
use crate::store::audit::event::What;
use crate::store::jobs::job::Job;
use crate::store::row::Stored;

use super::audit::action::Action;
use super::audit::note::Outcome;
use super::audit::search::{self as audit, Recorded};
use super::audit::trail::Part;
use super::bundle::batch::within_budget;
use super::bundle::entries::{self, Answered};
use super::engine::Ctx;
use super::failure::{Failure, information};
use super::request::Request;
use super::scoped::gate;
use super::search::{Results, search};
use super::single::conditional_delete::{Deleted, conditional_delete};
use super::single::conditional_update::conditional_update;
use super::single::create::create;
use super::single::delete::delete;
use super::single::history::History;
use super::single::history::of_all::of_all;
use super::single::history::of_one::of_one;
use super::single::patch::{conditional_patch, patch};
use super::single::precondition::Unless;
use super::single::read::read;
use super::single::shown::{show, view};
use super::single::update::{Saved, update};
use super::single::vread::vread;

/// What came of a request.
#[derive(Debug)]
pub enum Answer {
    Capabilities,
    Resource(Stored),
    /// A resource that the client has already.
    Unchanged(Stored),
    Saved(Saved),
    Deleted {
        /// The version that says so, of one resource.
        version: Option<i64>,
        issues: Vec<Issue>,
    },
    Found(Box<Results>),
    Versions(History),
    Bundle(Answered),
    /// What an operation made.
    Made(serde_json::Value),
    /// JSON that is no resource.
    Plain(Plain),
    /// What was answered to an equal request before.
    Kept(Box<Answer>),
    /// Work in the background was begun, with this number.
    Begun(i64),
    /// How work in the background stands.
    Job(Box<Job>),
    /// Of an entry of a transaction that only reads.
    Failed(Failure),
}

/// JSON that is no resource, and the status it comes with.
#[derive(Debug)]
pub struct Plain {
    pub status: u16,
    pub json: serde_json::Value,
}

/// Bytes of what stands around a resource in a Bundle.
const AROUND: usize = 400;

impl Answer {
    /// Bytes that it takes: what it holds, and the text that is made of it.
    pub(super) fn size(&self) -> usize {
        let bodies: usize = match self {
            Self::Resource(stored) => stored.body.len(),
            Self::Saved(saved) => saved.stored.body.len() + saved.issues.len() * AROUND,
            // Their bodies were taken when they were read.
            Self::Found(found) => (found.page.hits.len() + found.included.len()) * AROUND,
            Self::Versions(history) => history.versions.len() * AROUND,
            Self::Capabilities
            | Self::Unchanged(_)
            | Self::Deleted { .. }
            | Self::Bundle(_)
            | Self::Made(_)
            | Self::Plain(_)
            | Self::Kept(_)
            | Self::Begun(_)
            | Self::Job(_)
            | Self::Failed(_) => 0,
        };
        bodies * 2 + AROUND
    }

    /// What a conditional delete is answered; the number where there may be several.
    pub(super) fn deleted(
        ctx: &Ctx<'_>,
        kind: ResourceKind,
        number: usize,
        version: Option<i64>,
    ) -> Self {
        let issues = match ctx.engine.conditional_deletes {
            1 => Vec::new(),
            _ => vec![information(
                format!("Đã xóa {number} {kind}."),
                format!("Deleted {number} {kind}."),
            )],
        };
        Self::Deleted { version, issues }
    }

    /// Whether it tells of something that was changed.
    pub(super) fn is_change(&self) -> bool {
        matches!(self, Self::Saved(_) | Self::Deleted { .. })
    }

    /// Takes what is noted about the text that was sent.
    pub fn note(&mut self, notes: Vec<Issue>) {
        match self {
            Self::Saved(saved) => saved.issues.extend(notes),
            Self::Bundle(answered) => answered.note(notes),
            _ => {}
        }
    }

    /// How many warnings there are for whoever asked for a change.
    pub fn warnings(&self) -> usize {
        let number = |issues: &[Issue]| {
            issues.iter().filter(|issue| issue.severity == Severity::Warning).count()
        };
        match self {
            Self::Saved(saved) => number(&saved.issues),
            Self::Deleted { issues, .. } => number(issues),
            Self::Bundle(answered) => {
                let entries = answered.entries.iter().flatten().map(Self::warnings);
                entries.sum::<usize>() + number(&answered.issues)
            }
            _ => 0,
        }
    }
}

/// Carries a request out.
pub async fn respond(ctx: &Ctx<'_>, request: Request) -> Result<Answer, Failure> {
    match request {
        // Boxed: what these keep over an await would lie on the stack of every request.
        Request::Bundle { bundle } => Box::pin(of_bundle(ctx, bundle)).await,
        other => within_budget(Box::pin(single(ctx, other)).await),
    }
}

/// Carries out a bundle. Its entries note themselves, or stand in its commit; one that was refused as a
/// whole is noted here.
async fn of_bundle(ctx: &Ctx<'_>, bundle: Value) -> Result<Answer, Failure> {
    let part = Part::default();
    let done = entries::run(&ctx.noting(&part), bundle).await;
    match &done {
        Ok(_) => ctx.trail().into_iter().for_each(|trail| trail.note(None)),
        Err(failure) => {
            let outcome = Outcome { status: failure.status(), ..Outcome::default() };
            ctx.did(Action::new(What::Bundle, Doing::Update, None), &part, outcome);
        }
    }
    Ok(Answer::Bundle(done?))
}

/// Carries out a request that is not a bundle of others, and notes it.
pub(super) async fn single(ctx: &Ctx<'_>, request: Request) -> Result<Answer, Failure> {
    let action = ctx.trail().and_then(|_| Action::of(&request, &ctx.engine.base));
    let Some(action) = action else { return Box::pin(carry_out(ctx, request)).await };
    let part = Part::of(action.what);
    let done = Box::pin(carry_out(&ctx.noting(&part), request)).await;
    ctx.did(action, &part, outcome(&done));
    done
}

/// What came of a request, as it is noted.
fn outcome(done: &Result<Answer, Failure>) -> Outcome {
    let of = |status, stored: &Stored| Outcome {
        status,
        id: Some(stored.id.as_str().to_owned()),
        version: Some(stored.version),
    };
    match done {
        Ok(Answer::Resource(stored)) => of(200, stored),
        Ok(Answer::Unchanged(stored)) => of(304, stored),
        Ok(Answer::Saved(saved)) => of(if saved.created { 201 } else { 200 }, &saved.stored),
        Ok(Answer::Deleted { version, .. }) => Outcome { status: 204, id: None, version: *version },
        Ok(_) => Outcome { status: 200, ..Outcome::default() },
        Err(failure) => Outcome { status: failure.status(), ..Outcome::default() },
    }
}

async fn carry_out(ctx: &Ctx<'_>, request: Request) -> Result<Answer, Failure> {
    gate::check(ctx, &request)?;
    if let Some(recorded) = Box::pin(audit::answer(ctx, &request)).await? {
        return Ok(match recorded {
            Recorded::One(event) => Answer::Resource(event),
            Recorded::Page(bundle) => Answer::Made(bundle),
        });
    }
    match &request {
        Request::Capabilities | Request::Bundle { .. } => Ok(Answer::Capabilities),
        Request::Read { .. }
        | Request::VRead { .. }
        | Request::History { .. }
        | Request::HistoryOfAll { .. }
        | Request::Search { .. } => Box::pin(look(ctx, request)).await,
        _ => Box::pin(change(ctx, request)).await,
    }
}

/// Carries out what only reads. Apart from what changes, so that neither needs the stack of both.
async fn look(ctx: &Ctx<'_>, request: Request) -> Result<Answer, Failure> {
    Ok(match request {
        Request::Read { kind, id, unless, query } => {
            let view = view(ctx, kind, &query)?;
            wanted(ctx, read(ctx, kind, &id).await?, (&unless, &view))?
        }
        Request::VRead { kind, id, version, unless, query } => {
            let view = view(ctx, kind, &query)?;
            wanted(ctx, vread(ctx, kind, &id, &version).await?, (&unless, &view))?
        }
        Request::History { kind, id, query } => {
            Answer::Versions(Box::pin(of_one(ctx, kind, &id, query)).await?)
        }
        Request::HistoryOfAll { kind, query } => {
            Answer::Versions(Box::pin(of_all(ctx, kind, query)).await?)
        }
        Request::Search { scope, query } => {
            Answer::Found(Box::new(Box::pin(search(ctx, scope, query)).await?))
        }
        _ => Answer::Capabilities,
    })
}

/// Carries out what changes something.
async fn change(ctx: &Ctx<'_>, request: Request) -> Result<Answer, Failure> {
    Ok(match request {
        Request::Create { kind, resource, if_none_exist } => {
            Answer::Saved(Box::pin(create(ctx, kind, resource, if_none_exist.as_deref())).await?)
        }
        Request::Update { kind, id, resource, conditions } => {
            Answer::Saved(Box::pin(update(ctx, kind, id, resource, &conditions)).await?)
        }
        Request::ConditionalUpdate { kind, query, resource, conditions } => Answer::Saved(
            Box::pin(conditional_update(ctx, (kind, &query), resource, &conditions)).await?,
        ),
        Request::Patch { kind, id, patch: changes, if_match } => {
            Answer::Saved(Box::pin(patch(ctx, kind, &id, &changes, if_match.as_ref())).await?)
        }
        Request::ConditionalPatch { kind, query, patch, if_match } => Answer::Saved(
            Box::pin(conditional_patch(ctx, (kind, &query), &patch, if_match.as_ref())).await?,
        ),
        Request::Delete { kind, id, if_match } => {
            let deleted = Box::pin(delete(ctx, kind, id, if_match.as_ref())).await?;
            let (version, issues) = deleted;
            Answer::Deleted { version, issues }
        }
        Request::ConditionalDelete { kind, query, if_match } => {
            let Deleted { number, version, issues: told } =
                Box::pin(conditional_delete(ctx, (kind, query), if_match.as_ref())).await?;
            let mut answer = Answer::deleted(ctx, kind, number, version);
            if let Answer::Deleted { issues, .. } = &mut answer {
                issues.extend(told);
            }
            answer
        }
        _ => Answer::Capabilities,
    })
}

/// What is shown of a resource, unless the client has it.
fn wanted(
    ctx: &Ctx<'_>,
    mut stored: Stored,
    (unless, view): (&Unless, &View),
) -> Result<Answer, Failure> {
    if unless.has(&stored) {
        return Ok(Answer::Unchanged(stored));
    }
    show(ctx, view, [&mut stored])?;
    Ok(Answer::Resource(stored))
}
