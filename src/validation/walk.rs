//! What one validation of one resource knows, and the findings it gathers.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde_json::{Map, Value};

use super::bundled::Bundled;
use super::engine::{Engine, Known};
use super::given::Given;
use super::path::Path;
use super::profile::held::Held;
use super::validator::Request;
use crate::budget;
use crate::definitions::registry::Registry;
use crate::fhir::issue::{Issue, Rule};
use crate::fhir::time::Instant;

/// After so many errors the walk ends, and so many other findings are kept: nobody reads more, and
/// a hostile body must not cost more.
const MOST_ISSUES: usize = 200;

/// Steps of looking at an element.
const ELEMENT: usize = 10;

/// A JSON object.
pub(super) type Object = Map<String, Value>;

/// One validation of one resource.
pub(super) struct Walk<'a> {
    pub(super) engine: &'a Engine,
    pub(super) registry: &'a Registry,
    pub(super) known: Known,
    /// The profiles that were met.
    pub(super) held: &'a Held,
    /// What the caller knows and wants.
    pub(super) request: Request<'a>,
    /// The resource that was sent.
    pub(super) whole: &'a Value,
    /// The resource at hand; a contained one is one of its own.
    pub(super) resource: &'a Value,
    /// The resource that contains the one at hand, or the one at hand itself.
    pub(super) container: &'a Value,
    /// The innermost Bundle that the resource at hand is in, or is.
    pub(super) bundle: Option<Bundled<'a>>,
    /// The resources in the parameters that were sent.
    pub(super) given: Given<'a>,
    /// The `fullUrl` of the entry that the resource at hand is in.
    pub(super) full_url: Option<&'a str>,
    /// The object at hand, or what a primitive has beside its value.
    pub(super) host: &'a Value,
    /// What the object at hand is directly in.
    pub(super) outer: &'a Value,
    /// The `contained` resources of the resource at hand.
    pub(super) contained: &'a [Value],
    /// Whether the resource at hand is itself contained.
    pub(super) is_contained: bool,
    /// Whether the whole is a transaction, in which references may be searches.
    pub(super) is_transaction: bool,
    /// How many questions "does it conform" surround this walk, each a walk of its own.
    pub(super) depth: usize,
    pub(super) now: Instant,
    /// Code systems that were said to be unknown, and whether nothing at all is known of them.
    pub(super) unknown_systems: FxHashMap<&'a str, bool>,
    /// How often the JSON itself was wrong; expressions are not evaluated on what is.
    pub(super) malformed: usize,
    errors: usize,
    issues: Vec<Issue>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(
        engine: &'a Engine,
        held: &'a Held,
        request: Request<'a>,
        whole: &'a Value,
        now: Instant,
    ) -> Self {
        Self {
            engine,
            registry: &engine.registry,
            known: engine.known,
            held,
            request,
            whole,
            resource: whole,
            container: whole,
            bundle: None,
            given: Given::default(),
            full_url: None,
            host: whole,
            outer: whole,
            contained: &[],
            is_contained: false,
            is_transaction: false,
            depth: 0,
            now,
            unknown_systems: FxHashMap::default(),
            malformed: 0,
            errors: 0,
            issues: Vec::new(),
        }
    }

    /// A walk at the same place, whose findings only answer a question.
    pub(super) fn question(&self) -> Self {
        Self {
            depth: self.depth + 1,
            bundle: self.bundle.clone(),
            given: self.given.clone(),
            unknown_systems: FxHashMap::default(),
            malformed: 0,
            errors: 0,
            issues: Vec::new(),
            ..*self
        }
    }

    pub(super) fn into_issues(self) -> Vec<Issue> {
        self.issues
    }

    /// Notes a finding about the element at a path.
    pub(super) fn report(&mut self, path: &Path<'_>, issue: Issue) {
        let refuses = issue.severity.refuses();
        self.errors += usize::from(refuses);
        if self.depth > 0 {
            return;
        }
        let kept = if refuses {
            self.errors
        } else {
            self.issues.len() - self.errors.min(self.issues.len())
        };
        if kept <= MOST_ISSUES {
            let issue = issue.at(path.text());
            if !self.issues.contains(&issue) {
                self.issues.push(issue);
            }
        }
    }

    /// Notes a finding that says the JSON is not what FHIR makes of it.
    pub(super) fn malformed(&mut self, path: &Path<'_>, issue: Issue) {
        self.malformed += 1;
        self.report(path, issue);
    }

    /// Notes a finding of a profile.
    pub(super) fn report_of(&mut self, profile: &Arc<str>, path: &Path<'_>, issue: Issue) {
        let rule = Rule { profile: Arc::clone(profile), key: None };
        self.report(path, Issue { rule: Some(rule), ..issue });
    }

    /// Whether anything refuses the resource.
    pub(super) fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// Whether nothing more need be looked at: enough was found, or nothing more can be spent.
    pub(super) fn is_full(&self) -> bool {
        budget::spend(ELEMENT).is_err()
            || self.errors >= MOST_ISSUES
            || self.depth > 0 && self.errors > 0
    }
}
