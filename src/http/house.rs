//! What all requests share, and what one of them may have of it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::access::control::Control;
use crate::authorization::oauth::desk::OAuth;
use crate::authorization::oauth::sites::Sites;
use crate::authorization::server::Server;
use crate::budget::{Budget, Limits as Allowance, Memory};
use crate::config::settings::Settings;
use crate::interaction::engine::Engine;
use crate::interaction::route::Interaction;
use crate::ui::form_token::FormTokens;

use super::address::Address;
use super::background::kept::{self, Background};
use super::lanes::{Lane, Lanes};
use super::transport::patience::Patience;
use super::transport::rate::{Rate, Rates};

/// Steps that a request may take on the thread that serves its connection: some milliseconds.
const HERE: u64 = 60_000;
/// Steps that a request may take on the quick lane: about half a second.
const QUICK: u64 = 10_000_000;
/// Bytes of a body that is worked on where its connection is served.
const SMALL: usize = 16 << 10;
/// Bytes of a body that is slow work.
const LARGE: usize = 1 << 20;

/// Who may do what, who signs in, and who gives out tokens; none where nothing is controlled, or others
/// do it.
pub type Access = (Option<Arc<Control>>, Option<Arc<Server>>, Option<Arc<OAuth>>);

/// What requests may have.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of a body.
    pub body: usize,
    /// Bytes of a form.
    pub form: usize,
    /// Bytes of a photograph.
    pub photo: usize,
    /// Minutes that the token of a form counts.
    pub form_minutes: u32,
    /// Values of a body.
    pub body_values: usize,
    /// Bytes of all bodies together.
    pub bodies: u64,
    /// Bytes that all requests together make of bodies and for answers.
    pub memory: u64,
    /// Bytes of an answer.
    pub answer: u64,
    /// Steps of one request.
    pub steps: u64,
    /// Time of one request.
    pub time: Duration,
    /// What clients are waited for.
    pub patience: Patience,
    /// What requests in the background may have.
    pub background: kept::Limits,
    /// How often somebody may ask.
    pub rates: Rates,
    /// Whether systems need a certificate.
    pub demands_certificates: bool,
}

impl Limits {
    /// As the settings say.
    pub fn of(settings: &Settings) -> Self {
        let mib = |count: u64| count << 20;
        Self {
            body: settings.body_mib << 20,
            form: settings.form_kib << 10,
            photo: settings.photo_kib << 10,
            form_minutes: settings.form_minutes,
            body_values: settings.body_values,
            bodies: mib(settings.bodies_mib),
            memory: mib(settings.memory_mib),
            answer: mib(settings.answer_mib),
            steps: settings.request_steps.saturating_mul(1_000_000),
            time: Duration::from_secs(settings.request_seconds),
            patience: Patience::of(settings),
            background: kept::Limits {
                most: settings.async_requests,
                time: Duration::from_secs(settings.async_seconds),
                kept: Duration::from_secs(settings.async_kept_seconds),
            },
            demands_certificates: !settings.tls_client_ca.is_empty(),
            rates: Rates { address: settings.address_requests, client: settings.client_requests },
        }
    }
}

/// What all requests share.
#[derive(Debug)]
pub struct House {
    /// The paths that requests come on.
    pub(super) address: Address,
    pub(super) limits: Limits,
    pub(super) lanes: Lanes,
    /// Who may do what; none: everybody may do everything.
    pub(super) control: Option<Arc<Control>>,
    /// Who signs in, and gives out tokens; none where others do.
    pub(super) authorization: Option<Arc<Server>>,
    /// The authorization server that is built in, where there is one.
    pub(super) oauth: Option<Arc<OAuth>>,
    /// The sites of its apps.
    pub(super) sites: Option<Sites>,
    /// Whether clients reach the server by https.
    pub(super) is_secure: bool,
    /// What makes the forms of pages this server's own.
    pub(super) forms: FormTokens,
    /// What bodies may take of memory.
    pub(super) bodies: Arc<Memory>,
    /// What trees and answers may take of memory.
    pub(super) memory: Arc<Memory>,
    /// Requests that nobody waits for.
    pub(super) background: Background,
    pub(super) rate: Rate,
}

impl House {
    pub(super) fn new(
        engine: &Engine,
        limits: Limits,
        lanes: Lanes,
        (control, authorization, oauth): Access,
    ) -> Self {
        let (address, is_secure) = (Address::new(&engine.base), engine.base.starts_with("https:"));
        let forms = FormTokens::new(engine.cursor_key.key_for("forms"), limits.form_minutes);
        Self {
            control,
            authorization,
            sites: oauth.as_ref().map(|_| Sites::default()),
            oauth,
            is_secure,
            forms,
            address,
            limits,
            lanes,
            bodies: Memory::new(limits.bodies),
            memory: Memory::new(limits.memory),
            background: Background::new(limits.background),
            rate: Rate::new(limits.rates),
        }
    }

    /// Waits until everything that was begun is done.
    pub fn close(self) {
        self.lanes.close();
    }

    /// What a request may have on a lane, if it began then.
    pub(super) fn budget(&self, lane: Lane, start: Instant) -> Arc<Budget> {
        let Limits { steps, answer: bytes, time, .. } = self.limits;
        let here = match lane {
            Lane::Here => HERE.min(steps),
            Lane::Quick => QUICK.min(steps),
            Lane::Slow => steps,
        };
        let time = time.saturating_sub(start.elapsed());
        let limits = Allowance { steps: here, once_stored: steps - here, bytes, time };
        Budget::new(limits, &self.memory)
    }
}

impl House {
    /// What a request in the background may have.
    pub(super) fn background_budget(&self) -> Arc<Budget> {
        let Limits { steps, answer: bytes, background, .. } = self.limits;
        let limits = Allowance { steps, once_stored: 0, bytes, time: background.time };
        Budget::new(limits, &self.memory)
    }
}

impl Lane {
    /// Where a request with a body of this size begins.
    pub(super) fn of(interaction: Interaction, body: usize) -> Self {
        match interaction {
            _ if body > LARGE => Self::Slow,
            Interaction::Bundle | Interaction::Operation => Self::Quick,
            _ if body > SMALL => Self::Quick,
            _ => Self::Here,
        }
    }
}
