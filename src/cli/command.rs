//! The command line.

use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use figment::value::Dict;

use crate::config::load::SettingsError;
use crate::config::settings::Settings;

use super::access::Access;
use super::authorization::client::{self, Client};
use super::authorization::key::{self, Key};
use super::authorization::user::{self, User};
use super::database::Database;
use super::fhirpath::Fhirpath;
use super::package::Package;
use super::terminology::Terminology;
use super::validate::Validate;
use super::{access, fhirpath, log, migrate, package, serve, terminology, validate, verify};

/// FHIR R4 server for the Vietnamese maternal and child health booklet.
#[derive(Debug, Parser)]
#[command(name = "mebe", version)]
struct Command {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Serve FHIR over HTTP. Creates the database when there is none.
    Serve(Serve),
    /// Bring the schema of a database up to date, or take it down again.
    Migrate(Migrate),
    /// Check a database: every row, and the search index against the resources.
    Verify(Database),
    /// Evaluate an expression of `FHIRPath` on files.
    Fhirpath(Fhirpath),
    /// Check resources in files against R4 and profiles.
    Validate(Validate),
    /// FHIR packages.
    #[command(subcommand)]
    Package(Package),
    /// Who may do what.
    #[command(subcommand)]
    Access(Access),
    /// Accounts of the built-in authorization server.
    #[command(subcommand)]
    User(User),
    /// Clients of the built-in authorization server.
    #[command(subcommand)]
    Client(Client),
    /// Keys of the built-in authorization server.
    #[command(subcommand)]
    Key(Key),
    /// Code systems from their publishers' files.
    #[command(subcommand)]
    Terminology(Terminology),
}

#[derive(Debug, Args)]
struct Serve {
    #[command(flatten)]
    database: Database,
    /// Address and port to listen on.
    #[arg(long, value_name = "HOST:PORT")]
    bind: Option<String>,
    /// Load the sample families.
    #[arg(long)]
    demo: bool,
    /// Use the definitions of a FHIR package, an archive or a folder; may be repeated.
    #[arg(long, value_name = "FILE")]
    package: Vec<String>,
    /// Store the example instances of the packages.
    #[arg(long)]
    package_examples: bool,
    /// Listen beyond this machine although nothing controls access.
    #[arg(long)]
    allow_unprotected: bool,
}

#[derive(Debug, Args)]
struct Migrate {
    #[command(flatten)]
    database: Database,
    /// Take the schema down: every table and all data are deleted.
    #[arg(long)]
    down: bool,
    /// Take it down without asking.
    #[arg(long, requires = "down")]
    yes: bool,
}

impl Serve {
    fn settings(&self) -> Result<Settings, SettingsError> {
        let mut flags = Dict::new();
        if let Some(bind) = &self.bind {
            flags.insert("bind".into(), bind.as_str().into());
        }
        if !self.package.is_empty() {
            flags.insert("packages".into(), self.package.clone().into());
        }
        let switches = [
            ("demo", self.demo),
            ("package_examples", self.package_examples),
            ("allow_unprotected", self.allow_unprotected),
        ];
        for (name, given) in switches {
            if given {
                flags.insert(name.into(), true.into());
            }
        }
        self.database.settings(flags)
    }
}

/// Runs the command line of this process.
pub fn run() -> ExitCode {
    match Command::parse().verb {
        Verb::Serve(serve) => with(serve.settings(), serve::run),
        Verb::Migrate(migrate) => {
            let (down, is_sure) = (migrate.down, migrate.yes);
            with(migrate.database.settings(Dict::new()), move |settings| {
                migrate::run(settings, down, is_sure)
            })
        }
        Verb::Verify(database) => with(database.settings(Dict::new()), verify::run),
        Verb::Fhirpath(arguments) => or_complain(fhirpath::run(&arguments)),
        Verb::Validate(arguments) => or_complain(validate::run(&arguments)),
        Verb::Package(arguments) => or_complain(package::run(&arguments)),
        Verb::Access(given) => with(given.settings(), |settings| access::run(&given, settings)),
        Verb::User(given) => with(given.settings(), |settings| user::run(&given, settings)),
        Verb::Client(given) => with(given.settings(), |settings| client::run(&given, settings)),
        Verb::Key(given) => with(given.settings(), |settings| key::run(&given, settings)),
        Verb::Terminology(Terminology::Import(import)) => {
            with(import.settings(), |settings| terminology::run(&import, settings))
        }
    }
}

fn or_complain(done: Result<ExitCode, Box<dyn std::error::Error>>) -> ExitCode {
    done.unwrap_or_else(|error| {
        log::complain(&*error);
        ExitCode::from(2)
    })
}

fn with(
    settings: Result<Settings, SettingsError>,
    run: impl FnOnce(&Settings) -> Result<ExitCode, Box<dyn std::error::Error>>,
) -> ExitCode {
    let done = settings.map_err(Into::into).and_then(|settings| {
        let _flushed_at_the_end = log::start(&settings);
        run(&settings)
    });
    or_complain(done)
}
