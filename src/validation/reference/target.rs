//! What profiles ask of the resources that references point at,
//! <https://hl7.org/fhir/R4/elementdefinition-definitions.html#ElementDefinition.type.targetProfile>.
//!
//! A type of R4 is met by being of that type; whether the resource is a right one is not asked where
//! it is referred to. A resource that is not what a profile asks for is told with the first thing
//! that is wrong with it: once, however many references lead to it, and not at all where it is in
//! what was sent and that very thing was told of it.

use std::sync::Arc;

use serde_json::Value;

use super::literal::{Link, kind_of};
use crate::fhir::issue::{Issue, Rule};
use crate::validation::element::path::Path;
use crate::validation::element::resource::is_of;
use crate::validation::message::reference as message;
use crate::validation::profile::tree::node::{Applied, Profile};
use crate::validation::walk::{Missed, Walk};

impl<'a> Walk<'a> {
    /// Checks where a reference leads to.
    pub(super) fn target_of(
        &mut self,
        node: Applied<'a>,
        targets: &[&'a str],
        link: Link<'_>,
        path: &Path<'_>,
    ) {
        let profiles = &self.engine.profiles;
        let are_types = targets.iter().all(|target| profiles.type_name(target).is_some());
        // A type is known by the reference; only profiles need the resource.
        let is_known = are_types && link.is_relative && link.kind.is_some();
        let resolved = link.text.filter(|_| !is_known).and_then(|text| self.resolve(text));
        let kind = resolved.and_then(kind_of).or(link.kind);
        let (mut fitting, mut unknown) = (Vec::new(), Vec::new());
        for target in targets {
            match profiles.constrained_type(target) {
                Some(name) if kind.is_none_or(|kind| is_of(kind, &name)) => fitting.push(*target),
                Some(_) => {}
                None => unknown.push(*target),
            }
        }
        let mut asked = Vec::new();
        for target in &fitting {
            match self.profile_of_target(target) {
                Some(profile) => asked.push(profile),
                // A type, or a profile that cannot be applied.
                None if kind.is_some() => return,
                None => {}
            }
        }
        let mut cause = None;
        for root in asked.iter().filter_map(|profile| profile.root()) {
            let Some(resolved) = resolved else { break };
            match self.resource_unlike(resolved, root) {
                None => return,
                found => cause = cause.or(found),
            }
        }
        if !unknown.is_empty() {
            for target in unknown {
                self.report_by(node, path, message::unknown_target(target).warning());
            }
        } else if let (Some(kind), true) = (kind, fitting.is_empty()) {
            let issue = message::other_target(kind, targets);
            // What was not seen may be other than its URL says.
            let is_sure = resolved.is_some() || link.is_relative;
            self.report_by(node, path, if is_sure { issue } else { issue.warning() });
        } else if let (Some(target), Some(cause)) = (resolved, cause) {
            let told = Told { target, asked, names: fitting, cause, text: link.text };
            self.misses(node, told, path);
        }
    }

    /// The profile that a target asks for; none for a type of R4.
    fn profile_of_target(&self, canonical: &str) -> Option<&'a Profile> {
        match self.engine.profiles.type_name(canonical) {
            Some(_) => None,
            None => self.profile(canonical),
        }
    }

    /// Notes a reference to a resource that is not what is asked for.
    fn misses(&mut self, node: Applied<'a>, told: Told<'_, 'a>, path: &Path<'_>) {
        let Told { target, asked, names, cause, text } = told;
        let issue = message::target_does_not_conform(text.unwrap_or_default(), &names, &cause);
        if self.depth > 0 {
            return self.report_by(node, path, issue);
        }
        let rule = Rule { profile: Arc::clone(&node.profile.canonical), key: None };
        let issue = node.weight.of(issue.at(path.text()).by(rule));
        let severity = issue.severity;
        let is_same = |one: &&mut Missed<'a>| {
            std::ptr::eq(one.target, target)
                && one.asked.len() == asked.len()
                && one.asked.iter().zip(&asked).all(|(one, other)| std::ptr::eq(*one, *other))
        };
        match self.missed.iter_mut().find(is_same) {
            Some(one) => {
                one.others += 1;
                if severity >= one.issue.severity {
                    return;
                }
                one.issue = issue;
            }
            None => self.missed.push(Missed { target, asked, issue, cause, others: 0 }),
        }
        self.tally(severity);
    }

    /// Tells of the references that miss, unless what is wrong was told of the resource itself.
    pub(in crate::validation) fn tell_missed(&mut self) {
        let missed = std::mem::take(&mut self.missed);
        for Missed { target, issue, cause, others, .. } in missed {
            let is_told = self.broken_at(target).is_some_and(|place| {
                let below = cause.expression.as_deref().and_then(|path| path.split_once('.'));
                let place = match below {
                    Some((_, below)) => format!("{place}.{below}"),
                    None => place.to_owned(),
                };
                self.issues().iter().any(|issue| {
                    issue.severity.refuses()
                        && issue.expression.as_deref() == Some(&*place)
                        && issue.text == cause.text
                })
            });
            if !is_told {
                self.add(message::with_others(issue, others));
            }
        }
    }
}

/// What is told of a reference.
struct Told<'t, 'a> {
    target: &'a Value,
    asked: Vec<&'a Profile>,
    names: Vec<&'a str>,
    cause: Arc<Issue>,
    text: Option<&'t str>,
}
