//! `mebe user`, `mebe client` and `mebe key`: what they have in common.
//!
//! They work on the rows of the database beside a running server, which learns of it within a second.
//! One JSON object a line on stdout; exit code 0, 1 when there is no such or already such, 2 for bad
//! input.

pub(super) mod client;
pub(super) mod key;
pub(super) mod user;

use std::io::{Read, Write};
use std::path::Path;
use std::process::ExitCode;

use clap::Args;
use serde_json::Value;

use crate::access::grant::row::Areas;
use crate::authorization::account::Rules;
use crate::authorization::grant::{Granted, Wanted};
use crate::authorization::kept::Kept;
use crate::authorization::trouble::Trouble;
use crate::config::settings::Settings;
use crate::store::database::Location;
use crate::store::error::{StoreError, causes};

/// Bytes that are read of a password or a secret.
const MOST: u64 = 4_096;

/// What is granted, but for the role.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct GrantFlags {
    /// What the holder is: `Patient/…`, `RelatedPerson/…`, `Practitioner/…`; may be repeated.
    #[arg(long, value_name = "REF")]
    fhir_user: Vec<String>,
    /// `Organization/…`
    #[arg(long, value_name = "REF")]
    organization: Option<String>,
    /// Code of a commune; may be repeated.
    #[arg(long, value_name = "CODE")]
    commune: Vec<String>,
    /// Words of a home address; may be repeated.
    #[arg(long, value_name = "TEXT")]
    hamlet: Vec<String>,
    /// Security label that is opened; may be repeated.
    #[arg(long, value_name = "CODE")]
    label: Vec<String>,
    /// From when on it holds.
    #[arg(long, value_name = "T")]
    from: Option<String>,
    /// From when on it does not hold any more.
    #[arg(long, value_name = "T")]
    until: Option<String>,
    /// May open a record in an emergency.
    #[arg(long)]
    break_glass: bool,
    /// May choose the ids of new resources.
    #[arg(long)]
    choose_ids: bool,
}

impl GrantFlags {
    fn wanted(&self, role: &str) -> Wanted {
        Wanted {
            role: role.to_owned(),
            fhir_user: self.fhir_user.clone(),
            organization: self.organization.clone(),
            communes: self.commune.clone(),
            hamlets: self.hamlet.clone(),
            labels: self.label.clone(),
            from: self.from.clone(),
            until: self.until.clone(),
            break_glass: self.break_glass,
            choose_ids: self.choose_ids,
        }
    }

    fn is_empty(&self) -> bool {
        self.wanted("") == Wanted::default()
    }
}

/// Does something with the rows of a database, and tells what came of it.
fn with(
    settings: &Settings,
    work: impl AsyncFnOnce(&Kept) -> Result<Vec<Value>, Trouble>,
) -> Result<ExitCode, Box<dyn std::error::Error>> {
    let location = Location::parse(&settings.database)?;
    let done = async {
        location.migrate().await?;
        let kept = Kept::open(&location).await?;
        let done = work(&kept).await;
        kept.close().await?;
        Ok::<_, StoreError>(done)
    };
    match actix_web::rt::System::new().block_on(done)? {
        Ok(lines) => {
            let mut out = std::io::stdout().lock();
            for line in lines {
                writeln!(out, "{line}")?;
            }
            Ok(ExitCode::SUCCESS)
        }
        Err(trouble) => {
            let mut told = std::io::stderr().lock();
            if let Trouble::Rows(error) = &trouble {
                writeln!(told, "mebe: {}", causes(error))?;
            }
            for text in trouble.texts() {
                writeln!(told, "mebe: {} / {}", text.vi, text.en)?;
            }
            let is_such = matches!(trouble, Trouble::Already(_) | Trouble::Missing(_));
            Ok(ExitCode::from(if is_such { 1 } else { 2 }))
        }
    }
}

/// What changes go by.
fn rules(settings: &Settings) -> Rules {
    let path = &settings.access_file;
    let areas = (!path.is_empty()).then(|| Areas::of(Path::new(path)));
    Rules {
        least: settings.password_characters,
        areas: areas.unwrap_or_default(),
        zone: settings.zone(),
    }
}

/// A password or a secret from stdin, without the end of its line.
fn from_stdin() -> std::io::Result<String> {
    let mut text = String::new();
    std::io::stdin().lock().take(MOST).read_to_string(&mut text)?;
    let line = text.strip_suffix('\n').unwrap_or(&text);
    Ok(line.strip_suffix('\r').unwrap_or(line).to_owned())
}

/// Grants as the file has them.
fn told(grants: &[Granted]) -> Value {
    grants.iter().map(|grant| Value::Object(grant.keys.clone())).collect()
}
