//! Resources found by one key: all lookups of a kind are rows of one statement, and all kinds are
//! one statement, because each statement waits for the network.

use sea_orm::sea_query::{ArrayType, Value};

use crate::budget;
use crate::store::error::StoreError;
use crate::store::lookup::{Found, Lookup};

use super::reader::{Reader, corrupt, hit, kind_value, statement};

/// Parts the codes of a lookup: an array has no arrays of different lengths in it.
const BETWEEN: &str = "\u{1f}";

/// Her records are found by what refers to her, and each is asked for each code by its whole key. An
/// `EXISTS` in the place of these two limits becomes a join, and `PostgreSQL`, which knows nothing
/// of the values when it plans, then reads what everybody has of these codes for each of her records.
const SQL: &str = "SELECT r.rid, r.type_id, r.id, r.version, r.updated, r.op, r.body, w.place \
       FROM unnest($1::bigint[], $2::smallint[], $3::text[]) AS w(place, type_id, id) \
       JOIN resource r ON r.type_id = w.type_id AND r.id = w.id AND r.op <> 2 \
     UNION ALL \
     SELECT r.rid, r.type_id, r.id, r.version, r.updated, r.op, r.body, w.place \
       FROM unnest($4::bigint[], $5::integer[], $6::text[], $7::smallint[]) \
         AS w(place, param_id, target, kind) \
       CROSS JOIN LATERAL (SELECT d.rid FROM sp_reference d WHERE d.param_id = w.param_id \
         AND d.target = w.target AND d.kind = w.kind ORDER BY d.rid LIMIT $17::bigint) m \
       JOIN resource r ON r.rid = m.rid \
     UNION ALL \
     SELECT r.rid, r.type_id, r.id, r.version, r.updated, r.op, r.body, w.place \
       FROM unnest($8::bigint[], $9::integer[], $10::text[], $11::smallint[], $12::integer[], \
         $13::text[]) AS w(place, param_id, target, kind, of_param, codes) \
       CROSS JOIN LATERAL (SELECT d.rid FROM sp_reference d WHERE d.param_id = w.param_id \
         AND d.target = w.target AND d.kind = w.kind \
         AND (SELECT true FROM unnest(string_to_array(w.codes, chr(31))) AS c(code) \
           CROSS JOIN LATERAL (SELECT FROM sp_token t WHERE t.param_id = w.of_param \
             AND t.code = c.code AND t.rid = d.rid LIMIT 1) t LIMIT 1) \
         ORDER BY d.rid LIMIT $17::bigint) m \
       JOIN resource r ON r.rid = m.rid \
     UNION ALL \
     SELECT r.rid, r.type_id, r.id, r.version, r.updated, r.op, r.body, w.place \
       FROM unnest($14::bigint[], $15::integer[], $16::text[], $18::bigint[]) \
         AS w(place, param_id, code, system) \
       CROSS JOIN LATERAL (SELECT d.rid FROM sp_token d WHERE d.param_id = w.param_id \
         AND d.code = w.code AND d.system = w.system ORDER BY d.rid LIMIT $17::bigint) m \
       JOIN resource r ON r.rid = m.rid";

/// Columns of the statement's arrays, in its order; the limit stands between the last two.
const KINDS: [ArrayType; 17] = [
    ArrayType::BigInt,
    ArrayType::SmallInt,
    ArrayType::String,
    ArrayType::BigInt,
    ArrayType::Int,
    ArrayType::String,
    ArrayType::SmallInt,
    ArrayType::BigInt,
    ArrayType::Int,
    ArrayType::String,
    ArrayType::SmallInt,
    ArrayType::Int,
    ArrayType::String,
    ArrayType::BigInt,
    ArrayType::Int,
    ArrayType::String,
    ArrayType::BigInt,
];

impl Reader {
    /// Finds resources by one key each, at most so many for each.
    pub(in crate::store) async fn look_up(
        &self,
        lookups: &[Lookup],
        most: u32,
    ) -> Result<Vec<Found>, StoreError> {
        let query = statement(SQL, values(lookups, most));
        let rows = self.by_key(query).await?;
        let mut found = Vec::with_capacity(rows.len());
        for row in &rows {
            let place: i64 = row.try_get_by_index(7)?;
            let lookup = usize::try_from(place).map_err(|error| corrupt(error.to_string()))?;
            let hit = hit(row, &[])?;
            budget::take(hit.stored.body.len()).map_err(StoreError::Spent)?;
            found.push(Found { lookup, hit });
        }
        found.sort_by_key(|one| (one.lookup, one.hit.rid));
        Ok(found)
    }
}

fn values(lookups: &[Lookup], most: u32) -> Vec<Value> {
    let mut columns: Vec<Vec<Value>> = KINDS.iter().map(|_| Vec::new()).collect();
    for (place, lookup) in (0_i64..).zip(lookups) {
        let place = Value::from(place);
        let (from, row) = match lookup {
            Lookup::Address { kind, id } => (0, vec![place, kind_value(*kind), id.as_str().into()]),
            Lookup::Pointing { param, kind, id, coded } => {
                let key = [param.number().into(), id.as_str().into(), kind_value(*kind)];
                let mut row: Vec<Value> = [place].into_iter().chain(key).collect();
                match coded {
                    None => (3, row),
                    Some(coded) => {
                        row.extend([coded.param.number().into(), coded.codes.join(BETWEEN).into()]);
                        (7, row)
                    }
                }
            }
            Lookup::Coded { param, code, system } => {
                let key = [param.number().into(), code.as_str().into(), (*system).into()];
                (13, [place].into_iter().chain(key).collect())
            }
        };
        for (column, value) in columns.iter_mut().skip(from).zip(row) {
            column.push(value);
        }
    }
    let arrays = KINDS.into_iter().zip(columns);
    let mut values: Vec<Value> =
        arrays.map(|(kind, values)| Value::Array(kind, Some(Box::new(values)))).collect();
    values.insert(16, i64::from(most).into());
    values
}
