//! Items of lists in the slices they belong to, <https://hl7.org/fhir/R4/profiling.html#slicing>.

use serde_json::Value;

use super::demand::listed;
use super::pattern::{contains, same};
use super::spot::Spot;
use crate::definitions::shape::Element;
use crate::fhir::issue::Text;
use crate::validation::element::items::{Item, Items};
use crate::validation::element::object::Nodes;
use crate::validation::element::path::Path;
use crate::validation::message::slice as message;
use crate::validation::profile::tree::node::Applied;
use crate::validation::profile::tree::slicing::{Rules, Slice, Slicing, Test, Tests, Wanted};
use crate::validation::walk::Walk;

/// The items of an element, and what they are.
#[derive(Clone, Copy)]
struct List<'w, 'a> {
    element: &'a Element,
    items: Items<'a>,
    /// The places of those that are sorted.
    which: &'w [usize],
}

impl<'a> Walk<'a> {
    /// The slices that each item belongs to; whether they are as many and in the order as asked.
    pub(in crate::validation) fn counted(
        &mut self,
        nodes: &[Applied<'a>],
        element: &'a Element,
        items: Items<'a>,
        path: &Path<'_>,
    ) -> Vec<Nodes<'a>> {
        if nodes.iter().all(|node| node.node.slicing.is_none()) {
            return Vec::new();
        }
        let mut sliced = vec![Nodes::new(); items.len()];
        let every: Vec<usize> = (0..items.len()).collect();
        let list = List { element, items, which: &every };
        for node in nodes {
            self.sort(*node, list, &mut sliced, path);
        }
        sliced
    }

    fn sort(
        &mut self,
        node: Applied<'a>,
        list: List<'_, 'a>,
        sliced: &mut [Nodes<'a>],
        path: &Path<'_>,
    ) {
        let Some(slicing) = node.node.slicing.as_deref() else { return };
        let mut of_slices: Vec<Vec<usize>> = vec![Vec::new(); slicing.slices.len()];
        let mut of_default = Vec::new();
        let (mut latest, mut first_other) = (0, None);
        for at in list.which.iter().copied() {
            let item_path = self.place(list, at, path);
            let found = self.find_slice(node, list, at, &item_path);
            let Some(number) = found else {
                match slicing.default {
                    Some(_) => of_default.push(at),
                    None if slicing.rules == Rules::Closed => {
                        let allowed = self.allowed(node, slicing);
                        let issue = message::in_no_slice(&node.node.path, allowed.as_ref());
                        self.report_by(node, &item_path, issue);
                    }
                    None => first_other = first_other.or(Some(at)),
                }
                continue;
            };
            if slicing.is_ordered && number < latest {
                self.report_by(node, &item_path, message::out_of_order(&node.node.path));
            }
            if slicing.rules == Rules::OpenAtEnd && first_other.is_some() {
                self.report_by(node, &item_path, message::after_the_end(&node.node.path));
            }
            latest = latest.max(number);
            of_slices.get_mut(number).into_iter().for_each(|items| items.push(at));
        }
        let slices = slicing.slices.iter().map(|slice| (Some(slice.node), Some(&slice.tests)));
        let slices = slices.chain([(slicing.default, None)]);
        let below = path.child(&list.element.name);
        for ((slice, tests), items) in slices.zip(of_slices.iter().chain([&of_default])) {
            let Some(slice) = slice.and_then(|slice| node.other(slice)) else { continue };
            self.missing_slice(slice, tests, items.len(), &below);
            for at in items {
                sliced.get_mut(*at).into_iter().for_each(|nodes| nodes.push(slice));
            }
            self.sort(slice, List { which: items, ..list }, sliced, path);
        }
    }

    /// What the items of closed slices have, in words.
    fn allowed(&self, node: Applied<'a>, slicing: &Slicing) -> Option<Text> {
        let demanded = |slice: &Slice| {
            let of = node.other(slice.node)?;
            Some(self.demanded(&of.node.name, of.node.slice.as_deref(), Some(&slice.tests)))
        };
        listed(&slicing.slices.iter().filter_map(demanded).collect::<Vec<_>>())
    }

    fn place<'p>(&self, list: List<'_, 'a>, at: usize, path: &'p Path<'p>) -> Path<'p>
    where
        'a: 'p,
    {
        let name = &list.element.name;
        let place = if list.element.repeats { path.item(name, at) } else { path.child(name) };
        place.of(self.type_name(list.element))
    }

    /// The number of the slice that an item belongs to.
    fn find_slice(
        &mut self,
        node: Applied<'a>,
        list: List<'_, 'a>,
        at: usize,
        path: &Path<'_>,
    ) -> Option<usize> {
        let slicing = node.node.slicing.as_deref()?;
        let item = list.items.item(at);
        let mut found = None;
        for (number, slice) in slicing.slices.iter().enumerate() {
            if !self.is_in(node, slice, (list.element, item), path) {
                continue;
            }
            if let Some(first) = found.and_then(|first: usize| slicing.slices.get(first)) {
                let name = |slice: &Slice| {
                    let slice = node.other(slice.node);
                    slice.and_then(|slice| slice.node.slice.as_deref()).unwrap_or_default()
                };
                self.report_by(node, path, message::in_two_slices(name(first), name(slice)));
                break;
            }
            found = Some(number);
        }
        found
    }

    fn is_in(
        &mut self,
        node: Applied<'a>,
        slice: &'a Slice,
        (element, item): (&'a Element, Item<'a>),
        path: &Path<'_>,
    ) -> bool {
        match &slice.tests {
            Tests::All(tests) => {
                let spot = Spot::new(element, item);
                tests.iter().all(|test| self.passes(test, spot, path))
            }
            Tests::Conformance => {
                let slice = node.other(slice.node);
                slice.is_some_and(|slice| self.conforms(element, item, slice, path))
            }
            Tests::Unknown => {
                let slice = node.other(slice.node);
                let name = slice.map(|slice| &*slice.node.path).unwrap_or_default();
                let issue = message::not_testable(name);
                // Who stores a resource cannot mend the profile.
                self.report_by(node, path, self.only_asked("rule", issue));
                false
            }
        }
    }

    fn passes(&mut self, test: &'a Test, spot: Spot<'a>, path: &Path<'_>) -> bool {
        let found = self.spots(&test.steps, spot);
        let mut values = found.iter().filter_map(|spot| spot.value);
        match &test.wanted {
            // A value with more in it than was fixed is meant for the slice, and then refused.
            Wanted::Fixed(fixed) if fixed.is_object() => values.any(|value| contains(value, fixed)),
            Wanted::Fixed(fixed) => values.any(|value| same(fixed, value)),
            Wanted::Pattern(pattern) => values.any(|value| contains(value, pattern)),
            Wanted::Member(value_set) => values.any(|value| self.is_member(value, value_set)),
            Wanted::Present => !found.is_empty(),
            Wanted::Absent => found.is_empty(),
            Wanted::Types(types) => found.iter().any(|spot| {
                let is_resource = spot.is_resource();
                types.iter().any(|name| {
                    **name == *spot.type_name
                        || is_resource && matches!(&**name, "Resource" | "DomainResource")
                })
            }),
            Wanted::Profiles(profiles) => found
                .iter()
                .any(|spot| profiles.iter().any(|it| self.spot_conforms(*spot, it, path))),
        }
    }

    fn spot_conforms(&mut self, spot: Spot<'a>, canonical: &'a str, path: &Path<'_>) -> bool {
        if let Some(name) = self.engine.profiles.type_name(canonical) {
            return name == spot.type_name || name == "Resource" && spot.is_resource();
        }
        let Some(root) = self.profile(canonical).and_then(|profile| profile.root()) else {
            return false;
        };
        if *root.profile.type_name != *spot.type_name {
            return false;
        }
        let item = Item { value: spot.value, extra: spot.extra };
        match spot.element {
            Some(element) => self.conforms(element, item, root, path),
            None => spot.value.is_some_and(|value| self.resource_conforms(value, root)),
        }
    }

    /// Whether the value at a place of a resource has a code of a value set.
    fn is_member(&self, value: &Value, value_set: &str) -> bool {
        self.membership_of(value, value_set) == Some(true)
    }
}
