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
//! | 3 | [`http`] | actix lives here and in [`ui`]: routes, negotiation, headers, replies |
//! | 4 | [`ui`], [`demo`] | the start page; the sample families |
//! | 5 | [`interaction`] | one file per FHIR interaction; `commit` is the only way to change a resource |
//! | 6 | [`search`], [`validation`] | text → query → resolved → plan → SQL; compiled definitions × resource → issues |
//! | 7 | [`store`] | the only room that runs SQL: one logical schema, SQLite and PostgreSQL |
//! | 8 | [`index`] | resource → typed index rows, pure |
//! | 9 | [`fhirpath`] | compiled paths over the JSON tree, pure |
//! | 10 | [`definitions`] | the R4 definitions: shapes, search parameters, compartments, operations, code sets |
//! | 11 | [`config`] | settings: defaults < file < environment < flags |
//! | 12 | [`fhir`] | the data model: ids, dates as ranges, decimals that keep their text, outcomes |

pub mod app;
pub mod cli;
pub mod config;
pub mod definitions;
pub mod demo;
pub mod fhir;
pub mod fhirpath;
pub mod http;
pub mod index;
pub mod interaction;
pub mod search;
pub mod store;
pub mod ui;
pub mod validation;
