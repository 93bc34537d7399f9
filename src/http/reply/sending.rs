//! The body of a reply on its way: piece by piece, so that a client that takes it slowly does not
//! have it copied, and with the memory it was made of until it is gone.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, MessageBody};
use actix_web::web::Bytes;

use crate::budget::Budget;

/// Bytes of a piece.
const PIECE: usize = 64 << 10;

/// A body that is being sent.
#[derive(Debug)]
pub(in crate::http) struct Sending {
    rest: Bytes,
    _memory: Arc<Budget>,
}

impl Sending {
    pub(in crate::http) fn new(body: Bytes, budget: Arc<Budget>) -> Self {
        Self { rest: body, _memory: budget }
    }
}

/// Whether a body is so short that it is sent at once.
pub(in crate::http) fn is_short(body: &Bytes) -> bool {
    body.len() <= PIECE
}

impl MessageBody for Sending {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Sized(u64::try_from(self.rest.len()).unwrap_or_default())
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        _context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Infallible>>> {
        if self.rest.is_empty() {
            return Poll::Ready(None);
        }
        let piece = self.rest.len().min(PIECE);
        Poll::Ready(Some(Ok(self.rest.split_to(piece))))
    }
}
