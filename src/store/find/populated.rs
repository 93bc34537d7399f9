//! The types of which there is anything.

use sea_orm::sea_query::{Expr, Query, SelectStatement, UnionType};

use crate::fhir::kind::ResourceKind;
use crate::store::database::Store;
use crate::store::error::StoreError;
use crate::store::schema::table::Table;

use super::alias::Alias;

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
