//! Reads the settings of all sources, and refuses what it does not know.

use std::path::Path;

use figment::providers::{Env, Format, Serialized, Toml};
use figment::value::{Dict, Value};
use figment::{Figment, Provider};
use validator::Validate;

pub use super::fault::SettingsError;
use super::settings::Settings;

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
        known(&toml, Some(path))?;
        figment = figment.merge(toml);
    }
    let environment = Env::prefixed(PREFIX).filter(|name| !name.starts_with(FOR_TESTS));
    known(&environment, None)?;
    figment = figment.merge(environment).merge(Serialized::defaults(flags));
    let mut settings: Settings = figment.extract().map_err(SettingsError::unreadable)?;
    if let Some(folder) = file.and_then(Path::parent) {
        settings.resolve(folder);
    }
    check(&settings)?;
    Ok(settings)
}

fn check(settings: &Settings) -> Result<(), SettingsError> {
    settings.validate().map_err(|errors| SettingsError::out_of_range(&errors))
}

fn known(provider: &impl Provider, file: Option<&Path>) -> Result<(), SettingsError> {
    let found = provider.data().map_err(SettingsError::unreadable)?;
    let names = names();
    for name in found.values().flat_map(Dict::keys) {
        if !names.contains(name) {
            let near = names
                .iter()
                .map(|known| (strsim::jaro_winkler(known, name), known))
                .filter(|(score, _)| *score > 0.7)
                .max_by(|a, b| a.0.total_cmp(&b.0))
                .map(|(_, known)| known.clone());
            let (name, file) = (name.clone(), file.map(|path| path.display().to_string()));
            return Err(SettingsError::Unknown { name, file, near });
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
        check_fault("page_size = 0", "cài đặt `page_size` phải từ 1 đến 10000 / setting");
        check_fault("bind = \"here\"", "`bind` must be HOST:PORT");
        check_fault("time_zone = \"Hanoi\"", "`time_zone` must be an offset");
        check_fault("stop_seconds = 5000", "`stop_seconds` must be from 1 to 3600");
    }

    #[test]
    fn what_cannot_be_read_is_told_in_the_words_of_the_settings() {
        check_fault(
            "page_size = \"many\"",
            "setting `page_size` must be a whole number, not negative, not “many”",
        );
        check_fault(
            "page_size = -1",
            "cài đặt `page_size` phải là số nguyên không âm, không phải -1",
        );
        check_fault("demo = 3", "setting `demo` must be true or false, not 3");
        check_fault("log = 3", "setting `log` must be a text, not 3");
        check_fault("packages = 3", "setting `packages` must be a text or a list of texts");
        check_fault("profile_levels = 3", "setting `profile_levels` must be a table, not 3");
        check_fault(
            "[profile_levels]\nx = \"no\"",
            "setting `profile_levels.x` must be one of error, warning, off, not `no`",
        );
        check_fault("page_size = =", "the settings file is not TOML: line 1, column 13");
        check_fault("page_sise = 7", "không có cài đặt `page_sise`");
    }

    #[test]
    fn the_defaults_are_legal() {
        assert_eq!(load(None, Dict::new()).expect("settings").base(), "http://127.0.0.1:8080/fhir");
    }
}
