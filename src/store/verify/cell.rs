//! Cells of a row as they are read, whichever database it is.

use sea_orm::QueryResult;

use crate::store::body;
use crate::store::cell::{Cell, CellKind};
use crate::store::error::StoreError;

/// A cell of `PostgreSQL`.
pub(super) fn cell(row: &QueryResult, at: usize, kind: CellKind) -> Result<Cell, StoreError> {
    let cell = match kind {
        CellKind::Integer => row.try_get_by_index::<Option<i64>>(at)?.map(Cell::Integer),
        CellKind::Real => row.try_get_by_index::<Option<f64>>(at)?.map(Cell::Real),
        CellKind::Text => return of_text(row, at),
    };
    Ok(cell.unwrap_or(Cell::Null))
}

/// A text of `PostgreSQL`, or a body, which is bytes there.
fn of_text(row: &QueryResult, at: usize) -> Result<Cell, StoreError> {
    let text = match row.try_get_by_index::<Option<String>>(at) {
        Ok(text) => text,
        Err(_bytes) => {
            let kept = row.try_get_by_index::<Option<Vec<u8>>>(at)?;
            let text = |kept: Vec<u8>| {
                body::unpacked(&kept).unwrap_or_else(|_damaged| format!("\0{kept:?}"))
            };
            kept.map(text)
        }
    };
    Ok(text.map_or(Cell::Null, Cell::Text))
}

/// The text of a packed body. No other column has bytes, and the same bytes in place of a text are
/// damage too.
pub(super) fn blob(bytes: &[u8]) -> Cell {
    let text = body::is_packed(bytes).then(|| body::unpacked(bytes).ok()).flatten();
    Cell::Text(text.unwrap_or_else(|| format!("\0{}", String::from_utf8_lossy(bytes))))
}
