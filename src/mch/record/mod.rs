//! What records of a mother or child tell, and which of them are read together.
//!
//! [`need`] says which records a resource has to be held against, [`records`] holds them, [`about`]
//! and [`subject`] say whose they are, [`itself`] what each says alone, [`kin`] which mother and child belong together. [`topic`]
//! says what an Observation is about, [`ours`] whether a resource is of the booklet, [`pregnancy`], [`dose`] and [`measure`] what is told of
//! those; [`concept`] and [`days`] read codes and dates for them.

pub mod about;
pub mod concept;
pub mod days;
pub mod dose;
pub(super) mod itself;
pub(super) mod kin;
pub(super) mod measure;
pub mod need;
pub(super) mod ours;
pub mod pregnancy;
pub mod records;
pub mod role;
pub mod subject;
pub mod topic;
