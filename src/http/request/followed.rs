//! What is noted of a request from its beginning to its answer, and recorded before that is sent.

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::header::{HeaderName, HeaderValue};

use crate::access::glass::Glass;
use crate::criteria::access::{Access, Doing};
use crate::definitions::library::Library;
use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::fhir::time::Instant;
use crate::interaction::audit::action::Action;
use crate::interaction::audit::named::{patients, written};
use crate::interaction::audit::note::Outcome;
use crate::interaction::audit::search::no_change;
use crate::interaction::audit::trail::{Part, Trail};
use crate::interaction::engine::{Ctx, Engine};
use crate::interaction::failure::{Failure, Kind};
use crate::interaction::route::{Interaction, Target};
use crate::operation::call::Call;
use crate::search::query::Query;
use crate::store::audit::event::What;

use super::head::Head;

/// The header by which a record is opened in an emergency, and told until when.
pub(in crate::http) const BREAK_GLASS: HeaderName = HeaderName::from_static("break-glass");

/// Operations that are about nobody, where they see no record.
const IMPERSONAL: [&str; 5] = ["fhirpath", "validate", "closure", "reindex", "meta"];

/// Begins to follow a request, where that is done.
pub(in crate::http) fn begin(
    request: &HttpRequest,
    engine: &Engine,
    id: &HeaderValue,
) -> Option<Arc<Trail>> {
    if !engine.is_recording {
        return None;
    }
    let address = request.peer_addr().map(|peer| peer.ip().to_string()).unwrap_or_default();
    let id = id.to_str().unwrap_or_default().to_owned();
    Some(Arc::new(Trail::new(address, id)))
}

/// What `Break-Glass` asks for, of whom the request names.
pub(in crate::http) fn glass<'h>(
    head: Head<'h>,
    target: Option<&Target>,
    engine: &Engine,
) -> Option<Glass<'h>> {
    let mut headers = head.headers.get_all(BREAK_GLASS);
    let first = headers.next()?;
    // Two of them say nothing that could be relied on.
    let header = if headers.next().is_some() { &[][..] } else { first.as_bytes() };
    let query = Query::parse([head.query_string()]);
    Some(Glass { header, patients: named(target, &query, &engine.base) })
}

/// The patients whom a request names: in its path, or in its query.
fn named(target: Option<&Target>, query: &Query, base: &str) -> Vec<String> {
    let kind = target.and_then(Target::searched);
    let own = target.filter(|target| target.kind == Some(ResourceKind::PATIENT));
    let own = own.and_then(|target| target.id.as_ref()).map(|id| id.as_str().to_owned());
    let mut all = patients(kind, query, base);
    all.extend(own.filter(|own| !all.contains(own)));
    all
}

/// The answer's header of an opened record.
pub(in crate::http) fn until(engine: &Engine, until: i64) -> Option<(HeaderName, HeaderValue)> {
    let time = Instant::from_micros(until).format(engine.zone);
    let value = HeaderValue::try_from(format!("until={time}")).ok()?;
    Some((BREAK_GLASS, value))
}

/// Refuses to change what is recorded, before anything of a body is read.
pub(in crate::http) fn may_change(
    ctx: &Ctx<'_>,
    interaction: Interaction,
    target: &Target,
) -> Result<(), Failure> {
    let changes = matches!(
        interaction,
        Interaction::Create | Interaction::Update | Interaction::Patch | Interaction::Delete
    );
    target.kind.filter(|_| changes).map_or(Ok(()), |kind| no_change(ctx, kind))
}

/// Notes that an operation was called.
pub(in crate::http) fn operated(ctx: &Ctx<'_>, call: &Call<'_>, part: &Part, status: u16) {
    let Some(trail) = ctx.trail() else { return };
    let is_definition = call.kind.is_some_and(Library::keeps);
    let is_impersonal = is_definition || IMPERSONAL.contains(&call.name);
    if is_impersonal && part.patients().is_empty() && !matches!(status, 401 | 403) {
        return trail.note(None);
    }
    let query = Query::parse([call.raw_query]);
    let (kind, id) = (call.kind, call.id.map(ResourceId::as_str).unwrap_or_default());
    let place = [kind.map(ResourceKind::name), (!id.is_empty()).then_some(id)];
    let place: String = place.into_iter().flatten().map(|part| format!("{part}/")).collect();
    let action = Action {
        id: id.to_owned(),
        query: written(&format!("{place}${}", call.name), &query),
        patients: patients(kind, &query, &ctx.engine.base),
        ..Action::new(What::Operation, Doing::Read, kind)
    };
    ctx.did(action, part, Outcome { status, ..Outcome::default() });
}

/// What is recorded of a request that was not carried out.
fn refused((head, engine): (Head<'_>, &Engine), routed: Option<&(Interaction, Target)>) -> Action {
    let (interaction, target) = routed.map(|(one, target)| (*one, target)).unzip();
    let (what, doing) = match interaction {
        Some(Interaction::Read) => (What::Read, Doing::Read),
        Some(Interaction::VRead) => (What::VRead, Doing::Read),
        Some(Interaction::HistoryInstance) => (What::HistoryInstance, Doing::Read),
        Some(Interaction::HistoryType) => (What::HistoryType, Doing::Search),
        Some(Interaction::HistorySystem) => (What::HistorySystem, Doing::Search),
        Some(Interaction::SearchType) => (What::SearchType, Doing::Search),
        Some(Interaction::SearchSystem) => (What::SearchSystem, Doing::Search),
        Some(Interaction::Create) => (What::Create, Doing::Create),
        Some(Interaction::Update) => (What::Update, Doing::Update),
        Some(Interaction::Patch) => (What::Patch, Doing::Update),
        Some(Interaction::Delete) => (What::Delete, Doing::Delete),
        Some(Interaction::Bundle) => (What::Bundle, Doing::Update),
        Some(Interaction::Operation) => (What::Operation, Doing::Read),
        _ => (What::Other, Doing::Read),
    };
    let query = Query::parse([head.query_string()]);
    let id = target.and_then(|target| target.id.as_ref());
    Action {
        id: id.map(|id| id.as_str().to_owned()).unwrap_or_default(),
        query: written(head.path().trim_start_matches('/'), &query),
        patients: named(target, &query, &engine.base),
        ..Action::new(what, doing, target.and_then(|target| target.kind))
    }
}

/// Records what was noted of a request; one that cannot be recorded is not answered.
pub(in crate::http) async fn settle(
    (head, engine): (Head<'_>, &Engine),
    trail: &Trail,
    (routed, access): (Option<&(Interaction, Target)>, Option<&Access>),
    status: u16,
) -> Result<(), Failure> {
    let is_told_to_all = routed.is_some_and(|(interaction, _)| {
        matches!(interaction, Interaction::Capabilities | Interaction::OpenApi)
    });
    // A refusal, an answer of before that is given again: whatever nothing was noted of yet.
    let is_refusal = matches!(status, 401 | 403);
    if trail.is_empty() && (is_refusal || (routed.is_some() && !is_told_to_all)) {
        let action = refused((head, engine), routed);
        let outcome = Outcome { status, ..Outcome::default() };
        let nobody = Access::nothing();
        let ctx = engine.begin_within(access.unwrap_or(&nobody), Default::default());
        ctx.followed(Some(trail)).did(action, &Part::default(), outcome);
    }
    record(engine, trail).await
}

/// Records what was noted.
pub(in crate::http) async fn record(engine: &Engine, trail: &Trail) -> Result<(), Failure> {
    let events = trail.take();
    if events.is_empty() {
        return Ok(());
    }
    engine.rows.record(events).await.map_err(|error| {
        let mut failure = Kind::Unavailable.because(
            "Không ghi được nhật ký truy cập nên không trả lời. Hãy thử lại sau ít phút.",
            "The access could not be recorded, so there is no answer. Try again in a few minutes.",
        );
        failure.cause = Some(Arc::new(error));
        failure
    })
}
