//! Resources found by one key: each kind of key has one statement.

use rusqlite::{Connection, Params, params};

use crate::budget;
use crate::store::error::StoreError;
use crate::store::lookup::{Found, Lookup};

use super::reader::{Reader, hit};
use super::steps;

const ADDRESS: &str = "SELECT rid, type_id, id, version, updated, op, body FROM resource \
     WHERE type_id = ? AND id = ? AND op <> 2";
const POINTING: &str = "SELECT r.rid, r.type_id, r.id, r.version, r.updated, r.op, r.body \
     FROM sp_reference d CROSS JOIN resource r ON r.rid = d.rid \
     WHERE d.param_id = ? AND d.target = ? AND d.kind = ? ORDER BY d.rid LIMIT ?";
const CODED: &str = "SELECT r.rid, r.type_id, r.id, r.version, r.updated, r.op, r.body \
     FROM sp_token d CROSS JOIN resource r ON r.rid = d.rid \
     WHERE d.param_id = ? AND d.code = ? AND d.system = ? ORDER BY d.rid LIMIT ?";

impl Reader {
    /// Finds resources by one key each, at most so many for each.
    pub(in crate::store) async fn look_up(
        &self,
        lookups: Vec<Lookup>,
        most: u32,
    ) -> Result<Vec<Found>, StoreError> {
        let work = move |connection: &Connection| {
            let mut found = Vec::new();
            for (at, lookup) in lookups.iter().enumerate() {
                one(connection, (at, lookup), most, &mut found)?;
            }
            Ok(found)
        };
        self.work(work).await
    }
}

fn one(
    connection: &Connection,
    (at, lookup): (usize, &Lookup),
    most: u32,
    found: &mut Vec<Found>,
) -> Result<(), StoreError> {
    match lookup {
        Lookup::Address { kind, id } => {
            read(connection, ADDRESS, params![kind.number(), id.as_str()], at, found)
        }
        Lookup::Pointing { param, kind, id, coded: None } => {
            let key = params![param.number(), id.as_str(), kind.number(), most];
            read(connection, POINTING, key, at, found)
        }
        Lookup::Pointing { param, kind, id, coded: Some(coded) } => {
            let marks = vec!["?"; coded.codes.len()].join(", ");
            let test = format!(
                "AND EXISTS (SELECT 1 FROM sp_token t WHERE t.rid = d.rid AND t.param_id = ? \
                 AND t.code IN ({marks})) ORDER"
            );
            let sql = POINTING.replace("ORDER", &test);
            let (param, kind, of) = (param.number(), kind.number(), coded.param.number());
            let id = id.as_str();
            let mut key: Vec<&dyn rusqlite::ToSql> = vec![&param, &id, &kind, &of];
            key.extend(coded.codes.iter().map(|code| -> &dyn rusqlite::ToSql { code }));
            key.push(&most);
            read(connection, &sql, key.as_slice(), at, found)
        }
        Lookup::Coded { param, code, system } => {
            let key = params![param.number(), code, system, most];
            read(connection, CODED, key, at, found)
        }
    }
}

fn read(
    connection: &Connection,
    sql: &str,
    key: impl Params,
    lookup: usize,
    found: &mut Vec<Found>,
) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(key)?;
    while let Some(row) = rows.next()? {
        let hit = hit(row, 0)?;
        budget::take(hit.stored.body.len()).map_err(StoreError::Spent)?;
        found.push(Found { lookup, hit });
    }
    drop(rows);
    steps::tell(&statement);
    Ok(())
}
