//! The file of `SQLite`: its pages, and the head of its first one.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use rusqlite::Connection;

use crate::store::error::StoreError;

use super::report::Report;

/// Checks the file.
pub(super) fn check(
    path: &Path,
    connection: &Connection,
    report: &mut Report,
) -> Result<(), StoreError> {
    let said = integrity(connection);
    for line in report.damage("file", said)?.into_iter().flatten() {
        if line != "ok" {
            report.add("file", line);
        }
    }
    let mut head = [0; 100];
    match File::open(path).and_then(|mut file| file.read_exact(&mut head)) {
        Ok(()) => {
            for what in faults(&head) {
                report.add("file", format!("its head says something else: {what}"));
            }
        }
        Err(error) => report.add("file", format!("it cannot be read: {error}")),
    }
    Ok(())
}

fn integrity(connection: &Connection) -> Result<Vec<String>, StoreError> {
    let mut statement = connection.prepare("PRAGMA integrity_check")?;
    let lines = statement.query_map([], |row| row.get(0))?;
    Ok(lines.collect::<Result<_, _>>()?)
}

/// What does not hold in the first 100 bytes, <https://sqlite.org/fileformat2.html#the_database_header>,
/// of a file that Mebe made. The check of the pages looks at few of them.
fn faults(head: &[u8; 100]) -> Vec<&'static str> {
    let bytes = |from: usize, count: usize| head.get(from..from + count).unwrap_or_default();
    let number =
        |from: usize| bytes(from, 4).iter().fold(0, |all: u32, byte| all << 8 | u32::from(*byte));
    let journal = (bytes(18, 1), bytes(19, 1));
    let holds = [
        (bytes(0, 16) == b"SQLite format 3\0", "what it is"),
        // A copy by `VACUUM INTO` has no write-ahead log.
        (journal == (&[2], &[2]) || journal == (&[1], &[1]), "the kind of its log"),
        (bytes(20, 4) == [0, 64, 32, 32], "how cells are laid out"),
        (number(24) == number(92), "how often it was changed"),
        ((1..=4).contains(&number(44)), "the format of its schema"),
        (number(48) == 0, "the size of the cache"),
        (number(52) == 0 && number(64) == 0, "how it is vacuumed"),
        (number(56) == 1, "the encoding of texts"),
        (number(60) == 0 && number(68) == 0, "whose it is"),
        (bytes(72, 20).iter().all(|byte| *byte == 0), "what is reserved"),
        ((3_000_000..4_000_000).contains(&number(96)), "which SQLite wrote it"),
    ];
    holds.into_iter().filter(|(holds, _)| !holds).map(|(_, what)| what).collect()
}
