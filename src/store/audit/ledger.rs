//! Events become rows, each in a chain with all before it. Pure.
//!
//! `audit.chain` is SHA-256 over the chain of the row before, the checksum of the agent, and every column
//! of the row. The format is that of the database and never changes.

use sha2::{Digest, Sha256};

use super::agent::{Numbers, add_number, add_text, encoded};
use super::event::Event;

/// Where the chain goes on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::store) struct End {
    pub(in crate::store) seq: i64,
    pub(in crate::store) at: i64,
    pub(in crate::store) chain: String,
    /// The last number that an agent was given.
    pub(in crate::store) agents: i64,
}

/// A row of `audit`. What there is nothing of is an empty text or 0; no type is -1.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::store) struct Row {
    pub(in crate::store) seq: i64,
    pub(in crate::store) at: i64,
    pub(in crate::store) what: i64,
    pub(in crate::store) status: i64,
    pub(in crate::store) agent: i64,
    pub(in crate::store) kind: i64,
    pub(in crate::store) id: String,
    pub(in crate::store) version: i64,
    pub(in crate::store) patient: String,
    pub(in crate::store) query: String,
    pub(in crate::store) purpose: String,
    pub(in crate::store) reason: String,
    pub(in crate::store) address: String,
    pub(in crate::store) request: String,
    pub(in crate::store) token: String,
    /// The first row of the same event, which has what is the same for all of them; 0 in that one.
    pub(in crate::store) part_of: i64,
    pub(in crate::store) chain: String,
}

/// Rows on their way into the database.
#[derive(Debug)]
pub(in crate::store) struct Ledger<'k> {
    pub(in crate::store) end: End,
    known: &'k mut Numbers,
    pub(in crate::store) rows: Vec<Row>,
    /// Agents that are new, with their numbers and sums.
    pub(in crate::store) agents: Vec<(i64, String, [String; 6])>,
}

impl Row {
    /// The chain after this row.
    pub(in crate::store) fn linked(&self, before: &str, agent: &str) -> String {
        let mut hash = Sha256::new();
        add_text(&mut hash, before);
        add_text(&mut hash, agent);
        let (what, status) = (self.what, self.status);
        let numbers = [self.seq, self.at, what, status, self.agent, self.kind, self.version];
        for number in numbers.into_iter().chain([self.part_of]) {
            add_number(&mut hash, number);
        }
        for text in self.texts() {
            add_text(&mut hash, text);
        }
        encoded(hash)
    }

    /// Its texts but for the chain.
    fn texts(&self) -> [&str; 8] {
        let Self { id, patient, query, purpose, reason, address, request, token, .. } = self;
        [id, patient, query, purpose, reason, address, request, token]
    }
}

impl<'k> Ledger<'k> {
    /// Goes on at the end of the chain.
    pub(in crate::store) fn after(end: End, known: &'k mut Numbers) -> Self {
        Self { end, known, rows: Vec::new(), agents: Vec::new() }
    }

    /// Adds the rows of an event: one for each patient, or one about nobody. What is the same for all of
    /// them stands in the first.
    pub(in crate::store) fn add(&mut self, event: &Event) {
        let sum = event.agent.sum();
        let agent = self.agent(sum, event);
        let nobody = [String::new()];
        let patients = if event.patients.is_empty() { &nobody[..] } else { &event.patients[..] };
        let mut first = 0;
        for patient in patients {
            let is_first = first == 0;
            let once = |text: &str| if is_first { text.to_owned() } else { String::new() };
            let context = &*event.context;
            let mut row = Row {
                seq: self.end.seq + 1,
                at: event.at.max(self.end.at),
                what: event.what.number(),
                status: event.status.into(),
                agent,
                kind: event.kind.map_or(-1, |kind| kind.number()),
                id: event.id.clone(),
                version: event.version,
                patient: patient.clone(),
                query: once(&event.query),
                purpose: event.purpose(patient).to_owned(),
                reason: once(&context.reason),
                address: once(&context.address),
                request: once(&context.request),
                token: once(&context.token),
                part_of: first,
                chain: String::new(),
            };
            row.chain = row.linked(&self.end.chain, sum);
            (self.end.seq, self.end.at) = (row.seq, row.at);
            self.end.chain.clone_from(&row.chain);
            if is_first {
                first = row.seq;
            }
            self.rows.push(row);
        }
    }

    /// The number of who did it; a new one where there is none.
    fn agent(&mut self, sum: &str, event: &Event) -> i64 {
        if let Some(number) = self.known.number(sum) {
            return number;
        }
        self.end.agents += 1;
        let number = self.end.agents;
        let texts = event.agent.known().texts().map(str::to_owned);
        self.agents.push((number, sum.to_owned(), texts));
        self.known.keep(sum, number);
        number
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::fhir::kind::ResourceKind;
    use crate::store::audit::agent::{Agent, Known};
    use crate::store::audit::event::{Context, What};

    fn event(patients: &[&str]) -> Event {
        let known = Known { issuer: "i".into(), subject: "hoa".into(), ..Known::default() };
        let context = Context {
            address: "127.0.0.1".into(),
            request: "r".into(),
            purpose: "TREAT".into(),
            opened: vec!["b".into()],
            ..Context::default()
        };
        Event {
            at: 7,
            what: What::SearchType,
            status: 200,
            agent: Arc::new(Agent::new(known)),
            context: Arc::new(context),
            kind: Some(ResourceKind::PATIENT),
            id: String::new(),
            version: 0,
            patients: patients.iter().map(|id| (*id).to_owned()).collect(),
            query: "name=x".into(),
        }
    }

    #[test]
    fn an_event_has_a_row_for_each_patient() {
        let mut known = Numbers::default();
        let end = End { seq: 4, at: 9, ..End::default() };
        let mut ledger = Ledger::after(end, &mut known);
        ledger.add(&event(&["a", "b"]));
        ledger.add(&event(&[]));
        let told: Vec<_> = ledger
            .rows
            .iter()
            .map(|row| (row.seq, row.at, row.part_of, row.patient.as_str(), row.query.as_str()))
            .collect();
        let expected = [(5, 9, 0, "a", "name=x"), (6, 9, 5, "b", ""), (7, 9, 0, "", "name=x")];
        assert_eq!(told, expected);
        let purposes: Vec<_> = ledger.rows.iter().map(|row| row.purpose.as_str()).collect();
        assert_eq!(purposes, ["TREAT", "BTG", "TREAT"]);
        assert_eq!((ledger.end.seq, ledger.end.agents, ledger.agents.len()), (7, 1, 1));
        assert_eq!(Some(&ledger.end.chain), ledger.rows.last().map(|row| &row.chain));
    }

    /// Databases hold these: another value makes all of them look damaged.
    #[test]
    fn the_format_stays() {
        let mut known = Numbers::default();
        let mut ledger = Ledger::after(End::default(), &mut known);
        ledger.add(&event(&["a"]));
        assert_eq!(ledger.end.chain, "g8sJQ3PjPMw2o4HQnh8oz9Epib9A4pI81AAHIGJhF9s");
    }

    #[test]
    fn every_column_and_the_agent_count() {
        let row = Row { seq: 1, at: 2, patient: "a".into(), ..Row::default() };
        let others = [
            Row { seq: 2, ..row.clone() },
            Row { at: 3, ..row.clone() },
            Row { what: 1, ..row.clone() },
            Row { status: 1, ..row.clone() },
            Row { agent: 1, ..row.clone() },
            Row { kind: 1, ..row.clone() },
            Row { version: 1, ..row.clone() },
            Row { part_of: 1, ..row.clone() },
            Row { id: "a".into(), ..row.clone() },
            Row { patient: String::new(), id: "a".into(), ..row.clone() },
            Row { query: "a".into(), ..row.clone() },
            Row { purpose: "a".into(), ..row.clone() },
            Row { reason: "a".into(), ..row.clone() },
            Row { address: "a".into(), ..row.clone() },
            Row { request: "a".into(), ..row.clone() },
            Row { token: "a".into(), ..row.clone() },
        ];
        let mut all: Vec<String> = others.iter().map(|row| row.linked("x", "y")).collect();
        all.extend([row.linked("x", "y"), row.linked("y", "y"), row.linked("x", "x")]);
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), others.len() + 3);
    }
}
