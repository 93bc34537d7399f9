//! `mebe key`

use std::process::ExitCode;

use clap::Subcommand;
use figment::value::Dict;
use serde_json::{Value, json};

use crate::authorization::key::{self, ALGORITHM};
use crate::authorization::record::SigningKey;
use crate::cli::database::Database;
use crate::config::load::SettingsError;
use crate::config::settings::Settings;

use super::with;

/// The keys that tokens are signed with.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Key {
    /// List them: the one that signs, the next, those of before.
    List(Database),
    /// Have the next key sign from now on, and make another next one.
    Rotate(Database),
}

impl Key {
    pub(in crate::cli) fn settings(&self) -> Result<Settings, SettingsError> {
        let (Self::List(database) | Self::Rotate(database)) = self;
        database.settings(Dict::new())
    }
}

/// Does what was asked for.
pub(in crate::cli) fn run(
    key: &Key,
    settings: &Settings,
) -> Result<ExitCode, Box<dyn std::error::Error>> {
    with(settings, async |kept| {
        let keys = match key {
            Key::List(_) => key::list(kept).await?,
            Key::Rotate(_) => key::rotate(kept).await?,
        };
        Ok(keys.iter().map(listed).collect())
    })
}

fn listed(key: &SigningKey) -> Value {
    json!({ "kid": key.kid, "alg": ALGORITHM, "status": key.status })
}
