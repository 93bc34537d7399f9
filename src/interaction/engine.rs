//! Everything the interactions work with, and what one request adds.

use std::sync::Arc;

use serde_json::Value;

use crate::config::rest::Rest;
use crate::config::settings::Level;
use crate::criteria::access::{Access, Reason};
use crate::definitions::library::prepared::Prepared;
use crate::definitions::registry::Registry;
use crate::fhir::date::Zone;
use crate::fhir::issue::Issue;
use crate::fhir::time;
use crate::index::indexer::Indexer;
use crate::index::live::Live;
use crate::mch::future::Clock;
use crate::search::cursor::CursorKey;
use crate::search::resolve::{PageSize, SearchSize};
use crate::snapshot::service::Snapshots;
use crate::store::error::StoreError;
use crate::store::lookup::{Found, Lookup};
use crate::store::write::{IfSame, Keep};
use crate::terminology::map::concept_maps::ConceptMaps;
use crate::terminology::service::Terminology;
use crate::validation::request::Request;
use crate::validation::validator::Validator;

use super::audit::trail::{Part, Trail};
use super::booklet::{self, Levels};
use super::capabilities::Statement;
use super::provided::Served;
use super::record::care::Care;
use super::record::due_kept::DueKept;
use super::record::due_windows::Windows;
use super::record::once::Once;
use super::referred::{Asking, ROUNDS, gather_ahead};
use super::scoped::{Guarded, Scoped};
use super::turns::Turns;

/// The parts of a running server.
#[derive(Debug)]
pub struct Engine {
    pub rows: Guarded,
    /// Whether nothing controls access: everybody may do everything.
    pub is_open: bool,
    /// Whether it is recorded who does what with whose record.
    pub is_recording: bool,
    pub turns: Turns,
    /// What becomes of updates that change nothing.
    pub if_same: IfSame,
    pub registry: Arc<Registry>,
    pub live: Arc<Live>,
    pub validator: Validator,
    pub terminology: Terminology,
    pub concept_maps: ConceptMaps,
    pub snapshots: Snapshots,
    /// The definitions that come with the server.
    pub served: Arc<Served>,
    pub cursor_key: CursorKey,
    pub zone: Zone,
    /// `http://127.0.0.1:8080/fhir`, without a slash at its end.
    pub base: String,
    pub page: PageSize,
    pub size: SearchSize,
    /// Codes that an answer of `$expand` may have when no `count` is given.
    pub expansion_codes: usize,
    /// Keys of constraints whose warnings no write is answered with.
    pub silenced_constraints: Vec<String>,
    /// How findings of profiles count.
    pub profile_levels: Levels,
    /// How it counts that two Patients have a number that only one person has.
    pub same_identifier: Level,
    /// Different expressions that a definition may have.
    pub definition_expressions: usize,
    /// Entries a batch or transaction may have.
    pub bundle_entries: usize,
    /// Resources that one conditional delete may delete.
    pub conditional_deletes: u32,
    /// What the operations of the booklet go by.
    pub care: Care,
    pub rest: Rest,
    /// What was worked out to be due.
    pub due_kept: DueKept,
    /// Whether somebody follows the log for them: one at a time.
    pub windows: Windows,
    pub capabilities: Statement,
}

/// One request.
#[derive(Debug, Clone, Copy)]
pub struct Ctx<'a> {
    pub engine: &'a Engine,
    access: &'a Access,
    pub prefer: Prefer,
    /// Microseconds since 1970.
    pub now: i64,
    /// What is said of the changes, and stored with them.
    pub(super) provenance: Option<&'a Value>,
    /// That what is done is done once.
    pub(super) keep: Option<&'a Keep>,
    /// What was looked up already, where an answer is made of several.
    pub(super) once: Option<&'a Once>,
    /// What is noted of the request, and of the part of it that this is.
    trail: Option<&'a Trail>,
    part: Option<&'a Part>,
}

/// What a client prefers, <https://hl7.org/fhir/R4/http.html#ops>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Prefer {
    pub body: Option<Return>,
    /// `handling=lenient`
    pub lenient: bool,
    /// That it is done in the background.
    pub respond_async: bool,
}

/// What comes back after a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Return {
    Minimal,
    Representation,
    OperationOutcome,
}

impl Engine {
    /// The indexer that counts now. Who asks twice may get two.
    pub fn indexer(&self) -> Arc<Indexer> {
        self.live.get()
    }

    /// The capability statement.
    pub fn capabilities(&self) -> Arc<Value> {
        self.capabilities.now(&self.indexer())
    }

    /// Every finding about a resource, held to the profiles of the booklet too.
    pub fn findings(&self, resource: &Value, request: Request<'_>) -> Vec<Issue> {
        // `$validate` tells everything; a write leaves out what its operator does not want to hear.
        let silenced: Vec<&str> = match request.strict {
            true => Vec::new(),
            false => self.silenced_constraints.iter().map(String::as_str).collect(),
        };
        let most_expressions = Some(self.definition_expressions);
        let request = Request { silenced: &silenced, most_expressions, ..request };
        let clock = Clock { now: time::now().micros(), zone: self.zone };
        booklet::findings(&self.validator, (&self.profile_levels, clock), resource, request)
    }

    /// Begins a request of a client of whom nothing is known.
    pub fn begin(&self, prefer: Prefer) -> Ctx<'_> {
        // The one place where clients get rights without being asked who they are.
        static CLIENT: Access = Access::everything();
        static NOBODY: Access = Access::nothing();
        self.begin_within(if self.is_open { &CLIENT } else { &NOBODY }, prefer)
    }

    /// Begins a request of somebody with rights.
    pub fn begin_within<'a>(&'a self, access: &'a Access, prefer: Prefer) -> Ctx<'a> {
        Ctx {
            engine: self,
            access,
            prefer,
            now: time::now().micros(),
            provenance: None,
            keep: None,
            once: None,
            trail: None,
            part: None,
        }
    }

    /// Begins what the server does for itself.
    pub fn begin_for(&self, reason: Reason) -> Ctx<'_> {
        self.begin_within(Access::of_server(reason), Prefer::default())
    }
}

impl<'a> Ctx<'a> {
    /// The same, with something said of the changes: `X-Provenance`.
    #[must_use]
    pub fn saying(self, provenance: Option<&'a Value>) -> Self {
        Self { provenance, ..self }
    }

    /// The same, for what is to be done once: `Idempotency-Key`.
    #[must_use]
    pub fn keeping(self, keep: Option<&'a Keep>) -> Self {
        Self { keep, ..self }
    }

    /// The same, with everything noted that is done.
    #[must_use]
    pub fn followed(self, trail: Option<&'a Trail>) -> Self {
        Self { trail, ..self }
    }

    /// The same, as a part of it of which it is noted whose data it sees.
    #[must_use]
    pub fn noting<'p>(&self, part: &'p Part) -> Ctx<'p>
    where
        'a: 'p,
    {
        Ctx { part: Some(part), ..*self }
    }

    /// What is noted of the request.
    pub fn trail(&self) -> Option<&'a Trail> {
        self.trail
    }

    /// What is noted of this part of it.
    pub(super) fn part(&self) -> Option<&'a Part> {
        self.part
    }

    /// Who asks.
    pub(super) fn who(&self) -> &str {
        self.access.who()
    }

    /// The rows that this request may see and change.
    pub fn rows(&self) -> Scoped<'a> {
        self.engine.rows.within(self.access).noting(self.part)
    }

    /// The same request, which looks nothing up twice. It is for answers that change nothing.
    #[must_use]
    pub fn reading_once(mut self, once: &'a Once) -> Self {
        self.once = Some(once);
        self
    }

    /// Finds current resources by one key each, as `rows().look_up` does.
    pub async fn look_up(&self, lookups: Vec<Lookup>, most: u32) -> Result<Vec<Found>, StoreError> {
        match self.once {
            Some(once) => once.look_up(self.rows(), lookups, most).await,
            None => self.rows().look_up(lookups, most).await,
        }
    }

    /// Whether nothing is hidden from whoever asks.
    pub fn sees_everything(&self) -> bool {
        self.access.is_everything()
    }

    /// What may be done.
    pub(in crate::interaction) fn access(&self) -> &'a Access {
        self.access
    }

    /// Every finding about a resource, with the stored resources that something in it depends on: a
    /// profile of what a reference leads to, a slice told by it, `resolve()`. They are read ahead where
    /// a profile is claimed, else when they are asked for, and the findings made anew.
    pub async fn examine(
        &self,
        resource: &Value,
        request: Request<'_>,
    ) -> Result<Vec<Issue>, StoreError> {
        self.examine_with(resource, request, &mut Prepared::begin(&self.engine.registry)).await
    }

    /// The same, noting which definitions they rest on.
    pub(super) async fn examine_with(
        &self,
        resource: &Value,
        request: Request<'_>,
        prepared: &mut Prepared,
    ) -> Result<Vec<Issue>, StoreError> {
        let mut gathered = gather_ahead(self, resource).await?;
        for _ in 0..ROUNDS {
            let (issues, missing) = {
                let asking = Asking::new(&gathered, &self.engine.base);
                let request = Request { resolver: Some(&asking), ..request };
                let issues = prepared.make(|| self.engine.findings(resource, request));
                (issues, asking.missing())
            };
            if !gathered.add(self, missing).await? {
                return Ok(issues);
            }
        }
        let request = Request { resolver: Some(&gathered), ..request };
        Ok(prepared.make(|| self.engine.findings(resource, request)))
    }
}
