//! Tokens → tree, <http://hl7.org/fhirpath/N1/grammar.html>.

use super::ast::{Expression, ExpressionNode, Invocation, Literal, Path, PathStep, TypeName};
use super::error::{ExpressionFault, PathError};
use super::lexer::{Token, tokens};
use super::precedence::{Infix, Level, infix, is_calendar_unit};

/// How many expressions may lie inside each other. Everything later recurses no deeper.
const DEPTH: usize = 64;
/// How long a path may be.
const LENGTH: usize = 64 * 1024;

/// Reads a path.
pub(crate) fn parse(text: &str) -> Result<Expression, PathError> {
    if text.len() > LENGTH {
        return Err(ExpressionFault::TooLong(LENGTH).at(LENGTH));
    }
    let mut parser = Parser { tokens: tokens(text)?, next: 0, depth: 0 };
    let expression = parser.expression(Level::Implies)?;
    match parser.peek() {
        Token::End => Ok(expression),
        _ => Err(parser.expected("an operator or the end")),
    }
}

struct Parser<'a> {
    tokens: Vec<(usize, Token<'a>)>,
    next: usize,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> &Token<'a> {
        self.tokens.get(self.next).map_or(&Token::End, |(_, token)| token)
    }

    fn at(&self) -> usize {
        self.tokens.get(self.next).or(self.tokens.last()).map_or(0, |(at, _)| *at)
    }

    fn is_symbol(&self, symbol: &str) -> bool {
        matches!(self.peek(), Token::Symbol(found) if *found == symbol)
    }

    fn eat(&mut self, symbol: &str) -> bool {
        let found = self.is_symbol(symbol);
        self.next += usize::from(found);
        found
    }

    fn require(&mut self, symbol: &'static str) -> Result<(), PathError> {
        if self.eat(symbol) { Ok(()) } else { Err(self.expected(symbol)) }
    }

    fn expected(&self, expected: &'static str) -> PathError {
        let found = match self.peek() {
            Token::Word(word) | Token::Number(word) | Token::Date(word) => format!("`{word}`"),
            Token::Variable(word) => format!("`${word}`"),
            Token::Delimited(word) | Token::External(word) => format!("`{word}`"),
            Token::String(text) => format!("'{text}'"),
            Token::Symbol(symbol) => format!("`{symbol}`"),
            Token::End => "the end".to_owned(),
        };
        ExpressionFault::Expected { expected, found }.at(self.at())
    }

    /// An expression whose operators bind at least as tightly as `level`. What it adds to the depth
    /// of the tree, by nesting or by a row of operators, is given back when it is complete.
    fn expression(&mut self, level: Level) -> Result<Expression, PathError> {
        let depth = self.depth;
        self.deeper()?;
        let at = self.at();
        let mut left = self.unary()?;
        while let Some((infix, found)) = infix(self.peek())
            && found >= level
        {
            self.next += 1;
            let node = match infix {
                Infix::Is => ExpressionNode::Is(Box::new(left), self.type_name()?),
                Infix::As => ExpressionNode::As(Box::new(left), self.type_name()?),
                Infix::Union => self.union(left)?,
                Infix::Operator(operator) => {
                    let right = self.expression(found.tighter())?;
                    ExpressionNode::Binary(operator, Box::new(left), Box::new(right))
                }
            };
            self.deeper()?;
            left = Expression { at, node };
        }
        self.depth = depth;
        Ok(left)
    }

    fn union(&mut self, first: Expression) -> Result<ExpressionNode, PathError> {
        let mut parts = vec![first, self.expression(Level::Type)?];
        while self.eat("|") {
            parts.push(self.expression(Level::Type)?);
        }
        Ok(ExpressionNode::Union(parts))
    }

    fn deeper(&mut self) -> Result<(), PathError> {
        self.depth += 1;
        if self.depth > DEPTH { Err(ExpressionFault::TooDeep(DEPTH).at(self.at())) } else { Ok(()) }
    }

    fn unary(&mut self) -> Result<Expression, PathError> {
        let at = self.at();
        if self.eat("-") {
            let operand = Box::new(self.expression(Level::Unary)?);
            return Ok(Expression { at, node: ExpressionNode::Negative(operand) });
        }
        if self.eat("+") { self.expression(Level::Unary) } else { self.path() }
    }

    fn path(&mut self) -> Result<Expression, PathError> {
        let at = self.at();
        let mut steps = Vec::new();
        let start = self.start()?;
        if start.is_none() {
            steps.push(self.step()?);
        }
        loop {
            let at = self.at();
            if self.eat(".") {
                steps.push(self.step()?);
            } else if self.eat("[") {
                let index = self.expression(Level::Implies)?;
                self.require("]")?;
                steps.push(PathStep { at, invocation: Invocation::Indexer(index) });
            } else {
                break;
            }
        }
        match start {
            Some(start) if steps.is_empty() => Ok(start),
            start => {
                let start = start.map(Box::new);
                Ok(Expression { at, node: ExpressionNode::Path(Path { start, steps }) })
            }
        }
    }

    /// What a path starts with, when it is not a step from the focus.
    fn start(&mut self) -> Result<Option<Expression>, PathError> {
        let at = self.at();
        if self.eat("(") {
            let inner = self.expression(Level::Implies)?;
            self.require(")")?;
            return Ok(Some(inner));
        }
        if self.eat("{") {
            self.require("}")?;
            return Ok(Some(Expression { at, node: ExpressionNode::Literal(Literal::Empty) }));
        }
        let node = match self.peek() {
            Token::Word("true") => ExpressionNode::Literal(Literal::Boolean(true)),
            Token::Word("false") => ExpressionNode::Literal(Literal::Boolean(false)),
            Token::String(text) => ExpressionNode::Literal(Literal::String(text.clone())),
            Token::Date(date) => ExpressionNode::Literal(Literal::Date((*date).to_owned())),
            Token::External(name) => ExpressionNode::External(name.clone()),
            Token::Number(number) => {
                let number = (*number).to_owned();
                self.next += 1;
                return Ok(Some(Expression { at, node: self.quantity(number) }));
            }
            _ => return Ok(None),
        };
        self.next += 1;
        Ok(Some(Expression { at, node }))
    }

    /// A number, or a quantity when a unit follows.
    fn quantity(&mut self, number: String) -> ExpressionNode {
        let unit = match self.peek() {
            Token::String(unit) => unit.clone(),
            Token::Word(word) if is_calendar_unit(word) => (*word).to_owned(),
            _ => return ExpressionNode::Literal(Literal::Number(number)),
        };
        self.next += 1;
        ExpressionNode::Literal(Literal::Quantity(number, unit))
    }

    fn step(&mut self) -> Result<PathStep, PathError> {
        let at = self.at();
        let invocation = match self.peek() {
            Token::Variable("this") => Invocation::This,
            Token::Variable("index") => Invocation::Index,
            Token::Variable("total") => Invocation::Total,
            Token::Word(_) | Token::Delimited(_) => {
                let name = self.name()?;
                let invocation = self.member_or_function(name)?;
                return Ok(PathStep { at, invocation });
            }
            _ => return Err(self.expected("a name")),
        };
        self.next += 1;
        Ok(PathStep { at, invocation })
    }

    fn name(&mut self) -> Result<String, PathError> {
        let name = match self.peek() {
            Token::Word(word) => (*word).to_owned(),
            Token::Delimited(name) => name.clone(),
            _ => return Err(self.expected("a name")),
        };
        self.next += 1;
        Ok(name)
    }

    fn member_or_function(&mut self, name: String) -> Result<Invocation, PathError> {
        if !self.eat("(") {
            return Ok(Invocation::Member(name));
        }
        let mut arguments = Vec::new();
        if self.eat(")") {
            return Ok(Invocation::Function(name, arguments));
        }
        loop {
            let mut argument = self.expression(Level::Implies)?;
            // `sort(family desc)` is the way that replaced `sort(-family)`.
            if name == "sort"
                && let Token::Word(order @ ("asc" | "desc")) = self.peek()
            {
                if *order == "desc" {
                    let at = argument.at;
                    argument =
                        Expression { at, node: ExpressionNode::Negative(Box::new(argument)) };
                }
                self.next += 1;
            }
            arguments.push(argument);
            if !self.eat(",") {
                self.require(")")?;
                return Ok(Invocation::Function(name, arguments));
            }
        }
    }

    fn type_name(&mut self) -> Result<TypeName, PathError> {
        let at = self.at();
        let first = self.name()?;
        if !self.eat(".") {
            return Ok(TypeName { at, namespace: None, name: first });
        }
        Ok(TypeName { at, namespace: Some(first), name: self.name()? })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::proptest;

    use super::*;

    /// Writes the tree with all parentheses.
    fn show(expression: &Expression) -> String {
        match &expression.node {
            ExpressionNode::Literal(Literal::String(text)) => format!("'{text}'"),
            ExpressionNode::Literal(Literal::Number(number)) => number.clone(),
            ExpressionNode::Literal(Literal::Quantity(number, unit)) => format!("{number}_{unit}"),
            ExpressionNode::Literal(Literal::Boolean(value)) => value.to_string(),
            ExpressionNode::Literal(literal) => format!("{literal:?}"),
            ExpressionNode::External(name) => format!("%{name}"),
            ExpressionNode::Negative(operand) => format!("-{}", show(operand)),
            ExpressionNode::Binary(operator, left, right) => {
                format!("({} {operator:?} {})", show(left), show(right))
            }
            ExpressionNode::Is(left, name) => format!("({} is {})", show(left), name.name),
            ExpressionNode::As(left, name) => format!("({} as {})", show(left), name.name),
            ExpressionNode::Union(parts) => {
                format!("({})", parts.iter().map(show).collect::<Vec<_>>().join(" | "))
            }
            ExpressionNode::Path(path) => {
                let start = path.start.iter().map(|start| show(start));
                let steps = path.steps.iter().map(|step| match &step.invocation {
                    Invocation::Member(name) => name.clone(),
                    Invocation::Function(name, arguments) => {
                        let arguments: Vec<_> = arguments.iter().map(show).collect();
                        format!("{name}({})", arguments.join(", "))
                    }
                    Invocation::Indexer(index) => format!("[{}]", show(index)),
                    other => format!("${other:?}"),
                });
                start.chain(steps).collect::<Vec<_>>().join(".")
            }
        }
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(show(&parse(text).expect(text)), expected);
    }

    #[test]
    fn operators_bind_as_the_grammar_says() {
        check("a.b | c.d | e", "(a.b | c.d | e)");
        check("a | b = c", "((a | b) Equal c)");
        check("a as b | c", "((a as b) | c)");
        check("1 + 2 * 3 - 4", "((1 Add (2 Multiply 3)) Subtract 4)");
        check("-1.a + 2", "(-1.a Add 2)");
        check("a and b or c implies d", "(((a And b) Or c) Implies d)");
        check("a > 1 = true", "((a Greater 1) Equal true)");
        check("a in b and c contains d", "((a In b) And (c Contains d))");
        check("a.where(resolve() is Patient)", "a.where((resolve() is Patient))");
        check("(a as FHIR.Quantity).value", "(a as Quantity).value");
        check("a.b[0].c", "a.b.[0].c");
        check(
            "a.contains('x') and $this.as = 4 'mg'",
            "(a.contains('x') And ($This.as Equal 4_mg))",
        );
        check("today() - 1 year", "(today() Subtract 1_year)");
        check("%resource.a", "%resource.a");
        check("{} = {}", "(Empty Equal Empty)");
    }

    #[test]
    fn faults_tell_what_and_where() {
        let fault = |text| parse(text).expect_err(text).to_string();
        assert_eq!(fault("a."), "expected a name, found the end (at byte 2)");
        assert_eq!(fault("a b"), "expected an operator or the end, found `b` (at byte 2)");
        assert_eq!(fault("(a"), "expected ), found the end (at byte 2)");
        assert_eq!(fault("a.where(b"), "expected ), found the end (at byte 9)");
        assert_eq!(fault(""), "expected a name, found the end (at byte 0)");
        assert_eq!(fault("a is 1"), "expected a name, found `1` (at byte 5)");
    }

    #[test]
    fn nesting_is_bounded() {
        for text in [
            "(".repeat(10_000),
            "-".repeat(10_000),
            "a.where(".repeat(5_000),
            "a and ".repeat(5_000),
            "a[".repeat(5_000),
            format!("a{}", " is b".repeat(5_000)),
        ] {
            let fault = parse(&text).expect_err("deep").fault;
            assert_eq!(fault, ExpressionFault::TooDeep(DEPTH));
        }
        assert!(parse(&format!("a{}", ".b".repeat(10_000))).is_ok());
        assert!(parse(&format!("a{}", " | b".repeat(10_000))).is_ok());
        assert!(parse(&"a".repeat(LENGTH + 1)).is_err());
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[a-c.()\\[\\]'`\\\\@$%|=!~<>0-9 *+/{}é-]{0,40}") {
            let _ = parse(&text);
        }
    }
}
