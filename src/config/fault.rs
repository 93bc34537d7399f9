//! What is wrong with settings, in both languages and in the words of the docs.

use std::fmt::Display;
use std::path::PathBuf;

use figment::error::{Actual, Error, Kind};
use thiserror::Error;
use validator::{ValidationError, ValidationErrors};

/// What is wrong with the settings.
#[derive(Debug, Error)]
pub enum SettingsError {
    #[error("không có tệp cài đặt ở {path} / there is no settings file at {path}", path = .0.display())]
    NoFile(PathBuf),
    #[error("{}", unknown(.name, .file.as_deref(), .near.as_deref()))]
    Unknown {
        name: String,
        /// The file it is in; none for the environment.
        file: Option<String>,
        near: Option<String>,
    },
    #[error("{0}")]
    Value(String),
    #[error("{}", no_profile(.id, .near.as_deref()))]
    NoProfile { id: String, near: Option<String> },
}

/// Two sentences, the Vietnamese first.
fn both(vi: impl Display, en: impl Display) -> String {
    format!("{vi} / {en}")
}

fn hint(near: Option<&str>) -> (String, String) {
    near.map(|near| (format!("; có phải là `{near}`?"), format!("; did you mean `{near}`?")))
        .unwrap_or_default()
}

fn unknown(name: &str, file: Option<&str>, near: Option<&str>) -> String {
    let (hint_vi, hint_en) = hint(near);
    both(
        format!("không có cài đặt `{name}` ({}){hint_vi}", file.unwrap_or("biến môi trường")),
        format!("there is no setting `{name}` ({}){hint_en}", file.unwrap_or("environment")),
    )
}

fn no_profile(id: &str, near: Option<&str>) -> String {
    let (hint_vi, hint_en) = hint(near);
    both(
        format!("cài đặt `profile_levels`: không có hồ sơ nào có id `{id}`{hint_vi}"),
        format!("setting `profile_levels`: there is no profile with the id `{id}`{hint_en}"),
    )
}

impl SettingsError {
    /// What could not be read.
    pub(super) fn unreadable(errors: Error) -> Self {
        Self::Value(errors.into_iter().map(|error| told(&error)).collect::<Vec<_>>().join("; "))
    }

    /// What is beyond its limits.
    pub(super) fn out_of_range(errors: &ValidationErrors) -> Self {
        let fields = errors.field_errors().into_iter();
        let mut faults: Vec<String> = fields
            .flat_map(|(name, faults)| faults.iter().map(move |fault| at(&name, limits(fault))))
            .collect();
        faults.sort();
        Self::Value(faults.join("; "))
    }
}

/// What is said of a setting.
fn at(name: &str, (vi, en): (String, String)) -> String {
    both(format!("cài đặt `{name}` {vi}"), format!("setting `{name}` {en}"))
}

fn must(vi: impl Display, en: impl Display) -> (String, String) {
    (format!("phải {vi}"), format!("must {en}"))
}

fn limits(fault: &ValidationError) -> (String, String) {
    let bound = |name| fault.params.get(name).map(ToString::to_string);
    match (&fault.message, bound("min"), bound("max")) {
        // Messages of ours are in both languages.
        (Some(message), _, _) => match message.split_once(" / ") {
            Some((vi, en)) => must(vi, en),
            None => must(message, message),
        },
        (None, Some(min), Some(max)) => {
            must(format!("từ {min} đến {max}"), format!("be from {min} to {max}"))
        }
        (None, Some(min), None) => must(format!("từ {min} trở lên"), format!("be {min} or more")),
        (None, None, Some(max)) => must(format!("không quá {max}"), format!("be {max} or less")),
        (None, None, None) => must("có giá trị khác", "have another value"),
    }
}

fn told(error: &Error) -> String {
    let name = error.path.join(".");
    match &error.kind {
        Kind::Message(text) if name.is_empty() => no_toml(text),
        // Only lists may be one text, too.
        Kind::Message(_) => {
            at(&name, must("là chuỗi hoặc danh sách chuỗi", "be a text or a list of texts"))
        }
        Kind::UnknownVariant(found, known) => {
            let known = known.join(", ");
            at(
                &name,
                must(
                    format!("là một trong {known}, không phải `{found}`"),
                    format!("be one of {known}, not `{found}`"),
                ),
            )
        }
        Kind::InvalidType(found, wanted) | Kind::InvalidValue(found, wanted) => {
            let ((vi, en), found) = (kind(wanted), given(found));
            at(&name, must(format!("là {vi}, không phải {found}"), format!("be {en}, not {found}")))
        }
        _ => at(&name, must("có giá trị khác", "have another value")),
    }
}

/// What a setting is to be.
fn kind(wanted: &str) -> (&'static str, &'static str) {
    match wanted {
        "a boolean" => ("true hoặc false", "true or false"),
        "a sequence" => ("danh sách", "a list"),
        "a map" => ("bảng", "a table"),
        wanted if wanted.contains("string") => ("chuỗi", "a text"),
        _ => ("số nguyên không âm", "a whole number, not negative"),
    }
}

fn given(found: &Actual) -> String {
    match found {
        Actual::Bool(value) => value.to_string(),
        Actual::Unsigned(value) => value.to_string(),
        Actual::Signed(value) => value.to_string(),
        Actual::Float(value) => value.to_string(),
        Actual::Char(value) => format!("“{value}”"),
        Actual::Str(value) => format!("“{value}”"),
        Actual::Seq => "[…]".into(),
        _ => "{…}".into(),
    }
}

/// What the reader of TOML says of a text that is none: only where.
fn no_toml(text: &str) -> String {
    let place = text.split_once("line ").and_then(|(_, rest)| {
        let (line, rest) = rest.split_once(", column ")?;
        let column: String = rest.chars().take_while(char::is_ascii_digit).collect();
        Some((line.to_owned(), column))
    });
    let (vi, en) = place.map_or_else(Default::default, |(line, column)| {
        (format!(": dòng {line}, cột {column}"), format!(": line {line}, column {column}"))
    });
    both(
        format!("tệp cài đặt không đúng dạng TOML{vi}"),
        format!("the settings file is not TOML{en}"),
    )
}
