//! `mebe access`

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Subcommand};
use figment::value::Dict;

use crate::access::control::{Asker, Control};
use crate::access::explain::explain;
use crate::access::grant::file;
use crate::app::{self, Made};
use crate::authorization::record::Account;
use crate::authorization::server::Server;
use crate::config::control::Control as Setting;
use crate::config::load::SettingsError;
use crate::config::settings::Settings;

use super::database::Database;

/// What to do with rights.
#[derive(Debug, Subcommand)]
pub(super) enum Access {
    /// Read a file of grants and say what is wrong with it.
    Check(Check),
    /// Say why somebody may or may not do what a request asks for.
    Explain(Explain),
}

#[derive(Debug, Args)]
pub(super) struct Check {
    #[command(flatten)]
    database: Database,
    /// The file; without it, the one of the settings.
    file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Explain {
    #[command(flatten)]
    database: Database,
    /// The name of an account of this server.
    #[arg(long, conflicts_with_all = ["subject", "client"])]
    user: Option<String>,
    /// The claim `sub` of a token.
    #[arg(
        long,
        requires = "issuer",
        conflicts_with = "client",
        required_unless_present_any = ["client", "user"]
    )]
    subject: Option<String>,
    /// The claim `iss` of a token.
    #[arg(long)]
    issuer: Option<String>,
    /// A system that has a token for itself.
    #[arg(long)]
    client: Option<String>,
    /// The words of the token's scope.
    #[arg(long)]
    scope: String,
    /// The id of the patient whom the token is about.
    #[arg(long)]
    patient: Option<String>,
    /// What for, a code of v3-ActReason.
    #[arg(long)]
    purpose: Vec<String>,
    /// Such as `GET /fhir/Observation`.
    #[arg(long)]
    request: String,
}

impl Access {
    pub(super) fn settings(&self) -> Result<Settings, SettingsError> {
        let database = match self {
            Self::Check(check) => &check.database,
            Self::Explain(explain) => &explain.database,
        };
        database.settings(Dict::new())
    }
}

/// Checks, or explains.
pub(super) fn run(
    access: &Access,
    settings: &Settings,
) -> Result<ExitCode, Box<dyn std::error::Error>> {
    match access {
        Access::Check(check) => checked(check, settings),
        Access::Explain(explain) => {
            actix_web::rt::System::new().block_on(explained(explain, settings))
        }
    }
}

fn checked(check: &Check, settings: &Settings) -> Result<ExitCode, Box<dyn std::error::Error>> {
    let path = match &check.file {
        Some(path) => path.clone(),
        None => PathBuf::from(&settings.access_file),
    };
    let grants = file::read(&path, settings.zone())?;
    let mut out = std::io::stdout().lock();
    for grant in &grants {
        let told = serde_json::json!({ "line": grant.line, "role": grant.role.name() });
        writeln!(out, "{told}")?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn explained(
    explain: &Explain,
    settings: &Settings,
) -> Result<ExitCode, Box<dyn std::error::Error>> {
    // Nothing is signed here, so that no keys have to be made.
    let settings =
        Settings { access: Setting::On, authorization_server: false, ..settings.clone() };
    let control = Arc::new(Control::new(&settings)?);
    let Made { engine, .. } = app::engine(&settings).await?;
    let server = Server::new(&settings, &engine, &control).await?;
    if let Some(user) = &explain.user
        && !server.known().accounts.get(user).is_some_and(Account::is_active)
    {
        engine.rows.close().await?;
        writeln!(
            std::io::stderr().lock(),
            "mebe: không có tài khoản dùng được {user} / there is no active account {user}"
        )?;
        return Ok(ExitCode::from(1));
    }
    let (issuer, subject) = (explain.issuer.clone(), explain.subject.clone());
    let scope: Vec<String> = explain.scope.split_whitespace().map(str::to_owned).collect();
    let patient = explain.patient.as_deref().and_then(crate::fhir::id::ResourceId::parse);
    let purposes = explain.purpose.clone();
    let asker = match &explain.user {
        Some(user) => {
            Asker { scope, patient, purposes, ..Asker::of_account(control.own_issuer(), user) }
        }
        None => Asker {
            issuer: issuer.unwrap_or_default(),
            subject: subject.or_else(|| explain.client.clone()).unwrap_or_default(),
            client: explain.client.clone().unwrap_or_default(),
            scope,
            patient,
            purposes,
            token: None,
        },
    };
    let said = |failure: &crate::interaction::failure::Failure| {
        let texts = failure.issues.iter().map(|issue| issue.text.en.as_str());
        texts.collect::<Vec<_>>().join("; ")
    };
    let told = match control.rights(&engine, &asker).await {
        Ok(rights) => self::explain(&rights, &explain.request),
        Err(failure) => Err(failure),
    };
    engine.rows.close().await?;
    match told {
        Ok(told) => writeln!(std::io::stdout().lock(), "{told}")?,
        Err(failure) => return Err(said(&failure).into()),
    }
    Ok(ExitCode::SUCCESS)
}
