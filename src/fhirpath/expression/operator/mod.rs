//! What operators compute: [`arithmetic`], [`equality`] (`=`, `~`), [`order`] (`<`), and what
//! unions need, [`distinct`]. Logic (`and`, `or`) is in [`super::condition`].

pub(in crate::fhirpath) mod arithmetic;
pub(in crate::fhirpath) mod distinct;
pub(in crate::fhirpath) mod equality;
pub(in crate::fhirpath) mod order;
