//! Why an account, a client or a key is not changed.

use crate::fhir::issue::Text;
use crate::store::error::StoreError;

use super::password::Unfit;

/// Why something is not done.
#[derive(Debug)]
pub enum Trouble {
    /// There is one of this name already, or it is so already.
    Already(Text),
    /// There is none of this name.
    Missing(Text),
    /// What was asked for may not be.
    Refused(Vec<Text>),
    Rows(StoreError),
    /// This machine could not do it.
    Failed,
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        Self::Rows(error)
    }
}

impl From<Unfit> for Trouble {
    fn from(unfit: Unfit) -> Self {
        match unfit {
            Unfit::Refused(text) => Self::Refused(vec![text]),
            Unfit::Failed => Self::Failed,
        }
    }
}

impl Trouble {
    /// Refuses with one text.
    pub fn refused(vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self::Refused(vec![Text::new(vi, en)])
    }

    /// What is told of it.
    pub fn texts(&self) -> Vec<Text> {
        match self {
            Self::Already(text) | Self::Missing(text) => vec![text.clone()],
            Self::Refused(texts) => texts.clone(),
            Self::Rows(_) | Self::Failed => vec![Text::new(
                "máy chủ chưa làm được việc này",
                "this server cannot do that right now",
            )],
        }
    }
}

/// Whether something is called so: what is written into addresses, headers and logs must be plain.
pub fn name(name: &str) -> Result<(), Trouble> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._@+-".contains(c);
    if (1..=64).contains(&name.len()) && name.chars().all(is_plain) {
        return Ok(());
    }
    Err(Trouble::refused(
        "tên có từ 1 đến 64 ký tự trong a-z, A-Z, 0-9 và . _ @ + -",
        "a name has 1 to 64 characters among a-z, A-Z, 0-9 and . _ @ + -",
    ))
}
