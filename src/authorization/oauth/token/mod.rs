//! The tokens that are given out.

pub mod answer;
pub mod claims;
pub mod identity;
pub mod sign;
pub mod who;
mod whose;
