//! Text → tree, <http://hl7.org/fhirpath/N1/grammar.html>: [`lexer`] makes tokens, [`parser`] an
//! [`ast`] by the binding of [`precedence`].
//!
//! [`outline`] shows the tree as JSON, [`premise`] tells what an expression depends on; both only
//! look at what is written. [`error`] says why a text is no expression.

pub(super) mod ast;
pub mod error;
mod lexer;
pub mod outline;
pub(super) mod parser;
mod precedence;
pub mod premise;
