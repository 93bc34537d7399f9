//! The tree of an expression as JSON, for those who look at how it is read,
//! <https://github.com/brianpos/fhirpath-lab/blob/master/server-api.md#ast-definition>.

use serde_json::{Value, json};

use super::ast::{Expression, ExpressionNode, Invocation, Literal, Operator, PathStep, TypeName};
use super::error::PathError;
use super::parser::parse;

/// Reads an expression and writes its tree.
pub fn outline(text: &str) -> Result<Value, PathError> {
    let tree = parse(text)?;
    Ok(Outline { text }.expression(&tree))
}

struct Outline<'t> {
    text: &'t str,
}

impl Outline<'_> {
    fn node(&self, kind: &str, name: &str, at: usize, arguments: Vec<Value>) -> Value {
        // Positions count characters.
        let position = self.text.get(..at).map_or(0, |before| before.chars().count());
        let mut node = json!({ "ExpressionType": kind, "Name": name, "Position": position });
        if let Some(object) = node.as_object_mut()
            && !arguments.is_empty()
        {
            object.insert("Arguments".into(), Value::Array(arguments));
        }
        node
    }

    fn expression(&self, expression: &Expression) -> Value {
        let at = expression.at;
        match &expression.node {
            ExpressionNode::Literal(Literal::Empty) => {
                self.node("NewNodeListInitExpression", "{}", at, Vec::new())
            }
            ExpressionNode::Literal(literal) => {
                self.node("ConstantExpression", &constant(literal), at, Vec::new())
            }
            ExpressionNode::External(name) => {
                self.node("VariableRefExpression", name, at, Vec::new())
            }
            ExpressionNode::Negative(operand) => {
                self.node("UnaryExpression", "-", at, vec![self.expression(operand)])
            }
            ExpressionNode::Binary(operator, left, right) => {
                let operands = vec![self.expression(left), self.expression(right)];
                self.node("BinaryExpression", sign(*operator), at, operands)
            }
            ExpressionNode::Is(operand, name) => self.typed("is", at, operand, name),
            ExpressionNode::As(operand, name) => self.typed("as", at, operand, name),
            ExpressionNode::Union(parts) => {
                let parts = parts.iter().map(|part| self.expression(part)).collect();
                self.node("BinaryExpression", "|", at, parts)
            }
            ExpressionNode::Path(path) => {
                let start = path.start.as_deref().map(|start| self.expression(start));
                let axis = || self.node("AxisExpression", "builtin.that", at, Vec::new());
                let start = start.unwrap_or_else(axis);
                path.steps.iter().fold(start, |focus, step| self.step(focus, step))
            }
        }
    }

    fn typed(&self, operator: &str, at: usize, operand: &Expression, name: &TypeName) -> Value {
        let full = match &name.namespace {
            Some(namespace) => format!("{namespace}.{}", name.name),
            None => name.name.clone(),
        };
        let named = self.node("ConstantExpression", &full, name.at, Vec::new());
        self.node("BinaryExpression", operator, at, vec![self.expression(operand), named])
    }

    fn step(&self, focus: Value, step: &PathStep) -> Value {
        match &step.invocation {
            Invocation::Member(name) => self.node("ChildExpression", name, step.at, vec![focus]),
            Invocation::Function(name, arguments) => {
                let arguments = arguments.iter().map(|argument| self.expression(argument));
                let arguments = std::iter::once(focus).chain(arguments).collect();
                self.node("FunctionCallExpression", name, step.at, arguments)
            }
            Invocation::This => self.node("AxisExpression", "builtin.this", step.at, Vec::new()),
            Invocation::Index => self.node("AxisExpression", "builtin.index", step.at, Vec::new()),
            Invocation::Total => self.node("AxisExpression", "builtin.total", step.at, Vec::new()),
            Invocation::Indexer(index) => {
                let arguments = vec![focus, self.expression(index)];
                self.node("IndexerExpression", "[]", step.at, arguments)
            }
        }
    }
}

fn constant(literal: &Literal) -> String {
    match literal {
        Literal::Empty => "{}".to_owned(),
        Literal::Boolean(value) => value.to_string(),
        Literal::String(text) | Literal::Number(text) => text.clone(),
        Literal::Date(text) => format!("@{text}"),
        Literal::Quantity(number, unit) => format!("{number} '{unit}'"),
    }
}

fn sign(operator: Operator) -> &'static str {
    match operator {
        Operator::Multiply => "*",
        Operator::Divide => "/",
        Operator::Div => "div",
        Operator::Mod => "mod",
        Operator::Add => "+",
        Operator::Subtract => "-",
        Operator::Concatenate => "&",
        Operator::Less => "<",
        Operator::LessOrEqual => "<=",
        Operator::Greater => ">",
        Operator::GreaterOrEqual => ">=",
        Operator::Equal => "=",
        Operator::NotEqual => "!=",
        Operator::Equivalent => "~",
        Operator::NotEquivalent => "!~",
        Operator::In => "in",
        Operator::Contains => "contains",
        Operator::And => "and",
        Operator::Or => "or",
        Operator::Xor => "xor",
        Operator::Implies => "implies",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_a_chain_of_steps() {
        let tree = outline("name.where(use = 'é')[0] | 1").expect("a tree");
        assert_eq!(tree["ExpressionType"], "BinaryExpression");
        let indexer = &tree["Arguments"][0];
        assert_eq!(indexer["ExpressionType"], "IndexerExpression");
        let call = &indexer["Arguments"][0];
        assert_eq!((&call["Name"], &call["Position"]), (&json!("where"), &json!(5)));
        assert_eq!(call["Arguments"][0]["Name"], "name");
        assert_eq!(call["Arguments"][0]["Arguments"][0]["Name"], "builtin.that");
        assert_eq!(call["Arguments"][1]["Arguments"][1]["Name"], "é");
        assert_eq!(tree["Arguments"][1]["Position"], 27);
        assert!(outline("name.").is_err());
    }
}
