//! A search with every name looked up and every value read.

use crate::fhir::issue::Issue;
use crate::store::find::search::Search;

use super::query::Parameter;
use super::view::View;

/// What to search for and how to show it.
#[derive(Debug, Clone)]
pub struct Resolved {
    pub search: Search,
    /// How much of what is found is shown.
    pub view: View,
    /// The parameters that were used, for the links of pages.
    pub used: Vec<Parameter>,
    /// What was left out, under lenient handling.
    pub ignored: Vec<Issue>,
}
