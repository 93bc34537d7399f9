//! Mebe, a FHIR R4 server for Vietnamese maternal and child care.
//!
//! # Code map
//!
//! A room imports only from rooms on the lines below it, never from a neighbour on its own line;
//! `tests/tidy.rs` fails otherwise.
//!
//! | line | room | what lives there |
//! |---|---|---|
//! | 1 | `main.rs`, [`cli`] | the subcommands, one file each |
//! | 2 | [`app`] | builds everything from [`config`], starts the HTTP server, stops it gracefully |
//! | 3 | [`http`], [`ui`] | actix lives here only: routes, negotiation, headers, replies; the start page |
//! | 4 | [`interaction`] | one file per FHIR interaction; `commit` is the only way to change a resource |
//! | 5 | [`search`], [`validation`] | text → query → resolved → plan → SQL; compiled definitions × resource → issues |
//! | 6 | [`store`] | the only room that runs SQL: one logical schema, SQLite and PostgreSQL |
//! | 7 | [`index`] | resource → typed index rows, pure |
//! | 8 | [`fhirpath`] | compiled paths over the JSON tree, pure |
//! | 9 | [`definitions`] | the R4 definitions: shapes, search parameters, compartments, operations, code sets |
//! | 10 | [`fhir`], [`config`] | the data model: ids, dates as ranges, decimals that keep their text, outcomes; settings |

pub mod definitions;
pub mod fhir;
pub mod fhirpath;
pub mod index;
pub mod validation;
