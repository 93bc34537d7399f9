//! The operations of this server: what is not here is neither called nor claimed.

use std::pin::Pin;

use serde_json::{Value, json};

use crate::criteria::access::Doing;
use crate::definitions::base::BASE;
use crate::fhir::kind::ResourceKind;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::interaction::respond::Plain;
use crate::interaction::route::Method;
use crate::interaction::search::Results;

use super::call::Call;

mod general;
mod maternal;

use general::GENERAL;
use maternal::MATERNAL;

/// Where an operation is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    /// `[base]/$name`
    System,
    /// `[base]/[type]/$name`
    Type(&'static str),
    /// `[base]/[type]/[id]/$name`
    Instance(&'static str),
    /// `[base]/[type]/$name`, whatever the type is.
    EveryType,
    /// `[base]/[type]/[id]/$name`, whatever the type is.
    EveryInstance,
}

/// What will be the answer.
pub(super) type Answering<'a, T = Value> = Pin<Box<dyn Future<Output = Result<T, Failure>> + 'a>>;

/// What became of a call.
#[derive(Debug)]
pub enum Called {
    Made(Value),
    /// Work in the background has this number.
    Begun(i64),
    /// JSON that is no resource.
    Plain(Plain),
    /// A page of records.
    Found(Box<Results>),
}

/// What carries an operation out.
enum Run {
    /// With a body that could be read, and the resource it was called on.
    At(fn(&Ctx<'_>, &Call<'_>, Option<&Value>) -> Result<Value, Failure>),
    /// It reads what it needs itself.
    Reading(for<'a> fn(&'a Ctx<'a>, &'a Call<'a>) -> Answering<'a>),
    /// It begins work in the background, and gives the number of that.
    Beginning(for<'a> fn(&'a Ctx<'a>, &'a Call<'a>) -> Answering<'a, i64>),
    /// It finds records, page by page.
    Finding(for<'a> fn(&'a Ctx<'a>, &'a Call<'a>) -> Answering<'a, Results>),
    /// What it gives is no resource.
    Plainly(for<'a> fn(&'a Ctx<'a>, &'a Call<'a>) -> Answering<'a, Plain>),
}

/// One line of the table.
struct Operation {
    /// Without the `$`.
    name: &'static str,
    /// Its canonical URL; what starts with no scheme is below the base URL, the guide's own below the
    /// guide's.
    definition: &'static str,
    levels: &'static [Level],
    /// Whether it can be called by GET too: it changes nothing and takes values only.
    by_get: bool,
    run: Run,
}

/// How the canonical URLs of the guide's own operations begin, below its base.
const OURS: &str = "OperationDefinition/mch-";

/// All of them.
fn operations() -> impl Iterator<Item = &'static Operation> {
    GENERAL.iter().chain(MATERNAL)
}

impl Operation {
    /// Refuses whoever may not call it. What is called on a type needs a scope for it; what is kept for
    /// all, or works on all rows, is the administrator's.
    fn may(&self, ctx: &Ctx<'_>, call: &Call<'_>) -> Result<(), Failure> {
        if matches!(self.run, Run::Beginning(_)) || self.name == "closure" {
            return ctx.administers();
        }
        // It says itself for whom it is: an auditor reads no record.
        if self.name == "access-log" {
            return Ok(());
        }
        let Some(kind) = call.kind else { return Ok(()) };
        match call.id {
            Some(_) => ctx.may(Doing::Read, kind),
            None => ctx.may_one(&[Doing::Read, Doing::Search, Doing::Create, Doing::Update], kind),
        }
    }
}

impl Level {
    /// Whether it is where a call is made: of a type, of one of its resources.
    fn is(self, kind: Option<ResourceKind>, has_id: bool) -> bool {
        let is_of = |of: &str| kind.is_some_and(|kind| kind.name() == of);
        match self {
            Self::System => kind.is_none(),
            Self::Type(of) => is_of(of) && !has_id,
            Self::Instance(of) => is_of(of) && has_id,
            Self::EveryType => kind.is_some() && !has_id,
            Self::EveryInstance => kind.is_some() && has_id,
        }
    }
}

/// Where an operation is called.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) name: &'static str,
    /// With `{type}` and `{id}` in it.
    pub(super) path: String,
    by_get: bool,
}

impl Place {
    /// The verbs it is called by.
    pub(super) fn methods(&self) -> impl Iterator<Item = Method> {
        [Method::Post].into_iter().chain(self.by_get.then_some(Method::Get))
    }
}

/// Everywhere that operations are called.
pub(super) fn places() -> Vec<Place> {
    let of = |operation: &Operation, level: &Level| {
        let (name, by_get) = (operation.name, operation.by_get);
        let below = match level {
            Level::System => String::new(),
            Level::Type(of) => format!("/{of}"),
            Level::Instance(of) => format!("/{of}/{{id}}"),
            Level::EveryType => "/{type}".to_owned(),
            Level::EveryInstance => "/{type}/{id}".to_owned(),
        };
        Place { name, path: format!("{below}/${name}"), by_get }
    };
    operations().flat_map(|one| one.levels.iter().map(move |level| of(one, level))).collect()
}

/// Calls an operation.
pub async fn call(ctx: &Ctx<'_>, call: &Call<'_>) -> Result<Called, Failure> {
    let name = call.name;
    let is_here = |level: &Level| level.is(call.kind, call.id.is_some());
    let here = |operation: &&Operation| operation.levels.iter().any(is_here);
    let operation = operations().filter(here).find(|operation| operation.name == name);
    let operation = operation.ok_or_else(|| {
        Kind::NotFound.because(
            format!("Không có operation '${name}' ở đây. Xem /metadata."),
            format!("There is no operation '${name}' here. See /metadata."),
        )
    })?;
    if call.is_get && !operation.by_get {
        return Err(Kind::MethodNotAllowed.because(
            format!("Operation '${name}' chỉ gọi được bằng POST."),
            format!("The operation '${name}' is called by POST only."),
        ));
    }
    operation.may(ctx, call)?;
    match operation.run {
        Run::At(run) => {
            if let Some(posted) = &call.posted {
                posted.accept()?;
            }
            run(ctx, call, call.instance(ctx).await?.as_ref()).map(Called::Made)
        }
        Run::Reading(run) => run(ctx, call).await.map(Called::Made),
        Run::Beginning(run) => run(ctx, call).await.map(Called::Begun),
        Run::Finding(run) => run(ctx, call).await.map(|found| Called::Found(Box::new(found))),
        Run::Plainly(run) => run(ctx, call).await.map(Called::Plain),
    }
}

/// The operations at the base URL or of a type, as the capability statement lists them.
pub fn declared(base: &str, kind: Option<ResourceKind>) -> Vec<Value> {
    let is_of = |level: &Level| level.is(kind, false) || level.is(kind, true);
    let operations = operations().filter(|operation| operation.levels.iter().any(is_of));
    let declare = |operation: &Operation| {
        let definition = match operation.definition {
            whole if whole.contains("://") => whole.to_owned(),
            ours if ours.starts_with(OURS) => format!("{BASE}/{ours}"),
            local => format!("{base}/{local}"),
        };
        json!({ "name": operation.name, "definition": definition })
    };
    operations.map(declare).collect()
}
