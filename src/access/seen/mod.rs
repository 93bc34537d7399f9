//! What is seen of a type, as criteria: what is about [`persons`], what stands for others as a [`whole`], what
//! somebody wrote ([`author`]), each as far as its [`label`]s are opened.

pub(super) mod author;
pub(super) mod label;
pub(super) mod persons;
pub(super) mod whole;
