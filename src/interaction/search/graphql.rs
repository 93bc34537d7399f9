//! `GraphQL` on what is stored: what a document asks for is read in rounds, as long as it asks for more,
//! <https://hl7.org/fhir/R4/graphql.html>.

use serde_json::Value;

use crate::budget;
use crate::definitions::base::today_in;
use crate::fhir::id::ResourceId;
use crate::fhir::issue::{Issue, IssueCode};
use crate::fhir::json::parse_own;
use crate::fhir::kind::ResourceKind;
use crate::fhir::time::Instant;
use crate::graphql::document::Document;
use crate::graphql::fault::{Fault, FaultKind};
use crate::graphql::known::{Edge, Had, Known, Matches, Page, Want};
use crate::graphql::run::{Surroundings, run};
use crate::search::cursor::fingerprint;
use crate::search::query::{Parameter, Query};
use crate::store::find::search::Turn;
use crate::store::row::{Hit, Stored};

use super::scope::Scope;
use super::search;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::interaction::single::read::read;
use crate::interaction::single::vread::vread;

/// Bytes of memory that a byte of a resource takes as a tree.
const TREE: usize = 4;

/// A document that is not answered, and where in it that is.
#[derive(Debug)]
pub struct Unanswered {
    pub failure: Failure,
    /// Line and column.
    pub at: Option<(usize, usize)>,
}

impl From<Failure> for Unanswered {
    fn from(failure: Failure) -> Self {
        Self { failure, at: None }
    }
}

impl From<Fault> for Unanswered {
    fn from(fault: Fault) -> Self {
        let said = match fault {
            Fault::Spent(spent) => return Failure::from(spent).into(),
            Fault::Said(said) => said,
        };
        let (kind, code) = match said.kind {
            FaultKind::Malformed => (Kind::Malformed, IssueCode::Invalid),
            FaultKind::Unfit => (Kind::Unprocessable, IssueCode::Processing),
            FaultKind::Missing => (Kind::NotFound, IssueCode::NotFound),
        };
        Self { failure: kind.with(vec![Issue::error(code, said.text)]), at: said.at }
    }
}

/// Answers a document about a resource, or about all there is.
pub async fn answer(
    ctx: &Ctx<'_>,
    document: &Document,
    resource: Option<&Value>,
) -> Result<Value, Unanswered> {
    let engine = ctx.engine;
    let around = Surroundings {
        shapes: &engine.registry.shapes,
        base: &engine.base,
        now: Instant::from_micros(ctx.now),
        zone: engine.zone,
        depth: engine.rest.graphql_depth,
    };
    let mut known = Known::default();
    loop {
        let answer = run(document, around, &known, resource)?;
        let missing = known.take_missing();
        if missing.is_empty() {
            return Ok(answer);
        }
        let most = engine.rest.graphql_lookups;
        if known.len() + missing.len() > most {
            return Err(too_many(most).into());
        }
        for want in missing {
            let had = match &want {
                Want::Resource { kind, id, version } => {
                    Had::Resource(resource_of(ctx, *kind, id, version.as_deref()).await?)
                }
                Want::Matches(matches) => Had::Page(page(ctx, matches).await?),
            };
            known.put(want, had);
        }
    }
}

async fn resource_of(
    ctx: &Ctx<'_>,
    kind: ResourceKind,
    id: &str,
    version: Option<&str>,
) -> Result<Option<Value>, Failure> {
    let Some(id) = ResourceId::parse(id) else { return Ok(None) };
    let stored = match version {
        Some(version) => vread(ctx, kind, &id, version).await,
        None => read(ctx, kind, &id).await,
    };
    match stored {
        Ok(stored) => tree(&stored).map(Some),
        Err(failure) if matches!(failure.kind, Kind::NotFound | Kind::Gone) => Ok(None),
        Err(failure) => Err(failure),
    }
}

async fn page(ctx: &Ctx<'_>, matches: &Matches) -> Result<Page, Failure> {
    let mut parameters: Vec<Parameter> =
        matches.parameters.iter().map(|(name, text)| Parameter::new(name, text.clone())).collect();
    let says = |name: &str| parameters.iter().any(|parameter| parameter.name == name);
    if matches.is_counted && !says("_total") {
        parameters.push(Parameter::new("_total", "accurate".to_owned()));
    }
    let sizes = ctx.engine.page;
    let count = parameters.iter().find(|parameter| parameter.name == "_count");
    let count = count.and_then(|count| count.text.parse().ok()).unwrap_or(sizes.usual);
    let found = Box::pin(search(ctx, Scope::Type(matches.kind), Query { parameters })).await?;
    let edge = |(hit, mode): (&Hit, &'static str)| {
        tree(&hit.stored).map(|resource| Edge { mode, resource })
    };
    let hits = found.page.hits.iter().map(|hit| (hit, "match"));
    let edges = hits.chain(found.included.iter().map(|hit| (hit, "include"))).map(edge);
    let next = found.page.next.clone().map(Turn::Behind);
    let seal = |turn| ctx.engine.cursor_key.seal(&turn, fingerprint(&found.path, &found.used));
    Ok(Page {
        edges: edges.collect::<Result<_, _>>()?,
        total: found.page.total,
        size: count.min(sizes.most),
        is_first: !found.is_further,
        next: next.map(seal),
    })
}

/// A stored resource as a tree.
fn tree(stored: &Stored) -> Result<Value, Failure> {
    budget::spend(stored.body.len() / TREE)?;
    budget::take(stored.body.len() * TREE)?;
    let read = parse_own(&stored.body);
    read.map(|resource| today_in(&resource).into_owned()).map_err(|_corrupt| {
        Kind::Exception.because(
            "Máy chủ gặp lỗi bên trong. Hãy báo mã yêu cầu (X-Request-Id) cho người vận hành.",
            "The server failed. Tell its operators the request's id (X-Request-Id).",
        )
    })
}

fn too_many(most: usize) -> Failure {
    Kind::TooMuch.because(
        format!("Tài liệu GraphQL này cần đọc hơn {most} tài nguyên và trang tìm kiếm (cài đặt graphql_lookups). Hãy chia nhỏ nó, hoặc dùng _count."),
        format!("This GraphQL document needs more than {most} resources and pages of matches (setting graphql_lookups). Split it, or use _count."),
    )
}
