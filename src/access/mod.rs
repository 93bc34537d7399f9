//! Who may see and do what: tokens, scopes and grants become rights, and rights are criteria.
//!
//! [`control`] goes from the header `Authorization` to an [`Access`](crate::criteria::access::Access):
//! [`token`] checks tokens, [`grant`] has who was granted which role, [`reach`] and [`represented`] say
//! whom that reaches, [`consent`] what patients hide and open, [`label`] what labels ask, [`scope`] what a token asks for, and [`policy`] makes criteria of them.
//! [`explain`] says why. How rows are narrowed by criteria is `interaction::scoped`'s.

mod author;
mod consent;
pub mod control;
pub mod explain;
pub mod fault;
pub mod grant;
mod held;
mod label;
mod persons;
pub mod policy;
mod reach;
mod represented;
pub mod scope;
pub mod sort;
mod token;
mod whole;
