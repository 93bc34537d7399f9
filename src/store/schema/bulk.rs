//! Rows of one table, column by column, written by one statement.

use sea_orm::sea_query::{ArrayType, Value};
use sea_orm::{DbBackend, Statement};

/// Rows of one `INSERT` where a statement's values are counted.
const ROWS: usize = 500;

/// The columns of a table that are written, each with its type.
#[derive(Debug, Clone, Copy)]
pub(in crate::store) struct Shape {
    pub(in crate::store) table: &'static str,
    pub(in crate::store) columns: &'static [(&'static str, &'static str)],
}

/// One value of an index row.
#[derive(Debug, Clone, Copy)]
pub(in crate::store) enum Field<'a> {
    Integer(i64),
    Float(f64),
    Text(&'a str),
}

/// Rows of a [`Shape`].
#[derive(Debug)]
pub(in crate::store) struct Bulk {
    shape: Shape,
    columns: Vec<Vec<Value>>,
}

impl Bulk {
    pub(in crate::store) fn new(shape: Shape) -> Self {
        Self { shape, columns: vec![Vec::new(); shape.columns.len()] }
    }

    /// Adds a row; it has a value for each column of the shape.
    pub(in crate::store) fn push<const N: usize>(&mut self, row: [Value; N]) {
        debug_assert_eq!(N, self.columns.len(), "a row of {}", self.shape.table);
        for (column, value) in self.columns.iter_mut().zip(row) {
            column.push(value);
        }
    }

    /// Adds an index row, whose fields become values of the types that the columns have.
    pub(super) fn push_fields(&mut self, rid: Field<'_>, fields: &[Field<'_>]) {
        debug_assert_eq!(fields.len() + 1, self.columns.len(), "a row of {}", self.shape.table);
        let fields = std::iter::once(&rid).chain(fields);
        for ((column, (_, kind)), field) in
            self.columns.iter_mut().zip(self.shape.columns).zip(fields)
        {
            column.push(value(kind, *field));
        }
    }

    pub(in crate::store) fn table(&self) -> &'static str {
        self.shape.table
    }

    /// The rows, one by one.
    pub(in crate::store) fn rows(&self) -> impl Iterator<Item = Vec<Value>> + '_ {
        let count = self.columns.first().map_or(0, Vec::len);
        (0..count)
            .map(|at| self.columns.iter().filter_map(|column| column.get(at).cloned()).collect())
    }

    pub(in crate::store) fn is_empty(&self) -> bool {
        self.columns.first().is_none_or(Vec::is_empty)
    }

    /// Inserts the rows that are not there yet.
    pub(in crate::store) fn insert(self) -> Statement {
        let sql = format!("{} ON CONFLICT DO NOTHING", self.insertion());
        self.statement(&sql)
    }

    /// Inserts rows of which none may be there.
    pub(in crate::store) fn insert_new(self) -> Statement {
        let sql = self.insertion();
        self.statement(&sql)
    }

    fn insertion(&self) -> String {
        let (table, names) = (self.shape.table, self.names());
        let (columns, rows) = (self.selected(), self.unnest());
        format!("INSERT INTO {table} ({names}) SELECT {columns} FROM {rows} AS u({names})")
    }

    /// Inserts the rows that are not there yet, as either database takes them.
    pub(super) fn inserts(self, backend: DbBackend) -> Vec<Statement> {
        if self.is_empty() {
            return Vec::new();
        }
        if backend == DbBackend::Postgres {
            return vec![self.insert()];
        }
        let (table, names, width) = (self.shape.table, self.names(), self.columns.len());
        let one = format!("({})", vec!["?"; width].join(", "));
        let rows = self.columns.first().map_or(0, Vec::len);
        let mut columns: Vec<_> = self.columns.into_iter().map(Vec::into_iter).collect();
        let mut statements = Vec::new();
        for start in (0..rows).step_by(ROWS) {
            let count = ROWS.min(rows - start);
            let values: Vec<Value> = (0..count)
                .flat_map(|_| columns.iter_mut().filter_map(Iterator::next).collect::<Vec<_>>())
                .collect();
            let sql = format!(
                "INSERT INTO {table} ({names}) VALUES {} ON CONFLICT DO NOTHING",
                vec![one.as_str(); count].join(", ")
            );
            statements.push(Statement::from_sql_and_values(backend, sql, values));
        }
        statements
    }

    /// Deletes the rows that equal these in every column.
    pub(in crate::store) fn delete(self) -> Statement {
        let names = self.shape.columns.iter().map(|(name, _)| format!("t.{name} = u.{name}"));
        let equal = names.collect::<Vec<_>>().join(" AND ");
        let (table, all) = (self.shape.table, self.names());
        let sql =
            format!("DELETE FROM {table} t USING {} AS u({all}) WHERE {equal}", self.unnest());
        self.statement(&sql)
    }

    /// Runs a statement that refers to the rows as `unnest(...)` named `u`; `{rows}` stands for it.
    pub(in crate::store) fn with(self, template: &str) -> Statement {
        let rows = format!("{} AS u({})", self.unnest(), self.names());
        let sql = template.replace("{rows}", &rows);
        self.statement(&sql)
    }

    fn names(&self) -> String {
        self.shape.columns.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
    }

    /// The columns of `u`, as they are stored: an array has no NULL, so a missing body travels as
    /// an empty one.
    fn selected(&self) -> String {
        let columns = self.shape.columns.iter().map(|(name, _)| match *name {
            "body" => "NULLIF(u.body, '')".to_owned(),
            name => format!("u.{name}"),
        });
        columns.collect::<Vec<_>>().join(", ")
    }

    fn unnest(&self) -> String {
        let typed = self.shape.columns.iter().enumerate();
        let typed = typed.map(|(at, (_, kind))| format!("${}::{kind}[]", at + 1));
        format!("unnest({})", typed.collect::<Vec<_>>().join(", "))
    }

    fn statement(self, sql: &str) -> Statement {
        let kinds = self.shape.columns.iter().map(|(_, kind)| array_type(kind));
        let arrays = kinds
            .zip(self.columns)
            .map(|(kind, values)| Value::Array(kind, Some(Box::new(values))));
        Statement::from_sql_and_values(DbBackend::Postgres, sql, arrays)
    }
}

/// One statement that does what several do, in no order.
pub(in crate::store) fn together(mut statements: Vec<Statement>) -> Option<Statement> {
    if statements.len() <= 1 {
        return statements.pop();
    }
    let (mut parts, mut values) = (Vec::new(), Vec::new());
    for (at, statement) in statements.into_iter().enumerate() {
        parts.push(format!("s{at} AS ({})", moved(&statement.sql, values.len())));
        values.extend(statement.values.map(|values| values.0).unwrap_or_default());
    }
    let sql = format!("WITH {} SELECT 1", parts.join(", "));
    Some(Statement::from_sql_and_values(DbBackend::Postgres, sql, values))
}

/// A statement whose values come after so many others.
fn moved(sql: &str, by: usize) -> String {
    let mut parts = sql.split('$');
    let mut moved = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
        let (number, rest) = part.split_at(end);
        let number: usize = number.parse().unwrap_or_default();
        moved.push_str(&format!("${}{rest}", number + by));
    }
    moved
}

/// A number of a column of 16 bits.
pub(in crate::store) fn small(number: i64) -> Value {
    Value::SmallInt(i16::try_from(number).ok())
}

/// A field as a value of a column.
fn value(kind: &str, field: Field<'_>) -> Value {
    match (kind, field) {
        ("smallint", Field::Integer(number)) => small(number),
        ("integer", Field::Integer(number)) => Value::Int(i32::try_from(number).ok()),
        (_, Field::Integer(number)) => number.into(),
        (_, Field::Float(number)) => number.into(),
        (_, Field::Text(text)) => text.into(),
    }
}

fn array_type(kind: &str) -> ArrayType {
    match kind {
        "smallint" => ArrayType::SmallInt,
        "integer" => ArrayType::Int,
        "bigint" => ArrayType::BigInt,
        "double precision" => ArrayType::Double,
        "bytea" => ArrayType::Bytes,
        _ => ArrayType::String,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_together_have_values_of_their_own() {
        let one = |sql: &str, values: &[i64]| {
            let values = values.iter().map(|value| Value::from(*value));
            Statement::from_sql_and_values(DbBackend::Postgres, sql, values)
        };
        let both = vec![one("UPDATE a SET b = $1, c = $2", &[1, 2]), one("DELETE $1", &[3])];
        let found = together(both).expect("a statement");
        assert_eq!(
            found.sql,
            "WITH s0 AS (UPDATE a SET b = $1, c = $2), s1 AS (DELETE $3) SELECT 1"
        );
        assert_eq!(found.values.map(|values| values.0.len()), Some(3));
        let alone = together(vec![one("DELETE $1", &[3])]).expect("a statement");
        assert_eq!(alone.sql, "DELETE $1");
        assert!(together(Vec::new()).is_none());
    }
}
