//! The definitions of R4 4.0.1: what every type may hold, how it is searched, which codes it takes.

pub mod shape;
