//! What profiles ask of a value: how many, types, fixed values, patterns, limits, bindings,
//! <https://hl7.org/fhir/R4/elementdefinition.html>.

use serde_json::Value;

use super::pattern::{contains, same};
use crate::definitions::shape::{Content, Element};
use crate::fhir::issue::Issue;
use crate::fhirpath::value::datum::Node;
use crate::fhirpath::value::kind::Kind;
use crate::validation::element::items::Item;
use crate::validation::element::object::Nodes;
use crate::validation::element::path::Path;
use crate::validation::element::resource::push;
use crate::validation::message::profile as message;
use crate::validation::profile::tree::node::{Applied, TypeRule};
use crate::validation::profile::tree::range::Beyond;
use crate::validation::walk::Walk;

impl<'a> Walk<'a> {
    /// Checks one value against the nodes that are for it; what is below was checked before.
    pub(in crate::validation) fn asked(
        &mut self,
        element: &'a Element,
        item: Item<'a>,
        nodes: &[Applied<'a>],
        path: &Path<'_>,
    ) {
        for node in nodes {
            if let Some(value) = item.value {
                self.typed(*node, element, type_of(element, value), path);
                self.valued(*node, item, value, path);
                for bound in &node.node.bounds {
                    self.profile_bound(bound, *node, (element, value), path);
                }
            } else {
                self.typed(*node, element, &element.type_code, path);
                self.without_value(*node, item, path);
            }
            let datum = self.datum(element, item);
            for limit in &node.node.range {
                let Some(value) = item.value else { continue };
                let is_within = match limit.condition(value, self.now) {
                    Ok(Some(condition)) => self.holds(condition, datum),
                    Ok(None) => true,
                    Err(Beyond) => false,
                };
                if !is_within {
                    self.report_by(*node, path, message::out_of_range(&limit.said));
                }
            }
            // Those of a whole resource were checked where its surroundings are known.
            if !(element.content == Content::Resource && node.is_root()) {
                self.node_constraints(*node, datum, path);
            }
        }
    }

    fn datum(&self, element: &Element, item: Item<'a>) -> Node<'a> {
        match (element.content, item.value) {
            (Content::Resource, Some(value)) => Node::resource(value),
            (content, value) => Node {
                value: value.unwrap_or(&Value::Null),
                extra: item.extra,
                kind: Kind::Element(content),
            },
        }
    }

    fn typed(&mut self, node: Applied<'a>, element: &Element, found: &str, path: &Path<'_>) {
        let rules = &node.node.types;
        if rules.is_empty() {
            return;
        }
        let takes = |rule: &TypeRule| {
            *rule.code == *found
                || element.content == Content::Resource
                    && matches!(&*rule.code, "Resource" | "DomainResource")
        };
        if !found.is_empty() && !rules.iter().any(takes) {
            let allowed: Vec<&str> = rules.iter().map(|rule| &*rule.code).collect();
            let issue = self.of_value(node.profile, message::other_type(found, &allowed));
            self.report_by(node, path, issue);
        }
    }

    fn valued(&mut self, node: Applied<'a>, item: Item<'a>, value: &Value, path: &Path<'_>) {
        let asked = node.node;
        let is_extended = item.extra.is_some_and(|extra| extra.get("extension").is_some());
        if asked.fixed.is_some() && is_extended {
            self.report_by(node, path, message::fixed_with_extension());
        }
        if let Some(fixed) = asked.fixed.as_deref().filter(|fixed| !same(fixed, value)) {
            let issue = match self.demanded_codes(&asked.name, fixed).filter(|_| fixed.is_object())
            {
                Some(demand) if !contains(value, fixed) => message::missing_code(&demand, value),
                _ => message::not_fixed(value, fixed),
            };
            self.report_by(node, path, issue);
        }
        if let Some(pattern) = asked.pattern.as_deref().filter(|pattern| !contains(value, pattern))
        {
            let issue = match self.demanded_codes(&asked.name, pattern) {
                Some(demand) => message::missing_code(&demand, value),
                None => message::not_of_pattern(value, pattern),
            };
            self.report_by(node, path, issue);
        }
        let Some(text) = value.as_str() else { return };
        if let Some(most) =
            asked.longest.filter(|most| text.len() > *most && text.chars().count() > *most)
        {
            self.report_by(node, path, message::too_long(text.chars().count(), most));
        }
        if let Some(expression) = asked.expression.as_deref().filter(|it| !it.is_match(text)) {
            self.report_by(node, path, message::not_matching(text, expression.as_str()));
        }
        if let Some(least) = asked.shortest.filter(|least| text.chars().count() < *least) {
            self.report_by(node, path, message::too_short(text.chars().count(), least));
        }
    }

    /// What is asked of a primitive that has only extensions.
    fn without_value(&mut self, node: Applied<'a>, item: Item<'a>, path: &Path<'_>) {
        let asked = node.node;
        if asked.needs_value {
            self.report_by(node, path, message::needs_value());
        }
        if asked.value_alternatives.is_empty() {
            return;
        }
        let extensions = item.extra.and_then(|extra| extra.get("extension")?.as_array());
        let has = |url: &str| {
            let mut extensions = extensions.into_iter().flatten();
            extensions.any(|found| found.get("url").and_then(Value::as_str) == Some(url))
        };
        if !asked.value_alternatives.iter().any(|url| has(url)) {
            self.report_by(node, path, message::needs_alternative(&asked.value_alternatives));
        }
    }

    /// Adds what the profiles of a value's type ask for.
    pub(in crate::validation) fn of_types(
        &mut self,
        element: &'a Element,
        value: &'a Value,
        nodes: &mut Nodes<'a>,
        path: &Path<'_>,
    ) {
        if nodes.iter().all(|node| node.node.types.is_empty()) {
            return;
        }
        let found = type_of(element, value);
        for node in nodes.clone() {
            let is_any = |code: &str| {
                element.content == Content::Resource
                    && matches!(code, "Resource" | "DomainResource")
            };
            let rules = node.node.types.iter();
            let rules = rules.filter(|rule| *rule.code == *found || is_any(&rule.code));
            let profiles: Vec<&'a str> =
                rules.flat_map(|rule| &rule.profiles).map(|profile| &**profile).collect();
            if let Some(root) = self.fitting(node, &profiles, (element, value), path) {
                push(nodes, root.weighing(node.weight));
            }
        }
    }

    /// The profile that a value is to be checked against: the only one, or the one it conforms to.
    fn fitting(
        &mut self,
        node: Applied<'a>,
        profiles: &[&'a str],
        (element, value): (&'a Element, &'a Value),
        path: &Path<'_>,
    ) -> Option<Applied<'a>> {
        let mut known = Vec::new();
        for canonical in profiles {
            match self.profile(canonical).and_then(|profile| profile.root()) {
                Some(root) => known.push(root),
                None => {
                    let issue = message::unknown_profile(canonical);
                    self.report_by(node, path, self.only_asked("unknown-profile", issue));
                }
            }
        }
        if let ([only], [_]) = (known.as_slice(), profiles) {
            return Some(*only);
        }
        let item = Item { value: Some(value), extra: None };
        let mut causes = Vec::new();
        for root in &known {
            match self.unlike(element, item, *root, path) {
                None => return None,
                Some(cause) => causes.push((&*root.profile.url, cause)),
            }
        }
        if !known.is_empty() {
            self.report_by(node, path, message::none_of_profiles(profiles, &causes));
        }
        None
    }

    /// Reports what a profile says.
    pub(in crate::validation) fn report_by(
        &mut self,
        node: Applied<'a>,
        path: &Path<'_>,
        issue: Issue,
    ) {
        let issue = node.weight.of(issue);
        self.report_of(&node.profile.canonical, path, issue);
    }
}

/// The name of a value's type.
pub(super) fn type_of<'v>(element: &'v Element, value: &'v Value) -> &'v str {
    match element.content {
        Content::Resource => value.get("resourceType").and_then(Value::as_str).unwrap_or_default(),
        _ => &element.type_code,
    }
}
