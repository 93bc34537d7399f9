//! Whether access is controlled at all.

use serde::{Deserialize, Serialize};

/// Who must have a second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SecondFactor {
    /// Whoever has a role of staff.
    #[default]
    Required,
    /// Whoever was given one.
    Optional,
}

/// Whether access is controlled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Control {
    #[default]
    Off,
    On,
}
