//! Criteria that one table does not answer, as a test of a candidate: any, not, missing, chain, has,
//! compartment.
//!
//! A test speaks of the candidate by its `rid` alone, and of everything else by names of its own
//! scope. So a part can stand wherever criteria can.

use sea_orm::sea_query::{Condition, Expr, ExprTrait, JoinType, Query};

use crate::criteria::tree::{Belonging, Criteria, Form, Indexed, Patients};
use crate::definitions::search_parameter::ParamId;
use crate::fhir::kind::ResourceKind;
use crate::store::error::StoreError;
use crate::store::table::{Column, Table};

use super::alias::Alias;
use super::conjuncts::Conjuncts;
use super::leaf::{Leaf, is_among};
use super::rows::{is_member, is_of, table_of};

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
        Criteria::Chain { param, kind, criteria } => refers(candidate, (*param, *kind), criteria)?,
        Criteria::Has { kind: of, param, criteria } => {
            is_referred_to((candidate, kind), (*of, *param), criteria)?
        }
        Criteria::Compartment { which, patients: Patients::Matching(criteria) } => {
            belongs((candidate, kind), *which, criteria)?
        }
        Criteria::FullText(_) => return Err(StoreError::Unsupported("full text")),
        // Leaves, which are told above. False would be true under `not`.
        Criteria::Ids(_)
        | Criteria::LastUpdated(_)
        | Criteria::Parameter(..)
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
    let target = indexed.target.map(|kind| at.col(Column::Kind).eq(kind.number()));
    let mut rows = Query::select();
    rows.from_as(table_of(indexed.form), at)
        .cond_where(is_of(indexed.param, at).add_option(target));
    match indexed.form {
        Form::Text | Form::Date | Form::Number | Form::Quantity => {
            rows.expr(Expr::val(1)).and_where(at.is_same_as(candidate));
            Expr::exists(rows)
        }
        // Their rows are not found by resource: those who have a value are found once.
        Form::Token | Form::Reference | Form::Uri | Form::Composite => {
            rows.column((at, Column::Rid));
            is_among(candidate, rows)
        }
    }
}

/// Holds for a candidate that refers to a resource that matches. Those that match are found first,
/// then who refers to them: references are found by their target.
fn refers(
    candidate: Alias,
    (param, kind): (ParamId, ResourceKind),
    criteria: &Criteria,
) -> Result<Expr, StoreError> {
    let reference = candidate.within();
    let target = reference.within();
    let matching = Conjuncts::new(kind, [criteria], target.within())?;
    let is_target = Condition::all()
        .add(is_of(param, reference))
        .add(reference.col(Column::Target).equals((target, Column::Id)))
        .add(reference.col(Column::Kind).eq(kind.number()));
    let mut rows = Query::select();
    rows.column((reference, Column::Rid))
        .from_as(Table::Resource, target)
        .join_as(JoinType::InnerJoin, Table::Reference, reference, is_target)
        .and_where(target.col(Column::Rid).in_subquery(matching.found_by_rank()));
    Ok(is_among(candidate, rows))
}

/// Holds for a candidate that a resource refers to that matches.
fn is_referred_to(
    (candidate, kind): (Alias, ResourceKind),
    (of, param): (ResourceKind, ParamId),
    criteria: &Criteria,
) -> Result<Expr, StoreError> {
    let target = candidate.within();
    let reference = target.within();
    let is_target = Condition::all()
        .add(is_of(param, reference))
        .add(reference.col(Column::Target).equals((target, Column::Id)))
        .add(reference.col(Column::Kind).eq(kind.number()));
    let mut rows = Query::select();
    rows.expr(Expr::val(1))
        .from_as(Table::Resource, target)
        .join_as(JoinType::InnerJoin, Table::Reference, reference, is_target)
        .and_where(target.is_same_as(candidate))
        .and_where(holds_for(reference, of, criteria)?);
    Ok(Expr::exists(rows))
}

/// Holds for a candidate that belongs to a patient who matches. Patients who match are found first,
/// then what is theirs: the number of a patient is the owner of her own record.
fn belongs(
    (candidate, kind): (Alias, ResourceKind),
    which: Belonging,
    criteria: &Criteria,
) -> Result<Expr, StoreError> {
    let member = candidate.within();
    let patient = member.within();
    let of = ResourceKind::parse("Patient").ok_or(StoreError::Unsupported("patients"))?;
    let matching = Conjuncts::new(of, [criteria], patient.within())?;
    let is_hers = Condition::all()
        .add(member.col(Column::Patient).equals((patient, Column::Owner)))
        .add(is_member(which, kind, member));
    let mut rows = Query::select();
    rows.column((member, Column::Rid))
        .from_as(Table::Resource, patient)
        .join_as(JoinType::InnerJoin, Table::Compartment, member, is_hers)
        .and_where(patient.col(Column::Rid).in_subquery(matching.found_by_rank()));
    Ok(is_among(candidate, rows))
}
