//! What is asked of the endpoints, read and checked; nothing here knows a database.

pub mod authorize;
pub mod parameter;
pub mod pkce;
pub mod redirect;
pub mod scope;
