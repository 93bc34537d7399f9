//! A private `PostgreSQL` for one test process: started by the first test that wants it, stopped and
//! deleted when the process is gone, however it went.
//!
//! Its databases are ordered by ICU for Vietnamese where the build allows it, so that a query that
//! forgot to say `COLLATE "C"` shows.

use std::io::Write;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use super::port;

/// A running cluster.
#[derive(Debug)]
pub(crate) struct Cluster {
    programs: PathBuf,
    owner: Option<(u32, u32)>,
    port: u16,
    data: PathBuf,
    options: String,
    databases: AtomicU32,
    /// Ends the cluster when its input closes: when this process is gone.
    _guard: Child,
}

static SHARED: OnceLock<Result<Cluster, String>> = OnceLock::new();

/// The cluster of this process. None when the machine has no `PostgreSQL`, which is said on standard
/// error, and is a failure when `MEBE_TEST_POSTGRES=required`.
pub(crate) fn shared() -> Option<&'static Cluster> {
    let started = SHARED.get_or_init(|| {
        let started = Cluster::start();
        if let Err(why) = &started {
            let told = format!("\n*** SKIPPED: every test on PostgreSQL: {why} ***\n\n");
            std::io::stderr().write_all(told.as_bytes()).expect("standard error");
        }
        started
    });
    let required = std::env::var("MEBE_TEST_POSTGRES").is_ok_and(|value| value == "required");
    match started {
        Err(why) if required => panic!("PostgreSQL is required: {why}"),
        started => started.as_ref().ok(),
    }
}

impl Cluster {
    /// Starts a cluster.
    pub(crate) fn start() -> Result<Self, String> {
        let programs = programs().ok_or("its programs (initdb, pg_ctl, createdb) are neither in PATH nor in /usr/lib/postgresql/*/bin")?;
        let owner = owner()?;
        let folder = tempfile::Builder::new().prefix("mebe-pg-").tempdir();
        let folder = folder.map_err(|error| error.to_string())?.keep();
        if let Some((user, group)) = owner {
            chown(&folder, Some(user), Some(group)).map_err(|error| error.to_string())?;
        }
        let data = folder.join("data");
        init(&programs, owner, &data)?;
        let port = port::free();
        let options = format!(
            "-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= \
             -c fsync=off -c full_page_writes=off -c max_connections=200 -c shared_buffers=64MB \
             -c max_wal_size=256MB -c log_min_messages=error"
        );
        let mut start = program(&programs, "pg_ctl", owner);
        start.arg("-D").arg(&data).args(["-w", "-l"]).arg(folder.join("log"));
        silent(start.args(["-o", &options, "start"]))?;
        let mut guard = Command::new("sh");
        guard.args(["-c", "read -r _; \"$0\" -D \"$1/data\" -m immediate stop; rm -rf \"$1\""]);
        guard.arg(programs.join("pg_ctl")).arg(&folder).process_group(0).current_dir("/");
        run_as(&mut guard, owner);
        guard.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let guard = guard.spawn().map_err(|error| error.to_string())?;
        let databases = AtomicU32::new(0);
        Ok(Self { programs, owner, port, data, options, databases, _guard: guard })
    }

    /// Ends the server as a failing machine does.
    pub(crate) fn crash(&self) {
        let mut stop = program(&self.programs, "pg_ctl", self.owner);
        stop.arg("-D").arg(&self.data).args(["-m", "immediate", "stop"]);
        silent(&mut stop).expect("an end");
    }

    /// Starts it again after [`Cluster::crash`].
    pub(crate) fn recover(&self) {
        let mut start = program(&self.programs, "pg_ctl", self.owner);
        start.arg("-D").arg(&self.data).args(["-w", "-l"]).arg(self.data.join("log"));
        silent(start.args(["-o", &self.options, "start"])).expect("a start");
    }

    /// Sends a signal to the server and all that it runs: STOP makes it silent, CONT ends that.
    pub(crate) fn signal(&self, name: &str) {
        let send = "p=$(head -n 1 \"$0/postmaster.pid\"); \
             kill -\"$1\" $p $(cat /proc/$p/task/$p/children)";
        let mut command = Command::new("sh");
        command.args(["-c", send]).arg(&self.data).arg(name);
        assert!(command.status().expect("a shell").success());
    }

    /// Makes an empty database and gives its URL.
    pub(crate) fn create_database(&self) -> String {
        // Of this cluster alone: whoever drops it drops no other's.
        let name = format!("mebe_{}_{}", self.port, self.databases.fetch_add(1, Ordering::Relaxed));
        silent(self.client("createdb").arg(&name)).expect("a database");
        format!("postgres://mebe@127.0.0.1:{}/{name}", self.port)
    }

    /// Makes a database anew as a copy of another, to which nobody is connected.
    pub(crate) fn copy_database(&self, from: &str, to: &str) {
        self.drop_database(to);
        let names = [from, to].map(|url| url.rsplit('/').next().unwrap_or(url));
        silent(self.client("createdb").args(["-T", names[0], names[1]])).expect("a copy");
    }

    /// Drops a database, whoever is connected to it.
    pub(crate) fn drop_database(&self, url: &str) {
        let name = url.rsplit('/').next().unwrap_or(url);
        // Nothing depends on it: the cluster itself goes soon.
        let _gone = silent(self.client("dropdb").args(["--force", name]));
    }

    fn client(&self, name: &str) -> Command {
        let mut client = program(&self.programs, name, self.owner);
        client.args(["-h", "127.0.0.1", "-U", "mebe", "-p", &self.port.to_string()]);
        client
    }
}

/// The folder that all programs are in.
fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let in_path = std::env::split_paths(&path).map(|folder| folder.join("initdb"));
    let mut found: Vec<PathBuf> = in_path.filter_map(|file| file.canonicalize().ok()).collect();
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    found.extend(versions.map(|version| version.path().join("bin/initdb")));
    let folders = found.iter().filter_map(|file| file.parent());
    let all = ["initdb", "pg_ctl", "postgres", "createdb", "dropdb"];
    let whole = |folder: &&Path| all.iter().all(|name| folder.join(name).is_file());
    folders.filter(whole).map(Path::to_owned).max()
}

/// Whom the cluster runs as, when this is root: `PostgreSQL` refuses to be.
fn owner() -> Result<Option<(u32, u32)>, String> {
    let ask = |arguments: &[&str]| {
        let said = Command::new("id").args(arguments).output().ok()?;
        String::from_utf8(said.stdout).ok()?.trim().parse().ok()
    };
    if ask(&["-u"]) != Some(0) {
        return Ok(None);
    }
    let mut users = ["postgres", "nobody"].iter();
    let found = users.find_map(|user| ask(&["-u", user]).zip(ask(&["-g", user])));
    found.map(Some).ok_or("there is neither a user postgres nor nobody to run it as".into())
}

fn init(programs: &Path, owner: Option<(u32, u32)>, data: &Path) -> Result<(), String> {
    let attempt = |locale: &[&str]| {
        let mut init = program(programs, "initdb", owner);
        init.arg("-D").arg(data).args(["-U", "mebe", "-A", "trust", "-E", "UTF8", "--no-sync"]);
        silent(init.args(locale))
    };
    let icu = ["--locale-provider=icu", "--icu-locale=vi", "--locale=C.UTF-8"];
    attempt(&icu).or_else(|_no_icu| attempt(&["--locale=C.UTF-8"]))
}

fn program(programs: &Path, name: &str, owner: Option<(u32, u32)>) -> Command {
    let mut command = Command::new(programs.join(name));
    // The owner may have no right to the folder of the tests.
    command.current_dir("/");
    run_as(&mut command, owner);
    command
}

fn run_as(command: &mut Command, owner: Option<(u32, u32)>) {
    if let Some((user, group)) = owner {
        command.uid(user).gid(group);
    }
}

/// Runs a program to its end. Its output goes nowhere: what it starts would keep a pipe open.
fn silent(command: &mut Command) -> Result<(), String> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let ended = command.status().map_err(|error| format!("{command:?}: {error}"))?;
    ended.success().then_some(()).ok_or_else(|| format!("{command:?}: {ended}"))
}
