//! The binary `mebe`, running, with a database of its own.

use std::fs::{self, File};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::Duration;

use super::backend::{Backend, Database};
use super::call::Call;
use super::port;

/// A server and its database.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) database: Database,
    child: Child,
    port: u16,
    settings: Vec<(String, String)>,
    client: reqwest::Client,
}

/// How often a start is tried again because another process took the port.
const STARTS: usize = 5;

/// The binary with nothing of the environment that it would take for settings.
pub(crate) fn mebe() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mebe"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("MEBE_") {
            command.env_remove(name);
        }
    }
    command
}

impl Server {
    /// Starts a server on an empty database; none when `PostgreSQL` is not on this machine.
    pub(crate) async fn start(backend: Backend) -> Option<Self> {
        Self::start_with(backend, &[]).await
    }

    /// Starts a server with settings of its own.
    pub(crate) async fn start_with(backend: Backend, settings: &[(&str, &str)]) -> Option<Self> {
        Some(Self::start_on(Database::create(backend)?, settings).await)
    }

    /// Starts a server on a database.
    pub(crate) async fn start_on(database: Database, settings: &[(&str, &str)]) -> Self {
        let settings: Vec<_> = settings
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        for _ in 0..STARTS {
            let port = port::free();
            if let Ok(child) = run(&database, port, &settings).await {
                let client = reqwest::Client::builder().no_proxy().build().expect("a client");
                let server = Self { database, child, port, settings, client };
                server.ready().await;
                return server;
            }
        }
        panic!("the server does not start:\n{}", fs::read_to_string(database.log()).unwrap());
    }

    /// Waits until requests are answered, and signals heard.
    async fn ready(&self) {
        // Whoever speaks TLS is asked by their own test.
        if self.settings.iter().any(|(name, _)| name == "tls_certificate") {
            return;
        }
        self.get(&format!("http://127.0.0.1:{}/health/ready", self.port)).await.is(200);
    }

    /// Another server on the same database of `PostgreSQL`.
    pub(crate) async fn beside(&self) -> Self {
        self.beside_with(&[]).await
    }

    /// Another one with settings of its own.
    pub(crate) async fn beside_with(&self, settings: &[(&str, &str)]) -> Self {
        let folder = tempfile::TempDir::with_prefix("mebe-test-").expect("a folder");
        let (url, backend) = (self.database.url.clone(), Backend::Postgres);
        Self::start_on(Database { url, folder, backend }, settings).await
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// What is above the base URL.
    pub(crate) fn top(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The base URL.
    pub(crate) fn base(&self) -> String {
        format!("http://127.0.0.1:{}/fhir", self.port)
    }

    /// A request; the path is below the base URL, or a whole URL.
    pub(crate) fn call(&self, method: &str, path: &str) -> Call {
        let url = match path.starts_with("http://") {
            true => path.to_owned(),
            false => format!("{}{path}", self.base()),
        };
        let method = method.parse().expect("a method");
        Call::new(self.client.request(method, url))
    }

    pub(crate) fn get(&self, path: &str) -> Call {
        self.call("GET", path)
    }

    pub(crate) fn delete(&self, path: &str) -> Call {
        self.call("DELETE", path)
    }

    pub(crate) fn post(&self, path: &str, body: impl ToString) -> Call {
        self.call("POST", path).body(body)
    }

    pub(crate) fn put(&self, path: &str, body: impl ToString) -> Call {
        self.call("PUT", path).body(body)
    }

    /// What the server has said so far, over all its starts.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.database.log()).expect("a log")
    }

    /// Bytes of memory that the process has for itself, shared pages in parts.
    pub(crate) fn memory(&self) -> usize {
        let path = format!("/proc/{}/smaps_rollup", self.child.id());
        let rollup = fs::read_to_string(path).expect("the process runs");
        let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:")).expect("a size");
        let kib: usize = line.trim().trim_end_matches(" kB").parse().expect("a number");
        kib << 10
    }

    /// Sends a signal.
    pub(crate) fn signal(&self, name: &str) {
        let send = format!("kill -{name} {}", self.child.id());
        let sent = Command::new("sh").args(["-c", &send]).status().expect("a shell");
        assert!(sent.success(), "{send}");
    }

    /// Waits for the end.
    pub(crate) async fn ended(&mut self) -> ExitStatus {
        loop {
            if let Some(status) = self.child.try_wait().expect("a child") {
                return status;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// Ends the server as an operator does.
    pub(crate) async fn stop(&mut self) {
        self.signal("TERM");
        let status = self.ended().await;
        assert!(status.success(), "{status}\n{}", self.log());
    }

    /// Starts it again, at the same place, with further settings.
    pub(crate) async fn start_again(&mut self, settings: &[(&str, &str)]) {
        let more = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        self.settings.extend(more);
        let child = run(&self.database, self.port, &self.settings).await;
        let log = || fs::read_to_string(self.database.log()).expect("a log");
        self.child = child.unwrap_or_else(|ended| panic!("no second start: {ended}\n{}", log()));
        self.ready().await;
    }

    /// Runs a subcommand on the database, which is all that it is told of.
    pub(crate) fn command(&self, arguments: &[&str]) -> Output {
        let mut command = mebe();
        command.args(arguments).args(["--database", &self.database.url]);
        command.output().expect("an end")
    }

    /// Fails when `mebe verify` finds a fault.
    #[track_caller]
    pub(crate) fn assert_sound(&self) {
        let found = self.command(&["verify"]);
        let said = String::from_utf8_lossy(&found.stdout);
        assert!(found.status.success(), "{said}{}", String::from_utf8_lossy(&found.stderr));
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ended = self.child.kill();
        let _status = self.child.wait();
        if std::thread::panicking() {
            eprintln!("log of the server:\n{}", self.log());
        }
    }
}

fn environment(command: &mut Command, port: u16, settings: &[(String, String)]) {
    command.env("MEBE_BIND", format!("127.0.0.1:{port}"));
    command.env("MEBE_WORKERS", "1").env("MEBE_DATABASE_CONNECTIONS", "2");
    for (name, value) in settings {
        command.env(format!("MEBE_{}", name.to_uppercase()), value);
    }
}

/// Starts the binary; how it ended when it did before it served.
async fn run(
    database: &Database,
    port: u16,
    settings: &[(String, String)],
) -> Result<Child, ExitStatus> {
    let log = File::options().create(true).append(true).open(database.log()).expect("a log");
    let before = serving(database);
    let mut command = mebe();
    environment(&mut command, port, settings);
    command.args(["serve", "--database", &database.url]);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
    let mut child = command.spawn().expect("a process");
    while serving(database) == before {
        if let Some(status) = child.try_wait().expect("a child") {
            return Err(status);
        }
        tokio::time::sleep(Duration::from_millis(3)).await;
    }
    Ok(child)
}

/// How often the server has said that it serves.
fn serving(database: &Database) -> usize {
    fs::read_to_string(database.log()).expect("a log").matches("serving").count()
}
