//! `GraphQL` as FHIR has it, <https://hl7.org/fhir/R4/graphql.html>.
//!
//! Pure: a [`document`] and what is [`known`] of the resources it asks for give an answer, or a list of
//! what has to be read first. Whoever runs it reads that and runs it again ([`run`]), so nothing here
//! waits for a database. [`collect`] brings selections together, [`directive`] and [`argument`] read
//! what stands beside fields, [`element`], [`linked`] and [`paged`] have the fields of resources, of what
//! they refer to and of pages of matches, [`output`] is what becomes the answer. A [`fault`] says where.

mod argument;
mod collect;
mod directive;
pub mod document;
mod element;
pub mod fault;
mod filter;
mod focus;
pub mod known;
mod linked;
mod output;
mod paged;
pub mod run;

#[cfg(test)]
mod tests;
