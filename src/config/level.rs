//! How much something counts.

use serde::{Deserialize, Serialize};

/// How findings of a kind count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// They are what they are.
    #[default]
    Error,
    /// They never refuse a resource.
    Warning,
    /// There are none.
    Off,
}

/// How it counts that a reference leads nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Targets {
    /// Nobody looks.
    Off,
    /// It is told.
    #[default]
    Warn,
    /// Nothing is stored, and nothing deleted.
    Refuse,
}
