//! What tells a slice from the others, found in the definition of the slice,
//! <https://hl7.org/fhir/R4/profiling.html#discriminator>.

use serde_json::Value;

use super::fixed_part::part;
use super::outline::{Outline, OutlineEntry, canonicals, type_code};
use crate::fhir::kind::ResourceKind;
use crate::validation::profile::cache::Profiles;
use crate::validation::profile::tree::slicing::{SliceStep, Test, Tests, Wanted};

/// Profiles and elements in which a criterion is looked for, one below the other.
const DEEPEST: usize = 12;

/// Finds criteria.
pub(in crate::validation::profile) struct Criteria<'c> {
    pub(in crate::validation::profile) profiles: &'c Profiles,
    pub(in crate::validation::profile) outline: &'c Outline<'c>,
}

/// The place in definitions at which a search for criteria is.
struct Search<'c> {
    profiles: &'c Profiles,
    outline: &'c Outline<'c>,
    /// `value`, `pattern`, `exists`, `type` or `profile`
    kind: &'c str,
    depth: usize,
}

impl Criteria<'_> {
    /// How to tell whether an item belongs to a slice of an element.
    pub(in crate::validation::profile) fn tests(&self, sliced: usize, slice: usize) -> Tests {
        let (Some(head), Some(entry)) = (self.outline.entry(sliced), self.outline.entry(slice))
        else {
            return Tests::Unknown;
        };
        let discriminators =
            head.element.get("slicing").and_then(|slicing| slicing.get("discriminator"));
        let discriminators =
            discriminators.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        if discriminators.is_empty() {
            return self.implied(head, entry, slice);
        }
        let mut tests = Vec::new();
        for discriminator in discriminators {
            let text = |key: &str| discriminator.get(key).and_then(Value::as_str);
            let steps = text("path").and_then(SliceStep::parse);
            let (Some(kind), Some(steps)) = (text("type"), steps) else { return Tests::Unknown };
            tests.extend(self.search(kind).find(slice, &[], &steps));
        }
        // A slice need not say something about every discriminator.
        if tests.is_empty() { Tests::Unknown } else { Tests::All(tests) }
    }

    /// Slices without a discriminator: those of a choice are told by type, extensions by URL.
    fn implied(&self, head: &OutlineEntry<'_>, entry: &OutlineEntry<'_>, slice: usize) -> Tests {
        let found = if head.is_choice() {
            self.search("type").find(slice, &[], &[])
        } else if entry.types().any(|kind| type_code(kind) == Some("Extension")) {
            self.search("value").find(slice, &[], &[SliceStep::Element("url".into())])
        } else {
            Vec::new()
        };
        if found.is_empty() { Tests::Conformance } else { Tests::All(found) }
    }

    fn search<'s>(&'s self, kind: &'s str) -> Search<'s> {
        Search { profiles: self.profiles, outline: self.outline, kind, depth: 0 }
    }
}

impl Search<'_> {
    /// Follows the steps that are left from an entry.
    fn find(&self, at: usize, done: &[SliceStep], left: &[SliceStep]) -> Vec<Test> {
        let Some(entry) = self.outline.entry(at) else { return Vec::new() };
        let Some((step, after)) = left.split_first() else { return self.end(at, entry, done) };
        let beyond: Vec<SliceStep> = done.iter().chain([step]).cloned().collect();
        match step {
            SliceStep::Element(name) => self.element(at, entry, name, (&beyond, after)),
            SliceStep::Extension(url) => self.extension(at, url, (&beyond, after)),
            SliceStep::OfType(name) => {
                let of_type = |slice: &&usize| {
                    let slice = self.outline.entry(**slice);
                    slice.is_some_and(|slice| {
                        slice.types().any(|kind| type_code(kind) == Some(&**name))
                    })
                };
                let slice = entry.slices.iter().find(of_type);
                self.find(slice.copied().unwrap_or(at), &beyond, after)
            }
            SliceStep::Resolve if after.is_empty() => resolved(self, entry, beyond),
            SliceStep::Resolve => {
                let targets = entry.types().flat_map(|kind| canonicals(kind, "targetProfile"));
                let mut targets = targets.map(|target| self.within(&target, &beyond, after));
                targets.next().unwrap_or_default()
            }
        }
    }

    fn element(
        &self,
        at: usize,
        entry: &OutlineEntry<'_>,
        name: &str,
        way: (&[SliceStep], &[SliceStep]),
    ) -> Vec<Test> {
        let (done, left) = way;
        for (prefix, is_exact) in [("fixed", true), ("pattern", false)] {
            if let Some((_, value)) = entry.typed(prefix) {
                return part(value, name, is_exact, done, left);
            }
        }
        if let Some(child) = self.outline.child(at, name) {
            // What must be in every item of the slice may be said by a slice of its own: a code of
            // blood pressure by the slices of its codings.
            let slices = self.outline.entry(child).map_or(&[][..], |entry| &entry.slices);
            let needed = slices
                .iter()
                .copied()
                .filter(|slice| self.outline.entry(*slice).is_some_and(|entry| entry.min() > 0));
            let places = std::iter::once(child).chain(needed);
            let mut found: Vec<_> = places.map(|place| self.find(place, done, left)).collect();
            let telling = found.iter().position(|found| found.iter().any(Test::is_of_value));
            let telling = telling.or_else(|| found.iter().position(|found| !found.is_empty()));
            if let Some(telling) = telling {
                return found.swap_remove(telling);
            }
        }
        if let Some(referred) =
            entry.text("contentReference").and_then(|to| self.outline.referred(to))
        {
            let child = self.outline.child(referred, name);
            return child.map(|child| self.find(child, done, left)).unwrap_or_default();
        }
        let (Some(before), Some(last)) = (done.get(..done.len().saturating_sub(1)), done.last())
        else {
            return Vec::new();
        };
        let left: Vec<SliceStep> = std::iter::once(last).chain(left).cloned().collect();
        self.in_profiles(entry, before, &left)
    }

    /// The extension of an entry that has a URL: a slice for its definition, or a part that is
    /// known by its fixed URL; when the entry says nothing of it, its own definition may.
    fn extension(&self, at: usize, url: &str, way: (&[SliceStep], &[SliceStep])) -> Vec<Test> {
        let head = self.outline.child(at, "extension");
        let slices =
            head.and_then(|head| self.outline.entry(head)).map_or(&[][..], |head| &head.slices);
        let found = head.iter().chain(slices).copied().find(|at| self.is_extension(*at, url));
        let found = found.map(|at| self.find(at, way.0, way.1)).unwrap_or_default();
        let (Some(entry), true, Some((last, before))) =
            (self.outline.entry(at), found.is_empty(), way.0.split_last())
        else {
            return found;
        };
        let left: Vec<SliceStep> = std::iter::once(last).chain(way.1).cloned().collect();
        self.in_profiles(entry, before, &left)
    }

    fn is_extension(&self, at: usize, url: &str) -> bool {
        let Some(entry) = self.outline.entry(at) else { return false };
        let is_of_profile =
            entry.types().any(|kind| canonicals(kind, "profile").iter().any(|it| **it == *url));
        let fixed = || {
            let own = self.outline.entry(self.outline.child(at, "url")?)?;
            own.typed("fixed").and_then(|(_, value)| value.as_str())
        };
        is_of_profile || fixed() == Some(url)
    }

    /// The criteria that an entry itself states.
    fn end(&self, at: usize, entry: &OutlineEntry<'_>, steps: &[SliceStep]) -> Vec<Test> {
        let test = |wanted| vec![Test { steps: steps.to_vec(), wanted }];
        let presence = || match (entry.min(), entry.max()) {
            (_, Some(0)) => test(Wanted::Absent),
            (0, _) => Vec::new(),
            _ => test(Wanted::Present),
        };
        match self.kind {
            // What must not be there has no value, whatever its definition says of values.
            _ if entry.max() == Some(0) && !steps.is_empty() => test(Wanted::Absent),
            "exists" => presence(),
            "type" => {
                let codes: Vec<Box<str>> =
                    entry.types().filter_map(type_code).map(Box::from).collect();
                if codes.is_empty() { Vec::new() } else { test(Wanted::Types(codes)) }
            }
            "profile" => {
                let profiles: Vec<_> =
                    entry.types().flat_map(|kind| canonicals(kind, "profile")).collect();
                if !profiles.is_empty() {
                    return test(Wanted::Profiles(profiles));
                }
                // A type that is no choice is that of every item, and tells nothing.
                if !entry.is_choice() && !self.is_of_resources(entry) {
                    return Vec::new();
                }
                let codes: Vec<Box<str>> =
                    entry.types().filter_map(type_code).map(Box::from).collect();
                if codes.is_empty() { Vec::new() } else { test(Wanted::Types(codes)) }
            }
            _ => {
                let values = self.values(at, entry, steps);
                if values.is_empty() && !steps.is_empty() { presence() } else { values }
            }
        }
    }

    /// Whether the values of an element are resources.
    fn is_of_resources(&self, entry: &OutlineEntry<'_>) -> bool {
        entry.types().filter_map(type_code).any(|code| ResourceKind::parse(code).is_some())
    }

    /// Fixed values, patterns and required codes of an entry, or of what is below it.
    fn values(&self, at: usize, entry: &OutlineEntry<'_>, steps: &[SliceStep]) -> Vec<Test> {
        let test = |wanted| vec![Test { steps: steps.to_vec(), wanted }];
        if let Some((_, value)) = entry.typed("fixed") {
            return test(Wanted::Fixed(value.clone()));
        }
        if let Some((_, value)) = entry.typed("pattern") {
            return test(Wanted::Pattern(value.clone()));
        }
        let mut found = Vec::new();
        for child in self.outline.entry(at).map_or(&[][..], |entry| &entry.children) {
            let Some(below) = self.outline.entry(*child) else { continue };
            let beyond: Vec<SliceStep> =
                steps.iter().cloned().chain([SliceStep::Element(below.name().into())]).collect();
            found.extend(self.values(*child, below, &beyond));
            for slice in &below.slices {
                let slice = self.outline.entry(*slice).map(|entry| (*slice, entry));
                if let Some((slice, entry)) = slice.filter(|(_, entry)| entry.min() > 0) {
                    found.extend(self.values(slice, entry, &beyond));
                }
            }
        }
        let binding = entry.element.get("binding");
        let binding =
            binding.filter(|it| it.get("strength").and_then(Value::as_str) == Some("required"));
        if let (true, Some(set)) =
            (found.is_empty(), binding.and_then(|it| it.get("valueSet")?.as_str()))
        {
            return test(Wanted::Member(set.into()));
        }
        if found.is_empty() { self.in_profiles(entry, steps, &[]) } else { found }
    }

    /// Goes on in the profile of the entry's type.
    fn in_profiles(
        &self,
        entry: &OutlineEntry<'_>,
        done: &[SliceStep],
        left: &[SliceStep],
    ) -> Vec<Test> {
        let mut profiles = entry.types().flat_map(|kind| canonicals(kind, "profile"));
        let (Some(only), None) = (profiles.next(), profiles.next()) else { return Vec::new() };
        self.within(&only, done, left)
    }

    fn within(&self, canonical: &str, done: &[SliceStep], left: &[SliceStep]) -> Vec<Test> {
        if self.depth >= DEEPEST {
            return Vec::new();
        }
        let Some(definition) = self.profiles.definition(canonical) else { return Vec::new() };
        let Some(outline) = Outline::of(&definition) else { return Vec::new() };
        let search = Search {
            profiles: self.profiles,
            outline: &outline,
            kind: self.kind,
            depth: self.depth + 1,
        };
        search.find(0, done, left)
    }
}

fn resolved(search: &Search<'_>, entry: &OutlineEntry<'_>, steps: Vec<SliceStep>) -> Vec<Test> {
    let targets: Vec<Box<str>> =
        entry.types().flat_map(|kind| canonicals(kind, "targetProfile")).collect();
    if targets.is_empty() {
        return Vec::new();
    }
    if search.kind == "profile" {
        return vec![Test { steps, wanted: Wanted::Profiles(targets) }];
    }
    let types = targets.iter().filter_map(|target| search.profiles.constrained_type(target));
    vec![Test { steps, wanted: Wanted::Types(types.collect()) }]
}
