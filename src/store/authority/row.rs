//! Rows of the authorization server, and what may be done to them.

/// What a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Somebody who signs in; the id is the name.
    Account,
    /// An app or a system; the id is the `client_id`.
    Client,
    /// What an account or a client was granted.
    Grant,
    /// A key that tokens are signed with; the id is the `kid`.
    SigningKey,
    /// A key that ID tokens are signed with.
    IdentityKey,
    /// Somebody is signed in with a browser.
    Session,
    /// A code that is exchanged for tokens.
    Code,
    /// All tokens that come of what a person allowed once.
    Family,
    /// What an app is launched with.
    Launch,
    /// What may not be used a second time: a `jti`, a step of a second factor.
    Used,
    /// Attempts to sign in.
    Attempt,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 11] = [
        Self::Account,
        Self::Client,
        Self::Grant,
        Self::SigningKey,
        Self::IdentityKey,
        Self::Session,
        Self::Code,
        Self::Family,
        Self::Launch,
        Self::Used,
        Self::Attempt,
    ];

    /// As rows name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Client => "client",
            Self::Grant => "grant",
            Self::SigningKey => "signing-key",
            Self::IdentityKey => "identity-key",
            Self::Session => "session",
            Self::Code => "code",
            Self::Family => "family",
            Self::Launch => "launch",
            Self::Used => "used",
            Self::Attempt => "attempt",
        }
    }

    /// The kind with a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether servers remember rows of this kind, and have to learn when they change.
    pub fn is_remembered(self) -> bool {
        matches!(self, Self::Account | Self::Client | Self::Grant | Self::SigningKey)
    }
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub kind: Kind,
    pub id: String,
    /// What it belongs to; rows of a kind are found, and removed, by it.
    pub parent: Option<String>,
    /// JSON.
    pub body: String,
    /// Microseconds since 1970; from then on it is as though it were not there.
    pub until: Option<i64>,
}

/// What is done to a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Fails when it is there.
    Add(Row),
    Set(Row),
    /// Fails when the body is not, byte for byte, what it was.
    Replace {
        row: Row,
        was: String,
    },
    /// Removes what serves once; fails when it is not there.
    Take {
        kind: Kind,
        id: String,
    },
    Remove {
        kind: Kind,
        id: String,
    },
    /// Removes all rows of a kind that belong to something.
    RemoveChildren {
        kind: Kind,
        parent: String,
    },
}

impl Change {
    /// The kind of the rows that it is about.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Add(row) | Self::Set(row) | Self::Replace { row, .. } => row.kind,
            Self::Take { kind, .. }
            | Self::Remove { kind, .. }
            | Self::RemoveChildren { kind, .. } => *kind,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_have_names() {
        for kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.name()), Some(kind));
        }
        assert_eq!(Kind::parse("revision"), None);
    }
}
