//! The names of tables within a statement: one for each depth, so that a part never takes the name
//! of what is around it.

use std::borrow::Cow;

use sea_orm::sea_query::{Expr, ExprTrait, Iden};

use crate::fhir::kind::ResourceKind;
use crate::store::schema::table::Column;

/// The name of a table in its scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Alias(usize);

/// The usual names, which are not made again for each statement.
const NAMES: [&str; 12] =
    ["t0", "t1", "t2", "t3", "t4", "t5", "t6", "t7", "t8", "t9", "t10", "t11"];

impl Alias {
    /// The table that a statement starts from.
    pub(super) const START: Self = Self(0);

    /// A name for what stands within.
    pub(super) fn within(self) -> Self {
        Self(self.0 + 1)
    }

    /// A column of the table.
    pub(super) fn col(self, column: Column) -> Expr {
        Expr::col((self, column))
    }

    /// Holds for the row of the same resource.
    pub(super) fn is_same_as(self, other: Self) -> Expr {
        self.col(Column::Rid).equals((other, Column::Rid))
    }

    /// Of the table of resources: the current ones of a type. `op <> 2` is written out: it is how the
    /// indexes begin.
    pub(super) fn is_living(self, kind: ResourceKind) -> [Expr; 2] {
        [self.col(Column::TypeId).eq(kind.number()), self.col(Column::Op).ne(Expr::cust("2"))]
    }
}

impl Iden for Alias {
    fn quoted(&self) -> Cow<'static, str> {
        NAMES.get(self.0).map_or_else(|| format!("t{}", self.0).into(), |name| (*name).into())
    }

    fn unquoted(&self) -> &str {
        // A name of many digits is never asked for without quotes: `quoted` says it.
        NAMES.get(self.0).copied().unwrap_or_default()
    }
}
