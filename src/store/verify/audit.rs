//! The audit: its rows in their order, each beside who did it. A row that was changed, lost or added breaks
//! the chain; what is said of its beginning and its end finds what is missing there.

use rustc_hash::FxHashMap;

use crate::store::audit::agent::{Agent, Known};
use crate::store::audit::ledger::Row;
use crate::store::cell::{Cell, CellKind};
use crate::store::error::StoreError;

use super::report::Report;
use super::source::{Source, text, whole};

/// What is said of the chain.
#[derive(Debug, Default, PartialEq, Eq)]
struct End {
    first: i64,
    start: String,
    seq: i64,
    at: i64,
    chain: String,
}

/// What the chain said so far.
struct Chain<'s> {
    end: End,
    sums: &'s FxHashMap<i64, String>,
    rows: u64,
}

/// Checks it.
pub(super) async fn check(source: &mut Source, report: &mut Report) -> Result<(), StoreError> {
    use CellKind::{Integer, Text};
    let Some(sums) = agents(source, report).await? else { return Ok(()) };
    let Some(said) = end(source, report).await? else { return Ok(()) };
    let sql = format!(
        "SELECT seq, at, {}, {}, agent, {}, id, version, patient, query, purpose, reason, address, \
         request, token, part_of, chain FROM {} ORDER BY seq",
        source.whole("what"),
        source.whole("status"),
        source.whole("type_id"),
        source.table("audit"),
    );
    let mut kinds = [Text; 17];
    for at in [0, 1, 2, 3, 4, 5, 7, 15] {
        if let Some(kind) = kinds.get_mut(at) {
            *kind = Integer;
        }
    }
    let begin = End {
        seq: said.first.saturating_sub(1),
        chain: said.start.clone(),
        first: said.first,
        start: said.start.clone(),
        at: i64::MIN,
    };
    let mut chain = Chain { end: begin, sums: &sums, rows: 0 };
    let read = source.scan(&sql, &kinds, &mut |row| chain.row(row, report)).await;
    let is_whole = report.damage("audit", read)?.is_some();
    report.records = chain.rows;
    report.chain.clone_from(&chain.end.chain);
    if chain.end.at == i64::MIN {
        // Nothing was recorded, or all of it was cut off.
        chain.end.at = said.at;
    }
    if is_whole && chain.end != said {
        let (last, told) = (chain.end.seq, said.seq);
        let what =
            format!("it does not say where the chain ends: it says {told}, the last is {last}");
        report.add("audit_end", what);
    }
    Ok(())
}

impl Chain<'_> {
    fn row(&mut self, cells: &[Cell], report: &mut Report) {
        self.rows += 1;
        let Some(row) = read(cells) else {
            return report.add("audit", format!("a row behind {} is damaged", self.end.seq));
        };
        let place = format!("audit {}", row.seq);
        let next = self.end.seq.saturating_add(1);
        let agent = self.sums.get(&row.agent);
        if row.seq < next {
            report.add(place, "it was added in front of the beginning of the chain");
            return;
        } else if row.seq > next {
            let (from, to) = (next, row.seq.saturating_sub(1));
            report.add("audit", format!("records {from} to {to} are missing"));
        } else if agent.is_none() {
            report.add(place, "nobody knows who did it");
        } else if agent.is_some_and(|agent| row.linked(&self.end.chain, agent) != row.chain) {
            report.add(place, "the chain is broken here: it does not follow from what is before");
        }
        if row.at < self.end.at {
            report
                .add(format!("audit {}", row.seq), "its time is before that of the record before");
        }
        (self.end.seq, self.end.at, self.end.chain) = (row.seq, row.at, row.chain);
    }
}

fn read(cells: &[Cell]) -> Option<Row> {
    let told = |at| text(cells, at).to_owned();
    Some(Row {
        seq: whole(cells, 0)?,
        at: whole(cells, 1)?,
        what: whole(cells, 2)?,
        status: whole(cells, 3)?,
        agent: whole(cells, 4)?,
        kind: whole(cells, 5)?,
        id: told(6),
        version: whole(cells, 7)?,
        patient: told(8),
        query: told(9),
        purpose: told(10),
        reason: told(11),
        address: told(12),
        request: told(13),
        token: told(14),
        part_of: whole(cells, 15)?,
        chain: told(16),
    })
}

/// The checksums of those who do things, each held against what is told of them.
async fn agents(
    source: &mut Source,
    report: &mut Report,
) -> Result<Option<FxHashMap<i64, String>>, StoreError> {
    let mut sums = FxHashMap::default();
    let sql = format!(
        "SELECT id, sum, issuer, subject, client, fhir_user, role, organization FROM {}",
        source.table("audit_agent")
    );
    let mut kinds = [CellKind::Text; 8];
    if let Some(id) = kinds.first_mut() {
        *id = CellKind::Integer;
    }
    let mut wrong = Vec::new();
    let each = &mut |row: &[Cell]| {
        let told = |at| text(row, at).to_owned();
        let known = Known {
            issuer: told(2),
            subject: told(3),
            client: told(4),
            fhir_user: told(5),
            role: told(6),
            organization: told(7),
        };
        let id = whole(row, 0).unwrap_or_default();
        if Agent::new(known).sum() != text(row, 1) {
            wrong.push(id);
        }
        sums.insert(id, told(1));
    };
    let read = source.scan(&sql, &kinds, each).await;
    let is_whole = report.damage("audit_agent", read)?.is_some();
    for id in wrong {
        report.add(format!("audit_agent {id}"), "it is not what was written");
    }
    Ok(is_whole.then_some(sums))
}

/// What is said of where the chain begins and ends.
async fn end(source: &mut Source, report: &mut Report) -> Result<Option<End>, StoreError> {
    use CellKind::{Integer, Text};
    let sql = format!("SELECT first, start, seq, at, chain FROM {}", source.table("audit_end"));
    let mut ends = Vec::new();
    let each = &mut |row: &[Cell]| {
        ends.push(End {
            first: whole(row, 0).unwrap_or_default(),
            start: text(row, 1).to_owned(),
            seq: whole(row, 2).unwrap_or_default(),
            at: whole(row, 3).unwrap_or_default(),
            chain: text(row, 4).to_owned(),
        });
    };
    let read = source.scan(&sql, &[Integer, Text, Integer, Integer, Text], each).await;
    if report.damage("audit_end", read)?.is_none() {
        return Ok(None);
    }
    if ends.len() != 1 {
        report.add("audit_end", "it does not say where the chain ends");
    }
    Ok(ends.pop())
}
