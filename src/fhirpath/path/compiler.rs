//! Tree → program: names become JSON keys and every result gets its types.

use super::item::Type;
use super::program::{Arm, Path, Program, ProgramStep, Start};
use super::steps::resolves_to;
use super::types::TypeTest;
use crate::definitions::shape::Shapes;
use crate::fhir::kind::ResourceKind;
use crate::fhirpath::syntax::ast::{
    Expression, ExpressionNode, Invocation, Literal, Operator, PathStep as Written, type_argument,
};
use crate::fhirpath::syntax::error::{ExpressionFault, PathError};
use crate::fhirpath::syntax::parser::parse;

/// Compiles a path over a type of resource.
pub fn compile(shapes: &Shapes, kind: ResourceKind, text: &str) -> Result<Path, PathError> {
    compile_at(shapes, kind, &[Type::Resource(kind)], text)
}

/// Compiles a path that begins at items of these types within a resource.
pub fn compile_at(
    shapes: &Shapes,
    kind: ResourceKind,
    focus: &[Type],
    text: &str,
) -> Result<Path, PathError> {
    let compiler = Compiler { shapes, kind };
    let tree = parse(text)?;
    let parts = match &tree.node {
        ExpressionNode::Union(parts) => parts.as_slice(),
        _ => std::slice::from_ref(&tree),
    };
    let mut arms = Vec::new();
    for part in parts {
        let Compiled { program, types } = compiler.expression(part, focus)?;
        if !matches!(program, Program::Empty) {
            arms.push(Arm { program, types: types.into() });
        }
    }
    Ok(Path { arms: arms.into() })
}

/// A program and the types that its items may have.
pub(super) struct Compiled {
    pub(super) program: Program,
    pub(super) types: Vec<Type>,
}

pub(super) struct Compiler<'s> {
    pub(super) shapes: &'s Shapes,
    kind: ResourceKind,
}

impl Compiled {
    fn new(program: Program, kind: Type) -> Self {
        Self { program, types: vec![kind] }
    }

    fn nothing() -> Self {
        Self { program: Program::Empty, types: Vec::new() }
    }

    /// The same, one step further.
    pub(super) fn then(mut self, step: ProgramStep, types: Vec<Type>) -> Self {
        match &mut self.program {
            Program::Empty if !matches!(step, ProgramStep::Exists | ProgramStep::Empty) => {
                return self;
            }
            Program::Steps(_, steps) => steps.push(step),
            program => {
                let start = std::mem::replace(program, Program::Empty);
                *program = Program::Steps(Start::Program(Box::new(start)), vec![step]);
            }
        }
        Self { types, ..self }
    }

    /// Only the items of these types. After a step to children the other ways are not taken at all.
    pub(super) fn only(mut self, types: Vec<Type>) -> Self {
        if let Program::Steps(_, steps) = &mut self.program
            && let Some(ProgramStep::Child(edges)) = steps.last_mut()
        {
            let kept = edges.iter().filter(|edge| types.contains(&edge.to));
            *edges = kept.cloned().collect();
            return Self { types, ..self };
        }
        self.then(ProgramStep::OfType(types.clone().into()), types)
    }
}

impl Compiler<'_> {
    pub(super) fn expression(
        &self,
        written: &Expression,
        focus: &[Type],
    ) -> Result<Compiled, PathError> {
        let unsupported = |what: String| Err(ExpressionFault::Unsupported(what).at(written.at));
        match &written.node {
            ExpressionNode::Literal(Literal::Boolean(value)) => {
                Ok(Compiled::new(Program::Boolean(*value), Type::Boolean))
            }
            ExpressionNode::Literal(Literal::String(text)) => {
                Ok(Compiled::new(Program::String(text.as_str().into()), Type::String))
            }
            ExpressionNode::Literal(Literal::Number(number)) => {
                Ok(Compiled::new(Program::Number(number.as_str().into()), Type::Number))
            }
            ExpressionNode::Literal(Literal::Empty) => Ok(Compiled::nothing()),
            ExpressionNode::Literal(Literal::Date(_)) => {
                unsupported("a date or time literal".into())
            }
            ExpressionNode::Literal(Literal::Quantity(..)) => {
                unsupported("a quantity literal".into())
            }
            ExpressionNode::External(name) if name == "resource" => Ok(Compiled::new(
                Program::Steps(Start::Resource, Vec::new()),
                Type::Resource(self.kind),
            )),
            ExpressionNode::External(name) => unsupported(format!("`%{name}`")),
            ExpressionNode::Negative(_) => unsupported("the operator `-`".into()),
            ExpressionNode::Union(parts) => self.union(parts, focus),
            ExpressionNode::Binary(operator, left, right) => {
                let (left, right) = (self.boxed(left, focus)?, self.boxed(right, focus)?);
                let program = match operator {
                    Operator::Equal => Program::Equal { equal: true, left, right },
                    Operator::NotEqual => Program::Equal { equal: false, left, right },
                    Operator::And => Program::And(left, right),
                    Operator::Or => Program::Or(left, right),
                    operator => return unsupported(format!("the operator {operator:?}")),
                };
                Ok(Compiled::new(program, Type::Boolean))
            }
            ExpressionNode::As(inner, name) => {
                let inner = self.expression(inner, focus)?;
                self.of_type(inner, name)
            }
            ExpressionNode::Is(inner, name) => match before_resolve(inner) {
                Some((start, steps)) => {
                    let inner = self.path(start, steps, focus)?;
                    resolves_to(inner, name)
                }
                None => {
                    let inner = self.expression(inner, focus)?;
                    self.is_type(inner, name)
                }
            },
            ExpressionNode::Path(path) => self.path(path.start.as_deref(), &path.steps, focus),
        }
    }

    fn boxed(&self, written: &Expression, focus: &[Type]) -> Result<Box<Program>, PathError> {
        self.expression(written, focus).map(|compiled| Box::new(compiled.program))
    }

    fn union(&self, parts: &[Expression], focus: &[Type]) -> Result<Compiled, PathError> {
        let mut union = Compiled::nothing();
        let mut programs = Vec::new();
        for part in parts {
            let part = self.expression(part, focus)?;
            programs.push(part.program);
            for kind in part.types {
                if !union.types.contains(&kind) {
                    union.types.push(kind);
                }
            }
        }
        Ok(Compiled { program: Program::Union(programs.into()), ..union })
    }

    fn path(
        &self,
        start: Option<&Expression>,
        steps: &[Written],
        focus: &[Type],
    ) -> Result<Compiled, PathError> {
        let mut compiled = match start {
            Some(start) => self.expression(start, focus)?,
            None => {
                let program = Program::Steps(Start::Focus, Vec::new());
                Compiled { program, types: focus.to_vec() }
            }
        };
        let mut steps = steps.iter().peekable();
        if start.is_none()
            && let Some(Written { invocation: Invocation::Member(name), .. }) = steps.peek()
            && focus.iter().any(|kind| matches!(kind, Type::Resource(_)))
        {
            if TypeTest::parse(self.shapes, name).is_some_and(|test| test.takes(self.shapes, focus))
            {
                steps.next();
            } else if ResourceKind::parse(name).is_some() {
                return Ok(Compiled::nothing());
            }
        }
        while let Some(step) = steps.next() {
            compiled = match (&step.invocation, steps.peek()) {
                // What a reference resolves to is never read: only its type is asked for.
                (Invocation::Function(name, arguments), Some(next))
                    if name == "resolve" && arguments.is_empty() =>
                {
                    let Invocation::Function(is, arguments) = &next.invocation else {
                        return Err(ExpressionFault::Unsupported("`resolve()`".into()).at(step.at));
                    };
                    if is != "is" {
                        return Err(ExpressionFault::Unsupported("`resolve()`".into()).at(step.at));
                    }
                    let name = type_argument(is, arguments, next.at)?;
                    steps.next();
                    resolves_to(compiled, &name)?
                }
                _ => self.step(compiled, step)?,
            };
        }
        Ok(compiled)
    }
}

/// What stands before `.resolve()` at the end of a path.
fn before_resolve(written: &Expression) -> Option<(Option<&Expression>, &[Written])> {
    let ExpressionNode::Path(path) = &written.node else { return None };
    let (last, before) = path.steps.split_last()?;
    let Invocation::Function(name, arguments) = &last.invocation else { return None };
    (name == "resolve" && arguments.is_empty()).then_some((path.start.as_deref(), before))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::definitions::registry::Registry;
    use crate::fhirpath::path::item::Item;

    fn kind(name: &str) -> ResourceKind {
        ResourceKind::parse(name).expect(name)
    }

    fn registry() -> Registry {
        Registry::r4().expect("R4")
    }

    #[track_caller]
    fn check(registry: &Registry, path: &str, resource: &Value, expected: Value) {
        let kind = kind(resource["resourceType"].as_str().expect("type"));
        let compiled = compile(&registry.shapes, kind, path).expect(path);
        let root = Item::resource(kind, resource);
        let show = |item: Item<'_>| match item {
            Item::Node { value, .. } => value.clone(),
            Item::Boolean(value) => json!(value),
            Item::String(text) | Item::Number(text) => json!(text),
        };
        let found: Vec<Value> = compiled.evaluate(root, root).into_iter().map(show).collect();
        assert_eq!(Value::Array(found), expected, "{path}");
        for arm in compiled.arms() {
            let whole: Vec<Value> = arm.evaluate(root, root).into_iter().map(show).collect();
            let Some(triggers) = arm.triggers() else { continue };
            let mut parts = Vec::new();
            for trigger in triggers {
                if let Some(value) = resource.get(trigger.key) {
                    parts.extend(
                        arm.evaluate_below(root, trigger.kind(), value).into_iter().map(show),
                    );
                }
            }
            assert_eq!(whole, parts, "{path} from its keys");
        }
    }

    #[test]
    fn paths_give_what_they_name() {
        let registry = registry();
        let patient = json!({
            "resourceType": "Patient",
            "active": true,
            "name": [{"family": "Lò", "given": ["Thị", "Hoa"]}, {"family": "Hoa"}],
            "telecom": [{"system": "phone", "value": "1"}, {"system": "email", "value": "2"}],
            "deceasedBoolean": false,
            "extension": [{"url": "http://a", "valueString": "x"}, {"url": "http://b"}],
            "link": [{"other": {"reference": "Patient/2"}}, {"other": {"reference": "RelatedPerson/3"}}],
        });
        let check = |path: &str, expected| check(&registry, path, &patient, expected);
        check("Patient.name.given", json!(["Thị", "Hoa"]));
        check("Patient.name[1].family | Patient.active | Person.name", json!(["Hoa", true]));
        check("name.first().family", json!(["Lò"]));
        check("Patient.telecom.where(system='email').value", json!(["2"]));
        check("Patient.telecom.where(system!='email' and value='1').exists()", json!([true]));
        check("Patient.deceased", json!([false]));
        check("(Patient.deceased as dateTime)", json!([]));
        check("(Patient.deceased as boolean)", json!([false]));
        check("Patient.deceased.ofType(boolean)", json!([false]));
        check("Patient.deceased.exists() and Patient.deceased != false", json!([false]));
        check("Patient.contact.exists()", json!([false]));
        check("Patient.contact.empty().not()", json!([false]));
        check("Patient.active is boolean", json!([true]));
        check("Patient.link.other.where(resolve() is Patient).reference", json!(["Patient/2"]));
        check(
            "Patient.link.where(other.resolve().is(RelatedPerson)).other.reference",
            json!(["RelatedPerson/3"]),
        );
        check("Patient.extension('http://a').value", json!(["x"]));
        check("Patient.where(hasExtension('http://c')).name", json!([]));
        check("%resource.active", json!([true]));
        check("Resource.meta | DomainResource.text", json!([]));
        check("Patient.active = {}", json!([]));
        check("Patient.name.where($this.family = 'Lò' or given.exists()).family", json!(["Lò"]));
        check("(Patient.name | Patient.contact.name).family", json!(["Lò", "Hoa"]));
    }

    #[test]
    fn what_cannot_be_compiled_is_named() {
        let registry = registry();
        let fault = |path: &str| {
            let compiled = compile(&registry.shapes, kind("Patient"), path);
            compiled.expect_err(path).to_string()
        };
        assert_eq!(fault("Patient.nam"), "`nam` is no element of Patient (at byte 8)");
        assert_eq!(fault("Patient.name.x"), "`x` is no element of HumanName (at byte 13)");
        assert_eq!(fault("Patient.name as Nome"), "`Nome` is not a type (at byte 16)");
        assert_eq!(fault("Patient.birthDate > today()"), "`today()` is not supported (at byte 20)");
        assert_eq!(fault("name.where()"), "`where` takes one condition (at byte 5)");
        assert_eq!(fault("link.other.resolve().name"), "`resolve()` is not supported (at byte 11)");
        assert_eq!(fault("name[family]"), "a computed index is not supported (at byte 5)");
        assert_eq!(
            fault("contained.id"),
            "a path into a contained resource is not supported (at byte 10)"
        );
    }

    #[test]
    fn every_official_search_parameter_compiles() {
        let registry = registry();
        let (mut compiled, mut faults) = (0, Vec::new());
        for kind in ResourceKind::all() {
            for parameter in registry.search.of(kind) {
                let Some(expression) = &parameter.expression else { continue };
                let path = match compile(&registry.shapes, kind, expression) {
                    Ok(path) => path,
                    Err(error) => {
                        faults.push(format!("{kind}.{}: {error} in {expression}", parameter.code));
                        continue;
                    }
                };
                compiled += 1;
                for part in &parameter.components {
                    let types = path.types();
                    if let Err(error) = compile_at(&registry.shapes, kind, &types, &part.expression)
                    {
                        faults.push(format!(
                            "{kind}.{}: {error} in {}",
                            parameter.code, part.expression
                        ));
                    }
                }
            }
        }
        assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
        assert!(compiled > 2000, "{compiled}");
    }
}
