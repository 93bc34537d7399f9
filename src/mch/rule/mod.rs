//! The rules, one file for each kind of contradiction. [`listed`] has them with their severities,
//! texts and sources, [`report`] is how a rule says what it found.

pub mod address;
mod birth;
mod dating;
mod diagnosis;
mod episode;
mod growth;
mod history;
pub mod listed;
mod newborn;
mod personal_number;
pub(super) mod report;
mod subject;
mod vaccine;

use super::record::records::{Record, Records};
use report::Report;

/// Checks a resource by some rules.
type Check = fn(Record<'_>, &Records<'_>, &mut Report);

/// Every check; each looks at once whether the resource is its concern.
pub(super) const CHECKS: &[Check] = &[
    address::check,
    birth::check,
    dating::check,
    diagnosis::check,
    episode::check,
    growth::check,
    history::check,
    newborn::check,
    personal_number::check,
    subject::check,
    vaccine::check,
];
