//! Whether access is controlled at all.

use serde::{Deserialize, Serialize};

/// Whether access is controlled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Control {
    #[default]
    Off,
    On,
}
