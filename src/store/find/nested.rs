//! Criteria that one table does not answer, as a test of a candidate: any, not, missing; chain, has
//! and compartment are [`join`]'s.
//!
//! A test speaks of the candidate by its `rid` alone, and of everything else by names of its own
//! scope. So a part can stand wherever criteria can.

use sea_orm::sea_query::{Condition, Expr, ExprTrait, Query};

use crate::criteria::tree::{Criteria, Form, Indexed, Patients};
use crate::fhir::kind::ResourceKind;
use crate::index::compartment::Owner;
use crate::index::own;
use crate::store::error::StoreError;
use crate::store::schema::table::{Column, Table};

use super::alias::Alias;
use super::join;
use super::leaf::{Leaf, is_among};
use super::rows::{is_indexed, is_of, table_of};

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
        Criteria::Every(criteria) => join::is_of_each(candidate, criteria)?,
        Criteria::Labels { none, sets } => is_labelled(candidate, *none, sets),
        Criteria::Parts { param, groups } => join::is_of_parts(candidate, *param, groups)?,
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

/// Holds for a candidate that has exactly one of some sets of labels, or none where that is meant.
fn is_labelled(candidate: Alias, none: bool, sets: &[String]) -> Expr {
    let at = candidate.within();
    let mut rows = Query::select();
    rows.expr(Expr::val(1))
        .from_as(Table::Token, at)
        .cond_where(is_of(own::keys(), at))
        .and_where(at.is_same_as(candidate));
    let sets = sets.iter().map(String::as_str);
    match (none, sets.len()) {
        (true, 0) => Expr::exists(rows).not(),
        (true, _) => {
            rows.and_where(at.col(Column::Code).is_not_in(sets));
            Expr::exists(rows).not()
        }
        (false, _) => {
            rows.and_where(at.col(Column::Code).is_in(sets));
            Expr::exists(rows)
        }
    }
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
