//! Who may see and do what: tokens, scopes and grants become rights, and rights are criteria.
//!
//! [`control`] goes from the header `Authorization` to an [`Access`](crate::criteria::access::Access):
//! [`token`] checks tokens, [`grant`] has who was granted which role, [`reach`] and [`represented`] say
//! whom that reaches, [`consent`] what patients hide and open, [`seen`] what of a type is seen, [`scope`]
//! what a token asks for, and [`policy`] makes criteria of them.
//! [`home`] is what it needs of the authorization server that is built in.
//! [`explain`] says why. How rows are narrowed by criteria is `interaction::scoped`'s.

mod acting;
mod bearer;
mod consent;
pub mod control;
pub mod explain;
pub mod fault;
pub mod glass;
pub mod grant;
mod held;
pub mod home;
pub mod policy;
mod reach;
mod represented;
pub mod scope;
mod seen;
pub mod sort;
pub mod token;
mod verified;
