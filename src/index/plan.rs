//! The plan of a resource type: which parameters begin at which key of the resource.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::compartment::{Tie, ties};
use super::parameter::data_type::DataType;
use crate::definitions::registry::Registry;
use crate::definitions::search_parameter::{
    Component, ParamId, ParamType, SearchParameter, SearchParameters,
};
use crate::definitions::shape::Shapes;
use crate::fhir::kind::ResourceKind;
use crate::fhirpath::path::compiler::{compile, compile_at};
use crate::fhirpath::path::item::{Item, Type};
use crate::fhirpath::path::program::{Arm, Path};
use crate::fhirpath::syntax::error::PathError;

/// The search parameters of one resource type, compiled.
#[derive(Debug, Default)]
pub(super) struct Plan {
    entries: Vec<Entry>,
    /// Entries that have to be evaluated whatever the resource holds.
    always: Vec<usize>,
    by_key: FxHashMap<Box<str>, Vec<Begin>>,
}

/// One part of a parameter's union.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) param: ParamId,
    pub(super) rule: Rule,
    pub(super) arm: Arm,
    pub(super) types: Types,
    /// What it says of patients, if anything.
    pub(super) tie: Option<Tie>,
}

/// Which rows a parameter makes.
#[derive(Debug, Clone)]
pub(super) enum Rule {
    Token { has_texts: bool },
    Text,
    Date,
    Number,
    Quantity,
    Reference,
    Uri,
    Near,
    Composite(Arc<[Part]>),
}

/// One part of a composite.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) rule: Rule,
    pub(super) path: Path,
    pub(super) types: Types,
}

/// The data types of the items of a path.
pub(super) type Types = Box<[(Type, DataType)]>;

/// That an entry begins at a key.
#[derive(Debug)]
pub(super) struct Begin {
    entry: usize,
    at: BeginAt,
}

/// Where evaluation begins.
#[derive(Debug, Clone, Copy)]
pub(super) enum BeginAt {
    /// At the value of the key, which is of this type.
    Value(Type),
    /// At the resource: the key only tells that there is something to find.
    Resource,
}

impl Plan {
    /// Compiles the parameters of a resource type. One that cannot be compiled is logged and left
    /// out.
    pub(super) fn new(registry: &Registry, search: &SearchParameters, kind: ResourceKind) -> Self {
        let mut plan = Self::default();
        let ties = ties(registry, search, kind);
        for parameter in search.of(kind).iter().chain(search.growing(kind)) {
            if let Err(error) = plan.add((&registry.shapes, search, &ties), kind, parameter) {
                let code = &*parameter.code;
                tracing::warn!(%kind, code, %error, "search parameter cannot be indexed");
            }
        }
        plan
    }

    /// Every entry.
    pub(super) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter()
    }

    /// The entries to evaluate always.
    pub(super) fn always(&self) -> impl Iterator<Item = &Entry> {
        self.always.iter().filter_map(|at| self.entries.get(*at))
    }

    /// The entries that begin at a key of the resource.
    pub(super) fn beginning_at(&self, key: &str) -> impl Iterator<Item = (&Entry, BeginAt)> {
        let begins = self.by_key.get(key).map(Vec::as_slice).unwrap_or_default();
        begins.iter().filter_map(|begin| Some((self.entries.get(begin.entry)?, begin.at)))
    }

    fn add(
        &mut self,
        (shapes, search, ties): (&Shapes, &SearchParameters, &FxHashMap<ParamId, Tie>),
        kind: ResourceKind,
        parameter: &SearchParameter,
    ) -> Result<(), PathError> {
        let Some(expression) = &parameter.expression else { return Ok(()) };
        if !parameter.has_own_rows() || matches!(&*parameter.code, "_id" | "_lastUpdated") {
            return Ok(());
        }
        let path = compile(shapes, kind, expression)?;
        let rule = match parameter.kind {
            ParamType::Composite => {
                let types = path.types();
                let part = |component| part((shapes, search), (kind, &types), component);
                let parts: Result<Vec<_>, _> = parameter.components.iter().map(part).collect();
                Rule::Composite(parts?.into_iter().flatten().collect())
            }
            ParamType::Special => Rule::Near,
            // The texts are with those of the two.
            ParamType::Token => Rule::Token { has_texts: parameter.both.is_none() },
            simple => match Rule::of(simple) {
                Some(rule) => rule,
                None => return Ok(()),
            },
        };
        for arm in path.into_arms() {
            let types = types(shapes, arm.types());
            let (param, tie) = (parameter.id, ties.get(&parameter.id).copied());
            self.insert(Entry { param, rule: rule.clone(), arm, types, tie });
        }
        Ok(())
    }

    fn insert(&mut self, entry: Entry) {
        let at = self.entries.len();
        match begins(&entry) {
            Some(begins) => {
                for (key, begin) in begins {
                    let begin = Begin { entry: at, at: begin };
                    self.by_key.entry(key.into()).or_default().push(begin);
                }
            }
            None => self.always.push(at),
        }
        self.entries.push(entry);
    }
}

impl Rule {
    /// The type of the parameters that make such rows; none when it is not a simple one.
    pub(super) fn kind(&self) -> Option<ParamType> {
        Some(match self {
            Self::Token { .. } => ParamType::Token,
            Self::Text => ParamType::String,
            Self::Date => ParamType::Date,
            Self::Number => ParamType::Number,
            Self::Quantity => ParamType::Quantity,
            Self::Reference => ParamType::Reference,
            Self::Uri => ParamType::Uri,
            Self::Near | Self::Composite(_) => return None,
        })
    }

    fn of(kind: ParamType) -> Option<Self> {
        match kind {
            ParamType::Token => Some(Self::Token { has_texts: true }),
            ParamType::String => Some(Self::Text),
            ParamType::Date => Some(Self::Date),
            ParamType::Number => Some(Self::Number),
            ParamType::Quantity => Some(Self::Quantity),
            ParamType::Reference => Some(Self::Reference),
            ParamType::Uri => Some(Self::Uri),
            ParamType::Composite | ParamType::Special => None,
        }
    }
}

/// The data type of an item of a path.
pub(super) fn type_of(types: &Types, item: Item<'_>) -> DataType {
    let kind = item.kind();
    let found = types.iter().find(|(found, _)| *found == kind);
    found.map_or(DataType::Other, |(_, data_type)| *data_type)
}

/// The keys an entry begins at; none when it has to be evaluated always. A composite of the
/// resource itself is looked for where its first part begins.
fn begins(entry: &Entry) -> Option<Vec<(&str, BeginAt)>> {
    if let Some(triggers) = entry.arm.triggers() {
        let begins = triggers.into_iter();
        return Some(begins.map(|trigger| (trigger.key, BeginAt::Value(trigger.kind()))).collect());
    }
    let Rule::Composite(parts) = &entry.rule else { return None };
    let [first] = parts.first()?.path.arms() else { return None };
    let triggers = first.triggers()?;
    let key = triggers.first()?.key;
    let is_only = triggers.iter().all(|trigger| trigger.key == key);
    let of_resource = matches!(entry.arm.types(), [Type::Resource(_)]);
    (is_only && of_resource).then(|| vec![(key, BeginAt::Resource)])
}

fn types(shapes: &Shapes, types: &[Type]) -> Types {
    types.iter().map(|kind| (*kind, DataType::of(shapes, *kind))).collect()
}

/// A part of a composite; none when its own parameter is not known or is not simple.
fn part(
    (shapes, search): (&Shapes, &SearchParameters),
    (kind, focus): (ResourceKind, &[Type]),
    component: &Component,
) -> Result<Option<Part>, PathError> {
    let own = || {
        let of_kind = search.of_kind_by_url(kind, &component.definition);
        Some(of_kind.or_else(|| search.by_url(&component.definition))?.kind)
    };
    let Some(rule) = component.kind.or_else(own).and_then(Rule::of) else { return Ok(None) };
    let path = compile_at(shapes, kind, focus, &component.expression)?;
    let types = types(shapes, &path.types());
    Ok(Some(Part { rule, path, types }))
}
