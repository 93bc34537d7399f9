//! How a search is answered: where it starts, how many rows each of its parts has, its query.

use std::time::Instant;

use sea_orm::sea_query::{PostgresQueryBuilder, SelectStatement, SqliteQueryBuilder};

use crate::criteria::tree::Criteria;
use crate::store::database::{Backend, Store};
use crate::store::error::StoreError;
use crate::store::find::alias::Alias;
use crate::store::find::conjuncts::{Conjuncts, Plan};
use crate::store::find::plan::plan;
use crate::store::find::search::Search;
use crate::store::find::statement::Statement;

/// Rows that are counted of a part.
const MOST: u64 = 10_000;

/// What is told of a search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    /// The plan, and the number of the part that it starts from.
    pub strategy: String,
    pub parts: Vec<Part>,
    pub sql: String,
    /// What it found on its page, and how long that took.
    pub found: usize,
    pub micros: u128,
}

/// A part of the criteria.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub criteria: String,
    /// How many rows it has, [`MOST`] at the most; none when no search starts from it.
    pub rows: Option<u64>,
}

impl Store {
    /// Answers a search and tells how.
    pub async fn explain(&self, search: &Search) -> Result<Explained, StoreError> {
        let conjuncts = Conjuncts::new(search.kind, &search.criteria, Alias::START)?;
        let plan = plan(self, search, &conjuncts).await?;
        let statement = Statement { search, conjuncts: &conjuncts };
        let query = match search.count_only {
            true => statement.total(plan),
            false => statement.page(plan, search.count + 1)?,
        };
        let mut parts = Vec::new();
        let texts = search.criteria.iter().flat_map(Criteria::conjuncts);
        for (place, criteria) in texts.enumerate() {
            let rows = match conjuncts.probe(place, MOST) {
                Some(probe) => self.numbers(&probe).await?.first().map(|rows| rows.unsigned_abs()),
                None => None,
            };
            parts.push(Part { criteria: criteria.to_string(), rows });
        }
        let begun = Instant::now();
        let found = Box::pin(self.search(search)).await?.hits.len();
        let micros = begun.elapsed().as_micros();
        Ok(Explained { strategy: strategy(plan), parts, sql: sql(self, &query), found, micros })
    }
}

fn strategy(plan: Plan) -> String {
    match plan {
        Plan::Walk => "walk".to_owned(),
        Plan::Seek(place) => format!("seek {}", place + 1),
        Plan::Gather(place) => format!("gather {}", place + 1),
        Plan::SortedWalk => "sorted walk".to_owned(),
    }
}

fn sql(store: &Store, query: &SelectStatement) -> String {
    match &store.backend {
        Backend::Sqlite { .. } => query.to_string(SqliteQueryBuilder),
        Backend::Postgres { .. } => query.to_string(PostgresQueryBuilder),
    }
}
