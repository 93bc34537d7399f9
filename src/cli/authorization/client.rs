//! `mebe client`

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand, ValueEnum};
use figment::value::Dict;
use serde_json::{Value, json};

use crate::authorization::client::{self, Asked, Whole};
use crate::authorization::record::ClientKind;
use crate::authorization::trouble::Trouble;
use crate::cli::database::Database;
use crate::config::load::SettingsError;
use crate::config::settings::Settings;

use super::{GrantFlags, from_stdin, rules, told, with};

/// Bytes of a file of keys.
const MOST: u64 = 64 << 10;

/// Clients of the built-in authorization server: apps and systems.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Client {
    /// Add a client.
    Add(Box<Add>),
    /// List all clients.
    List(Database),
    /// Disable a client: its tokens end at once.
    Disable(Named),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Add {
    #[command(flatten)]
    database: Database,
    /// The `client_id`.
    id: String,
    #[arg(long)]
    kind: Kind,
    /// What people are told it is called.
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,
    /// Where people are sent back to; may be repeated.
    #[arg(long, value_name = "URI")]
    redirect_uri: Vec<String>,
    /// The scopes that it may ask for, at the most.
    #[arg(long, default_value = "")]
    scope: String,
    /// Its public keys.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["jwks_url", "secret_stdin"])]
    jwks_file: Option<PathBuf>,
    /// Where its public keys are.
    #[arg(long, value_name = "URL", conflicts_with = "secret_stdin")]
    jwks_url: Option<String>,
    /// Read its secret from stdin.
    #[arg(long)]
    secret_stdin: bool,
    /// Where it is launched from other software.
    #[arg(long, value_name = "URI")]
    launch_uri: Option<String>,
    /// The role of a system.
    #[arg(long)]
    role: Option<String>,
    #[command(flatten)]
    grant: GrantFlags,
}

/// What a client is.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Kind {
    Public,
    Confidential,
    System,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Named {
    #[command(flatten)]
    database: Database,
    id: String,
}

impl Client {
    pub(in crate::cli) fn settings(&self) -> Result<Settings, SettingsError> {
        let database = match self {
            Self::Add(add) => &add.database,
            Self::List(database) => database,
            Self::Disable(named) => &named.database,
        };
        database.settings(Dict::new())
    }
}

/// Does what was asked for.
pub(in crate::cli) fn run(
    client: &Client,
    settings: &Settings,
) -> Result<ExitCode, Box<dyn std::error::Error>> {
    match client {
        Client::Add(given) => {
            let asked = asked(given)?;
            let rules = rules(settings);
            with(settings, async |kept| Ok(vec![listed(&client::add(kept, &rules, &asked).await?)]))
        }
        Client::List(_) => {
            with(settings, async |kept| Ok(client::list(kept).await?.iter().map(listed).collect()))
        }
        Client::Disable(named) => with(settings, async |kept| {
            Ok::<_, Trouble>(vec![listed(&client::disable(kept, &named.id).await?)])
        }),
    }
}

fn asked(given: &Add) -> Result<Asked, Box<dyn std::error::Error>> {
    if given.role.is_none() && !given.grant.is_empty() {
        return Err("quyền cần --role / a grant needs --role".into());
    }
    Ok(Asked {
        client_id: given.id.clone(),
        kind: match given.kind {
            Kind::Public => ClientKind::Public,
            Kind::Confidential => ClientKind::Confidential,
            Kind::System => ClientKind::System,
        },
        name: given.name.clone(),
        redirect_uris: given.redirect_uri.clone(),
        scope: given.scope.clone(),
        jwks: given.jwks_file.as_deref().map(keys).transpose()?,
        jwks_url: given.jwks_url.clone(),
        secret: given.secret_stdin.then(from_stdin).transpose()?,
        launch_uri: given.launch_uri.clone(),
        grant: given.role.as_deref().map(|role| given.grant.wanted(role)),
    })
}

/// Reads a file of keys.
fn keys(path: &Path) -> Result<Value, Box<dyn std::error::Error>> {
    let told = |what: String| format!("{}: {what}", path.display());
    let size = std::fs::metadata(path).map_err(|error| told(error.to_string()))?.len();
    if size > MOST {
        return Err(told(format!("lớn hơn {MOST} byte / larger than {MOST} bytes")).into());
    }
    let text = std::fs::read_to_string(path).map_err(|error| told(error.to_string()))?;
    let keys = serde_json::from_str(&text);
    Ok(keys.map_err(|error| told(format!("không phải JSON / not JSON: {error}")))?)
}

/// A client, as it is listed.
fn listed(whole: &Whole) -> Value {
    let Whole { client, grants } = whole;
    let mut told = json!({
        "client_id": client.client_id,
        "kind": client.kind,
        "status": client.status,
        "redirect_uris": client.redirect_uris,
        "scope": client.scope,
        "grants": told(grants),
    });
    let further = [
        ("name", &client.name),
        ("jwks_url", &client.jwks_url),
        ("launch_uri", &client.launch_uri),
    ];
    if let Some(members) = told.as_object_mut() {
        for (key, text) in further {
            if let Some(text) = text {
                members.insert(key.to_owned(), text.as_str().into());
            }
        }
    }
    told
}
