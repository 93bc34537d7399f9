//! Items of the booklet in resources: which one a resource holds, which profile it is held to for
//! that, and whether its value can be what the item means.
//!
//! A code of ours is a promise to keep the whole profile of the item ([`demand`]). Who reaches an
//! item only by a code of everybody's (LOINC, SNOMED CT) promised nothing, and is held to what the
//! item means ([`meaning`]): the kind of value, the dimension of its unit, what is possible at all,
//! both halves of a pair, and somebody whom it is about. A code may mean several items, such as the
//! weight of a mother and that of a child; then only what none of them can be is told of. What has no
//! code at all reaches nothing, and is told so ([`uncoded`]). Which colour its cell has is in [`cell`].

pub(in crate::mch) mod cell;
pub mod colours;
pub mod demand;
pub mod limits;
pub mod meaning;
mod number;
mod reached;
mod said;
pub mod uncoded;
mod value;
