//! Connections that wait for their clients with patience, but not for ever.
//!
//! actix watches the first head of a connection and those that are idle; this watches the rest: a
//! later head that never ends, and a client that does not take its answer. How bodies come is
//! watched where they are read.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::rt::net::ActixStream;
use tokio::io::{AsyncRead, AsyncWrite, Interest, ReadBuf, Ready};
use tokio::time::{Instant, Sleep, sleep_until};

use super::request::unread::explained;
use super::transport::patience::{Patience, SLOWEST};
use super::transport::stream::Stream;

/// Time that actix has to end an idle connection in its own way.
const LEAVE: Duration = Duration::from_secs(5);

/// A connection of a client.
#[derive(Debug)]
pub(super) struct Connection {
    stream: Stream,
    patience: Patience,
    /// Requests that are worked on.
    working: Arc<AtomicUsize>,
    /// When the head that is being read began.
    head: Option<Instant>,
    /// When anything was read or written last.
    last: Instant,
    /// Since when the client takes less than there is, and how much it took.
    stalled: Option<(Instant, u64)>,
    /// What is sent in place of a bare answer, and how much of it was.
    told: Option<(Vec<u8>, usize)>,
    timer: Option<Pin<Box<Sleep>>>,
}

/// The requests of a connection that are worked on.
#[derive(Debug)]
pub(super) struct Working(Arc<AtomicUsize>);

/// That the client of a connection showed a certificate that counts.
#[derive(Debug, Clone, Copy)]
pub(super) struct VouchedFor;

/// Whether a request came on a connection whose client showed a certificate that counts.
pub(super) fn is_vouched_for(request: &HttpRequest) -> bool {
    request.conn_data::<VouchedFor>().is_some()
}

/// As long as this lives, nobody is waited for but this server.
#[derive(Debug)]
pub(super) struct Begun(Option<Arc<AtomicUsize>>);

impl Drop for Begun {
    fn drop(&mut self) {
        if let Some(working) = &self.0 {
            working.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// Begins to work on a request.
pub(super) fn begin(request: &HttpRequest) -> Begun {
    let working = request.conn_data::<Working>().map(|Working(working)| Arc::clone(working));
    if let Some(working) = &working {
        working.fetch_add(1, Ordering::Relaxed);
    }
    Begun(working)
}

impl Connection {
    pub(super) fn new(stream: Stream, patience: Patience) -> Self {
        let (working, last) = (Arc::default(), Instant::now());
        let (head, stalled, told, timer) = (None, None, None, None);
        Self { stream, patience, working, head, last, stalled, told, timer }
    }

    /// Whether the client showed a certificate that counts.
    pub(super) fn is_vouched_for(&self) -> bool {
        self.stream.is_vouched_for()
    }

    /// What requests of this connection find.
    pub(super) fn working(&self) -> Working {
        Working(Arc::clone(&self.working))
    }

    fn is_working(&self) -> bool {
        self.working.load(Ordering::Relaxed) > 0
    }

    /// Waits until a time; an error when it has come.
    fn wait<T>(&mut self, end: Instant, context: &mut Context<'_>) -> Poll<io::Result<T>> {
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(end)));
        // One that goes off too early does no harm, and setting it anew for each read costs.
        if timer.deadline() > end {
            timer.as_mut().reset(end);
        }
        loop {
            if Instant::now() >= end {
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
            if timer.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
            timer.as_mut().reset(end);
        }
    }

    fn was_written(&mut self, bytes: usize) {
        (self.head, self.last) = (None, Instant::now());
        if let Some((_, taken)) = &mut self.stalled {
            *taken += u64::try_from(bytes).unwrap_or_default();
        }
    }

    /// Sends what takes the place of an answer of so many bytes.
    fn tell(&mut self, context: &mut Context<'_>, bytes: usize) -> Poll<io::Result<usize>> {
        while let Some((told, sent)) = &mut self.told {
            let rest = told.get(*sent..).unwrap_or_default();
            if rest.is_empty() {
                self.told = None;
                break;
            }
            match Pin::new(&mut self.stream).poll_write(context, rest) {
                Poll::Ready(Ok(0)) => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                Poll::Ready(Ok(more)) => *sent += more,
                other => return self.written(other, context),
            }
        }
        self.was_written(bytes);
        Poll::Ready(Ok(bytes))
    }

    fn written(
        &mut self,
        written: Poll<io::Result<usize>>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        match written {
            Poll::Ready(Ok(bytes)) => self.was_written(bytes),
            Poll::Ready(Err(_)) => {}
            Poll::Pending => {
                let (since, taken) = *self.stalled.get_or_insert((Instant::now(), 0));
                let patience = self.patience.answer + Duration::from_secs(taken / SLOWEST);
                return self.wait(since + patience, context);
            }
        }
        written
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        let is_working = self.is_working();
        match &read {
            Poll::Ready(_) => {
                self.last = Instant::now();
                if buffer.filled().len() > before && !is_working {
                    self.head = self.head.or(Some(self.last));
                    self.stalled = None;
                }
            }
            Poll::Pending if is_working => self.head = None,
            Poll::Pending => {
                let Patience { head, idle, .. } = self.patience;
                let end = self.head.map_or(self.last + idle + LEAVE, |since| since + head);
                return self.wait(end, context);
            }
        }
        read
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.told.is_none() {
            self.told = explained(bytes).map(|told| (told, 0));
        }
        if self.told.is_some() {
            return self.tell(context, bytes.len());
        }
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.written(written, context)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, parts);
        self.written(written, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

impl ActixStream for Connection {
    fn poll_read_ready(&self, context: &mut Context<'_>) -> Poll<io::Result<Ready>> {
        std::pin::pin!(self.stream.tcp().ready(Interest::READABLE)).poll(context)
    }

    fn poll_write_ready(&self, context: &mut Context<'_>) -> Poll<io::Result<Ready>> {
        std::pin::pin!(self.stream.tcp().ready(Interest::WRITABLE)).poll(context)
    }
}
