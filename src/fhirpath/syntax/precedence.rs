//! How tightly operators bind, <http://hl7.org/fhirpath/N1/#operator-precedence>.
//!
//! Operators from the tightest: `.` `[]`, unary `-` `+`, `*` `/` `div` `mod`, `+` `-` `&`,
//! `is` `as`, `|`, `<=` `<` `>` `>=`, `=` `~` `!=` `!~`, `in` `contains`, `and`, `or` `xor`,
//! `implies`. All group to the left.

use super::ast::Operator;
use super::lexer::Token;

/// How tightly an operator binds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    Implies,
    Or,
    And,
    Membership,
    Equality,
    Inequality,
    Union,
    Type,
    Additive,
    Multiplicative,
    Unary,
}

impl Level {
    pub(super) fn tighter(self) -> Self {
        match self {
            Self::Implies => Self::Or,
            Self::Or => Self::And,
            Self::And => Self::Membership,
            Self::Membership => Self::Equality,
            Self::Equality => Self::Inequality,
            Self::Inequality => Self::Union,
            Self::Union => Self::Type,
            Self::Type => Self::Additive,
            Self::Additive => Self::Multiplicative,
            Self::Multiplicative | Self::Unary => Self::Unary,
        }
    }
}

/// What stands between two operands.
#[derive(Clone, Copy)]
pub(super) enum Infix {
    Operator(Operator),
    Union,
    Is,
    As,
}

pub(super) fn infix(token: &Token<'_>) -> Option<(Infix, Level)> {
    let operator = |operator, level| Some((Infix::Operator(operator), level));
    let (Token::Word(text) | Token::Symbol(text)) = token else { return None };
    match *text {
        "*" => operator(Operator::Multiply, Level::Multiplicative),
        "/" => operator(Operator::Divide, Level::Multiplicative),
        "div" => operator(Operator::Div, Level::Multiplicative),
        "mod" => operator(Operator::Mod, Level::Multiplicative),
        "+" => operator(Operator::Add, Level::Additive),
        "-" => operator(Operator::Subtract, Level::Additive),
        "&" => operator(Operator::Concatenate, Level::Additive),
        "is" => Some((Infix::Is, Level::Type)),
        "as" => Some((Infix::As, Level::Type)),
        "|" => Some((Infix::Union, Level::Union)),
        "<" => operator(Operator::Less, Level::Inequality),
        "<=" => operator(Operator::LessOrEqual, Level::Inequality),
        ">" => operator(Operator::Greater, Level::Inequality),
        ">=" => operator(Operator::GreaterOrEqual, Level::Inequality),
        "=" => operator(Operator::Equal, Level::Equality),
        "!=" => operator(Operator::NotEqual, Level::Equality),
        "~" => operator(Operator::Equivalent, Level::Equality),
        "!~" => operator(Operator::NotEquivalent, Level::Equality),
        "in" => operator(Operator::In, Level::Membership),
        "contains" => operator(Operator::Contains, Level::Membership),
        "and" => operator(Operator::And, Level::And),
        "or" => operator(Operator::Or, Level::Or),
        "xor" => operator(Operator::Xor, Level::Or),
        "implies" => operator(Operator::Implies, Level::Implies),
        _ => None,
    }
}

pub(super) fn is_calendar_unit(word: &str) -> bool {
    let unit = word.strip_suffix('s').unwrap_or(word);
    matches!(unit, "year" | "month" | "week" | "day" | "hour" | "minute" | "second" | "millisecond")
}
