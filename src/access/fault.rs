//! Why access cannot be controlled as the settings say.

use thiserror::Error;

use super::grant::fault::FileError;

/// Why access cannot be controlled.
#[derive(Debug, Error)]
pub enum AccessError {
    #[error(
        "cài đặt authorization_server cần access = \"on\" / the setting authorization_server needs access = \"on\""
    )]
    Open,
    #[error(transparent)]
    File(#[from] FileError),
    #[error("[[issuer]] {0}: không đọc được khóa / the keys cannot be read: {1}")]
    Keys(String, String),
    #[error("[[issuer]] {0} có hai lần / is there twice")]
    Twice(String),
}
