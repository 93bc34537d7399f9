//! What all requests share, and what one of them may have of it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::access::control::Control;
use crate::budget::{Budget, Limits as Allowance, Memory};
use crate::interaction::route::Interaction;

use super::address::Address;
use super::lanes::{Lane, Lanes};
use super::patience::Patience;

/// Steps that a request may take on the thread that serves its connection: some milliseconds.
const HERE: u64 = 60_000;
/// Steps that a request may take on the quick lane: about half a second.
const QUICK: u64 = 10_000_000;
/// Bytes of a body that is worked on where its connection is served.
const SMALL: usize = 16 << 10;
/// Bytes of a body that is slow work.
const LARGE: usize = 1 << 20;

/// What requests may have.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of a body.
    pub body: usize,
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
    /// What bodies may take of memory.
    pub(super) bodies: Arc<Memory>,
    /// What trees and answers may take of memory.
    pub(super) memory: Arc<Memory>,
}

impl House {
    pub(super) fn new(
        address: Address,
        limits: Limits,
        lanes: Lanes,
        control: Option<Arc<Control>>,
    ) -> Self {
        Self {
            control,
            address,
            limits,
            lanes,
            bodies: Memory::new(limits.bodies),
            memory: Memory::new(limits.memory),
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
