//! Whether an interaction may be done to resources of a type at all. Which of them is not asked here:
//! that is part of every query.

use crate::criteria::access::{Doing, Lack, Reason};
use crate::criteria::tree::Criteria;
use crate::fhir::kind::ResourceKind;

use crate::interaction::audit::search::no_change;
use crate::interaction::engine::{Ctx, Engine};
use crate::interaction::failure::{Failure, Kind};
use crate::interaction::request::Request;
use crate::interaction::route::Interaction;
use crate::interaction::search::scope::{Scope, named};
use crate::interaction::single::conditional::selected;
use crate::search::query::Query;

impl Ctx<'_> {
    /// Refuses what may be done to no resource of a type.
    pub fn may(&self, doing: Doing, kind: ResourceKind) -> Result<(), Failure> {
        self.access().lack(doing, kind).map_or(Ok(()), |lack| Err(lacking(&lack, kind)))
    }

    /// Refuses where none of these things may be done to a resource of a type.
    pub fn may_one(&self, doing: &[Doing], kind: ResourceKind) -> Result<(), Failure> {
        let mut refused = None;
        for one in doing {
            match self.may(*one, kind) {
                Ok(()) => return Ok(()),
                Err(failure) => refused = refused.or(Some(failure)),
            }
        }
        refused.map_or(Ok(()), Err)
    }

    /// Refuses where something may be done to no resource of any of these types.
    fn may_some(
        &self,
        doing: Doing,
        kinds: impl Iterator<Item = ResourceKind>,
    ) -> Result<(), Failure> {
        let mut refused = None;
        for kind in kinds {
            match self.may(doing, kind) {
                Ok(()) => return Ok(()),
                Err(failure) => refused = Some(failure),
            }
        }
        refused.map_or(Ok(()), |_| Err(nothing()))
    }

    /// Refuses what is the server's own to whoever does not administer it.
    pub fn administers(&self) -> Result<(), Failure> {
        match self.access().administers() {
            true => Ok(()),
            false => Err(Kind::Forbidden.because(
                "Việc này chỉ dành cho quản trị viên (vai trò administrator).",
                "This is the administrator's (role administrator).",
            )),
        }
    }
}

/// What a query selects of a type, as a scope may have it: nothing about other resources, and nothing
/// about how results are shown. None when it cannot be read.
pub fn selecting(engine: &Engine, kind: ResourceKind, query: &str) -> Option<Criteria> {
    let query = Query::parse([query]);
    let ctx = engine.begin_for(Reason::Rights);
    let criteria = selected(&ctx, kind, query).ok()?;
    let whole = Criteria::All(criteria);
    (whole != Criteria::All(Vec::new()) && !whole.is_about_others()).then_some(whole)
}

/// Refuses a request whose interaction may not be done.
pub(in crate::interaction) fn check(ctx: &Ctx<'_>, request: &Request) -> Result<(), Failure> {
    if ctx.access().is_everything() && !ctx.engine.is_recording {
        return Ok(());
    }
    match request {
        Request::Capabilities | Request::Bundle { .. } => Ok(()),
        Request::Read { kind, .. }
        | Request::VRead { kind, .. }
        | Request::History { kind, .. } => ctx.may(Doing::Read, *kind),
        Request::HistoryOfAll { kind: Some(kind), .. } => ctx.may(Doing::Search, *kind),
        Request::HistoryOfAll { kind: None, .. } => {
            ctx.may_some(Doing::Search, ResourceKind::all())
        }
        Request::Search { scope, query } => match scope {
            Scope::Type(kind) | Scope::Compartment { kind: Some(kind), .. } => {
                ctx.may(Doing::Search, *kind)
            }
            Scope::System | Scope::Everything { .. } | Scope::Compartment { kind: None, .. } => {
                match named(query)? {
                    Some(kinds) => {
                        kinds.into_iter().try_for_each(|kind| ctx.may(Doing::Search, kind))
                    }
                    None => ctx.may_some(Doing::Search, ResourceKind::all()),
                }
            }
        },
        Request::Create { kind, if_none_exist, .. } => {
            may_all(ctx, Interaction::Create, *kind, if_none_exist.is_some())
        }
        Request::Update { kind, .. } => may_all(ctx, Interaction::Update, *kind, false),
        Request::ConditionalUpdate { kind, .. } => may_all(ctx, Interaction::Update, *kind, true),
        Request::Patch { kind, .. } => may_all(ctx, Interaction::Patch, *kind, false),
        Request::ConditionalPatch { kind, .. } => may_all(ctx, Interaction::Patch, *kind, true),
        Request::Delete { kind, .. } => may_all(ctx, Interaction::Delete, *kind, false),
        Request::ConditionalDelete { kind, .. } => may_all(ctx, Interaction::Delete, *kind, true),
    }
}

/// Refuses a write whose interaction may not be done; one with conditions searches too, and a patch
/// shows what it changed.
pub(in crate::interaction) fn may_all(
    ctx: &Ctx<'_>,
    interaction: Interaction,
    kind: ResourceKind,
    is_conditional: bool,
) -> Result<(), Failure> {
    no_change(ctx, kind)?;
    match interaction {
        Interaction::Create => ctx.may(Doing::Create, kind)?,
        Interaction::Update => ctx.may(Doing::Update, kind)?,
        Interaction::Patch => {
            ctx.may(Doing::Update, kind)?;
            ctx.may(Doing::Read, kind)?;
        }
        Interaction::Delete => ctx.may(Doing::Delete, kind)?,
        _ => {}
    }
    if is_conditional { ctx.may(Doing::Search, kind) } else { Ok(()) }
}

fn lacking(lack: &Lack, kind: ResourceKind) -> Failure {
    match lack {
        Lack::Scope(scope) => Kind::InsufficientScope.because(
            format!("Token không có scope cho việc này. Cần scope {scope}."),
            format!("No scope of the token allows this. The scope {scope} would."),
        ),
        Lack::Role => Kind::Forbidden.because(
            format!("Không vai trò nào được cấp cho phép làm việc này với {kind}."),
            format!("None of the roles that were granted may do this with {kind}."),
        ),
        Lack::Patient => Kind::Forbidden.because(
            "Người mà token nêu ở claim patient không nằm trong quyền đã cấp, nên scope patient/ không dùng được.",
            "The person whom the token's claim patient names is not reached by any grant, so its patient/ scopes cannot be used.",
        ),
    }
}

fn nothing() -> Failure {
    Kind::InsufficientScope.because(
        "Token không có scope nào cho phép tìm ở đây. Cần ít nhất một scope như user/Observation.s.",
        "No scope of the token allows a search here. It takes one at the least, such as user/Observation.s.",
    )
}
