//! The floor of writing: how fast a bare loop of `SQLite` transactions writes the very rows that the
//! server wrote for the last resources of a database.
//!
//! ```text
//! cargo bench --bench write_floor -- mebe.db [RESOURCES [A TRANSACTION]]
//! ```
//!
//! The loop works on a copy from which those resources were taken out, with the settings of the
//! server's own writer: write-ahead log, every commit synchronised. Compare with the rate of creates
//! that the load generator saw in the same minutes.
#![expect(clippy::expect_used, clippy::print_stdout, reason = "a program for developers")]

use std::collections::BTreeMap;
use std::time::Instant;

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

const TABLES: [&str; 10] = [
    "resource",
    "change_log",
    "sp_token",
    "sp_string",
    "sp_date",
    "sp_number",
    "sp_quantity",
    "sp_reference",
    "sp_uri",
    "sp_composite",
];

/// The rows of a resource: the number of a table, and its columns.
type Rows = Vec<(usize, Vec<Value>)>;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|it| it != "--bench").collect();
    let number = |at: usize, otherwise: u32| {
        arguments.get(at).map_or(otherwise, |text| text.parse().expect("a number"))
    };
    let Some(path) = arguments.first() else {
        println!("skipped: no database given, see the head of benches/write_floor.rs");
        return;
    };
    let (count, group) = (number(1, 5_000), number(2, 32));
    let copy = format!("{path}.floor");
    for end in ["", "-wal", "-shm"] {
        let _not_there = std::fs::remove_file(format!("{copy}{end}"));
    }
    Connection::open(path).and_then(|db| db.execute("VACUUM INTO ?", [&copy])).expect("a copy");
    let db = open(&copy);
    let resources = take(&db, count);
    let rows: usize = resources.iter().map(Vec::len).sum();
    let start = Instant::now();
    for part in resources.chunks(usize::try_from(group).expect("a count")) {
        write(&db, part);
    }
    let seconds = start.elapsed().as_secs_f64();
    let all = f64::from(u32::try_from(resources.len()).expect("a count"));
    let each = f64::from(u32::try_from(rows).expect("a count")) / all;
    println!(
        "bare loop: {:.0} resources/s ({all:.0} resources of {each:.1} rows, {group} a transaction)",
        all / seconds
    );
    drop(db);
    for end in ["", "-wal", "-shm"] {
        let _not_there = std::fs::remove_file(format!("{copy}{end}"));
    }
}

fn open(path: &str) -> Connection {
    let db = Connection::open(path).expect("the copy");
    let set = |name: &str, value: &str| db.pragma_update(None, name, value).expect("a setting");
    set("journal_mode", "wal");
    set("synchronous", "full");
    set("cache_size", "-32768");
    set("wal_autocheckpoint", "8000");
    set("mmap_size", "1073741824");
    db.set_prepared_statement_cache_capacity(64);
    db
}

/// Takes the last resources out of a database.
fn take(db: &Connection, count: u32) -> Vec<Rows> {
    let sql = "SELECT rid FROM resource ORDER BY rid DESC LIMIT 1 OFFSET ?";
    let behind: i64 = db.query_row(sql, [count], |row| row.get(0)).unwrap_or(0);
    let mut resources: BTreeMap<i64, Rows> = BTreeMap::new();
    for (at, table) in TABLES.iter().enumerate() {
        let sql = format!("SELECT rid, * FROM {table} WHERE rid > ?");
        let mut statement = db.prepare(&sql).expect("a table");
        let width = statement.column_count();
        let mut rows = statement.query([behind]).expect("rows");
        while let Some(row) = rows.next().expect("a row") {
            let values = (1..width).map(|at| row.get(at).expect("a value")).collect();
            let rid = row.get(0).expect("a number");
            resources.entry(rid).or_default().push((at, values));
        }
        db.execute(&format!("DELETE FROM {table} WHERE rid > ?"), [behind]).expect("deleted");
    }
    db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).expect("a checkpoint");
    resources.into_values().collect()
}

fn write(db: &Connection, resources: &[Rows]) {
    db.execute_batch("BEGIN IMMEDIATE").expect("begun");
    for (table, values) in resources.iter().flatten() {
        let marks = vec!["?"; values.len()].join(", ");
        let table = TABLES.get(*table).expect("a table");
        let sql = format!("INSERT INTO {table} VALUES ({marks})");
        let mut statement = db.prepare_cached(&sql).expect("a statement");
        statement.execute(params_from_iter(values)).expect("written");
    }
    db.execute_batch("COMMIT").expect("committed");
}
