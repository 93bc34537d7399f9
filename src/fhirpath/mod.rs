//! Compiled paths over the JSON tree, <http://hl7.org/fhirpath/N1/>.
//!
//! A text is read in three steps: [`lexer`] makes tokens, [`parser`] a tree by the whole grammar,
//! [`compiler`] a program in which every name is already a JSON key and every result has a type.
//! [`evaluator`] runs the program; nothing is copied from the resource.
//!
//! The compiler knows what search parameters need and says of anything else that it is not
//! supported. Two things differ from the specification, because search expressions need them so:
//! `as` filters collections like `ofType`, and a union keeps what it finds twice.

mod ast;
pub mod compiler;
pub mod error;
mod evaluator;
pub mod item;
mod lexer;
pub mod member;
mod parser;
mod precedence;
pub mod program;
mod steps;
mod types;
