//! Operations on resources of any type, or of what they lead to: `$meta`, `$document`, `$graphql`.

pub(super) mod document;
pub(super) mod graphql;
pub(super) mod meta;
