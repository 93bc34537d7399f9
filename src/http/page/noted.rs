//! Who reads which page of whom: noted while it is made, recorded before it is shown.

use std::sync::Arc;

use actix_web::http::header::{HeaderValue, RETRY_AFTER};
use actix_web::{HttpRequest, HttpResponse, web};

use crate::criteria::access::{Access, Acting, Doing};
use crate::fhir::kind::ResourceKind;
use crate::fhir::time;
use crate::http::request::followed;
use crate::interaction::audit::action::Action;
use crate::interaction::audit::named::written;
use crate::interaction::audit::note::Outcome;
use crate::interaction::audit::trail::{Part, Trail, Who};
use crate::interaction::engine::{Ctx, Engine, Prefer};
use crate::interaction::failure::Failure;
use crate::search::query::{Parameter, Query};
use crate::store::audit::event::{Event, What};
use crate::ui::booklet::page::is_typed;

/// Somebody who reads a page.
#[derive(Debug, Clone)]
pub(super) struct Visit {
    pub(super) engine: web::Data<Engine>,
    pub(super) access: Option<Arc<Access>>,
    pub(super) trail: Option<Arc<Trail>>,
}

impl Visit {
    /// Begins, before it is known who reads.
    pub(super) fn begin(request: &HttpRequest, engine: &web::Data<Engine>) -> Self {
        let id = HeaderValue::try_from(uuid::Uuid::now_v7().simple().to_string());
        let id = id.unwrap_or(HeaderValue::from_static("-"));
        let trail = followed::begin(request, engine, &id);
        Self { engine: engine.clone(), access: None, trail }
    }

    /// What the page is made with.
    pub(super) fn ctx(&self) -> Ctx<'_> {
        let ctx = match &self.access {
            Some(access) => self.engine.begin_within(access, Prefer::default()),
            None => self.engine.begin(Prefer::default()),
        };
        ctx.followed(self.trail.as_deref())
    }

    /// Forgets an attempt that is made again.
    pub(super) fn forget(&self) {
        self.trail.iter().for_each(|trail| trail.forget());
    }

    /// Records what was done with accounts of this server, by whom; the reply where that cannot be.
    pub(super) async fn account(
        &self,
        (issuer, account): (&str, &str),
        (what, query): (What, &str),
        status: u16,
    ) -> Result<(), HttpResponse> {
        let Some(trail) = &self.trail else { return Ok(()) };
        let (issuer, subject) = (issuer.to_owned(), account.to_owned());
        let who = Who { issuer, subject, ..Who::default() };
        trail.note(Some(Event {
            at: time::now().micros(),
            what,
            status,
            agent: trail.agent_of(&who, Acting::default()),
            context: trail.context(),
            kind: None,
            id: String::new(),
            version: 0,
            patients: Vec::new(),
            query: query.to_owned(),
        }));
        let recorded = followed::record(&self.engine, trail).await;
        recorded.map_err(|_told| {
            HttpResponse::ServiceUnavailable().insert_header((RETRY_AFTER, "1")).finish()
        })
    }

    /// Records what was noted; a page that cannot be recorded is not shown.
    pub(super) async fn settle(&self, path: &str, status: u16) -> Result<(), Failure> {
        let Some(trail) = &self.trail else { return Ok(()) };
        // One that was refused before it was made.
        if trail.is_empty() && status >= 400 && (path.starts_with("/so/") || status == 401) {
            seen(&self.ctx(), (path, &[]), (&Part::default(), status));
        }
        followed::record(&self.engine, trail).await
    }
}

/// Notes that a page was made; the page of the search is about those whom it found.
pub(super) fn seen(
    ctx: &Ctx<'_>,
    (path, query): (&str, &[(String, String)]),
    (part, status): (&Part, u16),
) {
    if path == "/so" && part.patients().is_empty() {
        return ctx.trail().into_iter().for_each(|trail| trail.note(None));
    }
    let below = path.strip_prefix("/so/").unwrap_or_default();
    let id = below.split('/').next().filter(|id| !id.is_empty());
    // What is typed is written down nowhere.
    let pairs = query.iter().filter(|(name, _)| !is_typed(name));
    let parameters = pairs.map(|(name, text)| Parameter::new(name, text.clone())).collect();
    let action = Action {
        id: id.unwrap_or_default().to_owned(),
        query: written(path, &Query { parameters }),
        ..Action::new(What::Page, Doing::Read, id.map(|_| ResourceKind::PATIENT))
    };
    ctx.did(action, part, Outcome { status, ..Outcome::default() });
}
