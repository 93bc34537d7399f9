//! Reads the settings of all sources, and refuses what it does not know.

use std::path::{Path, PathBuf};

use figment::providers::{Env, Format, Serialized, Toml};
use figment::value::{Dict, Value};
use figment::{Figment, Provider};
use thiserror::Error;
use validator::Validate;

use super::settings::Settings;

/// What is wrong with the settings.
#[derive(Debug, Error)]
pub enum SettingsError {
    #[error("there is no settings file at {}", .0.display())]
    NoFile(PathBuf),
    #[error("unknown setting `{name}` in {source_name}{}", hint(.near))]
    Unknown { name: String, source_name: String, near: Option<String> },
    #[error("the settings cannot be read: {0}")]
    Value(String),
    #[error("setting {0}")]
    Range(String),
}

fn hint(near: &Option<String>) -> String {
    near.as_ref().map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
}

/// The prefix of environment variables: `MEBE_BIND` is the setting `bind`.
const PREFIX: &str = "MEBE_";
/// What begins like this is for the tests of the server: no setting.
const FOR_TESTS: &str = "test_";

/// Reads the settings: defaults < file < environment < `flags`.
pub fn load(file: Option<&Path>, flags: Dict) -> Result<Settings, SettingsError> {
    let mut figment = Figment::from(Serialized::defaults(Settings::default()));
    if let Some(path) = file {
        if !path.is_file() {
            return Err(SettingsError::NoFile(path.into()));
        }
        let toml = Toml::file_exact(path);
        known(&toml, &path.display().to_string())?;
        figment = figment.merge(toml);
    }
    let environment = Env::prefixed(PREFIX).filter(|name| !name.starts_with(FOR_TESTS));
    known(&environment, "the environment")?;
    figment = figment.merge(environment).merge(Serialized::defaults(flags));
    let settings: Settings =
        figment.extract().map_err(|error| SettingsError::Value(error.to_string()))?;
    check(&settings)?;
    Ok(settings)
}

fn check(settings: &Settings) -> Result<(), SettingsError> {
    let Err(errors) = settings.validate() else { return Ok(()) };
    let mut faults: Vec<String> = errors
        .field_errors()
        .iter()
        .flat_map(|(name, faults)| {
            faults.iter().map(move |fault| format!("`{name}` {}", said(fault)))
        })
        .collect();
    faults.sort();
    Err(SettingsError::Range(faults.join("; ")))
}

fn said(fault: &validator::ValidationError) -> String {
    let bound = |name| fault.params.get(name).map(ToString::to_string);
    match (&fault.message, bound("min"), bound("max")) {
        (Some(message), _, _) => message.to_string(),
        (None, Some(min), Some(max)) => format!("must be from {min} to {max}"),
        (None, Some(min), None) => format!("must be {min} or more"),
        (None, None, Some(max)) => format!("must be {max} or less"),
        (None, None, None) => fault.code.to_string(),
    }
}

fn known(provider: &impl Provider, source_name: &str) -> Result<(), SettingsError> {
    let found = provider.data().map_err(|error| SettingsError::Value(error.to_string()))?;
    let names = names();
    for name in found.values().flat_map(Dict::keys) {
        if !names.contains(name) {
            let near = names
                .iter()
                .map(|known| (strsim::jaro_winkler(known, name), known))
                .filter(|(score, _)| *score > 0.7)
                .max_by(|a, b| a.0.total_cmp(&b.0))
                .map(|(_, known)| known.clone());
            let (name, source_name) = (name.clone(), source_name.to_owned());
            return Err(SettingsError::Unknown { name, source_name, near });
        }
    }
    Ok(())
}

/// The names of all settings.
pub fn names() -> Vec<String> {
    match Value::serialize(Settings::default()) {
        Ok(Value::Dict(_, dict)) => dict.into_keys().collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), text).expect("written");
        file
    }

    #[test]
    fn flags_win_over_the_file() {
        let file = file("bind = \"127.0.0.1:1\"\npage_size = 7\n");
        let flags = Dict::from([("bind".into(), "127.0.0.1:2".into())]);
        let settings = load(Some(file.path()), flags).expect("settings");
        assert_eq!((settings.bind.as_str(), settings.page_size), ("127.0.0.1:2", 7));
    }

    #[track_caller]
    fn check_fault(text: &str, expected: &str) {
        let file = file(text);
        let fault = load(Some(file.path()), Dict::new()).expect_err("a fault").to_string();
        assert!(fault.contains(expected), "{fault}");
    }

    #[test]
    fn unknown_names_are_refused_with_the_nearest() {
        check_fault("page_sise = 7", "did you mean `page_size`?");
    }

    #[test]
    fn values_are_checked() {
        check_fault("page_size = 0", "`page_size` must be from 1 to 10000");
        check_fault("bind = \"here\"", "`bind` must be HOST:PORT");
        check_fault("time_zone = \"Hanoi\"", "`time_zone` must be an offset");
        check_fault("page_size = \"many\"", "cannot be read");
    }

    #[test]
    fn the_defaults_are_legal() {
        assert_eq!(load(None, Dict::new()).expect("settings").base(), "http://127.0.0.1:8080/fhir");
    }
}
