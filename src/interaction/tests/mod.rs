//! What holds of all interactions.

mod parity;
