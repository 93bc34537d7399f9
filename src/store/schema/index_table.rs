//! The tables of the search index: what they are called, their columns, and how the rows of a
//! resource fill them. All that writes, rebuilds, checks or weighs index rows goes through [`INDEX`].

use rustc_hash::FxHashMap;

use crate::definitions::search_parameter::ParamId;
use crate::index::row::Rows;
use crate::index::words::Words;

use super::bulk::Field::{Float, Integer, Text};
use super::bulk::{Bulk, Field, Shape};

/// Takes the fields of a row.
type Put<'p> = dyn FnMut(&[Field<'_>]) + 'p;

/// A table of the index.
pub(in crate::store) struct IndexTable {
    pub(in crate::store) shape: Shape,
    /// Columns that its primary key goes on with behind the parameter, as far as `rid`; empty where
    /// rows are of no parameter.
    pub(in crate::store) key: &'static [&'static str],
    /// Gives the fields of each row, one for every column behind the number of the resource.
    pub(in crate::store) rows: fn(&Rows, &mut Put<'_>),
}

/// Index rows, a bulk for each table.
pub(in crate::store) fn tables<'a>(rows: impl Iterator<Item = (i64, &'a Rows)>) -> Vec<Bulk> {
    let mut bulks: Vec<Bulk> = INDEX.iter().map(|table| Bulk::new(table.shape)).collect();
    for (rid, rows) in rows {
        for (table, bulk) in INDEX.iter().zip(&mut bulks) {
            (table.rows)(rows, &mut |fields| bulk.push_fields(Integer(rid), fields));
        }
    }
    bulks
}

/// Bytes that the texts of index rows take.
pub(in crate::store) fn text_bytes(rows: &Rows) -> usize {
    let lists = |words: &Words| words.narrative.len() + words.content.len() + words.marks.len();
    let mut bytes = rows.words.iter().map(lists).sum();
    for table in &INDEX {
        (table.rows)(rows, &mut |fields| {
            bytes += fields
                .iter()
                .map(|field| if let Text(text) = field { text.len() } else { 0 })
                .sum::<usize>();
        });
    }
    bytes
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

const RID: (&str, &str) = ("rid", "bigint");
const PARAM: (&str, &str) = ("param_id", "integer");

fn param(id: ParamId) -> Field<'static> {
    Integer(id.number().into())
}

/// Every index table.
pub(in crate::store) const INDEX: [IndexTable; 9] = [
    IndexTable {
        shape: Shape {
            table: "sp_token",
            columns: &[RID, PARAM, ("code", "text"), ("system", "bigint")],
        },
        key: &["code", "rid"],
        rows: |rows, put| {
            for row in &rows.tokens {
                put(&[param(row.param), Text(&row.code), Integer(row.system)]);
            }
        },
    },
    IndexTable {
        shape: Shape {
            table: "sp_string",
            columns: &[RID, PARAM, ("folded", "text"), ("exact", "text")],
        },
        key: &["folded", "rid"],
        rows: |rows, put| {
            for row in &rows.strings {
                put(&[param(row.param), Text(&row.folded), Text(&row.exact)]);
            }
        },
    },
    IndexTable {
        shape: Shape {
            table: "sp_date",
            columns: &[RID, PARAM, ("low", "bigint"), ("high", "bigint")],
        },
        key: &["low", "high", "rid"],
        rows: |rows, put| {
            for row in &rows.dates {
                put(&[param(row.param), Integer(row.low), Integer(row.high)]);
            }
        },
    },
    IndexTable {
        shape: Shape {
            table: "sp_number",
            columns: &[RID, PARAM, ("low", "double precision"), ("high", "double precision")],
        },
        key: &["low", "high", "rid"],
        rows: |rows, put| {
            for row in &rows.numbers {
                put(&[param(row.param), Float(row.low), Float(row.high)]);
            }
        },
    },
    IndexTable {
        shape: Shape {
            table: "sp_quantity",
            columns: &[
                RID,
                PARAM,
                ("dimension", "bigint"),
                ("low", "double precision"),
                ("high", "double precision"),
                ("code", "text"),
                ("system", "bigint"),
                ("unit", "text"),
                ("written_low", "double precision"),
                ("written_high", "double precision"),
            ],
        },
        key: &["dimension", "low", "high", "rid"],
        rows: |rows, put| {
            for row in &rows.quantities {
                put(&[
                    param(row.param),
                    Integer(row.dimension),
                    Float(row.low),
                    Float(row.high),
                    Text(&row.code),
                    Integer(row.system),
                    Text(&row.unit),
                    Float(row.written.0),
                    Float(row.written.1),
                ]);
            }
        },
    },
    IndexTable {
        shape: Shape {
            table: "sp_reference",
            columns: &[RID, PARAM, ("target", "text"), ("kind", "smallint")],
        },
        key: &["target", "rid"],
        rows: |rows, put| {
            for row in &rows.references {
                put(&[param(row.param), Text(&row.target), Integer(row.kind)]);
            }
        },
    },
    IndexTable {
        shape: Shape { table: "sp_uri", columns: &[RID, PARAM, ("value", "text")] },
        key: &["value", "rid"],
        rows: |rows, put| {
            for row in &rows.uris {
                put(&[param(row.param), Text(&row.value)]);
            }
        },
    },
    IndexTable {
        shape: Shape {
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
        key: &["first", "second", "low", "high", "rid"],
        rows: |rows, put| {
            for row in &rows.composites {
                let ((one, first), (two, second)) = (&row.first, &row.second);
                put(&[
                    param(row.param),
                    Text(first),
                    Integer(*one),
                    Text(second),
                    Integer(*two),
                    Float(row.low),
                    Float(row.high),
                ]);
            }
        },
    },
    IndexTable {
        shape: Shape {
            table: "compartment",
            columns: &[RID, ("patient", "bigint"), ("type_id", "smallint"), ("role", "smallint")],
        },
        key: &[],
        rows: |rows, put| {
            for row in &rows.members {
                let (kind, role) = (row.kind.number(), row.role.number());
                put(&[Integer(row.patient.number()), Integer(kind), Integer(role)]);
            }
        },
    },
];
