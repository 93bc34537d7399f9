//! Criteria about other resources: chain, has, and patients whom something belongs to.
//!
//! Each stands for resources in two ways: as a test of one candidate, which looks at what it refers
//! to or is referred to by, and as a scan that begins with the other resources. Which of the two is
//! shorter is the plan's to say.

use sea_orm::sea_query::{Condition, Expr, ExprTrait, JoinType, Query, SelectStatement, UnionType};

use crate::criteria::tree::{Belonging, Criteria, Patients};
use crate::definitions::search_parameter::ParamId;
use crate::fhir::kind::ResourceKind;
use crate::index::compartment::Role;
use crate::store::error::StoreError;
use crate::store::schema::table::{Column, Table};

use super::alias::Alias;
use super::conjuncts::Conjuncts;
use super::leaf::Leaf;
use super::nested::holds_for;
use super::rows::{is_member, is_of};

/// The resources of a type that match, as `rid`, each once or more often, found from the other
/// resources; none when that is no way to find them.
pub(super) fn scan(
    (at, kind): (Alias, ResourceKind),
    criteria: &Criteria,
) -> Result<Option<SelectStatement>, StoreError> {
    if let Some(leaf) = Leaf::of(kind, criteria) {
        return Ok(Some(leaf.scan(at)));
    }
    Ok(match criteria {
        Criteria::Any(parts) => {
            let mut union: Option<SelectStatement> = None;
            for part in parts {
                let Some(found) = scan((at, kind), part)? else { return Ok(None) };
                union = Some(match union {
                    Some(mut union) => union.union(UnionType::All, found).to_owned(),
                    None => found,
                });
            }
            union
        }
        Criteria::Chain { param, kind, criteria } => {
            Some(referring(at, (*param, *kind), criteria)?)
        }
        Criteria::Has { kind: of, param, criteria } => {
            Some(referred_to((at, kind), (*of, *param), criteria)?)
        }
        Criteria::Compartment { which, patients: Patients::Matching(criteria) } => {
            Some(belonging((at, kind), *which, criteria)?)
        }
        // More than that: those who are about others as well are told by the test.
        Criteria::Every(criteria) => Some(belonging((at, kind), Belonging::About, criteria)?),
        _ => None,
    })
}

/// The other resources that match, as `rid`, for criteria about others of one type.
pub(super) fn inner(at: Alias, criteria: &Criteria) -> Result<Option<SelectStatement>, StoreError> {
    let (kind, criteria) = match criteria {
        Criteria::Chain { kind, criteria, .. } | Criteria::Has { kind, criteria, .. } => {
            (*kind, &**criteria)
        }
        Criteria::Compartment { patients: Patients::Matching(criteria), .. } => {
            (ResourceKind::PATIENT, &**criteria)
        }
        _ => return Ok(None),
    };
    Ok(Some(Conjuncts::new(kind, [criteria], at)?.found_by_rank()))
}

/// Whether what [`scan`] finds matches without being tested.
pub(super) fn is_whole(criteria: &Criteria) -> bool {
    match criteria {
        Criteria::Any(parts) => parts.iter().all(is_whole),
        Criteria::Every(_) => false,
        _ => true,
    }
}

/// Holds for a candidate that is about patients who all match.
pub(super) fn is_of_each(candidate: Alias, criteria: &Criteria) -> Result<Expr, StoreError> {
    let member = candidate.within();
    let own = member.within();
    let patient = own.within();
    let is_hers = patient.is_living(ResourceKind::PATIENT);
    let is_hers = is_hers.into_iter().fold(Condition::all(), Condition::add);
    let mut matching = Query::select();
    matching
        .expr(Expr::val(1))
        .from_as(Table::Compartment, own)
        .join_as(
            JoinType::InnerJoin,
            Table::Resource,
            patient,
            is_hers.add(patient.is_same_as(own)),
        )
        .and_where(own.col(Column::Patient).equals((member, Column::Patient)))
        .cond_where(is_member(Belonging::About, ResourceKind::PATIENT, own))
        .and_where(holds_for(patient, ResourceKind::PATIENT, criteria)?);
    // Its type is not asked for: it may be one of several.
    let roles = Belonging::About.roles().map(Role::number);
    let members = || {
        let mut rows = Query::select();
        rows.expr(Expr::val(1))
            .from_as(Table::Compartment, member)
            .and_where(member.is_same_as(candidate))
            .and_where(member.col(Column::Role).is_in(roles));
        rows
    };
    let mut others = members();
    others.and_where(Expr::exists(matching).not());
    let each = Condition::all().add(Expr::exists(members())).add(Expr::exists(others).not());
    Ok(each.into())
}

/// Holds for a candidate that refers to something by a parameter, and each resource that it refers to by
/// it is as its group has it.
pub(super) fn is_of_parts(
    candidate: Alias,
    param: ParamId,
    groups: &[(Vec<ResourceKind>, Criteria)],
) -> Result<Expr, StoreError> {
    let reference = candidate.within();
    let target = reference.within();
    let parts = || {
        let mut rows = Query::select();
        rows.expr(Expr::val(1))
            .from_as(Table::Reference, reference)
            .and_where(reference.is_same_as(candidate))
            .cond_where(is_of(param, reference));
        rows
    };
    let mut so = Condition::any();
    for (kinds, criteria) in groups {
        let Some(first) = kinds.first() else { continue };
        let numbers = kinds.iter().map(|kind| kind.number());
        let mut rows = Query::select();
        rows.expr(Expr::val(1))
            .from_as(Table::Resource, target)
            .and_where(target.col(Column::TypeId).equals((reference, Column::Kind)))
            .and_where(target.col(Column::Id).equals((reference, Column::Target)))
            .and_where(target.col(Column::Op).ne(Expr::cust("2")))
            .and_where(holds_for(target, *first, criteria)?);
        let is_of = Condition::all().add(reference.col(Column::Kind).is_in(numbers));
        so = so.add(is_of.add(Expr::exists(rows)));
    }
    let mut others = parts();
    others.cond_where(so.not());
    let each = Condition::all().add(Expr::exists(parts())).add(Expr::exists(others).not());
    Ok(each.into())
}

/// Holds for a candidate that refers to a resource that matches.
pub(super) fn refers(
    candidate: Alias,
    (param, kind): (ParamId, ResourceKind),
    criteria: &Criteria,
) -> Result<Expr, StoreError> {
    let reference = candidate.within();
    let target = reference.within();
    let mut rows = Query::select();
    rows.expr(Expr::val(1))
        .from_as(Table::Reference, reference)
        .join_as(JoinType::InnerJoin, Table::Resource, target, is_target(reference, target, kind))
        .and_where(reference.is_same_as(candidate))
        .cond_where(is_link(param, kind, reference))
        .and_where(holds_for(target, kind, criteria)?);
    Ok(Expr::exists(rows))
}

/// Who refers to a resource that matches: those that match are found first.
fn referring(
    at: Alias,
    (param, kind): (ParamId, ResourceKind),
    criteria: &Criteria,
) -> Result<SelectStatement, StoreError> {
    let reference = at.within();
    let target = reference.within();
    let matching = Conjuncts::new(kind, [criteria], target.within())?;
    let is_target = is_link(param, kind, reference)
        .add(reference.col(Column::Target).equals((target, Column::Id)));
    let mut rows = Query::select();
    rows.column((reference, Column::Rid))
        .from_as(Table::Resource, target)
        .join_as(JoinType::InnerJoin, Table::Reference, reference, is_target)
        .and_where(target.col(Column::Rid).in_subquery(matching.found_by_rank()));
    Ok(rows)
}

/// Holds for a candidate that a resource refers to that matches.
pub(super) fn is_referred_to(
    (candidate, kind): (Alias, ResourceKind),
    (of, param): (ResourceKind, ParamId),
    criteria: &Criteria,
) -> Result<Expr, StoreError> {
    let target = candidate.within();
    let reference = target.within();
    let is_target = is_link(param, kind, reference)
        .add(reference.col(Column::Target).equals((target, Column::Id)));
    let mut rows = Query::select();
    rows.expr(Expr::val(1))
        .from_as(Table::Resource, target)
        .join_as(JoinType::InnerJoin, Table::Reference, reference, is_target)
        .and_where(target.is_same_as(candidate))
        .and_where(holds_for(reference, of, criteria)?);
    Ok(Expr::exists(rows))
}

/// What is referred to by resources that match: those that match are found first.
fn referred_to(
    (at, kind): (Alias, ResourceKind),
    (of, param): (ResourceKind, ParamId),
    criteria: &Criteria,
) -> Result<SelectStatement, StoreError> {
    let target = at.within();
    let reference = target.within();
    let matching = Conjuncts::new(of, [criteria], reference.within())?;
    let mut rows = Query::select();
    rows.column((target, Column::Rid))
        .from_as(Table::Reference, reference)
        .join_as(JoinType::InnerJoin, Table::Resource, target, is_target(reference, target, kind))
        .cond_where(is_link(param, kind, reference))
        .and_where(reference.col(Column::Rid).in_subquery(matching.found_by_rank()));
    Ok(rows)
}

/// What belongs to a patient who matches. Patients who match are found first, then what is theirs:
/// the number of a patient is the owner of her own record.
pub(super) fn belonging(
    (at, kind): (Alias, ResourceKind),
    which: Belonging,
    criteria: &Criteria,
) -> Result<SelectStatement, StoreError> {
    let member = at.within();
    let patient = member.within();
    let matching = Conjuncts::new(ResourceKind::PATIENT, [criteria], patient.within())?;
    let is_hers = Condition::all()
        .add(member.col(Column::Patient).equals((patient, Column::Owner)))
        .add(is_member(which, kind, member));
    let mut rows = Query::select();
    rows.column((member, Column::Rid))
        .from_as(Table::Resource, patient)
        .join_as(JoinType::InnerJoin, Table::Compartment, member, is_hers)
        .and_where(patient.col(Column::Rid).in_subquery(matching.found_by_rank()));
    Ok(rows)
}

/// Holds for the rows of a parameter that refer to resources of a type.
pub(super) fn is_link(param: ParamId, kind: ResourceKind, reference: Alias) -> Condition {
    is_of(param, reference).add(reference.col(Column::Kind).eq(kind.number()))
}

/// Holds for the resource of a type that a reference means.
pub(super) fn is_target(reference: Alias, target: Alias, kind: ResourceKind) -> Condition {
    let is_living = target.is_living(kind).into_iter().fold(Condition::all(), Condition::add);
    is_living.add(target.col(Column::Id).equals((reference, Column::Target)))
}
