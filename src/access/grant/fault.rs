//! What is wrong with a file of grants: at which line, of which key, in both languages.

use std::fmt;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::fhir::issue::Text;

/// What is wrong at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub line: usize,
    pub key: String,
    pub text: Text,
}

impl Fault {
    pub(super) fn new(
        line: usize,
        key: &str,
        vi: impl Into<String>,
        en: impl Into<String>,
    ) -> Self {
        Self { line, key: key.to_owned(), text: Text::new(vi, en) }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, key, text } = self;
        let key = if key.is_empty() { String::new() } else { format!(", {key}") };
        write!(f, "dòng {line}{key}: {} / line {line}{key}: {}", text.vi, text.en)
    }
}

/// A file that cannot be used.
#[derive(Debug, Error)]
pub enum FileError {
    #[error("không đọc được tệp quyền {0} / the file of grants {0} cannot be read")]
    Unreadable(PathBuf, #[source] std::io::Error),
    #[error("tệp quyền {path} / file of grants {path}: {}", told(.faults), path = .path.display())]
    Faults { path: PathBuf, faults: Vec<Fault> },
}

impl FileError {
    pub(super) fn of(path: &Path, faults: Vec<Fault>) -> Self {
        Self::Faults { path: path.into(), faults }
    }
}

fn told(faults: &[Fault]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}
