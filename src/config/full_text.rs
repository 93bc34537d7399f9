//! What full-text searches find.

use std::fmt::{Display, Formatter, Result};

use serde::{Deserialize, Serialize};

/// Which words of resources have an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FullText {
    /// None.
    Off,
    /// Those of the narrative, for `_text`.
    #[default]
    Text,
    /// Those of the whole resource, for `_content` too.
    Content,
}

impl FullText {
    /// The one with a name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Off, Self::Text, Self::Content].into_iter().find(|one| one.to_string() == name)
    }
}

impl Display for FullText {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(match self {
            Self::Off => "off",
            Self::Text => "text",
            Self::Content => "content",
        })
    }
}
