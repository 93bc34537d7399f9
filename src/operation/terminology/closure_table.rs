//! A closure table as a `ConceptMap`: what is kept, and what is answered.
//!
//! Each concept is an element, those above it are its targets. A table has no URL, so that
//! `$translate` never asks it.

use serde_json::{Value, json};

use crate::terminology::system::closure::{ClosureEntry, Member, Unmatched};

/// A closure table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::operation) struct Table {
    pub(in crate::operation) version: i64,
    pub(in crate::operation) members: Vec<Member>,
    pub(super) entries: Vec<ClosureEntry>,
}

impl Table {
    /// Reads what was kept.
    pub(in crate::operation) fn read(map: &Value) -> Option<Self> {
        let text = |value: &'_ Value, key: &str| -> Option<Box<str>> {
            value.get(key)?.as_str().map(Into::into)
        };
        let mut table = Self { version: text(map, "version")?.parse().ok()?, ..Self::default() };
        for group in list(map, "group") {
            let system = text(group, "source")?;
            for element in list(group, "element") {
                let code = text(element, "code")?;
                for ancestor in list(element, "target").filter_map(|one| text(one, "code")) {
                    let (system, code) = (system.clone(), code.clone());
                    table.entries.push(ClosureEntry { system, code, ancestor });
                }
                table.members.push(Member { system: system.clone(), code });
            }
        }
        Some(table)
    }

    /// The map that carries the whole table.
    pub(in crate::operation) fn map(&self, name: &str, date: &str) -> Value {
        let unmatched = &[];
        map((name, date), self.version, groups(&self.members, &self.entries, unmatched))
    }

    /// The map that carries some of its entries, and concepts nothing is known of.
    pub(in crate::operation) fn answer(
        &self,
        (name, date): (&str, &str),
        entries: &[ClosureEntry],
        unmatched: &[(Member, Unmatched)],
    ) -> Value {
        let mut members: Vec<Member> = Vec::new();
        let below = entries
            .iter()
            .map(|entry| Member { system: entry.system.clone(), code: entry.code.clone() });
        for member in below.chain(unmatched.iter().map(|(member, _)| member.clone())) {
            if !members.contains(&member) {
                members.push(member);
            }
        }
        map((name, date), self.version, groups(&members, entries, unmatched))
    }
}

fn map((name, date): (&str, &str), version: i64, groups: Vec<Value>) -> Value {
    let mut map = json!({
        "resourceType": "ConceptMap", "version": version.to_string(), "name": "ClosureTable",
        "title": name, "status": "active", "experimental": true, "date": date,
    });
    if let (Some(object), false) = (map.as_object_mut(), groups.is_empty()) {
        object.insert("group".into(), Value::Array(groups));
    }
    map
}

fn groups(
    members: &[Member],
    entries: &[ClosureEntry],
    unmatched: &[(Member, Unmatched)],
) -> Vec<Value> {
    let mut systems: Vec<&str> = members.iter().map(|member| &*member.system).collect();
    systems.sort_unstable();
    systems.dedup();
    let element = |member: &Member| {
        let above = entries
            .iter()
            .filter(|entry| entry.system == member.system && entry.code == member.code);
        let mut targets: Vec<Value> = above
            .map(|entry| json!({ "code": entry.ancestor, "equivalence": "subsumes" }))
            .collect();
        let lacks = unmatched.iter().find(|(other, _)| other == member);
        targets.extend(lacks.map(|(_, why)| {
            let comment = match why {
                Unmatched::System => "The code system is not known / Không biết hệ thống mã này",
                Unmatched::Code => "The system has no such code / Hệ thống không có mã này",
            };
            json!({ "equivalence": "unmatched", "comment": comment })
        }));
        let mut element = json!({ "code": member.code });
        if let (Some(object), false) = (element.as_object_mut(), targets.is_empty()) {
            object.insert("target".into(), Value::Array(targets));
        }
        element
    };
    let group = |system: &str| {
        let of_system = members.iter().filter(|member| *member.system == *system);
        let elements: Vec<Value> = of_system.map(element).collect();
        json!({ "source": system, "target": system, "element": elements })
    };
    systems.into_iter().map(group).collect()
}

fn list<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_read_as_it_was_written() {
        let member = |code: &str| Member { system: "s".into(), code: code.into() };
        let entry = ClosureEntry { system: "s".into(), code: "b".into(), ancestor: "a".into() };
        let table =
            Table { version: 3, members: vec![member("a"), member("b")], entries: vec![entry] };
        assert_eq!(Table::read(&table.map("x", "2026")), Some(table));
    }
}
