//! The variables of an expression, as far as they are known before it is evaluated.

use std::cell::{Cell, RefCell};

use crate::fhirpath::expression::variable::is_constant;
use crate::fhirpath::syntax::ast::{Expression, ExpressionNode, Literal};

/// The variables that `defineVariable()` makes where the planner is, and those that only the caller
/// can give.
#[derive(Default)]
pub(in crate::fhirpath::expression) struct Variables {
    defined: RefCell<Vec<String>>,
    free: RefCell<Vec<Box<str>>>,
    /// A name was computed: nothing can be said of any.
    has_computed: Cell<bool>,
}

impl Variables {
    pub(in crate::fhirpath::expression) fn define(&self, name: &Expression) {
        match &name.node {
            ExpressionNode::Literal(Literal::String(name)) => {
                self.defined.borrow_mut().push(name.clone())
            }
            _ => self.has_computed.set(true),
        }
    }

    /// How many are defined.
    pub(in crate::fhirpath::expression) fn defined(&self) -> usize {
        self.defined.borrow().len()
    }

    /// Leaves only the first so many defined.
    pub(super) fn forget(&self, outer: usize) {
        self.defined.borrow_mut().truncate(outer);
    }

    pub(super) fn is_used(&self, name: &str) {
        let is_known = self.defined.borrow().iter().any(|defined| defined == name);
        let mut free = self.free.borrow_mut();
        if !is_known && !is_constant(name) && !free.iter().any(|found| **found == *name) {
            free.push(name.into());
        }
    }

    /// The names without which there is no result.
    pub(in crate::fhirpath::expression) fn free(self) -> Box<[Box<str>]> {
        if self.has_computed.get() { Box::default() } else { self.free.into_inner().into() }
    }
}
