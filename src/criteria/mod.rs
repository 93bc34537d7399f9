//! What a resource must be to be meant, as a tree that asks nobody: [`tree`].
//!
//! Whoever makes a tree has looked up every name, unit and value set before. Three things are made
//! from it, each in its place: SQL (`store::find`), an answer for one resource in memory
//! ([`mod@matches`]), and its canonical text ([`text`]). [`keys`] tells what a change must touch so that
//! it can matter; [`access`] who may see what, and [`narrow`] what criteria are then.

pub mod access;
pub mod answer;
pub mod keys;
pub mod matches;
pub mod narrow;
pub mod text;
pub mod tree;
pub mod value;

#[cfg(test)]
mod tests;
