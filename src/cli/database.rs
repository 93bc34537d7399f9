//! Which database a subcommand is about.

use std::path::PathBuf;

use clap::Args;
use figment::value::Dict;

use crate::config::load::{SettingsError, load};
use crate::config::settings::Settings;

#[derive(Debug, Args)]
pub(super) struct Database {
    /// `sqlite:PATH` or `postgres://USER:PASSWORD@HOST/DATABASE`
    #[arg(long)]
    database: Option<String>,
    /// Settings file (TOML).
    #[arg(long)]
    config: Option<PathBuf>,
}

impl Database {
    pub(super) fn settings(&self, mut flags: Dict) -> Result<Settings, SettingsError> {
        if let Some(url) = &self.database {
            flags.insert("database".into(), url.as_str().into());
        }
        load(self.config.as_deref(), flags)
    }
}
