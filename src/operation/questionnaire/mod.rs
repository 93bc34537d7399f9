//! What is done with forms, <https://hl7.org/fhir/uv/sdc/>: `$populate` fills one with what is known,
//! `$extract` makes records of one that was filled.
//!
//! [`sdc`] reads the extensions of a Questionnaire, [`evaluation`] evaluates its expressions on
//! [`held`] values, [`query`] carries out its queries with the rights of who asks, [`found`] finds the
//! Questionnaire, [`answer`] makes answers of values.

pub(crate) mod answer;
mod evaluation;
pub mod extract;
mod found;
mod held;
pub(crate) mod options;
pub mod populate;
mod query;
pub(crate) mod sdc;
