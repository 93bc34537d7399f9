//! The rows of one version of a code system, written as they come.
//!
//! In memory are the codes with their numbers and the links, of which the closure is made at the
//! end, a run of pairs after the other.

use std::collections::BTreeMap;

use rusqlite::{CachedStatement, Transaction, params};
use rustc_hash::FxHashMap;

use super::import::{Counts, ImportError};
use super::row::{Described, kind};
use crate::fhir::text::fold::fold;
use crate::terminology::publisher::item::{Item, Usage};
use crate::terminology::system::concept::{About, PropertyDefinition, PropertyValue};

/// Pairs of the closure that are sorted at once.
const RUN: usize = 2_000_000;

/// A version of a system that is being written.
pub(super) struct Writing<'t> {
    transaction: &'t Transaction<'t>,
    system: i64,
    /// The number before the first concept.
    base: i64,
    numbers: FxHashMap<Box<str>, u32>,
    links: Vec<(u32, u32)>,
    properties: BTreeMap<Box<str>, &'static str>,
    next: i64,
    counts: Counts,
}

impl<'t> Writing<'t> {
    pub(super) fn begin(
        transaction: &'t Transaction<'t>,
        number: Option<i64>,
        (url, version): (&str, &str),
    ) -> Result<Self, ImportError> {
        let last = "SELECT coalesce(max(id), 0) FROM concept";
        let base: i64 = transaction.query_row(last, [], |row| row.get(0))?;
        // A version that is replaced keeps its number: who reads it just sees the new one.
        let insert =
            "INSERT INTO system (id, url, version, about, concepts) VALUES (?, ?, ?, '{}', 0)";
        transaction.execute(insert, params![number, url, version])?;
        Ok(Self {
            transaction,
            system: transaction.last_insert_rowid(),
            base,
            numbers: FxHashMap::default(),
            links: Vec::new(),
            properties: BTreeMap::new(),
            next: 0,
            counts: Counts::default(),
        })
    }

    pub(super) fn take(&mut self, item: Item<'_>) -> Result<(), ImportError> {
        match item {
            Item::Concept { code, display, is_inactive, is_abstract } => {
                self.concept(code, display, (is_inactive, is_abstract))
            }
            Item::Display { code, display } => {
                let Some(id) = self.known(code) else { return Ok(()) };
                let sql = "UPDATE concept SET display = coalesce(display, ?) WHERE id = ?";
                self.statement(sql)?.execute(params![display, id])?;
                Ok(())
            }
            Item::Designation { code, language, usage, value } => {
                self.designation(code, language, usage, value)
            }
            Item::Property { code, property, value } => self.property(code, property, &value),
            Item::Link { child, parent } => {
                let child = self.numbers.get(child).copied();
                match child.zip(self.numbers.get(parent).copied()) {
                    Some(link) => self.links.push(link),
                    None => self.counts.dangling += 1,
                }
                Ok(())
            }
        }
    }

    fn concept(
        &mut self,
        code: &str,
        display: Option<&str>,
        (is_inactive, is_abstract): (bool, bool),
    ) -> Result<(), ImportError> {
        if let Some(number) = self.numbers.get(code) {
            let id = self.base + i64::from(*number);
            let sql = "UPDATE concept SET display = coalesce(?, display), inactive = ?, \
                       abstract = ? WHERE id = ?";
            self.statement(sql)?.execute(params![display, is_inactive, is_abstract, id])?;
            return Ok(());
        }
        let number = u32::try_from(self.numbers.len() + 1).map_err(|_over| ImportError::TooMany)?;
        self.numbers.insert(code.into(), number);
        let id = self.base + i64::from(number);
        let sql = "INSERT INTO concept (id, system, code, display, inactive, abstract) \
                   VALUES (?, ?, ?, ?, ?, ?)";
        let values = params![id, self.system, code, display, is_inactive, is_abstract];
        self.statement(sql)?.execute(values)?;
        self.counts.concepts += 1;
        self.text(id, code)?;
        display.map_or(Ok(()), |display| self.text(id, display))
    }

    fn designation(
        &mut self,
        code: &str,
        language: Option<&str>,
        usage: Usage<'_>,
        value: &str,
    ) -> Result<(), ImportError> {
        let Some(id) = self.known(code) else { return Ok(()) };
        self.next += 1;
        let sql = "INSERT INTO designation (concept, n, language, use_system, use_code, \
                   use_display, value) VALUES (?, ?, ?, ?, ?, ?, ?)";
        let Usage { system, code, display } = usage;
        let values = params![id, self.next, language, system, code, display, value];
        self.statement(sql)?.execute(values)?;
        self.counts.designations += 1;
        self.text(id, value)
    }

    fn property(
        &mut self,
        code: &str,
        property: &str,
        value: &PropertyValue,
    ) -> Result<(), ImportError> {
        let Some(id) = self.known(code) else { return Ok(()) };
        self.next += 1;
        let (system, display) = match value {
            PropertyValue::Coding(coding) => (coding.system.as_deref(), coding.display.as_deref()),
            _ => (None, None),
        };
        let sql = "INSERT INTO property (concept, n, code, kind, value, system, display) \
                   VALUES (?, ?, ?, ?, ?, ?, ?)";
        let kind = kind(value);
        let values = params![id, self.next, property, kind, value.text(), system, display];
        self.statement(sql)?.execute(values)?;
        if !self.properties.contains_key(property) {
            self.properties.insert(property.into(), kind);
        }
        self.counts.properties += 1;
        Ok(())
    }

    fn text(&mut self, concept: i64, text: &str) -> Result<(), ImportError> {
        self.statement("INSERT INTO text (concept) VALUES (?)")?.execute([concept])?;
        let id = self.transaction.last_insert_rowid();
        let sql = "INSERT INTO word (rowid, words) VALUES (?, ?)";
        self.statement(sql)?.execute(params![id, fold(text)])?;
        Ok(())
    }

    /// The number of a code; counts those that are not there.
    fn known(&mut self, code: &str) -> Option<i64> {
        let number = self.numbers.get(code).map(|number| self.base + i64::from(*number));
        self.counts.dangling += usize::from(number.is_none());
        number
    }

    fn statement(&self, sql: &str) -> rusqlite::Result<CachedStatement<'t>> {
        self.transaction.prepare_cached(sql)
    }

    pub(super) fn finish(mut self, about: &mut About) -> Result<Counts, ImportError> {
        if self.counts.concepts == 0 {
            return Err(ImportError::Nothing);
        }
        self.links.sort_unstable();
        self.links.dedup();
        for (child, parent) in &self.links {
            let values = [self.base + i64::from(*child), self.base + i64::from(*parent)];
            let sql = "INSERT INTO link (child, parent) VALUES (?, ?)";
            self.statement(sql)?.execute(values)?;
        }
        self.counts.links = self.links.len();
        (self.counts.closure, self.counts.circular) = self.closure()?;
        let properties = self.properties.iter().map(|(code, kind)| PropertyDefinition {
            code: code.clone(),
            uri: None,
            description: None,
            kind: (*kind).into(),
        });
        about.properties = properties.collect();
        let described = serde_json::to_string(&Described::of(about)).unwrap_or_default();
        let count = i64::try_from(self.counts.concepts).unwrap_or(i64::MAX);
        let sql = "UPDATE system SET about = ?, concepts = ? WHERE id = ?";
        self.transaction.execute(sql, params![described, count, self.system])?;
        Ok(self.counts)
    }

    /// Writes every pair of an ancestor and a descendant, from each concept upwards; how many there
    /// are, and how many links would put a concept below itself.
    fn closure(&self) -> Result<(usize, usize), ImportError> {
        let parents_of = |child: u32| {
            let start = self.links.partition_point(|link| link.0 < child);
            let links = self.links.get(start..).unwrap_or_default();
            links.iter().take_while(move |link| link.0 == child).map(|link| link.1)
        };
        let mut pairs = Vec::new();
        let (mut written, mut circular) = (0, 0);
        // When each concept was last come upon, by the concept the way began at.
        let mut seen: FxHashMap<u32, u32> = FxHashMap::default();
        let mut waiting = Vec::new();
        let mut last = 0;
        for (child, _) in &self.links {
            if *child == last {
                continue;
            }
            last = *child;
            waiting.extend(parents_of(last));
            while let Some(ancestor) = waiting.pop() {
                if ancestor == last {
                    circular += 1;
                } else if seen.insert(ancestor, last) != Some(last) {
                    pairs.push((ancestor, last));
                    waiting.extend(parents_of(ancestor));
                }
            }
            if pairs.len() >= RUN {
                written += self.write_pairs(&mut pairs)?;
            }
        }
        written += self.write_pairs(&mut pairs)?;
        Ok((written, circular))
    }

    /// Writes a run of pairs in the order of their table, and empties it.
    fn write_pairs(&self, pairs: &mut Vec<(u32, u32)>) -> Result<usize, ImportError> {
        pairs.sort_unstable();
        for (ancestor, descendant) in &*pairs {
            let values = [self.base + i64::from(*ancestor), self.base + i64::from(*descendant)];
            let sql = "INSERT INTO closure (ancestor, descendant) VALUES (?, ?)";
            self.statement(sql)?.execute(values)?;
        }
        let count = pairs.len();
        pairs.clear();
        Ok(count)
    }
}
