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
//! | 4 | [`ui`], [`demo`], [`authorization`] | the start page; the sample families; accounts, clients, keys and sessions |
//! | 5 | [`operation`], [`access`] | one file per operation, and the table of them; tokens, scopes and grants → rights |
//! | 6 | [`interaction`] | one file per FHIR interaction; `commit` is the only way to change a resource |
//! | 7 | [`search`], [`validation`] | text → query → criteria; compiled definitions × resource → issues |
//! | 8 | [`store`] | the only room that knows SQL: criteria → plan → SQL; one logical schema, SQLite and PostgreSQL |
//! | 9 | [`criteria`] | pure: what a resource must be to be meant; whether index rows are so |
//! | 10 | [`graphql`], [`index`], [`mch`], [`paper`], [`patch`], [`snapshot`], [`terminology`], [`xml`] | pure: documents on resources; resource → index rows; rules across records; a page → PDF; patch × resource → resource; differential → snapshot; codes and value sets; XML ↔ JSON tree |
//! | 11 | [`fhirpath`] | `FHIRPath` over the JSON tree, and the short way for search parameters; pure |
//! | 12 | [`definitions`] | the R4 definitions: shapes, search parameters, compartments, operations, code sets |
//! | 13 | [`config`] | settings: defaults < file < environment < flags |
//! | 14 | [`fhir`], [`budget`] | the data model: ids, dates as ranges, decimals that keep their text, outcomes; what one request may cost |

pub mod access;
pub mod app;
pub mod authorization;
pub mod budget;
pub mod cli;
pub mod config;
pub mod criteria;
pub mod definitions;
pub mod demo;
pub mod fhir;
pub mod fhirpath;
pub mod graphql;
pub mod http;
pub mod index;
pub mod interaction;
pub mod mch;
pub mod operation;
pub mod paper;
pub mod patch;
pub mod search;
pub mod snapshot;
pub mod store;
pub mod terminology;
pub mod ui;
pub mod validation;
pub mod xml;
