//! Strings in other clothes,
//! <https://build.fhir.org/ig/HL7/FHIRPath/#encodeformat--string--string>.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

use super::string::made;
use crate::fhirpath::expression::evaluation_error::EvaluationError;
use crate::fhirpath::expression::outcome::{Outcome, maybe};
use crate::fhirpath::function::signature::{Call, Input, Output, Signature, function};
use crate::fhirpath::value::datum::Collection;

pub(in crate::fhirpath::function) const FUNCTIONS: &[Signature] = &[
    function("encode", (0, 1), Input::String, Output::String, |call| recoded(&call, encode)),
    function("decode", (0, 1), Input::String, Output::String, |call| recoded(&call, decode)),
    function("escape", (0, 1), Input::String, Output::String, |call| recoded(&call, escape)),
    function("unescape", (0, 1), Input::String, Output::String, |call| recoded(&call, unescape)),
];

/// Empty when the text is not in the format, or the format is not known.
fn recoded<'a>(call: &Call<'_, '_, 'a>, recode: fn(&str, &str) -> Option<String>) -> Outcome<'a> {
    let format = call.text_argument(0)?;
    let Some((text, format)) = call.text()?.zip(format) else { return Ok(Collection::new()) };
    // What is written is at most six letters for each byte.
    call.run.spend_size(text.len().saturating_mul(6))?;
    if !["hex", "base64", "urlbase64", "ascii", "html", "json"].contains(&&*format) {
        return Err(EvaluationError::WrongType {
            what: call.name(),
            expected: "hex, base64, urlbase64 or ascii, or html or json",
            found: format!("'{format}'"),
        });
    }
    maybe(recode(text, &format).map(made))
}

fn encode(text: &str, format: &str) -> Option<String> {
    match format {
        "hex" => Some(text.bytes().fold(String::new(), |mut hex, byte| {
            let _always_fits = write!(hex, "{byte:02x}");
            hex
        })),
        "base64" => Some(STANDARD.encode(text)),
        "urlbase64" => Some(URL_SAFE.encode(text)),
        "ascii" => Some(text.chars().map(|c| if c.is_ascii() { c } else { '?' }).collect()),
        _ => None,
    }
}

fn decode(text: &str, format: &str) -> Option<String> {
    let bytes = match format {
        "hex" => {
            let pairs = text.as_bytes().chunks(2).map(std::str::from_utf8);
            let byte = |pair: Result<&str, _>| {
                let pair = pair.ok().filter(|pair| pair.len() == 2)?;
                u8::from_str_radix(pair, 16).ok().filter(|_| !pair.starts_with('+'))
            };
            pairs.map(byte).collect::<Option<Vec<u8>>>()?
        }
        "base64" => STANDARD.decode(text).ok()?,
        "urlbase64" => URL_SAFE.decode(text).ok()?,
        _ => return None,
    };
    String::from_utf8(bytes).ok()
}

const HTML: [(&str, &str); 5] =
    [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;"), ("'", "&#39;")];

fn escape(text: &str, format: &str) -> Option<String> {
    match format {
        "html" => Some(
            HTML.iter()
                .fold(text.to_owned(), |text, (plain, escaped)| text.replace(plain, escaped)),
        ),
        "json" => {
            let quoted = serde_json::to_string(text).ok()?;
            quoted.get(1..quoted.len() - 1).map(str::to_owned)
        }
        _ => None,
    }
}

fn unescape(text: &str, format: &str) -> Option<String> {
    match format {
        // `&amp;` last, so that what it uncovers is not taken for another escape.
        "html" => Some(
            HTML.iter()
                .rev()
                .fold(text.to_owned(), |text, (plain, escaped)| text.replace(escaped, plain)),
        ),
        "json" => serde_json::from_str(&quoted(text)).ok(),
        _ => None,
    }
}

/// A JSON string of a text that may have quotes that are not escaped.
fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        if letter == '"' {
            quoted.push('\\');
        }
        quoted.push(letter);
        if letter == '\\' {
            quoted.extend(letters.next());
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_each_others_inverse() {
        for text in ["\"1<2\" & 'x'", "a\\\"b\n", "mẹ và bé", "&amp;", ""] {
            for format in ["hex", "base64", "urlbase64"] {
                let encoded = encode(text, format).expect(format);
                assert_eq!(decode(&encoded, format).as_deref(), Some(text), "{format}");
            }
            for format in ["html", "json"] {
                let escaped = escape(text, format).expect(format);
                assert_eq!(unescape(&escaped, format).as_deref(), Some(text), "{format}");
            }
        }
        assert_eq!(unescape("\"1<2\"", "json").as_deref(), Some("\"1<2\""));
        assert_eq!(decode("f", "hex"), None);
        assert_eq!(decode("+1", "hex"), None);
        assert_eq!(decode("mẹ", "hex"), None);
    }
}
