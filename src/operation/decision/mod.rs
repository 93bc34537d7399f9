//! Decision support by [CDS Hooks 2.0](https://cds-hooks.hl7.org/2.0/): a client that opens a record
//! is told what is late and what is due.
//!
//! [`facts`] gathers what is told. [`service`] says what there is and reads what is sent, [`card`] writes what is told. The client's
//! own server is never asked: what it does not send is looked for among what is recorded here.

mod card;
mod facts;
pub mod service;
