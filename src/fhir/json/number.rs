//! Numbers as the client wrote them: `1E-22` stays `1E-22`.
//!
//! `serde_json` keeps the digits of a number, but writes every exponent its own way (`1e-22`). Where
//! a text has exponents, its numbers are put back as they stand there. They come in the order of the
//! tree, because objects keep their order and have no key twice.

use serde_json::{Number, Value};

/// Puts back the numbers of the text that a tree was read from.
pub(super) fn respell(value: &mut Value, text: &str) {
    put_back(value, &mut Numbers { rest: text });
}

fn put_back(value: &mut Value, numbers: &mut Numbers<'_>) {
    match value {
        Value::Number(number) => {
            if let Some(text) = numbers.next().filter(|text| text.contains(['e', 'E'])) {
                *number = Number::from_string_unchecked(text.to_owned());
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| put_back(item, numbers)),
        Value::Object(object) => object.values_mut().for_each(|item| put_back(item, numbers)),
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

/// The numbers of a JSON text, in order.
struct Numbers<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Numbers<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let is_start = |letter: char| letter == '-' || letter.is_ascii_digit();
        let is_part = |letter: char| is_start(letter) || matches!(letter, '+' | '.' | 'e' | 'E');
        loop {
            let start = self.rest.find(|letter| letter == '"' || is_start(letter))?;
            self.rest = self.rest.get(start..)?;
            if let Some(inside) = self.rest.strip_prefix('"') {
                self.rest = behind_string(inside)?;
                continue;
            }
            let end = self.rest.find(|letter| !is_part(letter)).unwrap_or(self.rest.len());
            let (number, rest) = self.rest.split_at_checked(end)?;
            self.rest = rest;
            return Some(number);
        }
    }
}

/// What follows a string whose opening quote is gone already.
fn behind_string(mut text: &str) -> Option<&str> {
    loop {
        let at = text.find(['"', '\\'])?;
        if text.as_bytes().get(at) == Some(&b'"') {
            return text.get(at + 1..);
        }
        // The escaped character is one of ASCII, so two bytes are gone.
        text = text.get(at + 2..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponents_are_put_back_in_place() {
        let text = r#"{"a":[1E-22,"2E3 \\\" 4E5",-0.10],"b":{"c":1e+5,"d":"\\"},"e":1E5}"#;
        let mut value: Value = serde_json::from_str(text).expect("JSON");
        respell(&mut value, text);
        assert_eq!(value.to_string(), text);
    }
}
