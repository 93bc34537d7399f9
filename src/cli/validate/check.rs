//! Checks one document, in JSON or XML.

use std::sync::Arc;

use super::source::Document;
use crate::definitions::registry::Registry;
use crate::definitions::shape::Shapes;
use crate::fhir::date::Zone;
use crate::fhir::issue::{Issue, Severity};
use crate::fhir::position::locate;
use crate::fhir::{json, time};
use crate::fhirpath::expression::environment::Resolver;
use crate::interaction::booklet::{Levels, findings};
use crate::mch::future::Clock;
use crate::validation::request::Request;
use crate::validation::validator::Validator;
use crate::xml::read::{Read, read as read_xml};

/// What documents are checked with.
pub(super) struct Check {
    registry: Arc<Registry>,
    validator: Validator,
}

impl Check {
    pub(super) fn new(registry: Arc<Registry>) -> Self {
        Self { validator: Validator::new(Arc::clone(&registry)), registry }
    }

    /// Every finding about a document, with its place.
    pub(super) fn document(
        &self,
        document: &Document,
        profiles: &[&str],
        others: &dyn Resolver,
    ) -> Vec<Issue> {
        let read = match document.lines_before {
            Some(lines) => json::parse_after(&document.text, lines)
                .map(|resource| Read { resource, issues: Vec::new() }),
            None => read(&document.text, &self.registry.shapes),
        };
        let mut issues = match read {
            Ok(Read { resource, mut issues }) => {
                let resolver = Some(others);
                let request = Request { profiles, resolver, strict: true, ..Request::default() };
                let levels = Levels::default();
                // The tree has no order, the text has: who asks whether it is right is told.
                for note in &mut issues {
                    note.severity = Severity::Error;
                }
                let clock = Clock { now: time::now().micros(), zone: Zone::default() };
                issues.extend(findings(&self.validator, (&levels, clock), &resource, request));
                issues
            }
            Err(issue) => return vec![issue],
        };
        locate(&document.text, &mut issues);
        for position in issues.iter_mut().filter_map(|issue| issue.position.as_mut()) {
            position.line += document.lines_before.unwrap_or_default();
        }
        issues
    }
}

/// Reads a resource. Nothing but XML begins with `<`.
pub(super) fn read(text: &[u8], shapes: &Shapes) -> Result<Read, Issue> {
    let start = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text).trim_ascii_start();
    if start.starts_with(b"<") {
        return read_xml(text, shapes);
    }
    Ok(Read { resource: json::parse(text)?, issues: Vec::new() })
}
