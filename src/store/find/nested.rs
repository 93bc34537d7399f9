//! Criteria that one table does not answer, as a test of a candidate: any, not, missing; chain, has
//! and compartment are [`join`]'s.
//!
//! A test speaks of the candidate by its `rid` alone, and of everything else by names of its own
//! scope. So a part can stand wherever criteria can.

use sea_orm::sea_query::{Condition, Expr, ExprTrait, Query};

use crate::criteria::tree::{Criteria, Form, Indexed, Patients};
use crate::fhir::kind::ResourceKind;
use crate::index::compartment::Owner;
use crate::store::error::StoreError;
use crate::store::schema::table::{Column, Table};

use super::alias::Alias;
use super::join;
use super::leaf::{Leaf, is_among};
use super::rows::{is_indexed, table_of};

/// Holds for a candidate of a type that matches.
pub(super) fn holds_for(
    candidate: Alias,
    kind: ResourceKind,
    criteria: &Criteria,
) -> Result<Expr, StoreError> {
    if let Some(leaf) = Leaf::of(kind, criteria) {
        return Ok(leaf.holds_for(candidate));
    }
    let of_each = |parts: &[Criteria]| {
        let each = parts.iter().map(|part| holds_for(candidate, kind, part));
        each.collect::<Result<Vec<_>, _>>()
    };
    Ok(match criteria {
        Criteria::True => truth(true),
        Criteria::False => truth(false),
        Criteria::Type(own) => truth(*own == kind),
        Criteria::All(parts) if parts.is_empty() => truth(true),
        Criteria::Any(parts) if parts.is_empty() => truth(false),
        Criteria::All(parts) => {
            of_each(parts)?.into_iter().fold(Condition::all(), Condition::add).into()
        }
        Criteria::Any(parts) => {
            of_each(parts)?.into_iter().fold(Condition::any(), Condition::add).into()
        }
        Criteria::Not(part) => holds_for(candidate, kind, part)?.not(),
        Criteria::Missing(indexed, missing) => {
            let is_there = has_value(candidate, *indexed);
            if *missing { is_there.not() } else { is_there }
        }
        Criteria::Chain { param, kind, criteria } => {
            join::refers(candidate, (*param, *kind), criteria)?
        }
        Criteria::Has { kind: of, param, criteria } => {
            join::is_referred_to((candidate, kind), (*of, *param), criteria)?
        }
        Criteria::Compartment { which, patients: Patients::Matching(criteria) } => {
            is_among(candidate, join::belonging((candidate, kind), *which, criteria)?)
        }
        Criteria::Every(criteria) => join::is_of_each((candidate, kind), criteria)?,
        Criteria::OfNobody => {
            let at = candidate.within();
            let mut rows = Query::select();
            rows.expr(Expr::val(1))
                .from_as(Table::Resource, at)
                .and_where(at.is_same_as(candidate))
                .and_where(at.col(Column::Owner).eq(Owner::Nobody.number()));
            Expr::exists(rows)
        }
        // Leaves, which are told above. False would be true under `not`.
        Criteria::Ids(_)
        | Criteria::LastUpdated(_)
        | Criteria::Parameter(..)
        | Criteria::FullText(_)
        | Criteria::Compartment { patients: Patients::Named(_), .. } => {
            return Err(StoreError::Unsupported("an unknown leaf"));
        }
    })
}

fn truth(is_so: bool) -> Expr {
    Expr::cust(if is_so { "1 = 1" } else { "1 = 0" })
}

/// Holds for a candidate that has a value of a parameter.
fn has_value(candidate: Alias, indexed: Indexed) -> Expr {
    let at = candidate.within();
    let mut rows = Query::select();
    rows.from_as(table_of(indexed.form), at).cond_where(is_indexed(indexed, at));
    // Rows of composites are not found by resource: those who have a value are found once.
    if indexed.form == Form::Composite {
        rows.column((at, Column::Rid));
        return is_among(candidate, rows);
    }
    rows.expr(Expr::val(1)).and_where(at.is_same_as(candidate));
    Expr::exists(rows)
}
