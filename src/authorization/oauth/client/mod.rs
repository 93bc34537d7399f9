//! Who asks: what a client shows, and whether it is what is registered.

pub mod assertion;
mod authenticate;
pub mod keys;
pub mod presented;
