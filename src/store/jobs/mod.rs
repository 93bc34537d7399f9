//! Work in the background: it goes on after a restart, a step at a time, and a lease says which server
//! does it.
//!
//! A step is a short transaction under the writers' lock, taken in turns with the writer of this
//! process ([`hold`](super::writer::queue)). It reads where the work stands, does a little of it and notes
//! where it stands then, all or nothing: so it does not matter who does the next step, or whether two
//! believe that it is theirs.

pub mod job;
mod make;
mod remove;
mod work;
