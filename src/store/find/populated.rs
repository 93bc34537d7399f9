//! The types, and the values of a parameter, of which there is anything.

use sea_orm::sea_query::{Expr, ExprTrait, JoinType, Query, SelectStatement, UnionType};

use crate::definitions::search_parameter::ParamId;
use crate::fhir::kind::ResourceKind;
use crate::store::database::{Planning, Store};
use crate::store::error::StoreError;
use crate::store::row::Hit;
use crate::store::schema::table::{Column, Table};

use super::alias::Alias;
use super::rows::is_of;
use super::statement::resources_of;

/// A parameter of whose values each is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Each {
    Token(ParamId),
    Uri(ParamId),
}

impl Store {
    /// Those of some types of which a current resource is stored: a look at the index for each.
    pub async fn populated(&self, kinds: &[ResourceKind]) -> Result<Vec<ResourceKind>, StoreError> {
        let mut looks = kinds.iter().map(|kind| look(*kind));
        let Some(mut query) = looks.next() else { return Ok(Vec::new()) };
        for look in looks {
            query.union(UnionType::All, look);
        }
        let numbers = self.numbers(&query).await?;
        Ok(numbers.into_iter().filter_map(ResourceKind::from_number).collect())
    }

    /// Current resources, of a type or of any, such that each value of a parameter is that of one of them,
    /// and whether there are more values.
    pub async fn one_of_each(
        &self,
        each: Each,
        kind: Option<ResourceKind>,
        most: u64,
    ) -> Result<(Vec<Hit>, bool), StoreError> {
        let query = one_of_each(each, kind, most.saturating_add(1));
        let (mut hits, is_cut) = self.page(&query, &[], Planning::ByValues).await?;
        let has_more = is_cut || u64::try_from(hits.len()).is_ok_and(|count| count > most);
        hits.sort_by_key(|hit| hit.rid);
        hits.dedup_by_key(|hit| hit.rid);
        Ok((hits, has_more))
    }
}

fn one_of_each(each: Each, kind: Option<ResourceKind>, most: u64) -> SelectStatement {
    let (table, param, by): (_, _, &[Column]) = match each {
        Each::Token(param) => (Table::Token, param, &[Column::System, Column::Code]),
        Each::Uri(param) => (Table::Uri, param, &[Column::Value]),
    };
    let (rows, resource) = (Alias::START, Alias::START.within());
    let mut rids = Query::select();
    rids.expr_as(rows.col(Column::Rid).min(), Column::Rid)
        .from_as(table, rows)
        .join_as(JoinType::InnerJoin, Table::Resource, resource, resource.is_same_as(rows))
        .cond_where(is_of(param, rows))
        .add_group_by(by.iter().map(|column| rows.col(*column)))
        .limit(most);
    if let Some(kind) = kind {
        for condition in resource.is_living(kind) {
            rids.and_where(condition);
        }
    }
    resources_of(rids)
}

/// The number of a type, if there is anything of it.
fn look(kind: ResourceKind) -> SelectStatement {
    let mut rows = Query::select();
    rows.expr(Expr::val(1)).from_as(Table::Resource, Alias::START);
    for condition in Alias::START.is_living(kind) {
        rows.and_where(condition);
    }
    let mut query = Query::select();
    query
        .expr(Expr::cust(format!("CAST({} AS BIGINT)", kind.number())))
        .and_where(Expr::exists(rows));
    query
}
