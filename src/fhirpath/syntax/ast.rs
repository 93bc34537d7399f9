//! The tree of a path, as written, <http://hl7.org/fhirpath/N1/grammar.html>.

use super::error::{ExpressionFault, PathError};

/// An expression and the byte it starts at.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Expression {
    pub(crate) at: usize,
    pub(crate) node: ExpressionNode,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ExpressionNode {
    Literal(Literal),
    /// `%resource`
    External(String),
    Path(Path),
    /// `-` before an expression; `+` changes nothing and is left out.
    Negative(Box<Expression>),
    Binary(Operator, Box<Expression>, Box<Expression>),
    Is(Box<Expression>, TypeName),
    As(Box<Expression>, TypeName),
    /// All parts of `a | b | c`.
    Union(Vec<Expression>),
}

/// `start.step.step`; without a start the path begins at the focus.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Path {
    pub(crate) start: Option<Box<Expression>>,
    pub(crate) steps: Vec<PathStep>,
}

/// One step of a path and the byte it starts at.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PathStep {
    pub(crate) at: usize,
    pub(crate) invocation: Invocation,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Invocation {
    Member(String),
    Function(String, Vec<Expression>),
    This,
    Index,
    Total,
    /// `[0]`
    Indexer(Expression),
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Literal {
    /// `{}`
    Empty,
    Boolean(bool),
    String(String),
    /// As written; one that ends with `L` is a `Long`.
    Number(String),
    /// Without the `@`.
    Date(String),
    /// Number and unit.
    Quantity(String, String),
}

/// `Patient` or `FHIR.Patient`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TypeName {
    pub(crate) at: usize,
    pub(crate) namespace: Option<String>,
    pub(crate) name: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Multiply,
    Divide,
    Div,
    Mod,
    Add,
    Subtract,
    Concatenate,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    NotEqual,
    Equivalent,
    NotEquivalent,
    In,
    Contains,
    And,
    Or,
    Xor,
    Implies,
}

impl Operator {
    /// Whether it makes a value of its operands; the others make a truth.
    pub(crate) fn is_arithmetic(self) -> bool {
        matches!(
            self,
            Self::Multiply
                | Self::Divide
                | Self::Div
                | Self::Mod
                | Self::Add
                | Self::Subtract
                | Self::Concatenate
        )
    }
}

/// The type that `as(Quantity)` names.
pub(in crate::fhirpath) fn type_argument(
    function: &str,
    arguments: &[Expression],
    at: usize,
) -> Result<TypeName, PathError> {
    let wrong =
        || ExpressionFault::Arguments { function: function.into(), expected: "one type" }.at(at);
    let [Expression { node: ExpressionNode::Path(path), at }] = arguments else {
        return Err(wrong());
    };
    let name = |step: &PathStep| match &step.invocation {
        Invocation::Member(name) => Ok(name.clone()),
        _ => Err(wrong()),
    };
    match (&path.start, path.steps.as_slice()) {
        (None, [only]) => Ok(TypeName { at: *at, namespace: None, name: name(only)? }),
        (None, [first, second]) => {
            Ok(TypeName { at: *at, namespace: Some(name(first)?), name: name(second)? })
        }
        _ => Err(wrong()),
    }
}
