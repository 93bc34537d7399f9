//! Rows of comma- or tab-separated files, by the names of their columns.
//!
//! What has the wrong header is refused with the names of the columns that are missing.

use std::io::Read;

use csv::{Reader, ReaderBuilder, StringRecord};
use thiserror::Error;

/// Why a file cannot be read.
#[derive(Debug, Error)]
pub enum TableError {
    #[error("{file}: column {columns} is missing; there are {found}")]
    Columns { file: Box<str>, columns: Box<str>, found: Box<str> },
    #[error("{file} has no rows")]
    Empty { file: Box<str> },
    #[error("{file} cannot be read")]
    Row {
        file: Box<str>,
        #[source]
        source: csv::Error,
    },
}

/// A file of rows.
pub struct Table<R> {
    file: Box<str>,
    reader: Reader<R>,
    columns: Vec<Box<str>>,
    row: StringRecord,
}

/// How the columns of a file are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Separator {
    /// With quotes where a value holds one.
    Comma,
    Semicolon,
    /// As RF2 has them: without quotes.
    Tab,
}

impl<R: Read> Table<R> {
    /// Reads the header.
    pub fn open(file: &str, source: R, separator: Separator) -> Result<Self, TableError> {
        let mut builder = ReaderBuilder::new();
        builder.has_headers(false).flexible(true).quoting(separator != Separator::Tab);
        builder.delimiter(match separator {
            Separator::Comma => b',',
            Separator::Semicolon => b';',
            Separator::Tab => b'\t',
        });
        let reader = builder.from_reader(source);
        let mut table =
            Self { file: file.into(), reader, columns: Vec::new(), row: StringRecord::new() };
        if !table.advance()? {
            return Err(TableError::Empty { file: file.into() });
        }
        table.take_header();
        Ok(table)
    }

    /// Takes the current row for the header.
    pub fn take_header(&mut self) {
        self.columns = self.row.iter().map(header).collect();
    }

    /// Goes to the next row; false at the end.
    pub fn advance(&mut self) -> Result<bool, TableError> {
        self.reader
            .read_record(&mut self.row)
            .map_err(|source| TableError::Row { file: self.file.clone(), source })
    }

    /// Where columns are, or which are missing. Names are compared without case.
    pub fn columns<const N: usize>(&self, names: [&str; N]) -> Result<[usize; N], TableError> {
        let mut places = [0; N];
        let mut missing = Vec::new();
        for (place, name) in places.iter_mut().zip(names) {
            match self.column(name) {
                Some(found) => *place = found,
                None => missing.push(name),
            }
        }
        if missing.is_empty() {
            return Ok(places);
        }
        Err(TableError::Columns {
            file: self.file.clone(),
            columns: missing.join(", ").into(),
            found: self.columns.join(", ").into(),
        })
    }

    /// Where a column is.
    pub fn column(&self, name: &str) -> Option<usize> {
        let name = header(name);
        self.columns.iter().position(|column| *column == name)
    }

    /// The names of the columns, as they are compared.
    pub fn headers(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| &**column)
    }

    /// What the current row has in a column; nothing is an empty text.
    pub fn get(&self, column: usize) -> &str {
        self.row.get(column).unwrap_or_default().trim()
    }

    /// What the current row has in a column that need not be there.
    pub fn maybe(&self, column: Option<usize>) -> Option<&str> {
        column.map(|column| self.get(column)).filter(|text| !text.is_empty())
    }
}

impl<R> std::fmt::Debug for Table<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Table").field("file", &self.file).finish_non_exhaustive()
    }
}

/// A header as it is compared: upper case, one space between words, no mark of byte order.
fn header(name: &str) -> Box<str> {
    let name = name.trim_start_matches('\u{feff}').to_uppercase();
    name.split_whitespace().collect::<Vec<_>>().join(" ").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_found_by_name() {
        let text = "\u{feff}A,\"b\n  c\",d\n1,\"x, y\",\n2\n";
        let mut table = Table::open("f.csv", text.as_bytes(), Separator::Comma).expect("a table");
        let [d, a, bc] = table.columns(["D", "a", "B C"]).expect("columns");
        assert!(table.advance().expect("a row"));
        assert_eq!((table.get(a), table.get(bc), table.maybe(Some(d))), ("1", "x, y", None));
        assert!(table.advance().expect("a row"));
        assert_eq!((table.get(a), table.get(bc)), ("2", ""));
        assert!(!table.advance().expect("the end"));
        let said = table.columns(["a", "nope", "none"]).expect_err("missing").to_string();
        assert_eq!(said, "f.csv: column nope, none is missing; there are A, B C, D");
    }

    #[test]
    fn quotes_mean_nothing_between_tabs() {
        let text = "id\tterm\n1\t\"half\n";
        let mut table = Table::open("f.txt", text.as_bytes(), Separator::Tab).expect("a table");
        assert!(table.advance().expect("a row"));
        assert_eq!(table.get(1), "\"half");
        assert!(Table::open("f.txt", "".as_bytes(), Separator::Tab).is_err());
    }
}
