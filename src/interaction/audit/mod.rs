//! Who did what with whose record: noted while a request is carried out, recorded before it is answered,
//! and shown as `AuditEvent` after [IHE BALP](https://profiles.ihe.net/ITI/BALP/).
//!
//! [`trail`] is what is noted of one request. Whatever rows the door (`scoped`) gives somebody are noted
//! there, so that nothing is read unseen; [`action`] says what an interaction asks for, and [`note`] puts both
//! together. [`told`] makes an `AuditEvent` of what was recorded, [`asked`] reads what is searched for, and
//! [`search`] answers.

pub mod action;
mod agents;
mod asked;
pub mod named;
pub mod note;
pub mod search;
pub mod told;
pub mod trail;
