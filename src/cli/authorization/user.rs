//! `mebe user`

use std::process::ExitCode;

use clap::{Args, Subcommand};
use figment::value::Dict;
use serde_json::{Value, json};

use crate::authorization::account::{self, Asked, Whole};
use crate::authorization::factor;
use crate::authorization::record::Spoken;
use crate::cli::database::Database;
use crate::config::load::SettingsError;
use crate::config::settings::Settings;

use super::{GrantFlags, from_stdin, rules, told, with};

/// Accounts of the built-in authorization server.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum User {
    /// Add an account with a role.
    Add(Box<Add>),
    /// List all accounts.
    List(Database),
    /// Disable an account: its sessions and tokens end at once.
    Disable(Named),
    /// Give an account another password.
    Password(Password),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Add {
    #[command(flatten)]
    database: Database,
    /// The name to sign in with.
    name: String,
    #[arg(long)]
    role: String,
    #[command(flatten)]
    grant: GrantFlags,
    /// The language of the pages: `vi` or `en`.
    #[arg(long, default_value = "vi")]
    language: String,
    /// Make no second factor.
    #[arg(long)]
    no_second_factor: bool,
    /// Read the password from stdin.
    #[arg(long, required = true)]
    password_stdin: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Named {
    #[command(flatten)]
    database: Database,
    name: String,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Password {
    #[command(flatten)]
    database: Database,
    name: String,
    /// Read the password from stdin.
    #[arg(long, required = true)]
    password_stdin: bool,
    /// Make another second factor as well.
    #[arg(long)]
    new_second_factor: bool,
}

impl User {
    pub(in crate::cli) fn settings(&self) -> Result<Settings, SettingsError> {
        let database = match self {
            Self::Add(add) => &add.database,
            Self::List(database) => database,
            Self::Disable(named) => &named.database,
            Self::Password(password) => &password.database,
        };
        database.settings(Dict::new())
    }
}

/// Does what was asked for.
pub(in crate::cli) fn run(
    user: &User,
    settings: &Settings,
) -> Result<ExitCode, Box<dyn std::error::Error>> {
    match user {
        User::Add(given) => add(given, settings),
        User::List(_) => {
            with(settings, async |kept| Ok(account::list(kept).await?.iter().map(listed).collect()))
        }
        User::Disable(named) => with(settings, async |kept| {
            Ok(vec![listed(&account::disable(kept, &named.name).await?)])
        }),
        User::Password(given) => {
            let (password, has_new) = (from_stdin()?, given.new_second_factor);
            let least = settings.password_characters;
            with(settings, async |kept| {
                let named = (given.name.as_str(), password.as_str());
                let whole = account::set_password(kept, named, least, has_new).await?;
                Ok(vec![if has_new { with_secret(&whole) } else { listed(&whole) }])
            })
        }
    }
}

fn add(given: &Add, settings: &Settings) -> Result<ExitCode, Box<dyn std::error::Error>> {
    let language = match given.language.as_str() {
        "vi" => Spoken::Vi,
        "en" => Spoken::En,
        _ => return Err("--language: vi hoặc en / vi or en".into()),
    };
    let asked = Asked {
        name: given.name.clone(),
        password: from_stdin()?,
        language,
        has_second_factor: !given.no_second_factor,
        grant: given.grant.wanted(&given.role),
    };
    let rules = rules(settings);
    with(settings, async |kept| Ok(vec![with_secret(&account::add(kept, &rules, &asked).await?)]))
}

/// An account, as it is listed.
fn listed(whole: &Whole) -> Value {
    let Whole { account, grants } = whole;
    json!({
        "user": account.name,
        "status": account.status,
        "language": account.language,
        "second_factor": account.totp.is_some(),
        "grants": told(grants),
    })
}

/// The same with its second factor, which is told this once.
fn with_secret(whole: &Whole) -> Value {
    let Whole { account, grants } = whole;
    let uri = account.totp.as_deref().map(|secret| factor::uri(&account.name, secret));
    json!({
        "user": account.name,
        "status": account.status,
        "language": account.language,
        "grants": told(grants),
        "totp_secret": account.totp,
        "totp_uri": uri,
    })
}
