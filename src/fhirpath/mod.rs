//! Compiled paths over the JSON tree, <http://hl7.org/fhirpath/N1/>.
//!
//! - [`syntax`] makes a tree of a text, by the whole grammar.
//! - [`value`] is what expressions compute with.
//! - [`expression`] is the whole language: constraints, slices, `$fhirpath`. [`function`] has its
//!   functions; a plan holds pointers to them.
//! - [`path`] is what search parameters need and no more, for every write: all types are known,
//!   nothing is copied and nothing can fail. Two things differ from the specification, because
//!   search expressions need them so: `as` filters collections like `ofType`, and a union keeps
//!   what it finds twice.
//!
//! `docs/adr/0022-two-ways-through-a-path.md` says why there are two ways.
//!
//! No expression can take the server down: texts are at most 64 KiB and nested at most 64 deep, an
//! evaluation takes at most [`expression::environment::STEPS`] steps, which also count the size of
//! what it makes, and regular expressions take linear time.

pub mod expression;
mod function;
pub mod path;
pub mod syntax;
pub mod value;

#[cfg(test)]
mod tests;
