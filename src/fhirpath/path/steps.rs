//! The steps of a path: elements, indexers and functions.

use super::compiler::{Compiled, Compiler};
use super::item::Type;
use super::program::{Edge, ProgramStep};
use super::types::{self, TypeTest};
use crate::definitions::shape::Content;
use crate::fhir::kind::ResourceKind;
use crate::fhirpath::syntax::ast::{
    Expression, ExpressionNode, Invocation, Literal, PathStep as Written, TypeName, type_argument,
};
use crate::fhirpath::syntax::error::{ExpressionFault, PathError};

impl Compiler<'_> {
    pub(super) fn step(&self, before: Compiled, step: &Written) -> Result<Compiled, PathError> {
        match &step.invocation {
            Invocation::This => Ok(before),
            Invocation::Index => Err(ExpressionFault::Unsupported("`$index`".into()).at(step.at)),
            Invocation::Total => Err(ExpressionFault::Unsupported("`$total`".into()).at(step.at)),
            Invocation::Member(name) => self.child(before, name, step.at),
            Invocation::Indexer(index) => {
                let ExpressionNode::Literal(Literal::Number(number)) = &index.node else {
                    return Err(
                        ExpressionFault::Unsupported("a computed index".into()).at(index.at)
                    );
                };
                let whole = number.parse().ok().ok_or_else(|| {
                    let found = format!("`{number}`");
                    ExpressionFault::Expected { expected: "a whole number", found }.at(index.at)
                });
                let types = before.types.clone();
                Ok(before.then(ProgramStep::Index(whole?), types))
            }
            Invocation::Function(name, arguments) => {
                self.function(before, name, arguments, step.at)
            }
        }
    }

    fn function(
        &self,
        before: Compiled,
        name: &str,
        arguments: &[Expression],
        at: usize,
    ) -> Result<Compiled, PathError> {
        let types = before.types.clone();
        let wrong =
            |expected| ExpressionFault::Arguments { function: name.into(), expected }.at(at);
        match (name, arguments) {
            ("where", [criteria]) => self.filter(before, criteria),
            ("where", _) => Err(wrong("one condition")),
            ("exists", []) => Ok(before.then(ProgramStep::Exists, vec![Type::Boolean])),
            ("exists", [criteria]) => {
                let found = self.filter(before, criteria)?;
                Ok(found.then(ProgramStep::Exists, vec![Type::Boolean]))
            }
            ("exists", _) => Err(wrong("at most one condition")),
            ("empty", []) => Ok(before.then(ProgramStep::Empty, vec![Type::Boolean])),
            ("not", []) => Ok(before.then(ProgramStep::Not, vec![Type::Boolean])),
            ("first", []) => Ok(before.then(ProgramStep::Index(0), types)),
            ("empty" | "not" | "first", _) => Err(wrong("no argument")),
            ("as" | "ofType", arguments) => {
                let name = type_argument(name, arguments, at)?;
                self.of_type(before, &name)
            }
            ("is", arguments) => self.is_type(before, &type_argument(name, arguments, at)?),
            ("extension" | "hasExtension", [url]) => {
                let ExpressionNode::Literal(Literal::String(url)) = &url.node else {
                    return Err(wrong("the extension's URL as a string"));
                };
                let extensions = self.child(before, "extension", at)?;
                let types = extensions.types.clone();
                let found = extensions.then(ProgramStep::Extension(url.as_str().into()), types);
                Ok(match name {
                    "extension" => found,
                    _ => found.then(ProgramStep::Exists, vec![Type::Boolean]),
                })
            }
            ("extension" | "hasExtension", _) => Err(wrong("one URL")),
            _ => Err(ExpressionFault::Unsupported(format!("`{name}()`")).at(at)),
        }
    }

    fn filter(&self, before: Compiled, criteria: &Expression) -> Result<Compiled, PathError> {
        let types = before.types.clone();
        let criteria = self.expression(criteria, &types)?.program;
        Ok(before.then(ProgramStep::Where(criteria), types))
    }

    pub(super) fn of_type(&self, before: Compiled, name: &TypeName) -> Result<Compiled, PathError> {
        let kept = self.matching(&before.types, name)?;
        Ok(before.only(kept))
    }

    pub(super) fn is_type(&self, before: Compiled, name: &TypeName) -> Result<Compiled, PathError> {
        let matching = self.matching(&before.types, name)?;
        Ok(before.then(ProgramStep::Is(matching.into()), vec![Type::Boolean]))
    }

    /// Those of the types that are the named one.
    fn matching(&self, types: &[Type], name: &TypeName) -> Result<Vec<Type>, PathError> {
        let unknown = || ExpressionFault::UnknownType(name.name.clone()).at(name.at);
        if name.namespace.as_deref().is_some_and(|namespace| namespace != "FHIR") {
            return Err(unknown());
        }
        let test = TypeTest::parse(self.shapes, &name.name).ok_or_else(unknown)?;
        if types.contains(&Type::Element(Content::Resource)) {
            return Err(ExpressionFault::Unsupported("a type test of a contained resource".into())
                .at(name.at));
        }
        Ok(types.iter().copied().filter(|kind| test.takes(self.shapes, &[*kind])).collect())
    }

    /// The ways along an element from every type that has it.
    fn child(&self, before: Compiled, name: &str, at: usize) -> Result<Compiled, PathError> {
        let mut edges = Vec::new();
        let mut types = Vec::new();
        for from in &before.types {
            let shape = match from {
                Type::Resource(kind) => self.shapes.of(*kind),
                Type::Element(Content::Complex(id)) => self.shapes.shape(*id),
                _ => None,
            };
            let elements = shape.map(|shape| shape.elements.as_slice()).unwrap_or_default();
            for element in elements.iter().filter(|element| &*element.name == name) {
                let to = Type::Element(element.content);
                edges.push(Edge { from: *from, key: element.key.clone(), to });
                if !types.contains(&to) {
                    types.push(to);
                }
            }
        }
        if before.types.contains(&Type::Element(Content::Resource)) {
            return Err(
                ExpressionFault::Unsupported("a path into a contained resource".into()).at(at)
            );
        }
        if edges.is_empty() && !before.types.is_empty() {
            let parents = before.types.iter().map(|kind| types::name(self.shapes, *kind));
            let parent = parents.collect::<Vec<_>>().join(" or ");
            return Err(ExpressionFault::UnknownElement { name: name.to_owned(), parent }.at(at));
        }
        Ok(before.then(ProgramStep::Child(edges.into()), types))
    }
}

/// Whether references point at a resource of the named type.
pub(super) fn resolves_to(before: Compiled, name: &TypeName) -> Result<Compiled, PathError> {
    let kind = ResourceKind::parse(&name.name)
        .ok_or_else(|| ExpressionFault::UnknownType(name.name.clone()).at(name.at))?;
    Ok(before.then(ProgramStep::ResolvesTo(kind), vec![Type::Boolean]))
}
