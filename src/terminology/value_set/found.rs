//! A code where it was found: in a system, in a list of a value set, or in an expansion.

use std::sync::Arc;

use serde_json::Value;

use crate::terminology::system::concept::{Concept, Designation};
use crate::terminology::system::source::Source;

/// A code, where it was found.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) system: Box<str>,
    pub(crate) version: Option<Box<str>>,
    /// None when only the value set knows the code.
    pub(crate) source: Option<Source>,
    pub(crate) concept: Arc<Concept>,
    pub(crate) listed: Option<Arc<Listed>>,
    pub(crate) problems: Vec<Problem>,
}

/// A code that a value set lists.
#[derive(Debug)]
pub(crate) struct Listed {
    pub(crate) code: Box<str>,
    pub(crate) display: Option<Box<str>>,
    pub(crate) designations: Vec<Designation>,
    pub(crate) extensions: Vec<Value>,
}

/// What is wrong with the version that a code is asked for in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Problem {
    /// The value set takes another version, or parameters make it do so.
    Mismatch { system: Box<str>, said: Option<Box<str>>, used: Box<str>, asked: Box<str> },
    /// The value set names no version, and the one asked for is not known.
    Unnamed { system: Box<str>, used: Option<Box<str>>, asked: Box<str> },
    /// This version of the system, or the system, is not known.
    Unknown { system: Box<str>, version: Option<Box<str>> },
    /// `check-system-version` asks for another.
    Refused { system: Box<str>, version: Option<Box<str>>, wanted: Box<str> },
}
