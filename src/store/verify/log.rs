//! The log of changes, and the versions that it tells of.
//!
//! The log is read in its order, each change beside the version that it made: the version must be
//! there, be what the checksum was made of, and have the owner that its body says; each change must
//! be the next one, and go on with the chain.

use crate::fhir::kind::ResourceKind;
use crate::index::compartment::Owner;
use crate::store::cell::{Cell, CellKind};
use crate::store::error::StoreError;
use crate::store::writer::checksum::{self, Version};

use super::parameters::Made;
use super::report::Report;
use super::source::{Source, text, text_or_none, whole};

/// Takes a version that another has followed: its type and body; says who its owner is.
pub(super) type Superseded<'a> = &'a mut dyn FnMut(ResourceKind, &str) -> Option<Owner>;

/// Checks the log and all versions.
pub(super) async fn check(
    source: &mut Source,
    (superseded, made): (Superseded<'_>, Made),
    report: &mut Report,
) -> Result<(), StoreError> {
    use CellKind::{Integer, Text};
    let sql = format!(
        "SELECT l.seq, l.rid, l.version, {}, {}, l.updated, l.sum, l.chain, \
           {}, r.version, r.id, r.seq, r.updated, {}, \
           CASE WHEN r.version = l.version THEN r.body END, \
           v.version, v.seq, v.updated, {}, v.body, \
           l.owner, {}, r.owner, v.owner, before.owner \
         FROM change_log l LEFT JOIN resource r ON r.rid = l.rid \
         LEFT JOIN resource_version v ON v.rid = l.rid AND v.version = l.version \
         LEFT JOIN resource_version before ON before.rid = l.rid AND before.version = l.version - 1 \
         ORDER BY l.seq",
        source.whole("l.type_id"),
        source.whole("l.op"),
        source.whole("r.type_id"),
        source.whole("r.op"),
        source.whole("v.op"),
        source.whole("l.more"),
    );
    let mut kinds = [Integer; 25];
    for at in [10, 14, 19] {
        if let Some(kind) = kinds.get_mut(at) {
            *kind = Text;
        }
    }
    let (mut log, superseded) = (Log::default(), &mut (superseded, made));
    let read = source.scan(&sql, &kinds, &mut |row| log.change(row, superseded, report)).await;
    let is_whole = report.damage("change_log", read)?.is_some();
    report.versions = log.versions;
    if is_whole {
        end(source, &log, report).await?;
    }
    strays(source, &log, report).await
}

/// What the log said so far.
#[derive(Default)]
struct Log {
    seq: i64,
    updated: i64,
    chain: i64,
    rid: i64,
    versions: u64,
}

/// The columns of a row of `change_log`.
#[derive(Clone, Copy)]
struct Change {
    seq: i64,
    rid: i64,
    version: i64,
    kind: i64,
    op: i64,
    updated: i64,
    sum: i64,
    chain: i64,
    owner: i64,
    more: i64,
}

impl Change {
    fn read(row: &[Cell]) -> Option<Self> {
        Some(Self {
            seq: whole(row, 0)?,
            rid: whole(row, 1)?,
            version: whole(row, 2)?,
            kind: whole(row, 3)?,
            op: whole(row, 4)?,
            updated: whole(row, 5)?,
            sum: whole(row, 6)?,
            chain: whole(row, 7)?,
            owner: whole(row, 20)?,
            more: whole(row, 21)?,
        })
    }
}

impl Log {
    fn change(
        &mut self,
        row: &[Cell],
        superseded: &mut (Superseded<'_>, Made),
        report: &mut Report,
    ) {
        let Some(change) = Change::read(row) else {
            return report.add("change_log", format!("a row behind {} is damaged", self.seq));
        };
        let place = || format!("change_log {}", change.seq);
        if change.seq != self.seq.saturating_add(1) {
            let (from, to) = (self.seq.saturating_add(1), change.seq.saturating_sub(1));
            report.add("change_log", format!("changes {from} to {to} are missing"));
        } else if checksum::chain(self.chain, change.sum, change.more) != change.chain {
            report.add(place(), "the log is broken here: it does not follow from what is before");
        }
        if change.updated < self.updated {
            report.add(place(), "its time is before that of the change before");
        }
        self.version(&change, row, superseded, report);
        (self.seq, self.chain) = (change.seq, change.chain);
        (self.updated, self.rid) = (change.updated, self.rid.max(change.rid));
    }

    /// Compares a change with the version that it made.
    fn version(
        &mut self,
        change: &Change,
        row: &[Cell],
        (superseded, made): &mut (Superseded<'_>, Made),
        report: &mut Report,
    ) {
        let kind = whole(row, 8).and_then(ResourceKind::from_number);
        let place = || match kind {
            Some(kind) => format!("{kind}/{}", text(row, 10)),
            None => format!("rid {}", change.rid),
        };
        let is_current = whole(row, 9) == Some(change.version);
        let is_superseded = whole(row, 15) == Some(change.version);
        let number = change.version;
        // seq, updated, op, body, owner
        let columns = match (is_current, is_superseded) {
            (false, false) => return report.add(place(), format!("its version {number} is lost")),
            (true, true) => {
                return report.add(place(), format!("its version {number} is there twice"));
            }
            (true, false) => [11, 12, 13, 14, 22],
            (false, true) => [16, 17, 18, 19, 23],
        };
        self.versions += 1;
        let [seq, updated, op, body, owner] = columns;
        let stored = Version {
            kind: whole(row, 8).unwrap_or(i64::MIN),
            id: text(row, 10),
            rid: change.rid,
            version: number,
            seq: whole(row, seq).unwrap_or(i64::MIN),
            updated: whole(row, updated).unwrap_or(i64::MIN),
            op: whole(row, op).unwrap_or(i64::MIN),
            body: text_or_none(row, body),
        };
        let owner = whole(row, owner).unwrap_or(i64::MIN);
        let told = (change.kind, change.seq, change.updated, change.op, change.owner);
        if stored.sum() != change.sum {
            report.add(place(), format!("its version {number} is not what was written"));
        } else if told != (stored.kind, stored.seq, stored.updated, stored.op, owner) {
            report.add(place(), format!("the log says something else of its version {number}"));
        }
        let expected = match (is_superseded, kind, stored.body) {
            (true, Some(kind), Some(body)) => superseded(kind, body).map(Owner::number),
            // What is deleted keeps the owner of the version before.
            (_, _, None) => Some(whole(row, 24).unwrap_or_default()),
            _ => None,
        };
        if *made != Made::Otherwise && expected.is_some_and(|expected| expected != owner) {
            let what = format!("the owner of its version {number} is not whom it is about");
            report.add(place(), what);
        }
    }
}

/// Compares the end of the log with what is said of it.
async fn end(source: &mut Source, log: &Log, report: &mut Report) -> Result<(), StoreError> {
    let sql = format!(
        "SELECT {}, rid, seq, updated, chain FROM {}",
        source.whole("place"),
        source.table("log_end")
    );
    let mut ends = Vec::new();
    let keep = &mut |row: &[Cell]| {
        ends.push([0, 1, 2, 3, 4].map(|at| whole(row, at)));
    };
    let read = source.scan(&sql, &[CellKind::Integer; 5], keep).await;
    if report.damage("log_end", read)?.is_none() {
        return Ok(());
    }
    let expected = [1, log.rid, log.seq, log.updated, log.chain].map(Some);
    if ends != [expected] {
        let told = ends.first().and_then(|end| *end.get(2)?).unwrap_or_default();
        report.add(
            "log_end",
            format!(
                "it does not say where the log ends: it says change {told}, the last is {}",
                log.seq
            ),
        );
    }
    Ok(())
}

/// Looks for versions that the log does not tell of, and for gaps between versions.
async fn strays(source: &mut Source, log: &Log, report: &mut Report) -> Result<(), StoreError> {
    const UNLOGGED: &str = "SELECT v.rid, v.version FROM \
         (SELECT rid, version, seq FROM resource UNION ALL \
          SELECT rid, version, seq FROM resource_version) v \
         LEFT JOIN change_log l ON l.seq = v.seq AND l.rid = v.rid AND l.version = v.version \
         WHERE l.seq IS NULL LIMIT 100";
    const GAPS: &str = "SELECT r.rid, r.version FROM resource r WHERE r.version - 1 <> \
         (SELECT count(*) FROM resource_version v WHERE v.rid = r.rid AND v.version < r.version) \
         LIMIT 100";
    const ORPHANS: &str = "SELECT v.rid, v.version FROM resource_version v \
         LEFT JOIN resource r ON r.rid = v.rid WHERE r.rid IS NULL LIMIT 100";
    for (sql, what) in [
        (UNLOGGED, "is not in the log of changes"),
        (GAPS, "does not follow from those before: its versions have gaps"),
        (ORPHANS, "is of a resource that is lost"),
    ] {
        let add = &mut |row: &[Cell]| {
            let (rid, version) = (whole(row, 0), whole(row, 1));
            let (rid, version) = (rid.unwrap_or_default(), version.unwrap_or_default());
            report.add(format!("rid {rid}"), format!("version {version} {what}"));
        };
        let read = source.scan(sql, &[CellKind::Integer; 2], add).await;
        report.damage("resource_version", read)?;
    }
    let count = format!(
        "SELECT (SELECT count(*) FROM {}) + (SELECT count(*) FROM {})",
        source.table("resource"),
        source.table("resource_version")
    );
    let mut there = None;
    let read = source.scan(&count, &[CellKind::Integer], &mut |row| there = whole(row, 0)).await;
    report.damage("resource", read)?;
    let there = there.unwrap_or_default();
    if u64::try_from(there) != Ok(log.versions) {
        report.add("resource", format!("{there} versions, but the log tells of {}", log.versions));
    }
    Ok(())
}
