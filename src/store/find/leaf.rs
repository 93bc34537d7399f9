//! A part of a search that one table of the database answers: a parameter, ids, a time, or patients
//! whom it belongs to.

use sea_orm::sea_query::{Condition, Expr, ExprTrait, Query, SelectStatement, UnionType};

use crate::criteria::tree::{Belonging, Criteria, Indexed, Patients, Values};
use crate::criteria::value::date::DateValue;
use crate::criteria::value::reference::ReferenceValue;
use crate::criteria::value::token::TokenValue;
use crate::criteria::value::uri::UriValue;
use crate::criteria::value::words::WordsValue;
use crate::definitions::search_parameter::ParamId;
use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::index::patient::PatientNumber;
use crate::store::schema::table::{Column, Table};

use super::alias::Alias;
use super::rows;
use super::value::range;
use super::value::words::words;

/// A leaf of the tree, for resources of one type.
#[derive(Debug, Clone, Copy)]
pub(super) struct Leaf<'a> {
    kind: ResourceKind,
    asked: Asked<'a>,
}

#[derive(Debug, Clone, Copy)]
enum Asked<'a> {
    Ids(&'a [ResourceId]),
    LastUpdated(&'a [DateValue]),
    Values(ParamId, &'a Values),
    Patients(Belonging, &'a [PatientNumber]),
    Words(&'a WordsValue),
}

/// How few resources a leaf is expected to match, the fewest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    Identity,
    Identifier,
    Reference,
    Value,
    /// What is said of other resources: as few as match there, times those that refer to them.
    Joined,
    Range,
    Code,
}

impl<'a> Leaf<'a> {
    /// The leaf that criteria are; none when one table does not answer them.
    pub(super) fn of(kind: ResourceKind, criteria: &'a Criteria) -> Option<Self> {
        let asked = match criteria {
            Criteria::Ids(ids) => Asked::Ids(ids),
            Criteria::LastUpdated(dates) => Asked::LastUpdated(dates),
            Criteria::Parameter(param, values) => Asked::Values(*param, values),
            Criteria::Compartment { which, patients: Patients::Named(patients) } => {
                Asked::Patients(*which, patients)
            }
            Criteria::FullText(words) => Asked::Words(words),
            _ => return None,
        };
        Some(Self { kind, asked })
    }

    /// Whether it is answered by the rows of a parameter in one of the index tables.
    pub(super) fn is_about(&self, indexed: Indexed) -> bool {
        match self.asked {
            Asked::Ids(_) | Asked::LastUpdated(_) | Asked::Patients(..) | Asked::Words(_) => false,
            Asked::Values(param, values) => param == indexed.param && values.form() == indexed.form,
        }
    }

    fn table(&self) -> Table {
        match self.asked {
            Asked::Ids(_) | Asked::LastUpdated(_) => Table::Resource,
            Asked::Values(_, values) => rows::table_of(values.form()),
            Asked::Patients(..) => Table::Compartment,
            Asked::Words(_) => Table::Word,
        }
    }

    pub(super) fn rank(&self) -> Rank {
        match self.asked {
            Asked::Ids(_) => Rank::Identity,
            Asked::LastUpdated(_) | Asked::Words(_) => Rank::Range,
            Asked::Patients(..) => Rank::Reference,
            Asked::Values(param, values) => match values {
                Values::Tokens(all) if !all.iter().all(TokenValue::has_code) => Rank::Code,
                Values::Tokens(_) if param == ParamId::of(self.kind, "identifier") => {
                    Rank::Identifier
                }
                Values::Tokens(_) | Values::Composites(_) => Rank::Value,
                Values::References(_) => Rank::Reference,
                Values::Uris(all) if all.iter().all(UriValue::is_one) => Rank::Identifier,
                Values::Texts(_)
                | Values::Dates(_)
                | Values::Numbers(_)
                | Values::Positions(_)
                | Values::Uris(_)
                | Values::Quantities(_) => Rank::Range,
            },
        }
    }

    /// Whether rows come out in the order of `rid`, each resource once, when a query starts here.
    pub(super) fn is_ordered(&self) -> bool {
        match self.asked {
            Asked::Values(_, Values::Tokens(all)) => {
                all.len() == 1 && all.iter().all(TokenValue::is_exact)
            }
            Asked::Values(_, Values::References(all)) => {
                all.len() == 1 && all.iter().all(ReferenceValue::is_one_kind)
            }
            Asked::Values(_, Values::Uris(all)) => {
                all.len() == 1 && all.iter().all(UriValue::is_one)
            }
            Asked::Words(_) => true,
            _ => false,
        }
    }

    /// Whether the rows of one resource are found by key, so that a candidate can be tested without
    /// reading those of others.
    fn is_tested_by_key(&self) -> bool {
        !matches!(self.asked, Asked::Values(_, Values::Composites(_)))
    }

    /// Holds for the rows that match.
    fn condition(&self, at: Alias) -> Condition {
        match self.asked {
            // Not as `is_living` says it: the index of living resources by `rid` would be walked for
            // its order, past everybody else's.
            Asked::Ids(ids) => Condition::all()
                .add(at.col(Column::TypeId).eq(self.kind.number()))
                .add(at.col(Column::Id).is_in(ids.iter().map(ResourceId::as_str)))
                .add(at.col(Column::Op).eq(Expr::cust("2")).not()),
            Asked::LastUpdated(values) => {
                self.living(at).add(rows::several(values, |value| range::moment(*value, at)))
            }
            Asked::Values(param, values) => rows::is_of(param, at).add(rows::any(values, at)),
            Asked::Patients(which, patients) => {
                let numbers = patients.iter().map(|patient| patient.number());
                let named = Condition::all().add(at.col(Column::Patient).is_in(numbers));
                named.add(rows::is_member(which, self.kind, at))
            }
            Asked::Words(value) => words(value, self.kind, at).into(),
        }
    }

    /// Holds too wherever `condition` does, and bounds a scan that starts here.
    fn bounds(&self, at: Alias) -> Option<Condition> {
        let Asked::Values(param, Values::Dates(lists)) = self.asked else { return None };
        let single = lists.iter().filter_map(|list| match list.as_slice() {
            [one] => Some(range::date_bounds(*one, param, at)),
            _ => None,
        });
        single.reduce(Condition::add)
    }

    /// One for each of several values that no single scan finds: ranges that lie apart. Together
    /// they hold wherever `condition` and `bounds` do.
    fn branches(&self, at: Alias) -> Vec<Condition> {
        match self.asked {
            Asked::Ids(_) | Asked::Patients(..) | Asked::Words(_) => Vec::new(),
            Asked::LastUpdated(values) => {
                rows::apart(values, |value| self.living(at).add(range::moment(*value, at)))
            }
            Asked::Values(param, values) => rows::branches(param, values, at),
        }
    }

    fn living(&self, at: Alias) -> Condition {
        at.is_living(self.kind).into_iter().fold(Condition::all(), Condition::add)
    }

    /// The condition of rows that start a query.
    pub(super) fn driving(&self, at: Alias) -> Condition {
        match self.bounds(at) {
            Some(bounds) => self.condition(at).add(bounds),
            None => self.condition(at),
        }
    }

    /// The resources that match, as `rid`, each once or more often.
    pub(super) fn scan(&self, at: Alias) -> SelectStatement {
        self.union(UnionType::All, at).unwrap_or_else(|| self.rids(self.driving(at), at))
    }

    /// Has a query start from the resources that match, each once.
    pub(super) fn start(&self, query: &mut SelectStatement, at: Alias) {
        if matches!(self.asked, Asked::Words(_)) {
            let inner = at.within();
            query.from_subquery(self.rids(self.condition(inner), inner), at);
            return;
        }
        let union = self.union(UnionType::Distinct, at.within());
        if union.is_none() && !self.is_ordered() {
            query.distinct();
        }
        match union {
            Some(union) => query.from_subquery(union, at),
            None => query.from_as(self.table(), at).cond_where(self.driving(at)),
        };
    }

    /// The resources that match, a scan for each of several values.
    fn union(&self, kind: UnionType, at: Alias) -> Option<SelectStatement> {
        let mut scans = self.branches(at).into_iter().map(|branch| self.rids(branch, at));
        let mut union = scans.next()?;
        for scan in scans {
            union.union(kind, scan);
        }
        Some(union)
    }

    fn rids(&self, condition: Condition, at: Alias) -> SelectStatement {
        let mut rows = Query::select();
        rows.expr_as(self.rid(at), Column::Rid).from_as(self.table(), at).cond_where(condition);
        rows
    }

    /// Holds for a candidate that matches.
    pub(super) fn holds_for(&self, candidate: Alias) -> Expr {
        let at = candidate.within();
        if !self.is_tested_by_key() {
            return is_among(candidate, self.rids(self.condition(at), at));
        }
        let mut rows = Query::select();
        rows.expr(Expr::val(1))
            .from_as(self.table(), at)
            .cond_where(self.condition(at))
            .and_where(self.rid(at).eq(candidate.col(Column::Rid)));
        Expr::exists(rows)
    }

    /// The number of the resource that a row is of.
    fn rid(&self, at: Alias) -> Expr {
        at.col(if matches!(self.asked, Asked::Words(_)) { Column::RowId } else { Column::Rid })
    }
}

/// Holds for a candidate that is among resources, which are found once. `+ 0` has `SQLite` look
/// candidates up among them, not begin with them.
pub(super) fn is_among(candidate: Alias, rids: SelectStatement) -> Expr {
    candidate.col(Column::Rid).add(0).in_subquery(rids)
}
