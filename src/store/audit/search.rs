//! Rows of the audit, newest or oldest first. `seq` has no gaps and time never goes back along it, so that a
//! time is a place in it, found by halving.

use sea_orm::{ConnectionTrait, DatabaseConnection, QueryResult, Statement, Value};

use crate::budget;
use crate::fhir::kind::ResourceKind;
use crate::store::database::Store;
use crate::store::error::StoreError;
use crate::store::setting::numbered;

use super::agent::Known;
use super::event::{EMERGENCY, What};

/// Rows that one statement looks through at the most.
const STRIDE: i64 = 20_000;
/// Steps of a request's budget that a statement takes.
const ASKED: usize = 2_000;

/// What is looked for: all of these.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub seq: Option<i64>,
    /// Microseconds since 1970: not before, and before.
    pub from: Option<i64>,
    pub until: Option<i64>,
    pub patient: Option<String>,
    pub kind: Option<ResourceKind>,
    pub id: Option<String>,
    /// One of these.
    pub what: Option<Vec<What>>,
    /// Statuses: not below, and below; one of these ranges.
    pub status: Option<Vec<(u16, u16)>>,
    pub purpose: Option<String>,
    pub address: Option<String>,
    pub agent: Agents,
}

/// Whose doing it is; what is none of it may be anybody's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Agents {
    /// A reference: of a person or of an organization.
    pub reference: Option<String>,
    /// `sub` or `client_id`.
    pub name: Option<String>,
    pub role: Option<String>,
}

/// Where a page begins, and how much it has.
#[derive(Debug, Clone, Copy)]
pub struct Range {
    pub is_newest_first: bool,
    /// Beyond this place.
    pub beyond: Option<i64>,
    pub most: usize,
}

/// A row, with who did it and what is the same for all rows of the event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    pub seq: i64,
    pub at: i64,
    pub what: What,
    pub status: u16,
    pub agent: Known,
    pub kind: Option<ResourceKind>,
    pub id: String,
    pub version: i64,
    pub patient: String,
    pub query: String,
    pub purpose: String,
    pub reason: String,
    pub address: String,
    pub request: String,
    pub token: String,
}

const COLUMNS: &str = "SELECT a.seq, a.at, a.what, a.status, a.type_id, a.id, a.version, a.patient, \
     coalesce(f.query, a.query), a.purpose, coalesce(f.reason, a.reason), \
     coalesce(f.address, a.address), coalesce(f.request, a.request), coalesce(f.token, a.token), \
     g.issuer, g.subject, g.client, g.fhir_user, g.role, g.organization \
     FROM audit a JOIN audit_agent g ON g.id = a.agent \
     LEFT JOIN audit f ON f.seq = a.part_of AND a.part_of > 0";

impl Store {
    /// A page of rows, and whether there may be more.
    pub async fn recorded(
        &self,
        filter: &Filter,
        range: Range,
    ) -> Result<(Vec<Record>, bool), StoreError> {
        let db = self.audit_reader().await?;
        let Some((low, high)) = bounds(&db, filter, range).await? else {
            return Ok((Vec::new(), false));
        };
        let (conditions, values) = conditions(filter);
        // These have an index in this order; others are looked through bit by bit.
        let is_indexed = filter.patient.is_some() || filter.purpose.as_deref() == Some(EMERGENCY);
        let stride = if is_indexed { i64::MAX } else { STRIDE };
        let (mut low_left, mut high_left) = (low, high);
        let mut found = Vec::new();
        while low_left <= high_left && found.len() <= range.most {
            budget::spend(ASKED).map_err(StoreError::Spent)?;
            let (from, until) = match range.is_newest_first {
                true => (low_left.max(high_left.saturating_sub(stride - 1)), high_left),
                false => (low_left, high_left.min(low_left.saturating_add(stride - 1))),
            };
            let wanted = range.most + 1 - found.len();
            let order = if range.is_newest_first { "DESC" } else { "ASC" };
            let sql = format!(
                "{COLUMNS} WHERE a.seq BETWEEN ? AND ?{conditions} ORDER BY a.seq {order} LIMIT {wanted}"
            );
            let all = [Value::from(from), until.into()].into_iter().chain(values.clone());
            for row in db.query_all_raw(asked(&db, &sql, all)).await? {
                found.extend(record(&row)?);
            }
            match range.is_newest_first {
                true => high_left = from - 1,
                false => low_left = until.saturating_add(1),
            }
        }
        let is_more = found.len() > range.most;
        found.truncate(range.most);
        Ok((found, is_more))
    }
}

fn asked(db: &DatabaseConnection, sql: &str, values: impl IntoIterator<Item = Value>) -> Statement {
    Statement::from_sql_and_values(db.get_database_backend(), numbered(db, sql), values)
}

/// The first and the last row that can be meant.
async fn bounds(
    db: &DatabaseConnection,
    filter: &Filter,
    range: Range,
) -> Result<Option<(i64, i64)>, StoreError> {
    const END: &str = "SELECT first, seq FROM audit_end WHERE place = 1";
    let Some(end) = db.query_one_raw(asked(db, END, [])).await? else { return Ok(None) };
    let (mut low, mut high): (i64, i64) = (end.try_get_by_index(0)?, end.try_get_by_index(1)?);
    if let Some(from) = filter.from {
        low = first_at(db, from, (low, high)).await?;
    }
    if let Some(until) = filter.until {
        high = first_at(db, until, (low, high)).await? - 1;
    }
    if let Some(seq) = filter.seq {
        (low, high) = (low.max(seq), high.min(seq));
    }
    match (range.beyond, range.is_newest_first) {
        (Some(beyond), true) => high = high.min(beyond.saturating_sub(1)),
        (Some(beyond), false) => low = low.max(beyond.saturating_add(1)),
        (None, _) => {}
    }
    Ok((low <= high).then_some((low, high)))
}

/// The first row at a time or later; behind the last one when there is none.
pub(super) async fn first_at(
    db: &impl ConnectionTrait,
    at: i64,
    (low, high): (i64, i64),
) -> Result<i64, StoreError> {
    let (mut low, mut beyond) = (low, high.saturating_add(1));
    let backend = db.get_database_backend();
    let sql = numbered(db, "SELECT at FROM audit WHERE seq = ?");
    while low < beyond {
        let middle = low + (beyond - low) / 2;
        let query = Statement::from_sql_and_values(backend, &sql, [middle.into()]);
        let found = db.query_one_raw(query).await?;
        let found: Option<i64> = found.map(|row| row.try_get_by_index(0)).transpose()?;
        match found {
            Some(found) if found >= at => beyond = middle,
            _ => low = middle + 1,
        }
    }
    Ok(low)
}

/// What a row must be, as conditions with their values.
fn conditions(filter: &Filter) -> (String, Vec<Value>) {
    let (mut sql, mut values) = (String::new(), Vec::new());
    let mut add = |condition: &str, value: Value| {
        sql.push_str(" AND ");
        sql.push_str(condition);
        values.push(value);
    };
    let Filter { patient, id, purpose, address, agent, .. } = filter;
    if let Some(patient) = patient {
        add("a.patient = ? AND a.patient <> ''", patient.clone().into());
    }
    if let Some(kind) = filter.kind {
        add("a.type_id = ?", kind.number().into());
    }
    if let Some(id) = id {
        add("a.id = ?", id.clone().into());
    }
    match purpose.as_deref() {
        // As the index has it.
        Some(EMERGENCY) => add("a.purpose = 'BTG' AND a.seq > ?", 0_i64.into()),
        Some(purpose) => add("a.purpose = ?", purpose.into()),
        None => {}
    }
    if let Some(address) = address {
        add("coalesce(f.address, a.address) = ?", address.clone().into());
    }
    let word = |column: &str| format!("' ' || {column} || ' ' LIKE '% ' || ? || ' %'");
    if let Some(reference) = &agent.reference {
        let column = "g.fhir_user || ' ' || g.organization";
        add(&word(column), reference.clone().into());
    }
    if let Some(role) = &agent.role {
        add(&word("g.role"), role.clone().into());
    }
    if let Some(name) = &agent.name {
        add("? IN (g.subject, g.client)", name.clone().into());
    }
    if let Some(what) = &filter.what {
        let numbers: Vec<String> = what.iter().map(|what| what.number().to_string()).collect();
        let list = if numbers.is_empty() { "-1".to_owned() } else { numbers.join(", ") };
        sql.push_str(&format!(" AND a.what IN ({list})"));
    }
    if let Some(ranges) = &filter.status {
        let each =
            ranges.iter().map(|(low, high)| format!("a.status >= {low} AND a.status < {high}"));
        let any = each.map(|one| format!("({one})")).collect::<Vec<_>>().join(" OR ");
        sql.push_str(&format!(" AND ({})", if any.is_empty() { "1 = 0" } else { &any }));
    }
    (sql, values)
}

/// A row; none where it is of a later Mebe.
fn record(row: &QueryResult) -> Result<Option<Record>, StoreError> {
    let small = |at| row.try_get_by_index::<i16>(at).map(i64::from);
    let text = |at| row.try_get_by_index::<String>(at);
    let Some(what) = What::from_number(small(2)?) else { return Ok(None) };
    Ok(Some(Record {
        seq: row.try_get_by_index(0)?,
        at: row.try_get_by_index(1)?,
        what,
        status: u16::try_from(small(3)?).unwrap_or_default(),
        kind: ResourceKind::from_number(small(4)?),
        id: text(5)?,
        version: row.try_get_by_index(6)?,
        patient: text(7)?,
        query: text(8)?,
        purpose: text(9)?,
        reason: text(10)?,
        address: text(11)?,
        request: text(12)?,
        token: text(13)?,
        agent: Known {
            issuer: text(14)?,
            subject: text(15)?,
            client: text(16)?,
            fhir_user: text(17)?,
            role: text(18)?,
            organization: text(19)?,
        },
    }))
}
