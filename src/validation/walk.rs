//! What one validation of one resource knows, and the findings it gathers.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde_json::Value;

use super::element::path::Path;
use super::engine::{Engine, Known};
use super::message::structure;
use super::profile::held::Held;
use super::profile::tree::node::Profile;
use super::reference::bundled::Bundled;
use super::reference::given::Given;
use super::request::{ONLY_ASKED, Request, Weight};
use crate::budget;
use crate::definitions::registry::Registry;
use crate::fhir::issue::{Issue, Rule, Severity};
use crate::fhir::time::Instant;

/// After so many errors the walk ends, and so many other findings are kept: nobody reads more, and
/// a hostile body must not cost more.
const MOST_ISSUES: usize = 200;

/// Steps of looking at an element.
const ELEMENT: usize = 10;

/// References that lead to a resource which is not what a profile asks for.
pub(super) struct Missed<'a> {
    pub(super) target: &'a Value,
    /// The profiles it should conform to one of.
    pub(super) asked: Vec<&'a Profile>,
    /// The finding about the first of them, with its place.
    pub(super) issue: Issue,
    /// What is wrong with the resource, told from its own root.
    pub(super) cause: Arc<Issue>,
    /// References beside the first.
    pub(super) others: usize,
}

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
    /// References whose targets are not what is asked; told at the end.
    pub(super) missed: Vec<Missed<'a>>,
    /// Resources with errors, and where they are.
    broken: FxHashMap<*const Value, String>,
    /// Of a question: the first error, which answers it.
    cause: Option<Issue>,
    errors: usize,
    /// Findings that are no errors, and those of them that are mere notes.
    others: usize,
    notes: usize,
    /// Whether findings were left out.
    is_cut: bool,
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
            missed: Vec::new(),
            broken: FxHashMap::default(),
            cause: None,
            errors: 0,
            others: 0,
            notes: 0,
            is_cut: false,
            issues: Vec::new(),
        }
    }

    /// A walk at the same place, whose findings only answer a question. What a write is but warned
    /// of is no answer, whoever asks: else the answers would differ.
    pub(super) fn question(&self) -> Self {
        Self {
            request: Request { strict: false, ..self.request },
            depth: self.depth + 1,
            bundle: self.bundle.clone(),
            given: self.given.clone(),
            unknown_systems: FxHashMap::default(),
            malformed: 0,
            missed: Vec::new(),
            broken: FxHashMap::default(),
            cause: None,
            errors: 0,
            others: 0,
            notes: 0,
            is_cut: false,
            issues: Vec::new(),
            ..*self
        }
    }

    /// All that was found; who is told of the most that is kept is told that there is more.
    pub(super) fn into_issues(mut self) -> Vec<Issue> {
        self.tell_missed();
        if self.is_cut || self.errors >= MOST_ISSUES {
            let kind = self.whole.get("resourceType").and_then(Value::as_str);
            self.issues.push(structure::more(MOST_ISSUES).at(kind.unwrap_or("Resource")));
        }
        self.issues
    }

    /// What answers a question with no.
    pub(super) fn into_cause(self) -> Option<Issue> {
        self.cause
    }

    /// Notes a finding about the element at a path.
    pub(super) fn report(&mut self, path: &Path<'_>, issue: Issue) {
        let refuses = issue.severity.refuses();
        if self.depth > 0 {
            self.errors += usize::from(refuses);
            if refuses && self.cause.is_none() {
                self.cause = Some(issue.at(path.text()));
            }
        } else if self.has_room(issue.severity) {
            let issue = issue.at(path.text());
            if !self.issues.contains(&issue) {
                self.tally(issue.severity);
                self.issues.push(issue);
            }
        } else {
            self.is_cut = true;
        }
    }

    /// Whether one more finding is kept. Where there is no room for a warning, a note makes room.
    fn has_room(&mut self, severity: Severity) -> bool {
        if severity.refuses() {
            return self.errors < MOST_ISSUES;
        }
        if self.others < MOST_ISSUES {
            return true;
        }
        if severity != Severity::Warning || self.notes == 0 {
            return false;
        }
        let note = self.issues.iter().rposition(|issue| issue.severity > Severity::Warning);
        if let Some(note) = note {
            self.issues.remove(note);
            self.others -= 1;
            self.notes -= 1;
            self.is_cut = true;
        }
        note.is_some()
    }

    /// Counts an error, or what is none.
    pub(super) fn tally(&mut self, severity: Severity) {
        if severity.refuses() {
            self.errors += 1;
        } else {
            self.others += 1;
            self.notes += usize::from(severity > Severity::Warning);
        }
    }

    /// Adds a finding that was counted.
    pub(super) fn add(&mut self, issue: Issue) {
        self.issues.push(issue);
    }

    pub(super) fn issues(&self) -> &[Issue] {
        &self.issues
    }

    /// Errors so far.
    pub(super) fn errors(&self) -> usize {
        self.errors
    }

    /// Notes that a resource has errors.
    pub(super) fn is_broken(&mut self, resource: &Value, path: &Path<'_>) {
        if self.depth == 0 {
            self.broken.insert(std::ptr::from_ref(resource), path.text());
        }
    }

    /// Where a resource with errors is.
    pub(super) fn broken_at(&self, resource: &Value) -> Option<&str> {
        self.broken.get(&std::ptr::from_ref(resource)).map(String::as_str)
    }

    /// An error for who asks, a warning for who writes; `why` is a row of `docs/validation.md`.
    pub(super) fn only_asked(&self, why: &'static str, issue: Issue) -> Issue {
        debug_assert!(ONLY_ASKED.contains(&why), "a reason of its own");
        match self.request.strict {
            true if issue.severity.refuses() => Issue { only_asked: Some(why), ..issue },
            true => issue,
            false => Weight::Tells.of(issue),
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
