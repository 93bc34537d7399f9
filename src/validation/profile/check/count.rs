//! How many values profiles ask for, of an element and of its slices,
//! <https://hl7.org/fhir/R4/elementdefinition-definitions.html#ElementDefinition.min>.
//!
//! What is missing is told by what is demanded of it: the number of a list is told only when the
//! slices that lack items do not explain it.

use crate::definitions::shape::{Element, Shape, Strength};
use crate::fhir::issue::{Issue, Text};
use crate::validation::element::items::Items;
use crate::validation::element::items::Object;
use crate::validation::element::path::Path;
use crate::validation::message::{profile as message, slice as slices};
use crate::validation::profile::tree::bound::Bound;
use crate::validation::profile::tree::node::{Applied, TypeRule};
use crate::validation::profile::tree::slicing::Tests;
use crate::validation::request::Weight;
use crate::validation::walk::Walk;

impl<'a> Walk<'a> {
    /// Checks how many values there are of each element below, and what must be there is.
    pub(in crate::validation) fn absent(
        &mut self,
        node: Applied<'a>,
        shape: &'a Shape,
        object: Option<&'a Object>,
        path: &Path<'_>,
    ) {
        for child in node.children() {
            let slices = child.node.slicing.as_deref();
            if child.node.count.is_none() && slices.is_none() {
                continue;
            }
            let found = object.map_or(0, |object| number_of(child, shape, object));
            let below = path.child(&child.node.name);
            if found == 0
                && let Some(slicing) = slices
            {
                for slice in &slicing.slices {
                    if let Some(of) = child.other(slice.node) {
                        self.missing_slice(of, Some(&slice.tests), 0, &below);
                    }
                }
            }
            let Some(count) = child.node.count else { continue };
            if found < count.least {
                // What the slices lack was told by name.
                let told = slices.map_or(0, |_| self.told_of_slices(child, &below));
                if found + told < count.least {
                    let hint = self.hint(child);
                    let issue = message::too_few(&child.node.path, found, count.least, &hint);
                    self.report_by(child, &below, issue);
                }
            } else if let Some(most) = count.most.filter(|most| found > *most) {
                self.report_by(child, &below, message::too_many(&child.node.path, found, most));
            }
        }
    }

    /// Items that slices of an element were said to lack.
    fn told_of_slices(&self, child: Applied<'a>, path: &Path<'_>) -> usize {
        let place = path.text();
        let lacks = |issue: &&Issue| {
            issue.name == Some("Validation_VAL_Profile_Minimum_SLICE")
                && issue.expression.as_deref() == Some(&*place)
                && issue.severity.refuses() == (child.weight != Weight::Tells)
                && issue.rule.as_ref().is_some_and(|rule| rule.profile == child.profile.canonical)
        };
        self.issues().iter().filter(lacks).count()
    }

    /// How to send what is missing.
    fn hint(&self, child: Applied<'a>) -> Text {
        let node = child.node;
        let value = node.pattern.as_deref().or(node.fixed.as_deref());
        if let Some(demand) = value.and_then(|value| self.demanded_codes(&node.name, value)) {
            return message::with_demand(&demand);
        }
        if node.path.ends_with("[x]") && !node.types.is_empty() {
            let key = |rule: &TypeRule| {
                let mut letters = rule.code.chars();
                let first = letters.next().map(|first| first.to_ascii_uppercase());
                format!("{}{}", node.name, first.into_iter().chain(letters).collect::<String>())
            };
            return message::in_one_of(&node.types.iter().map(key).collect::<Vec<_>>());
        }
        let is_required = |bound: &&Bound| bound.strength == Strength::Required;
        match node.bounds.iter().find(is_required) {
            Some(bound) => message::with_code_of(&bound.value_set),
            None => Text::new("", ""),
        }
    }

    /// Checks how many items a slice has.
    pub(super) fn missing_slice(
        &mut self,
        slice: Applied<'a>,
        tests: Option<&Tests>,
        found: usize,
        path: &Path<'_>,
    ) {
        let Some(count) = slice.node.count else { return };
        let too_many = count.most.filter(|most| found > *most);
        if found >= count.least && too_many.is_none() {
            return;
        }
        let demand = self.demanded(&slice.node.name, slice.node.slice.as_deref(), tests);
        let issue = match too_many {
            Some(most) => slices::too_many(&demand, found, most),
            None => slices::too_few(&demand, found, count.least),
        };
        self.report_by(slice, path, issue);
    }
}

fn number_of(child: Applied<'_>, shape: &Shape, object: &Object) -> usize {
    let number = |element: &Element| Items::of(object, element).len();
    let asked = child.node;
    if let Some(key) = &asked.key {
        return shape.element(key).map_or(0, number);
    }
    if let Some(element) = shape.element(&asked.name) {
        return number(element);
    }
    let mut found = 0;
    for key in object.keys() {
        let name = key.strip_prefix('_').unwrap_or(key);
        let is_first = name.len() == key.len() || !object.contains_key(name);
        if name.starts_with(&*asked.name)
            && is_first
            && let Some(element) = shape.element(name).filter(|element| element.name == asked.name)
        {
            found += number(element);
        }
    }
    found
}
