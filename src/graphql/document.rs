//! A document: its text read, its operation chosen, its variables given.

use async_graphql_parser::types::{
    BaseType, DocumentOperations, ExecutableDocument, FragmentDefinition, OperationDefinition,
    OperationType, SelectionSet, Type,
};
use async_graphql_parser::{Error, Pos, Positioned, parse_query};
use async_graphql_value::{ConstValue, Name, Value};
use rustc_hash::FxHashMap;
use serde_json::Value as Json;

use super::fault::Fault;
use crate::budget;

/// Brackets that may lie inside each other.
const NESTED: usize = 100;

/// Steps that a byte takes to be read.
const READ: usize = 4;

/// A document that can be run.
#[derive(Debug)]
pub struct Document {
    operation: Positioned<OperationDefinition>,
    fragments: FxHashMap<Box<str>, Positioned<FragmentDefinition>>,
    /// Those that were declared; null where they have no value.
    variables: FxHashMap<Box<str>, ConstValue>,
}

impl Document {
    /// Reads a text and chooses one of its operations.
    pub fn read(text: &str, operation: Option<&str>, given: &Json) -> Result<Self, Fault> {
        budget::spend(text.len().saturating_mul(READ))?;
        shallow(text)?;
        let ExecutableDocument { operations, fragments } =
            parse_query(text).map_err(|error| unreadable(&error))?;
        let operation = chosen(operations, operation)?;
        if operation.node.ty != OperationType::Query {
            return Err(only_queries(operation.pos));
        }
        if let Some(directive) = operation.node.directives.first() {
            let name = &directive.node.name;
            return Err(Fault::malformed(
                format!("@{} không dùng được cho cả thao tác.", name.node),
                format!("@{} cannot stand at an operation.", name.node),
            )
            .at(name.pos));
        }
        let variables = variables(&operation.node, given)?;
        let fragments = fragments.into_iter().map(|(name, one)| (name.as_str().into(), one));
        Ok(Self { operation, fragments: fragments.collect(), variables })
    }

    /// What is selected at the root.
    pub(super) fn root(&self) -> &Positioned<SelectionSet> {
        &self.operation.node.selection_set
    }

    /// A fragment by its name.
    pub(super) fn fragment(&self, name: &Positioned<Name>) -> Result<&FragmentDefinition, Fault> {
        let found = self.fragments.get(name.node.as_str()).map(|found| &found.node);
        found.ok_or_else(|| {
            Fault::malformed(
                format!("Không có fragment '{}' trong tài liệu.", name.node),
                format!("There is no fragment '{}' in the document.", name.node),
            )
            .at(name.pos)
        })
    }

    /// A value with its variables put in; null when it has none.
    pub(super) fn value(&self, value: &Positioned<Value>) -> Result<ConstValue, Fault> {
        value.node.clone().into_const_with(|name| match self.variables.get(name.as_str()) {
            Some(value) => Ok(value.clone()),
            None => Err(Fault::malformed(
                format!("Biến ${name} chưa được khai báo ở thao tác."),
                format!("The variable ${name} is not declared by the operation."),
            )
            .at(value.pos)),
        })
    }
}

/// Refuses what is nested so deep that reading it would take too much stack.
fn shallow(text: &str) -> Result<(), Fault> {
    let (mut depth, mut in_text, mut in_comment, mut is_escaped) = (0_usize, false, false, false);
    for byte in text.bytes() {
        match byte {
            b'\n' | b'\r' if in_comment => in_comment = false,
            _ if in_comment => {}
            _ if is_escaped => is_escaped = false,
            b'\\' if in_text => is_escaped = true,
            b'"' => in_text = !in_text,
            _ if in_text => {}
            b'#' => in_comment = true,
            b'{' | b'[' | b'(' => {
                depth += 1;
                if depth > NESTED {
                    return Err(too_deep());
                }
            }
            b'}' | b']' | b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    Ok(())
}

fn too_deep() -> Fault {
    Fault::malformed(
        "Tài liệu GraphQL lồng nhau quá sâu. Hãy chia nó ra.",
        "The GraphQL document is nested too deep. Split it.",
    )
}

fn unreadable(error: &Error) -> Fault {
    let pos = error.positions().next();
    if matches!(error, Error::RecursionLimitExceeded) {
        return too_deep();
    }
    let said = match error {
        // The last line of the parser's drawing says what was expected.
        Error::Syntax { message, .. } => {
            let last = message.lines().rev().find_map(|line| line.trim().strip_prefix('='));
            last.unwrap_or("not GraphQL").trim().chars().take(300).collect()
        }
        other => other.to_string(),
    };
    let fault = Fault::malformed(
        format!("Không đọc được tài liệu GraphQL: {said}."),
        format!("The GraphQL document cannot be read: {said}."),
    );
    match pos {
        Some(pos) => fault.at(pos),
        None => fault,
    }
}

/// The operation that is meant.
fn chosen(
    operations: DocumentOperations,
    name: Option<&str>,
) -> Result<Positioned<OperationDefinition>, Fault> {
    let name = name.filter(|name| !name.is_empty());
    let mut named = match (operations, name) {
        (DocumentOperations::Single(only), None) => return Ok(only),
        (DocumentOperations::Single(_), Some(name)) => return Err(no_operation(name)),
        (DocumentOperations::Multiple(named), _) => named,
    };
    match name {
        Some(name) => named.remove(name).ok_or_else(|| no_operation(name)),
        None if named.len() > 1 => Err(Fault::malformed(
            "Tài liệu có nhiều thao tác: hãy nêu tên một thao tác trong operationName.",
            "The document has several operations: name one of them in operationName.",
        )),
        None => named.into_values().next().ok_or_else(|| no_operation("")),
    }
}

fn no_operation(name: &str) -> Fault {
    let name: String = name.chars().take(64).collect();
    Fault::malformed(
        format!("Tài liệu không có thao tác '{name}' (operationName)."),
        format!("The document has no operation '{name}' (operationName)."),
    )
}

fn only_queries(pos: Pos) -> Fault {
    Fault::malformed(
        "Ở đây GraphQL chỉ để đọc (query). Để ghi, hãy dùng REST: POST, PUT, PATCH, DELETE.",
        "GraphQL is for reading here (query). To write, use REST: POST, PUT, PATCH, DELETE.",
    )
    .at(pos)
}

/// The variables of an operation, from what was given and from their defaults.
fn variables(
    operation: &OperationDefinition,
    given: &Json,
) -> Result<FxHashMap<Box<str>, ConstValue>, Fault> {
    if !(given.is_null() || given.is_object()) {
        return Err(Fault::malformed(
            "'variables' phải là một object JSON.",
            "'variables' must be a JSON object.",
        ));
    }
    let mut variables = FxHashMap::default();
    for declared in &operation.variable_definitions {
        let (name, kind) = (&declared.node.name.node, &declared.node.var_type.node);
        let sent = given.get(name.as_str()).map(|value| ConstValue::from_json(value.clone()));
        let sent = sent.and_then(Result::ok);
        let value = sent.or_else(|| declared.node.default_value().cloned());
        let value = value.filter(|value| fits(kind, value)).ok_or_else(|| {
            Fault::malformed(
                format!("Biến ${name} cần một giá trị kiểu {kind}."),
                format!("The variable ${name} needs a value of type {kind}."),
            )
            .at(declared.pos)
        })?;
        if variables.insert(name.as_str().into(), value).is_some() {
            return Err(Fault::malformed(
                format!("Biến ${name} được khai báo hai lần."),
                format!("The variable ${name} is declared twice."),
            )
            .at(declared.pos));
        }
    }
    Ok(variables)
}

/// Whether a value is one of a type; of types that are FHIR's, any value without parts is.
fn fits(kind: &Type, value: &ConstValue) -> bool {
    match (&kind.base, value) {
        (_, ConstValue::Null) => kind.nullable,
        (BaseType::List(of), ConstValue::List(values)) => {
            values.iter().all(|value| fits(of, value))
        }
        // One value stands for a list of it.
        (BaseType::List(of), value) => fits(of, value),
        (BaseType::Named(_), ConstValue::List(_) | ConstValue::Object(_)) => false,
        (BaseType::Named(name), value) => match name.as_str() {
            "Boolean" | "boolean" => matches!(value, ConstValue::Boolean(_)),
            "Int" => matches!(value, ConstValue::Number(number) if number.is_i64()),
            "Float" => matches!(value, ConstValue::Number(_)),
            "String" => matches!(value, ConstValue::String(_)),
            _ => true,
        },
    }
}
