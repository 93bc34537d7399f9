//! Where in an expression an evaluation is: what `$this`, `$index`, `$total` and variables are there.

use crate::fhirpath::value::datum::{Collection, Datum};

/// What changes from one part of an expression to another.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'s, 'a> {
    /// `$this`
    pub(crate) focus: &'s [Datum<'a>],
    /// `$index`
    pub(crate) index: usize,
    /// `$total`
    pub(crate) total: &'s [Datum<'a>],
    /// What `defineVariable()` made.
    pub(crate) defined: Option<&'s Defined<'s, 'a>>,
}

/// A variable that the expression defines, and those before it.
pub(crate) struct Defined<'s, 'a> {
    pub(super) name: String,
    pub(super) items: Collection<'a>,
    pub(super) before: Option<&'s Defined<'s, 'a>>,
    pub(super) count: usize,
}

impl<'s, 'a> Defined<'s, 'a> {
    pub(super) fn find(&'s self, name: &str) -> Option<&'s Self> {
        let mut defined = Some(self);
        while let Some(this) = defined {
            if this.name == name {
                return Some(this);
            }
            defined = this.before;
        }
        None
    }
}
