//! A search with every name looked up and every value read.

use crate::definitions::search_parameter::ParamId;
use crate::fhir::issue::Issue;
use crate::fhir::kind::ResourceKind;
use crate::store::find::beside::{Link, Way};
use crate::store::find::search::Search;

use super::query::Parameter;
use super::view::View;

/// What to search for and how to show it.
#[derive(Debug, Clone)]
pub struct Resolved {
    pub search: Search,
    /// What comes along with the matches.
    pub includes: Vec<Include>,
    /// How much of what is found is shown.
    pub view: View,
    /// The parameters that were used, for the links of pages.
    pub used: Vec<Parameter>,
    /// What was left out, under lenient handling, and what is not known whole.
    pub told: Vec<Issue>,
    /// Whether it is told how it was answered.
    pub explain: bool,
}

/// One `_include` or `_revinclude`.
#[derive(Debug, Clone, PartialEq)]
pub struct Include {
    pub way: Way,
    /// Whether it goes on from what is included.
    pub iterates: bool,
    /// None: whatever is referred to, by any parameter.
    pub links: Option<Vec<Link>>,
    pub canonicals: Vec<Canonical>,
}

/// A parameter by which resources of a type refer to definitions by their URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Canonical {
    pub of: ResourceKind,
    pub param: ParamId,
    /// The types that are referred to; empty: any.
    pub kinds: Vec<ResourceKind>,
}
