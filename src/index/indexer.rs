//! The index rows of a resource.

use std::sync::Arc;

use rustc_hash::FxHashSet;
use serde_json::Value;

use super::compartment::People;
use super::own;
use super::parameter::composite;
use super::parameter::data_type::DataType;
use super::parameter::extract::{Context, extract, gives};
use super::parameter::token;
use super::patient::{PatientKey, PatientNumber};
use super::plan::{BeginAt, Entry, Plan, Rule, type_of};
use super::row::{Rows, Token};
use super::words;
use crate::config::full_text::FullText;
use crate::definitions::base::today_in;
use crate::definitions::registry::Registry;
use crate::definitions::search_parameter::{ParamId, ParamType, SearchParameter, SearchParameters};
use crate::definitions::shape::Primitive;
use crate::fhir::date::Zone;
use crate::fhir::kind::ResourceKind;
use crate::fhir::member::text;
use crate::fhirpath::path::item::{Item, Items};

mod people;

/// Every search parameter, compiled.
#[derive(Debug)]
pub struct Indexer {
    search: SearchParameters,
    /// Which list of parameters it is.
    generation: i64,
    /// One for each resource type.
    plans: Vec<Arc<Plan>>,
    /// Parameters that can have rows.
    answered: FxHashSet<ParamId>,
    /// Parameters about canonicals alone.
    canonical: FxHashSet<ParamId>,
    /// Parameters about identifiers, those about contact points and those about names of people.
    identifier: FxHashSet<ParamId>,
    contact: FxHashSet<ParamId>,
    name: FxHashSet<ParamId>,
    zone: Zone,
    pub(super) base: Box<str>,
    patients: PatientKey,
    /// The words that are kept.
    words: FullText,
}

/// What is found of a resource; without rows, its patients alone.
#[derive(Default)]
struct Found {
    rows: Option<Rows>,
    people: People,
}

impl Indexer {
    /// Compiles the search parameters that the server brings. Dates without a zone are in `zone`;
    /// absolute references below `base_url`, the server's own, are local; `patients` gives them
    /// their numbers.
    pub fn new(registry: &Registry, zone: Zone, base_url: &str, patients: PatientKey) -> Self {
        let search = registry.search.clone();
        let base = base_url.trim_end_matches('/').into();
        let empty = Self {
            search: SearchParameters::default(),
            generation: i64::MIN,
            plans: Vec::new(),
            answered: FxHashSet::default(),
            canonical: FxHashSet::default(),
            identifier: FxHashSet::default(),
            contact: FxHashSet::default(),
            name: FxHashSet::default(),
            zone,
            base,
            patients,
            words: FullText::Off,
        };
        empty.renewed(registry, search, 0)
    }

    /// The same, and these words are kept.
    #[must_use]
    pub fn with_words(self, words: FullText) -> Self {
        Self { words, ..self }
    }

    /// The words that are kept.
    pub fn words(&self) -> FullText {
        self.words
    }

    /// The same with another list of parameters. Of types whose parameters are what they were,
    /// nothing is compiled again.
    pub fn renewed(&self, registry: &Registry, search: SearchParameters, generation: i64) -> Self {
        let plan = |kind: ResourceKind| {
            let is_same = self.search.of(kind) == search.of(kind)
                && self.search.growing(kind).eq(search.growing(kind));
            let kept = self.plans.get(kind.index()).filter(|_| is_same).map(Arc::clone);
            kept.unwrap_or_else(|| Arc::new(Plan::new(registry, &search, kind)))
        };
        let plans: Vec<Arc<Plan>> = ResourceKind::all().map(plan).collect();
        let entries = || plans.iter().flat_map(|plan| plan.entries());
        let can_give =
            |entry: &&Entry| entry.types.iter().any(|(_, kind)| gives(&entry.rule, *kind));
        let answered = entries().filter(can_give).map(|entry| entry.param);
        let answered = answered.chain(own::all()).collect();
        let is_canonical = |entry: &Entry| {
            let canonical = DataType::Primitive(Primitive::Canonical);
            entry.types.iter().all(|(_, kind)| *kind == canonical)
        };
        let others: FxHashSet<ParamId> =
            entries().filter(|entry| !is_canonical(entry)).map(|entry| entry.param).collect();
        let all = entries().map(|entry| entry.param);
        let canonical = all.filter(|param| !others.contains(param)).collect();
        let of = |data_type: DataType| -> FxHashSet<ParamId> {
            let is_of = |entry: &&Entry| entry.types.iter().any(|(_, kind)| *kind == data_type);
            entries().filter(is_of).map(|entry| entry.param).collect()
        };
        let (identifier, contact) = (of(DataType::Identifier), of(DataType::ContactPoint));
        // What may be text as well has no rows for single words.
        let is_more = |entry: &&Entry| {
            let mut given = entry.types.iter().filter(|(_, kind)| gives(&entry.rule, *kind));
            given.any(|(_, kind)| *kind != DataType::HumanName)
        };
        let more: FxHashSet<ParamId> = entries().filter(is_more).map(|entry| entry.param).collect();
        let mut name = of(DataType::HumanName);
        name.retain(|param| !more.contains(param));
        Self {
            search,
            generation,
            plans,
            answered,
            canonical,
            identifier,
            contact,
            name,
            zone: self.zone,
            base: self.base.clone(),
            patients: self.patients.clone(),
            words: self.words,
        }
    }

    /// The parameters that it makes rows of.
    pub fn search(&self) -> &SearchParameters {
        &self.search
    }

    /// Which list of parameters these are: a later one has a higher number.
    pub fn generation(&self) -> i64 {
        self.generation
    }

    /// Whether it makes rows under a number.
    pub fn makes(&self, param: ParamId) -> bool {
        self.answered.contains(&param)
    }

    /// Whether a search by this parameter can find anything.
    pub fn answers(&self, parameter: &SearchParameter) -> bool {
        let (first, second) = parameter.sources();
        [Some(first), second].iter().flatten().all(|param| self.answered.contains(param))
    }

    /// Whether a parameter is about canonicals: a URN in them is a name, not a link.
    pub fn is_of_canonicals(&self, parameter: &SearchParameter) -> bool {
        self.canonical.contains(&parameter.indexed_as())
    }

    /// Whether a parameter is about identifiers, which have types.
    pub fn is_of_identifiers(&self, parameter: &SearchParameter) -> bool {
        self.identifier.contains(&parameter.indexed_as())
    }

    /// Whether a parameter is about names of people.
    pub fn is_of_names(&self, parameter: &SearchParameter) -> bool {
        self.name.contains(&parameter.indexed_as())
    }

    /// Whether a parameter is about contact points, such as phone numbers.
    pub fn is_of_contacts(&self, parameter: &SearchParameter) -> bool {
        self.contact.contains(&parameter.indexed_as())
    }

    /// The number of the patient with an id.
    pub fn patient(&self, id: &str) -> PatientNumber {
        self.patients.number(id)
    }

    /// The types of the parts of a composite, as they are indexed; none when it is none.
    pub fn parts(&self, kind: ResourceKind, parameter: &SearchParameter) -> Option<Vec<ParamType>> {
        let mut entries = self.plans.get(kind.index())?.entries();
        entries.find_map(|entry| match &entry.rule {
            Rule::Composite(parts) if entry.param == parameter.sources().0 => {
                parts.iter().map(|part| part.rule.kind()).collect()
            }
            _ => None,
        })
    }

    /// The rows of a resource.
    pub fn rows(&self, kind: ResourceKind, resource: &Value) -> Rows {
        self.rows_under(kind, text(resource, "id"), resource)
    }

    /// The rows of a resource that is stored under an id, whatever id it has yet.
    pub fn rows_under(&self, kind: ResourceKind, id: Option<&str>, resource: &Value) -> Rows {
        let mut found = Found { rows: Some(Rows::default()), ..Found::default() };
        let resource = today_in(resource);
        self.collect((kind, id), &resource, &mut found);
        let mut rows = found.rows.unwrap_or_default();
        own::add(kind, &resource, (self.zone, &self.base), &mut rows);
        for held in found.people.of_nobody.iter().filter(|_| kind.name() == "Bundle") {
            let (param, code) = (own::holds(kind), own::of_nobody(*held));
            rows.tokens.push(Token { param, system: 0, code });
        }
        let mut rows = rows.sorted();
        rows.words = words::of(kind, &resource, self.words).into_iter().collect();
        (rows.members, rows.owner) = found.people.sorted();
        rows
    }

    fn collect(
        &self,
        (kind, id): (ResourceKind, Option<&str>),
        resource: &Value,
        found: &mut Found,
    ) {
        let (Some(plan), Some(object)) = (self.plans.get(kind.index()), resource.as_object())
        else {
            return;
        };
        let root = Item::resource(kind, resource);
        let all = found.rows.is_some();
        for entry in plan.always().filter(|entry| all || entry.tie.is_some()) {
            self.add(entry, (kind, root), entry.arm.evaluate(root, root), found);
        }
        for (key, value) in object {
            let begins = plan.beginning_at(key);
            for (entry, begin) in begins.filter(|(entry, _)| all || entry.tie.is_some()) {
                let items = match begin {
                    BeginAt::Value(kind) => entry.arm.evaluate_below(root, kind, value),
                    BeginAt::Resource => entry.arm.evaluate(root, root),
                };
                self.add(entry, (kind, root), items, found);
            }
        }
        self.people((kind, id), resource, &mut found.people);
    }

    fn add(
        &self,
        entry: &Entry,
        (kind, root): (ResourceKind, Item<'_>),
        items: Items<'_>,
        Found { rows, people }: &mut Found,
    ) {
        let context = Context { zone: self.zone, base: &self.base };
        let param = entry.param;
        for item in items {
            if let (Some(tie), Item::Node { value, .. }) = (entry.tie, item) {
                people.refer(kind, (tie, value), (&self.base, &self.patients));
            }
            let Some(rows) = rows else { continue };
            match (&entry.rule, item) {
                (Rule::Composite(parts), node) => {
                    composite::extract((param, parts), (root, node), context, rows);
                }
                (rule, Item::Node { value, .. }) => {
                    let kind = type_of(&entry.types, item);
                    extract((param, rule), (kind, value), context, rows);
                }
                (Rule::Token { .. }, Item::Boolean(value)) => {
                    let code = token::truth(value).to_owned();
                    rows.tokens.push(Token { param, system: 0, code });
                }
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests;
