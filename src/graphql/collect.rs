//! The fields that are selected of one thing, fragments and repeated fields brought together,
//! <https://spec.graphql.org/October2021/#sec-Field-Collection>.

use async_graphql_parser::types::{Field as Written, Selection, SelectionSet};
use async_graphql_parser::{Pos, Positioned};
use rustc_hash::{FxHashMap, FxHashSet};

use super::directive::{Form, is_shown};
use super::document::Document;
use super::fault::Fault;
use crate::budget;

/// What is selected, in one place or in several.
pub(super) type Sets<'d> = Vec<&'d SelectionSet>;

/// A field, wherever it is selected.
#[derive(Debug)]
pub(super) struct Field<'d> {
    /// Under which name it is answered.
    pub(super) key: &'d str,
    pub(super) name: &'d str,
    pub(super) first: &'d Written,
    pub(super) pos: Pos,
    pub(super) form: Form,
    /// What is selected below it.
    pub(super) below: Sets<'d>,
}

impl Field<'_> {
    /// Whether anything is selected below it.
    pub(super) fn has_below(&self) -> bool {
        self.below.iter().any(|set| !set.items.is_empty())
    }
}

/// Collects what is selected; `is_of` tells whether a fragment on a type is about the thing.
pub(super) fn collect<'d>(
    document: &'d Document,
    sets: &[&'d SelectionSet],
    is_of: &dyn Fn(&str) -> Result<bool, Fault>,
) -> Result<Vec<Field<'d>>, Fault> {
    let mut collecting = Collecting {
        document,
        is_of,
        fields: Vec::new(),
        places: FxHashMap::default(),
        seen: FxHashSet::default(),
        depth: 0,
    };
    for set in sets {
        collecting.take(set)?;
    }
    Ok(collecting.fields)
}

struct Collecting<'d, 'o> {
    document: &'d Document,
    is_of: &'o dyn Fn(&str) -> Result<bool, Fault>,
    fields: Vec<Field<'d>>,
    places: FxHashMap<&'d str, usize>,
    /// Fragments that were taken: once is enough, and a circle ends.
    seen: FxHashSet<&'d str>,
    /// How many fragments lie around.
    depth: usize,
}

impl<'d> Collecting<'d, '_> {
    fn take(&mut self, set: &'d SelectionSet) -> Result<(), Fault> {
        if self.depth >= DEPTH {
            return Err(too_deep());
        }
        self.depth += 1;
        self.items(set)?;
        self.depth -= 1;
        Ok(())
    }

    fn items(&mut self, set: &'d SelectionSet) -> Result<(), Fault> {
        for selection in &set.items {
            budget::spend(STEPS)?;
            match &selection.node {
                Selection::Field(field) => self.field(field)?,
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name;
                    if !is_shown(self.document, &spread.node.directives, None)?
                        || !self.seen.insert(name.node.as_str())
                    {
                        continue;
                    }
                    let fragment = self.document.fragment(name)?;
                    let on = &fragment.type_condition;
                    if is_shown(self.document, &fragment.directives, None)?
                        && (self.is_of)(&on.node.on.node).map_err(|fault| fault.at(on.pos))?
                    {
                        self.take(&fragment.selection_set.node)?;
                    }
                }
                Selection::InlineFragment(fragment) => {
                    let fragment = &fragment.node;
                    let is_of = match &fragment.type_condition {
                        Some(on) => {
                            (self.is_of)(&on.node.on.node).map_err(|fault| fault.at(on.pos))?
                        }
                        None => true,
                    };
                    if is_shown(self.document, &fragment.directives, None)? && is_of {
                        self.take(&fragment.selection_set.node)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn field(&mut self, field: &'d Positioned<Written>) -> Result<(), Fault> {
        let (pos, written) = (field.pos, &field.node);
        let mut form = Form::default();
        if !is_shown(self.document, &written.directives, Some(&mut form))? {
            return Ok(());
        }
        let key = written.response_key().node.as_str();
        let below = &written.selection_set.node;
        let known = self.places.get(key).and_then(|place| self.fields.get_mut(*place));
        if let Some(known) = known {
            if known.name != written.name.node.as_str()
                || known.form != form
                || !same_arguments(known.first, written)
            {
                return Err(two_meanings(key).at(pos));
            }
            known.below.push(below);
            return Ok(());
        }
        self.places.insert(key, self.fields.len());
        let name = written.name.node.as_str();
        self.fields.push(Field { key, name, first: written, pos, form, below: vec![below] });
        Ok(())
    }
}

/// Fragments that may lie in each other.
const DEPTH: usize = 64;

fn too_deep() -> Fault {
    Fault::malformed(
        format!("Hơn {DEPTH} fragment nằm trong nhau."),
        format!("More than {DEPTH} fragments lie in each other."),
    )
}

/// Steps of a selection.
const STEPS: usize = 4;

fn same_arguments(one: &Written, other: &Written) -> bool {
    let (one, other) = (&one.arguments, &other.arguments);
    let is_in = |(name, value): &(Positioned<_>, Positioned<_>)| {
        other.iter().any(|(known, it)| known.node == name.node && it.node == value.node)
    };
    one.len() == other.len() && one.iter().all(is_in)
}

fn two_meanings(key: &str) -> Fault {
    Fault::malformed(
        format!("'{key}' được chọn hai lần với nghĩa khác nhau. Hãy đặt tên khác: ten: {key}."),
        format!(
            "'{key}' is selected twice with different meanings. Give one another name: other: {key}."
        ),
    )
}
