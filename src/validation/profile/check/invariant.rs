//! Constraints on values, <https://hl7.org/fhir/R4/conformance-rules.html#constraints>.

use serde_json::Value;

use crate::definitions::shape::ShapeId;
use crate::fhir::issue::{Issue, Rule, Severity};
use crate::fhir::kind::ResourceKind;
use crate::fhirpath::expression::Expression;
use crate::fhirpath::expression::environment::{Environment, Outside, STEPS};
use crate::fhirpath::value::datum::{Collection, Datum, Node};
use crate::fhirpath::value::kind::Kind;
use crate::validation::element::items::Items;
use crate::validation::element::object::Subject;
use crate::validation::element::path::Path;
use crate::validation::element::present::Present;
use crate::validation::message::profile as message;
use crate::validation::profile::compile::base::kind_of;
use crate::validation::profile::tree::constraint::Constraint;
use crate::validation::profile::tree::guard::Guard;
use crate::validation::profile::tree::node::Applied;
use crate::validation::walk::Walk;

/// The key of what a period has to be. A time and the day it is on cannot be compared, but
/// <https://hl7.org/fhir/R4/datatypes-definitions.html#Period.end> has the time in a period that ends
/// with the day.
const PERIOD: &str = "per-1";

impl<'a> Walk<'a> {
    /// The constraints that R4 states for a type and for elements right below it.
    pub(in crate::validation) fn base_constraints(
        &mut self,
        subject: Subject<'a>,
        id: ShapeId,
        present: &Present,
        path: &Path<'_>,
    ) {
        let engine = self.engine;
        let Some(rules) = engine.profiles.base().of(id) else { return };
        let Some(shape) = engine.registry.shapes.shape(id) else { return };
        for constraint in &rules.own {
            let is_due = match &constraint.guard {
                Guard::Always => true,
                Guard::Any(numbers) => numbers.iter().any(|number| present.contains(*number)),
            };
            if is_due {
                let kind = kind_of(shape, id);
                self.constraint(constraint, Node { value: subject.value, extra: None, kind }, path);
            }
        }
        for (numbers, constraint) in &rules.elements {
            for number in numbers.iter().filter(|number| present.contains(**number)) {
                let Some(element) = shape.numbered(*number) else { continue };
                for (at, item) in Items::of(subject.object, element).iter().enumerate() {
                    let name = &element.name;
                    let place =
                        if element.repeats { path.item(name, at) } else { path.child(name) };
                    let value = item.value.unwrap_or(&Value::Null);
                    let kind = Kind::Element(element.content);
                    self.constraint(constraint, Node { value, extra: item.extra, kind }, &place);
                }
            }
        }
    }

    /// The constraints that profiles state for a whole resource.
    pub(in crate::validation) fn resource_constraints(
        &mut self,
        value: &'a Value,
        kind: ResourceKind,
        nodes: &[Applied<'a>],
        path: &Path<'_>,
    ) {
        let focus = Node { value, extra: None, kind: Kind::Resource(kind) };
        for node in nodes {
            self.node_constraints(*node, focus, path);
        }
    }

    /// The constraints that a profile states for an element.
    pub(super) fn node_constraints(&mut self, node: Applied<'a>, focus: Node<'a>, path: &Path<'_>) {
        for constraint in node.node.constraints.due(focus.value) {
            if let Some(issue) = self.broken(constraint, focus) {
                self.report(path, node.weight.of(issue));
            }
        }
    }

    fn constraint(&mut self, constraint: &'a Constraint, focus: Node<'a>, path: &Path<'_>) {
        if let Some(issue) = self.broken(constraint, focus) {
            self.report(path, issue);
        }
    }

    /// What there is to say of a constraint. One that cannot be evaluated is told, not passed over.
    fn broken(&self, constraint: &'a Constraint, focus: Node<'a>) -> Option<Issue> {
        let is_warning = constraint.severity == Severity::Warning;
        if is_warning && (self.depth > 0 || self.request.silenced.contains(&&*constraint.key)) {
            return None;
        }
        let issue = match self.met(constraint, focus) {
            Ok(Some(true)) => return None,
            Ok(Some(false)) => message::not_met(&constraint.key, &constraint.human),
            // What is not true is not met: nothing comes of comparing what cannot be compared.
            Ok(None) => {
                let issue = message::not_met(&constraint.key, &constraint.human);
                let may_hold = *constraint.key == *PERIOD;
                if may_hold { self.only_asked("period", issue) } else { issue }
            }
            Err(reason) => {
                let issue = message::not_evaluated(&constraint.key, &reason);
                // What was given up for its cost says nothing; who stores a resource cannot mend
                // the words of a profile.
                let is_read = constraint.expression.is_ok();
                if is_read { issue.warning() } else { self.only_asked("rule", issue) }
            }
        };
        let key = Some(constraint.key.clone());
        let rule = Rule { profile: std::sync::Arc::clone(&constraint.source), key };
        let is_told = issue.severity.refuses() && constraint.expression.is_ok();
        let severity = if is_told { constraint.severity } else { issue.severity };
        Some(Issue { rule: Some(rule), severity, ..issue })
    }

    /// Whether a condition holds, as far as it can be evaluated.
    pub(in crate::validation) fn holds(&self, constraint: &'a Constraint, focus: Node<'a>) -> bool {
        self.met(constraint, focus).map_or(true, |met| met == Some(true))
    }

    /// Whether a condition is true, or says nothing.
    fn met(&self, constraint: &'a Constraint, focus: Node<'a>) -> Result<Option<bool>, String> {
        let expression = match &constraint.expression {
            Ok(expression) => expression,
            Err(reason) => return Err(reason.to_string()),
        };
        let focus = [Datum::Node(focus)];
        let shapes = &self.registry.shapes;
        let met = self.surrounded(|environment| expression.condition(shapes, environment, &focus));
        met.map_err(|error| error.to_string())
    }

    /// Whether a condition holds for an element that has a type of its own, as far as it can be
    /// evaluated: nobody gives `%extension`, which some conditions of R4 ask for.
    pub(in crate::validation) fn is_true(
        &self,
        expression: &'a Expression,
        focus: Node<'a>,
    ) -> bool {
        let focus = [Datum::Node(focus)];
        let shapes = &self.registry.shapes;
        let met = self.surrounded(|environment| expression.condition(shapes, environment, &focus));
        matches!(met, Ok(Some(true)) | Err(_))
    }

    /// Whether an expression on the resource selects this value.
    pub(in crate::validation) fn selects(
        &self,
        expression: &'a Expression,
        host: &'a Value,
    ) -> bool {
        let focus = [Datum::resource(self.resource)];
        let shapes = &self.registry.shapes;
        let is_host = |datum: &Datum<'_>| match datum {
            Datum::Node(node) => {
                std::ptr::eq(node.value, host)
                    || node.extra.is_some_and(|extra| std::ptr::eq(extra, host))
            }
            _ => false,
        };
        self.surrounded(|environment| {
            let found: Result<Collection<'_>, _> = expression.evaluate(shapes, environment, &focus);
            found.is_ok_and(|found| found.iter().any(is_host))
        })
    }

    /// Evaluates with what surrounds the resource at hand.
    fn surrounded<T>(&self, evaluate: impl FnOnce(&Environment<'_>) -> T) -> T {
        let member_of = |item: &Datum<'_>, url: &str| match item {
            Datum::Node(node) => self.membership_of(node.value, url),
            item => self.membership_of(&Value::String(item.string()?.to_owned()), url),
        };
        let conforms_to = |item: &Datum<'_>, url: &str| match item {
            Datum::Node(node) => self.conforms_to(node.value, url),
            _ => None,
        };
        let environment = Environment {
            resource: Some(Datum::resource(self.resource)),
            root_resource: Some(Datum::resource(self.container)),
            bundle: self.bundle.as_ref().map(|bundle| bundle.value),
            variables: Vec::new(),
            now: self.now,
            zone: crate::fhir::date::Zone::default(),
            outside: Outside {
                resolver: self.request.resolver,
                member_of: Some(&member_of),
                conforms_to: Some(&conforms_to),
                ..Outside::default()
            },
            steps: STEPS,
        };
        evaluate(&environment)
    }
}
