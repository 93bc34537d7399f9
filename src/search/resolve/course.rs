//! What one search has used up of its limits while it is read, and what its client is told.

use std::cell::{Cell, RefCell};

use crate::fhir::issue::Issue;
use crate::search::fault::Fault;

use super::SearchSize;

/// The reading of one search.
#[derive(Debug)]
pub(super) struct Course {
    size: SearchSize,
    /// Joins that it may still have. A chain that names no type has one for each type that it may
    /// lead to.
    joins: Cell<usize>,
    /// Codes that its modifiers may still stand for.
    codes: Cell<usize>,
    /// Comparisons that `_filter` may still make.
    comparisons: Cell<usize>,
    told: RefCell<Vec<Issue>>,
}

impl Course {
    pub(super) fn new(size: SearchSize) -> Self {
        let (joins, codes) = (Cell::new(size.joins), Cell::new(size.codes));
        let comparisons = Cell::new(size.parameters);
        Self { size, joins, codes, comparisons, told: RefCell::default() }
    }

    /// Takes one more join.
    pub(super) fn join(&self) -> Result<(), Fault> {
        let left = self.joins.get().checked_sub(1);
        let most = self.size.joins;
        self.joins.set(left.ok_or(Fault::TooMany { most, setting: "search_joins" })?);
        Ok(())
    }

    /// How many codes are left.
    pub(super) fn codes_left(&self) -> usize {
        self.codes.get()
    }

    /// Takes codes.
    pub(super) fn codes(&self, count: usize) -> Result<(), Fault> {
        let left = self.codes.get().checked_sub(count);
        self.codes.set(left.ok_or_else(|| self.too_many_codes())?);
        Ok(())
    }

    /// Takes one more comparison.
    pub(super) fn comparison(&self) -> Result<(), Fault> {
        let left = self.comparisons.get().checked_sub(1);
        let most = self.size.parameters;
        self.comparisons.set(left.ok_or(Fault::TooMany { most, setting: "search_parameters" })?);
        Ok(())
    }

    pub(super) fn too_many_codes(&self) -> Fault {
        Fault::TooMany { most: self.size.codes, setting: "search_codes" }
    }

    /// Has the client told something.
    pub(super) fn tell(&self, issue: Issue) {
        self.told.borrow_mut().push(issue);
    }

    /// What the client is told.
    pub(super) fn told(&self) -> Vec<Issue> {
        self.told.take()
    }
}
