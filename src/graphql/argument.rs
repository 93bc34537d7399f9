//! Arguments of fields, as texts.

use async_graphql_parser::Pos;
use async_graphql_value::ConstValue;

use super::collect::Field;
use super::document::Document;
use super::fault::Fault;

/// One argument of a field; one without a value is as good as none.
#[derive(Debug, Clone)]
pub(super) struct Argument {
    pub(super) name: String,
    /// Several where a list was given.
    pub(super) values: Vec<String>,
    pub(super) pos: Pos,
}

/// The arguments of a field.
pub(super) fn arguments(document: &Document, field: &Field<'_>) -> Result<Vec<Argument>, Fault> {
    let mut arguments: Vec<Argument> = Vec::new();
    for (name, value) in &field.first.arguments {
        let text = name.node.as_str();
        if arguments.iter().any(|known| known.name == text) {
            return Err(Fault::malformed(
                format!("Tham số '{text}' có hai lần."),
                format!("The argument '{text}' stands twice."),
            )
            .at(name.pos));
        }
        let values = match document.value(value)? {
            ConstValue::Null => continue,
            ConstValue::List(values) => values.iter().map(text_of).collect(),
            other => text_of(&other).map(|text| vec![text]),
        };
        let values = values.ok_or_else(|| {
            Fault::malformed(
                format!("Giá trị của '{text}' phải là chữ, số, true hoặc false, hay một danh sách như vậy."),
                format!("The value of '{text}' must be a text, a number, true or false, or a list of such."),
            )
            .at(value.pos)
        })?;
        arguments.push(Argument { name: text.to_owned(), values, pos: name.pos });
    }
    Ok(arguments)
}

/// A value without parts, as resources and URLs write it.
fn text_of(value: &ConstValue) -> Option<String> {
    match value {
        ConstValue::Number(number) => Some(number.to_string()),
        ConstValue::String(text) => Some(text.clone()),
        ConstValue::Boolean(truth) => Some(truth.to_string()),
        ConstValue::Enum(name) => Some(name.to_string()),
        ConstValue::Null | ConstValue::Binary(_) | ConstValue::List(_) | ConstValue::Object(_) => {
            None
        }
    }
}

impl Argument {
    /// Its only value.
    pub(super) fn one(&self) -> Result<&str, Fault> {
        match self.values.as_slice() {
            [only] => Ok(only),
            _ => Err(Fault::malformed(
                format!("'{}' nhận một giá trị.", self.name),
                format!("'{}' takes one value.", self.name),
            )
            .at(self.pos)),
        }
    }

    /// The number it is.
    pub(super) fn number(&self) -> Result<usize, Fault> {
        self.one()?.parse().map_err(|_no_number| {
            Fault::malformed(
                format!("'{}' nhận một số nguyên không âm.", self.name),
                format!("'{}' takes a whole number, 0 or more.", self.name),
            )
            .at(self.pos)
        })
    }

    /// That no such argument stands here.
    pub(super) fn unknown(&self, known: &str) -> Fault {
        let name = &self.name;
        Fault::malformed(
            format!("Không có tham số '{name}' ở đây. Nhận: {known}."),
            format!("There is no argument '{name}' here. These are taken: {known}."),
        )
        .at(self.pos)
    }
}
