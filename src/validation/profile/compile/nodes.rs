//! Snapshots → nodes: what a profile asks beyond the base definition,
//! <https://hl7.org/fhir/R4/profiling.html#snapshot>.

use std::sync::Arc;

use serde_json::Value;

use super::criterion::Criteria;
use super::extension::{MIN_LENGTH, MUST_HAVE_VALUE, extension, regular, value_alternatives};
use super::ground::Ground;
use super::outline::{Outline, OutlineEntry, canonicals, type_code};
use crate::definitions::shape::{Element, Shapes};
use crate::validation::profile::cache::Profiles;
use crate::validation::profile::tree::bound::{Bound, bounds};
use crate::validation::profile::tree::constraint::Constraint;
use crate::validation::profile::tree::due::Constraints;
use crate::validation::profile::tree::node::{Count, NodeId, Profile, ProfileNode, TypeRule};
use crate::validation::profile::tree::range::range;
use crate::validation::profile::tree::slicing::{Rules, Slice, Slicing};
use crate::validation::profile::tree::usage_context::UsageContext;

/// The version of the value sets of R4, without the number of its technical corrections.
const R4: &str = "4.0";

/// Compiles a definition with a snapshot; none when it has none.
///
/// A content reference (`Questionnaire.item.item`) is to the base definition: what a profile asks of
/// `Questionnaire.item` it does not ask of the items within, unless it says so.
pub(in crate::validation::profile) fn compile(
    profiles: &Profiles,
    definition: &Value,
) -> Option<Profile> {
    let outline = Outline::of(definition)?;
    let text = |key: &str| definition.get(key).and_then(Value::as_str);
    let (url, type_name) = (text("url")?, text("type")?);
    let canonical: Arc<str> = match text("version") {
        Some(version) => format!("{url}|{version}").into(),
        None => url.into(),
    };
    let shapes = &profiles.registry.shapes;
    let mut compiler = Compiler {
        profiles,
        shapes,
        outline: &outline,
        canonical: Arc::clone(&canonical),
        nodes: Vec::new(),
    };
    let ground = Ground::whole(shapes, type_name);
    compiler.node(0, ground, false)?;
    let usage = (type_name == "Extension").then(|| UsageContext::read(shapes, definition));
    let nodes = compiler.nodes;
    Some(Profile { canonical, url: url.into(), type_name: type_name.into(), nodes, usage })
}

struct Compiler<'c> {
    profiles: &'c Profiles,
    shapes: &'c Shapes,
    outline: &'c Outline<'c>,
    canonical: Arc<str>,
    nodes: Vec<ProfileNode>,
}

impl<'c> Compiler<'c> {
    /// Makes the node of an entry; none when it asks for nothing beyond the base definition.
    fn node(&mut self, at: usize, ground: Ground<'c>, is_slice: bool) -> Option<NodeId> {
        let outline = self.outline;
        let entry = outline.entry(at)?;
        let id = self.nodes.len();
        self.nodes.push(ProfileNode::default());
        let mut node = self.own(entry, &ground, is_slice);
        for child in &entry.children {
            let below = outline.entry(*child)?;
            let ground = Ground::below(self.shapes, ground.content, below);
            node.children.extend(self.node(*child, ground, false));
        }
        node.slicing = self.slicing(at, entry, &ground);
        let matters = matters(&node);
        if let Some(place) = self.nodes.get_mut(id) {
            *place = node;
        }
        (matters || is_slice || at == 0).then_some(id)
    }

    /// What an entry itself says.
    fn own(&self, entry: &OutlineEntry<'_>, ground: &Ground<'_>, is_slice: bool) -> ProfileNode {
        let flag =
            |url: &str| extension(entry.element, url).and_then(|found| found.get("valueBoolean"));
        let key = ground.all.first().filter(|element| *element.name != *entry.name());
        let number = |value: &Value| value.as_u64().and_then(|number| usize::try_from(number).ok());
        let fixed = entry.typed("fixed").map(|(_, value)| Box::new(value.clone()));
        let pattern = entry.typed("pattern").map(|(_, value)| Box::new(value.clone()));
        let shortest = extension(entry.element, MIN_LENGTH)
            .and_then(|found| number(found.get("valueInteger")?));
        ProfileNode {
            path: self.shown(entry),
            name: key.map_or(entry.name(), |element| &*element.name).into(),
            key: key.map(|element| element.key.clone()),
            slice: entry.slice.map(Box::from),
            count: count(entry, ground, is_slice),
            types: self.types(entry, ground),
            fixed,
            pattern,
            longest: entry.element.get("maxLength").and_then(number),
            shortest,
            expression: regular(entry.element),
            needs_value: flag(MUST_HAVE_VALUE).and_then(Value::as_bool).unwrap_or_default(),
            value_alternatives: value_alternatives(entry.element),
            bounds: self.bounds(entry, ground),
            constraints: self.constraints(entry, ground),
            range: range(self.shapes, &ground.kinds, entry),
            ..ProfileNode::default()
        }
    }

    /// The path for messages: slices are named.
    fn shown(&self, entry: &OutlineEntry<'_>) -> Box<str> {
        match (entry.text("id"), entry.slice) {
            (Some(id), _) => id.into(),
            (None, Some(slice)) => format!("{}:{slice}", entry.path).into(),
            (None, None) => entry.path.into(),
        }
    }

    fn types(&self, entry: &OutlineEntry<'_>, ground: &Ground<'_>) -> Vec<TypeRule> {
        let rule = |kind: &Value| {
            let code = type_code(kind)?;
            let named = canonicals(kind, "profile");
            if matches!(code, "Resource" | "DomainResource") && !named.is_empty() {
                return Some(named.into_iter().map(|profile| self.of_resource(profile)).collect());
            }
            let mut profiles = canonicals(kind, "profile");
            profiles.retain(|profile| self.profiles.type_name(profile).is_none());
            let targets = canonicals(kind, "targetProfile");
            let is_base = self.are_base_targets(&targets, ground, code);
            Some(vec![TypeRule {
                code: code.into(),
                profiles,
                targets: if is_base { Vec::new() } else { targets },
                aggregation: canonicals(kind, "aggregation"),
                versioning: versioning(kind),
            }])
        };
        let rules: Vec<TypeRule> = entry.types().filter_map(rule).flatten().collect();
        let is_among = |element: &&Element| rules.iter().any(|rule| rule.code == element.type_code);
        let is_narrower = !rules.is_empty() && !ground.all.iter().all(is_among);
        let asks = |rule: &TypeRule| {
            !rule.profiles.is_empty()
                || !rule.targets.is_empty()
                || !rule.aggregation.is_empty()
                || rule.versioning.is_some()
        };
        if is_narrower || rules.iter().any(asks) { rules } else { Vec::new() }
    }

    /// The rule that any resource which conforms to a profile keeps: it is of the profile's type.
    fn of_resource(&self, profile: Box<str>) -> TypeRule {
        let code = self.profiles.constrained_type(&profile).unwrap_or_else(|| "Resource".into());
        let is_type = self.profiles.type_name(&profile).is_some();
        let profiles = if is_type { Vec::new() } else { vec![profile] };
        TypeRule { code, profiles, ..TypeRule::default() }
    }

    fn are_base_targets(&self, targets: &[Box<str>], ground: &Ground<'_>, code: &str) -> bool {
        let Some(element) = ground.all.iter().find(|element| *element.type_code == *code) else {
            return targets.is_empty();
        };
        let names: Option<Vec<_>> =
            targets.iter().map(|target| self.profiles.type_name(target)).collect();
        let Some(names) = names else { return false };
        if names.is_empty() || names.contains(&"Resource") {
            return true;
        }
        !element.targets.is_empty()
            && element.targets.iter().all(|target| names.contains(&target.name()))
    }

    fn bounds(&self, entry: &OutlineEntry<'_>, ground: &Ground<'_>) -> Vec<Bound> {
        let mut bounds = bounds(entry.path, entry.element);
        bounds.retain(|bound| {
            // In the version of another release a profile means another set.
            let (url, version) = bound.value_set.split_once('|').unwrap_or((&*bound.value_set, R4));
            if !version.starts_with(R4) {
                return true;
            }
            let is_base = |element: &&Element| {
                let base = element.binding.as_ref();
                base.is_some_and(|base| base.strength == bound.strength && base.url() == url)
            };
            !ground.left.iter().any(is_base)
        });
        bounds
    }

    fn constraints(&self, entry: &OutlineEntry<'_>, ground: &Ground<'_>) -> Constraints {
        let base = self.profiles.base();
        let added = entry.list("constraint").iter().filter(|constraint| !base.states(constraint));
        let made = added.filter_map(|constraint| {
            let source = constraint.get("source").and_then(Value::as_str);
            let source = source.map_or_else(|| Arc::clone(&self.canonical), Arc::from);
            let text = constraint.get("expression")?.as_str()?;
            Some((Constraint::new(self.shapes, &ground.kinds, constraint, &source)?, text))
        });
        Constraints::new(self.shapes, &ground.kinds, made.collect())
    }

    fn slicing(
        &mut self,
        at: usize,
        entry: &OutlineEntry<'c>,
        ground: &Ground<'c>,
    ) -> Option<Box<Slicing>> {
        if entry.slices.is_empty() {
            return None;
        }
        let definition = entry.element.get("slicing");
        let text = |key: &str| definition.and_then(|slicing| slicing.get(key)?.as_str());
        let is_ordered = definition.and_then(|slicing| slicing.get("ordered")?.as_bool());
        let rules = match text("rules") {
            Some("closed") => Rules::Closed,
            Some("openAtEnd") => Rules::OpenAtEnd,
            _ => Rules::Open,
        };
        let mut slicing =
            Slicing { rules, is_ordered: is_ordered.unwrap_or_default(), ..Slicing::default() };
        for slice in &entry.slices {
            let below = self.outline.entry(*slice)?;
            let ground = Ground::of(self.shapes, ground.all.clone(), below);
            let node = self.node(*slice, ground, true)?;
            if below.slice == Some("@default") {
                slicing.default = Some(node);
                continue;
            }
            let criteria = Criteria { profiles: self.profiles, outline: self.outline };
            let tests = criteria.tests(at, *slice);
            slicing.slices.push(Slice { node, tests });
        }
        Some(Box::new(slicing))
    }
}

/// How many there may be, where that is not what the base definition says.
fn count(entry: &OutlineEntry<'_>, ground: &Ground<'_>, is_slice: bool) -> Option<Count> {
    let count = Count { least: entry.min(), most: entry.max() };
    if is_slice {
        return (count.least > 0 || count.most.is_some()).then_some(count);
    }
    let base = ground.all.first()?;
    let size = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    let is_base = size(base.min) >= count.least && base.max.map(size) == count.most;
    (!is_base).then_some(count)
}

fn matters(node: &ProfileNode) -> bool {
    node.count.is_some()
        || !node.children.is_empty()
        || node.slicing.is_some()
        || !node.types.is_empty()
        || node.fixed.is_some()
        || node.pattern.is_some()
        || node.longest.is_some()
        || node.shortest.is_some()
        || node.expression.is_some()
        || node.needs_value
        || !node.value_alternatives.is_empty()
        || !node.bounds.is_empty()
        || !node.constraints.is_empty()
        || !node.range.is_empty()
}

fn versioning(kind: &Value) -> Option<Box<str>> {
    let versioning = kind.get("versioning")?.as_str()?;
    (versioning != "either").then(|| versioning.into())
}
