//! The log for those who ask what was changed: versions of a type, or of everything, a page at a time.
//!
//! Pages are in the order of the log, and what is written meanwhile lies behind its end: no page moves.
//! Since changes are in the order of their times too, a time is a place in the log, which is found by
//! halving it.

use sea_orm::sea_query::{
    Condition, Expr, ExprTrait, JoinType, Order, Query, SelectStatement, UnionType,
};

use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::store::database::{Planning, Store};
use crate::store::error::StoreError;
use crate::store::row::Hit;

/// Columns that the log has of each version, and each version of itself.
const LOGGED: [&str; 6] = ["rid", "seq", "version", "type_id", "op", "updated"];

/// The body of a version, wherever it is kept.
const BODY: &str = "CASE WHEN r.version = l.version THEN r.body ELSE v.body END";

/// Where the version that took the place of another stands in the log; null when none did.
const NEXT: &str = "CASE WHEN r.version = l.version THEN NULL \
     WHEN r.version = l.version + 1 THEN r.seq \
     ELSE (SELECT n.seq FROM resource_version n \
           WHERE n.rid = l.rid AND n.version = l.version + 1) END";

/// Which versions to list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Past {
    /// None: of every type.
    pub kind: Option<ResourceKind>,
    /// Only versions of these.
    pub listed: Option<Vec<Listed>>,
    /// Only versions made at or after this time.
    pub since: Option<i64>,
    /// Only versions that were current within this time: from, and the first moment behind it.
    pub at: Option<(i64, i64)>,
    pub oldest_first: bool,
    /// The place in the log of the last version of the page before.
    pub beyond: Option<i64>,
    pub limit: u64,
}

/// A resource, or one version of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub kind: ResourceKind,
    pub id: ResourceId,
    pub version: Option<i64>,
}

/// The part of the log that times leave.
#[derive(Debug, Clone, Copy, Default)]
pub struct Span {
    /// Only changes behind this one.
    after: Option<i64>,
    /// Only changes up to this one.
    until: Option<i64>,
    /// Not what was replaced by a change up to this one.
    replaced: Option<i64>,
}

impl Store {
    /// Finds the part of the log that is asked for.
    pub async fn span(&self, past: &Past) -> Result<Span, StoreError> {
        let mut span = Span::default();
        if let Some(since) = past.since {
            span.after = Some(self.last_before(since).await?);
        }
        if let Some((low, high)) = past.at {
            span.until = Some(self.last_before(high).await?);
            span.replaced = Some(self.last_before(low.saturating_add(1)).await?);
        }
        Ok(span)
    }

    /// The last change before a time; 0 when there is none.
    async fn last_before(&self, time: i64) -> Result<i64, StoreError> {
        let is_before = format!(
            "(SELECT c.updated FROM change_log c WHERE c.seq <= (low + high + 1) / 2 \
              ORDER BY c.seq DESC LIMIT 1) < {time}"
        );
        let last = format!(
            "(WITH RECURSIVE part(low, high) AS ( \
               SELECT CAST(0 AS bigint), seq FROM log_end WHERE place = 1 \
               UNION ALL \
               SELECT CASE WHEN {is_before} THEN (low + high + 1) / 2 ELSE low END, \
                 CASE WHEN {is_before} THEN high ELSE (low + high + 1) / 2 - 1 END \
               FROM part WHERE low < high) \
             SELECT coalesce(max(low), 0) FROM part)"
        );
        let mut query = Query::select();
        query.expr(Expr::cust(last));
        Ok(self.numbers(&query).await?.first().copied().unwrap_or_default())
    }

    /// A page of versions, and whether it was cut short. The `rid` of each is its place in the log.
    pub async fn past(&self, past: &Past, span: Span) -> Result<(Vec<Hit>, bool), StoreError> {
        self.page(&statement(past, span), &[], Planning::ByValues).await
    }
}

fn statement(past: &Past, span: Span) -> SelectStatement {
    let place = || Expr::col(("l", "seq"));
    let mut query = Query::select();
    query.column(("l", "seq")).column(("l", "type_id")).column(("r", "id"));
    query.column(("l", "version")).column(("l", "updated")).column(("l", "op"));
    query.expr(Expr::cust(BODY));
    match &past.listed {
        None => query.from_as("change_log", "l"),
        Some(listed) => query.from_subquery(versions_of(listed), "l"),
    };
    query
        .join_as(JoinType::InnerJoin, "resource", "r", Expr::cust("r.rid = l.rid"))
        .join_as(
            JoinType::LeftJoin,
            "resource_version",
            "v",
            Expr::cust("v.rid = l.rid AND v.version = l.version"),
        )
        .and_where_option(past.kind.map(|kind| Expr::col(("l", "type_id")).eq(kind.number())))
        .and_where_option(span.after.map(|after| place().gt(after)))
        .and_where_option(span.until.map(|until| place().lte(until)));
    if let Some(replaced) = span.replaced {
        let is_last = Expr::cust(format!("({NEXT}) IS NULL"));
        let later = Expr::cust(format!("({NEXT}) > {replaced}"));
        query.cond_where(Condition::any().add(place().gt(replaced)).add(is_last).add(later));
    }
    let beyond = past.beyond.map(|last| match past.oldest_first {
        true => place().gt(last),
        false => place().lt(last),
    });
    let order = if past.oldest_first { Order::Asc } else { Order::Desc };
    query.and_where_option(beyond).order_by(("l", "seq"), order).limit(past.limit);
    query
}

/// Every version of the resources on a list, as the log would have them.
fn versions_of(listed: &[Listed]) -> SelectStatement {
    let mut current = Query::select();
    current.columns(LOGGED.map(|column| ("r", column)));
    current.from_as("resource", "r").cond_where(on_list(listed, "r"));
    let mut replaced = Query::select();
    for column in LOGGED {
        replaced.column((if column == "type_id" { "r" } else { "v" }, column));
    }
    replaced
        .from_as("resource", "r")
        .join_as(JoinType::InnerJoin, "resource_version", "v", Expr::cust("v.rid = r.rid"))
        .cond_where(on_list(listed, "v"));
    current.union(UnionType::All, replaced);
    current
}

fn on_list(listed: &[Listed], version: &'static str) -> Condition {
    let mut any = Condition::any();
    // Without anything it would hold always.
    any = any.add(Expr::cust("1 = 0"));
    for Listed { kind, id, version: only } in listed {
        let one = Condition::all()
            .add(Expr::col(("r", "type_id")).eq(kind.number()))
            .add(Expr::col(("r", "id")).eq(id.as_str()))
            .add_option(only.map(|only| Expr::col((version, "version")).eq(only)));
        any = any.add(one);
    }
    any
}
