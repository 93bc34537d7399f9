//! Everything a client can see, tested over HTTP against the binary that users run.
//!
//! Folders are as in `src`. Each test has a server and a database of its own, and runs on `SQLite`
//! and on `PostgreSQL`; `MEBE_TEST_POSTGRES=required` makes it a failure when the latter is missing.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is not as it should be"
)]

#[path = "../harness/mod.rs"]
mod harness;

mod access;
mod authorization;
mod cli;
mod demo;
mod fhir;
mod forms;
mod guide;
mod http;
mod interaction;
mod operation;
mod pages;
mod paper;
mod search;
mod store;
mod ui;
mod validation;

/// Visible in the list of tests: whether those on `PostgreSQL` run at all.
#[test]
fn postgres_is_on_this_machine_or_its_tests_are_skipped_loudly() {
    harness::cluster::shared();
}
