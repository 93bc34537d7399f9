//! Bundles that are carried out, <https://hl7.org/fhir/R4/http.html#transaction>.
//!
//! [`entries`] reads them. A [`batch`] is many requests, a [`transaction`] is one, whose entries refer
//! to each other: [`link`] puts the addresses of what is created in place of what they say.

pub mod batch;
pub mod entries;
pub mod link;
pub mod transaction;
