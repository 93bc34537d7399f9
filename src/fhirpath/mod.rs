//! Compiled paths over the JSON tree, <http://hl7.org/fhirpath/N1/>.
//!
//! A text is read in three steps: [`lexer`] makes tokens, [`parser`] a tree by the whole grammar,
//! and one of two compilers a program in which every name is found already.
//!
//! - [`expression`] is the whole language: [`planner`] follows the types and makes a [`plan`],
//!   [`run`] evaluates it over borrowed JSON, [`function`] has the functions, [`environment`] the
//!   variables and what only the caller knows.
//! - [`compiler`] is what search parameters need and no more, for every write: all types are known,
//!   nothing is copied and nothing can fail. [`evaluator`] runs its program. Two things differ from
//!   the specification, because search expressions need them so: `as` filters collections like
//!   `ofType`, and a union keeps what it finds twice.
//!
//! No expression can take the server down: texts are at most 64 KiB and nested at most 64 deep, an
//! evaluation takes at most [`environment::STEPS`] steps, which also count the size of what it
//! makes, and regular expressions take linear time.

#[cfg(test)]
mod agreement;
mod arithmetic;
mod ast;
pub mod compiler;
mod condition;
pub mod datum;
mod decimal;
mod distinct;
pub mod environment;
mod equality;
pub mod error;
mod evaluation;
pub mod evaluation_error;
mod evaluator;
pub mod expression;
mod function;
#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod invariants;
pub mod item;
pub mod kind;
mod lexer;
pub mod locate;
mod navigate;
mod order;
mod outcome;
pub mod outline;
mod parser;
mod pattern;
mod plan;
mod planner;
mod planner_call;
mod planner_path;
mod planner_variable;
mod precedence;
pub mod premise;
pub mod program;
pub mod quantity;
mod run;
mod scope;
mod show;
#[cfg(test)]
mod specification;
mod steps;
pub mod temporal;
mod temporal_arithmetic;
mod temporal_text;
mod types;
mod variable;
