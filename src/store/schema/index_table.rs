//! Index rows, table by table, for statements that write many at once.

use rustc_hash::FxHashMap;
use sea_orm::sea_query::Value;

use crate::index::row::Rows;

use super::bulk::{Bulk, Shape};

/// Index rows, a bulk for each table.
pub(in crate::store) fn tables<'a>(rows: impl Iterator<Item = (i64, &'a Rows)>) -> Vec<Bulk> {
    let mut bulks = INDEX.map(Bulk::new);
    let [token, string, date, number, quantity, reference, uri, composite, compartment] =
        &mut bulks;
    for (rid, rows) in rows {
        let rid = || Value::from(rid);
        for row in &rows.tokens {
            token.push([
                rid(),
                row.param.number().into(),
                row.code.as_str().into(),
                row.system.into(),
            ]);
        }
        for row in &rows.strings {
            let (folded, exact) = (row.folded.as_str(), row.exact.as_str());
            string.push([rid(), row.param.number().into(), folded.into(), exact.into()]);
        }
        for row in &rows.dates {
            date.push([rid(), row.param.number().into(), row.low.into(), row.high.into()]);
        }
        for row in &rows.numbers {
            number.push([rid(), row.param.number().into(), row.low.into(), row.high.into()]);
        }
        for row in &rows.quantities {
            let (code, system) = (row.code.as_str().into(), row.system.into());
            let param = row.param.number().into();
            quantity.push([rid(), param, row.low.into(), row.high.into(), code, system]);
        }
        for row in &rows.references {
            let param = row.param.number().into();
            reference.push([rid(), param, row.target.as_str().into(), small(row.kind)]);
        }
        for row in &rows.uris {
            uri.push([rid(), row.param.number().into(), row.value.as_str().into()]);
        }
        for row in &rows.composites {
            let (first, second) = (row.first.1.as_str().into(), row.second.1.as_str().into());
            let (one, two) = (row.first.0.into(), row.second.0.into());
            let (low, high) = (row.low.into(), row.high.into());
            composite.push([rid(), row.param.number().into(), first, one, second, two, low, high]);
        }
        for row in &rows.members {
            let (kind, role) = (small(row.kind.number()), small(row.role.number()));
            compartment.push([rid(), row.patient.number().into(), kind, role]);
        }
    }
    bulks.into()
}

/// The widest date of each parameter.
pub(in crate::store) fn date_spans<'a>(
    rows: impl Iterator<Item = &'a Rows>,
) -> FxHashMap<i32, i64> {
    let mut spans = FxHashMap::default();
    for row in rows.flat_map(|rows| &rows.dates) {
        let widest = spans.entry(row.param.number()).or_insert(0);
        *widest = row.high.saturating_sub(row.low).max(*widest);
    }
    spans
}

/// A number of a column of 16 bits.
pub(in crate::store) fn small(number: i64) -> Value {
    Value::SmallInt(i16::try_from(number).ok())
}

const RID: (&str, &str) = ("rid", "bigint");
const PARAM: (&str, &str) = ("param_id", "integer");

/// Every index table.
pub(in crate::store) const INDEX: [Shape; 9] = [
    Shape { table: "sp_token", columns: &[RID, PARAM, ("code", "text"), ("system", "bigint")] },
    Shape { table: "sp_string", columns: &[RID, PARAM, ("folded", "text"), ("exact", "text")] },
    Shape { table: "sp_date", columns: &[RID, PARAM, ("low", "bigint"), ("high", "bigint")] },
    Shape {
        table: "sp_number",
        columns: &[RID, PARAM, ("low", "double precision"), ("high", "double precision")],
    },
    Shape {
        table: "sp_quantity",
        columns: &[
            RID,
            PARAM,
            ("low", "double precision"),
            ("high", "double precision"),
            ("code", "text"),
            ("system", "bigint"),
        ],
    },
    Shape {
        table: "sp_reference",
        columns: &[RID, PARAM, ("target", "text"), ("kind", "smallint")],
    },
    Shape { table: "sp_uri", columns: &[RID, PARAM, ("value", "text")] },
    Shape {
        table: "sp_composite",
        columns: &[
            RID,
            PARAM,
            ("first", "text"),
            ("first_system", "bigint"),
            ("second", "text"),
            ("second_system", "bigint"),
            ("low", "double precision"),
            ("high", "double precision"),
        ],
    },
    Shape {
        table: "compartment",
        columns: &[RID, ("patient", "bigint"), ("type_id", "smallint"), ("role", "smallint")],
    },
];
