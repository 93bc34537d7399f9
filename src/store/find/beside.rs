//! Resources that stand beside others: what these refer to, and what refers to them.
//!
//! One statement answers for all of them and all parameters. It begins with the resources that are
//! known and looks each reference up by key, so it costs what it finds.

use sea_orm::sea_query::{Condition, Expr, ExprTrait, JoinType, Order, Query, SelectStatement};

use crate::criteria::tree::Criteria;
use crate::definitions::search_parameter::ParamId;
use crate::fhir::kind::ResourceKind;
use crate::store::database::{Planning, Store};
use crate::store::error::StoreError;
use crate::store::row::Hit;
use crate::store::schema::table::{Column, Table};

use super::alias::Alias;
use super::nested::holds_for;
use super::rows::is_of;
use super::statement::resources_of;

/// Which resources to find.
#[derive(Debug, Clone)]
pub struct Beside<'a> {
    pub way: Way,
    /// None: whatever they refer to, by any parameter.
    pub links: Option<&'a [Link]>,
    /// The resources that are known.
    pub from: &'a [i64],
    /// Those that are not to be found again.
    pub known: &'a [i64],
    /// How many to find.
    pub most: u64,
}

/// From resources to what they refer to, or to what refers to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Forth,
    Back,
}

/// References by one parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub param: ParamId,
    /// The types that are referred to; empty: any.
    pub kinds: Vec<ResourceKind>,
}

/// What a resource of a type must be to be found. A type that is not there is found nowhere.
pub type Rights = Vec<(ResourceKind, Criteria)>;

impl Store {
    /// Finds them in the order they were made, and whether there are more. None of the rights: all
    /// may be found.
    pub async fn beside(
        &self,
        wanted: &Beside<'_>,
        rights: Option<&Rights>,
    ) -> Result<(Vec<Hit>, bool), StoreError> {
        let is_nothing = wanted.links.is_some_and(<[Link]>::is_empty);
        if wanted.from.is_empty() || is_nothing {
            return Ok((Vec::new(), false));
        }
        let query = resources(wanted, rights)?;
        let (mut hits, is_cut) = self.page(&query, &[], Planning::ByValues).await?;
        let most = usize::try_from(wanted.most).unwrap_or(usize::MAX);
        let has_more = is_cut || hits.len() > most;
        hits.truncate(most);
        Ok((hits, has_more))
    }
}

/// The query, one resource more than is wanted.
fn resources(wanted: &Beside<'_>, rights: Option<&Rights>) -> Result<SelectStatement, StoreError> {
    let found = Alias::START;
    let mut rids = match wanted.way {
        Way::Forth => referred_to(found, wanted),
        Way::Back => referring(found, wanted, rights.is_some()),
    };
    let known = wanted.known.iter().copied();
    rids.distinct().column((found, Column::Rid)).and_where(found.col(Column::Rid).is_not_in(known));
    if let Some(rights) = rights {
        let mut any = Condition::any();
        for (kind, criteria) in rights {
            let is_kind = found.col(Column::TypeId).eq(kind.number());
            any = any.add(Condition::all().add(is_kind).add(holds_for(found, *kind, criteria)?));
        }
        // Of no rights at all: none.
        rids.cond_where(if rights.is_empty() { Expr::cust("1 = 0").into() } else { any });
    }
    rids.order_by((found, Column::Rid), Order::Asc).limit(wanted.most.saturating_add(1));
    let mut query = resources_of(rids);
    query.order_by(("m", Column::Rid), Order::Asc);
    Ok(query)
}

fn referred_to(found: Alias, wanted: &Beside<'_>) -> SelectStatement {
    let reference = found.within();
    let is_target = Condition::all()
        .add(found.col(Column::TypeId).equals((reference, Column::Kind)))
        .add(found.col(Column::Op).ne(Expr::cust("2")))
        .add(found.col(Column::Id).equals((reference, Column::Target)));
    let mut rows = Query::select();
    rows.from_as(Table::Reference, reference)
        .join_as(JoinType::InnerJoin, Table::Resource, found, is_target)
        .and_where(reference.col(Column::Rid).is_in(wanted.from.iter().copied()));
    if let Some(links) = wanted.links {
        rows.cond_where(is_one_of(links, reference));
    }
    rows
}

/// What refers is told by the rows of references alone, unless it is `judged` by what it is.
fn referring(found: Alias, wanted: &Beside<'_>, judged: bool) -> SelectStatement {
    let reference = if judged { found.within() } else { found };
    let target = reference.within();
    let links = wanted.links.unwrap_or_default();
    let params = links.iter().map(|link| link.param.number());
    let is_target = Condition::all()
        .add(reference.col(Column::ParamId).is_in(params))
        .add(reference.col(Column::Target).equals((target, Column::Id)))
        .add(reference.col(Column::Kind).equals((target, Column::TypeId)));
    let mut rows = Query::select();
    rows.from_as(Table::Resource, target)
        .join_as(JoinType::InnerJoin, Table::Reference, reference, is_target)
        .and_where(target.col(Column::Rid).is_in(wanted.from.iter().copied()))
        .cond_where(is_one_of(links, reference));
    if judged {
        rows.join_as(JoinType::InnerJoin, Table::Resource, found, found.is_same_as(reference));
    }
    rows
}

/// Holds for the rows of one of the links.
fn is_one_of(links: &[Link], reference: Alias) -> Condition {
    links.iter().fold(Condition::any(), |any, link| {
        let is_of = is_of(link.param, reference);
        any.add(match link.kinds.as_slice() {
            [] => is_of,
            kinds => {
                let kinds = kinds.iter().map(|kind| kind.number());
                is_of.add(reference.col(Column::Kind).is_in(kinds))
            }
        })
    })
}
