//! A search with every name looked up and every value read.

use crate::fhir::issue::Issue;
use crate::store::find::search::Search;

use super::query::Parameter;

/// What to search for and how to show it.
#[derive(Debug, Clone)]
pub struct Resolved {
    pub search: Search,
    /// The parameters that were used, for the links of pages.
    pub used: Vec<Parameter>,
    /// What was left out, under lenient handling, and what is not known whole.
    pub told: Vec<Issue>,
}
