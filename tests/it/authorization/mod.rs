//! The built-in authorization server: accounts, clients and keys by commands, signing in, pages.

mod admin;
mod browser;
mod command;
mod oauth;
mod pages;
mod sign_in;

use std::io::Write;
use std::process::{Output, Stdio};

use serde_json::Value;

use crate::harness::backend::{Backend, Database};
use crate::harness::server::{Server, mebe};

pub(super) const PASSWORD: &str = "mật khẩu của tôi";

/// What a server with accounts is started with.
pub(super) const SETTINGS: [(&str, &str); 2] = [("access", "on"), ("authorization_server", "true")];

/// A server with accounts, and further settings.
pub(super) async fn server(further: &[(&str, &str)]) -> Server {
    let settings = [&SETTINGS, further].concat();
    let server = Server::start_with(Backend::Sqlite, &settings).await;
    server.expect("SQLite is always here")
}

/// Runs a subcommand with something on stdin.
pub(super) fn run(database: &Database, arguments: &[&str], input: &str) -> Output {
    let mut command = mebe();
    command.args(arguments).args(["--database", &database.url]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("a process");
    // One that has ended already reads nothing.
    let _unread = child.stdin.take().expect("a pipe").write_all(input.as_bytes());
    child.wait_with_output().expect("an end")
}

/// The lines that a subcommand prints, when it ends as it should.
#[track_caller]
pub(super) fn lines(ended: &Output, code: i32) -> Vec<Value> {
    let (out, told) = (&ended.stdout, String::from_utf8_lossy(&ended.stderr));
    let out = String::from_utf8_lossy(out);
    assert_eq!(ended.status.code(), Some(code), "{out}{told}");
    out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// Adds an account, with these arguments beside its name; what is printed.
#[track_caller]
pub(super) fn add(database: &Database, name: &str, arguments: &[&str]) -> Value {
    let all = [&["user", "add", name, "--password-stdin"], arguments].concat();
    lines(&run(database, &all, &format!("{PASSWORD}\n")), 0).remove(0)
}

/// The code of a second factor, so many steps from now.
pub(super) fn code(added: &Value, steps: i64) -> String {
    let secret = added["totp_secret"].as_str().expect("a secret");
    let now = mebe::fhir::time::now().micros() / 1_000_000 + steps * 30;
    mebe::authorization::factor::code(secret, u64::try_from(now).expect("after 1970"))
        .expect("a code")
}

/// Waits until a running server has learned what a command changed.
pub(super) async fn learned() {
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
}
