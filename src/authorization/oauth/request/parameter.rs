//! Parameters of a request: each is there once at the most
//! ([RFC 6749 §3.1](https://www.rfc-editor.org/rfc/rfc6749#section-3.1)), and none is longer than it may be.

use crate::authorization::oauth::fault::{Code, Fault};

/// Parameters of one request.
const MOST: usize = 200;
/// Bytes of one value.
const LONGEST: usize = 8 << 10;

/// The parameters of a request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Takes the pairs of a query or of a form; those that are named here may be there several times.
    pub fn new(pairs: Vec<(String, String)>, repeated: &[&str]) -> Result<Self, Fault> {
        if pairs.len() > MOST {
            return Err(Code::InvalidRequest
                .because("Quá nhiều tham số.", "There are too many parameters."));
        }
        for (at, (name, value)) in pairs.iter().enumerate() {
            if value.len() > LONGEST || name.len() > LONGEST {
                let shown: String = name.chars().take(40).collect();
                return Err(Code::InvalidRequest.because(
                    format!("Tham số {shown} quá dài."),
                    format!("The parameter {shown} is too long."),
                ));
            }
            let is_twice = pairs.iter().take(at).any(|(other, _)| other == name);
            if is_twice && !repeated.contains(&name.as_str()) {
                return Err(Code::InvalidRequest.because(
                    format!("Tham số {name} có hai lần."),
                    format!("The parameter {name} is there twice."),
                ));
            }
        }
        Ok(Self(pairs))
    }

    /// Takes the text of a query.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        Self::new(form_urlencoded::parse(text.as_bytes()).into_owned().collect(), &[])
    }

    /// The value of one; one without a value counts as absent.
    pub fn get(&self, name: &str) -> Option<&str> {
        let mut named = self.0.iter().filter(|(known, value)| known == name && !value.is_empty());
        named.next().map(|(_, value)| value.as_str())
    }

    /// The values of one that may be repeated.
    pub fn all<'p>(&'p self, name: &'p str) -> impl Iterator<Item = &'p str> + 'p {
        let values = self.0.iter().filter(move |(known, value)| known == name && !value.is_empty());
        values.map(|(_, value)| value.as_str())
    }

    /// The value of one that must be there.
    pub fn need(&self, name: &str) -> Result<&str, Fault> {
        self.get(name).ok_or_else(|| {
            Code::InvalidRequest.because(
                format!("Thiếu tham số {name}."),
                format!("The parameter {name} is missing."),
            )
        })
    }

    /// All but some.
    #[must_use]
    pub fn without(&self, names: &[&str]) -> Self {
        let is_kept = |(name, _): &&(String, String)| !names.contains(&name.as_str());
        Self(self.0.iter().filter(is_kept).cloned().collect())
    }

    /// All of them as the text of a query.
    pub fn text(&self) -> String {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.0).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_is_there_once_and_not_empty() {
        let read = Parameters::parse("a=1&b=&c=x%20y").expect("parameters");
        assert_eq!((read.get("a"), read.get("b"), read.get("c")), (Some("1"), None, Some("x y")));
        assert_eq!(read.need("d").expect_err("none").code, Code::InvalidRequest);
        assert_eq!(Parameters::parse(&read.text()), Ok(read));
    }

    #[test]
    fn what_is_there_twice_or_huge_is_refused() {
        for bad in ["a=1&a=1".to_owned(), "a=&a=1".to_owned(), format!("a={}", "x".repeat(9_000))] {
            assert!(Parameters::parse(&bad).is_err(), "{bad}");
        }
        let many: Vec<String> = (0..300).map(|at| format!("p{at}=1")).collect();
        assert!(Parameters::parse(&many.join("&")).is_err());
        let pair = |value: &str| ("scope".to_owned(), value.to_owned());
        let read = Parameters::new(vec![pair("a"), pair("b")], &["scope"]).expect("parameters");
        assert_eq!(read.all("scope").collect::<Vec<_>>(), ["a", "b"]);
    }
}
