//! The grammar of `_filter`, <https://hl7.org/fhir/R4/search_filter.html>.
//!
//! ```text
//! filter     = term *( ( "and" / "or" ) term )      ; from left to right, none binds closer
//! term       = comparison / [ "not" ] "(" filter ")"
//! comparison = path operator value
//! path       = *( name [ "[" filter "]" ] "." ) name
//! value      = text in quotes, as JSON writes it / characters but white space and ( ) [ ]
//! ```
//!
//! A name may also be one of a search: `subject:Patient`, `_has:Observation:patient:code`.

/// What a resource must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
    Comparison(Comparison),
}

/// One comparison, and where it begins: counted in characters, from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    pub at: usize,
    /// Names on the way to other resources, each with what these must be.
    pub path: Vec<Step>,
    pub name: String,
    pub operator: String,
    pub value: String,
}

/// A name on the way to another resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub name: String,
    pub filter: Option<Filter>,
}

/// Why a text is no filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// Something else is expected at a place.
    Expected(usize, &'static str),
    /// It has more levels than may be.
    TooDeep,
}

/// The operators.
const OPERATORS: [&str; 18] = [
    "eq", "ne", "co", "sw", "ew", "gt", "lt", "ge", "le", "ap", "sa", "eb", "pr", "po", "ss", "sb",
    "in", "re",
];

/// Reads a filter of `depth` levels at the most.
pub fn parse(text: &str, depth: usize) -> Result<Filter, Wrong> {
    let mut parser = Parser { all: text, rest: text };
    let filter = parser.filter(depth)?;
    match parser.skip_space().is_empty() {
        true => Ok(filter),
        false => Err(parser.expected("and, or")),
    }
}

struct Parser<'a> {
    all: &'a str,
    rest: &'a str,
}

impl<'a> Parser<'a> {
    fn expected(&self, what: &'static str) -> Wrong {
        Wrong::Expected(self.place(), what)
    }

    fn place(&self) -> usize {
        let read = self.all.len() - self.rest.len();
        self.all.get(..read).unwrap_or_default().chars().count() + 1
    }

    fn skip_space(&mut self) -> &'a str {
        self.rest = self.rest.trim_start();
        self.rest
    }

    /// Takes a text that comes next.
    fn take(&mut self, text: &str) -> bool {
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// Takes characters as long as they are so.
    fn take_while(&mut self, is_so: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|c: char| !is_so(c)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }

    /// Takes a word that white space or a parenthesis ends.
    fn take_word(&mut self, word: &str) -> bool {
        let after = self.skip_space().strip_prefix(word);
        let is_whole = |rest: &&str| rest.starts_with(|c: char| c.is_whitespace() || c == '(');
        match after.filter(is_whole) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn filter(&mut self, depth: usize) -> Result<Filter, Wrong> {
        // Each change from one word to the other is a level more.
        let mut left = depth.checked_sub(1).ok_or(Wrong::TooDeep)?;
        let mut all = self.term(left)?;
        loop {
            let is_and = self.take_word("and");
            if !is_and && !self.take_word("or") {
                return Ok(all);
            }
            let next = self.term(left)?;
            all = match (all, is_and) {
                (Filter::All(mut parts), true) => {
                    parts.push(next);
                    Filter::All(parts)
                }
                (Filter::Any(mut parts), false) => {
                    parts.push(next);
                    Filter::Any(parts)
                }
                (other, is_and) => {
                    left = left.checked_sub(1).ok_or(Wrong::TooDeep)?;
                    let parts = vec![other, next];
                    if is_and { Filter::All(parts) } else { Filter::Any(parts) }
                }
            };
        }
    }

    fn term(&mut self, depth: usize) -> Result<Filter, Wrong> {
        if self.take_word("not") {
            if !self.skip_space().starts_with('(') {
                return Err(self.expected("("));
            }
            return Ok(Filter::Not(Box::new(self.term(depth)?)));
        }
        if !self.skip_space().starts_with('(') {
            return self.comparison(depth).map(Filter::Comparison);
        }
        self.take("(");
        let filter = self.filter(depth)?;
        self.skip_space();
        if self.take(")") { Ok(filter) } else { Err(self.expected("), and, or")) }
    }

    fn comparison(&mut self, depth: usize) -> Result<Comparison, Wrong> {
        let at = self.place();
        let mut path = Vec::new();
        let name = loop {
            let name = self.name()?;
            let filter = match self.take("[") {
                true => {
                    let filter = self.filter(depth)?;
                    self.skip_space();
                    if !self.take("]") {
                        return Err(self.expected("], and, or"));
                    }
                    Some(filter)
                }
                false => None,
            };
            if self.take(".") {
                path.push(Step { name, filter });
            } else if filter.is_some() {
                return Err(self.expected("."));
            } else {
                break name;
            }
        };
        self.skip_space();
        let before = self.rest;
        let operator = self.take_while(|c| c.is_ascii_alphabetic());
        if !OPERATORS.contains(&operator) {
            self.rest = before;
            return Err(self.expected(
                "eq, ne, co, sw, ew, gt, lt, ge, le, ap, sa, eb, pr, po, ss, sb, in, re",
            ));
        }
        if !self.rest.starts_with(char::is_whitespace) {
            return Err(self.expected("' '"));
        }
        self.skip_space();
        let value = self.value()?;
        Ok(Comparison { at, path, name, operator: operator.to_owned(), value })
    }

    fn name(&mut self) -> Result<String, Wrong> {
        let is_start = |c: char| c == '_' || c.is_ascii_alphabetic();
        if !self.rest.starts_with(is_start) {
            return Err(self.expected("name"));
        }
        let name = self.take_while(|c| matches!(c, '_' | '-' | ':') || c.is_ascii_alphanumeric());
        Ok(name.to_owned())
    }

    fn value(&mut self) -> Result<String, Wrong> {
        if self.rest.starts_with('"') {
            let mut values = serde_json::Deserializer::from_str(self.rest).into_iter::<String>();
            let Some(Ok(value)) = values.next() else { return Err(self.expected("\"…\"")) };
            self.rest = self.rest.get(values.byte_offset()..).unwrap_or_default();
            return Ok(value);
        }
        let is_part = |c: char| !c.is_whitespace() && !matches!(c, '(' | ')' | '[' | ']' | '"');
        match self.take_while(is_part) {
            "" => Err(self.expected("value")),
            value => Ok(value.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(filter: &Filter) -> String {
        let each = |all: &[Filter]| all.iter().map(show).collect::<Vec<_>>().join(" ");
        match filter {
            Filter::All(all) => format!("all({})", each(all)),
            Filter::Any(any) => format!("any({})", each(any)),
            Filter::Not(filter) => format!("not({})", show(filter)),
            Filter::Comparison(one) => {
                let step = |step: &Step| match &step.filter {
                    Some(filter) => format!("{}[{}].", step.name, show(filter)),
                    None => format!("{}.", step.name),
                };
                let path: String = one.path.iter().map(step).collect();
                format!("{path}{} {} {:?}", one.name, one.operator, one.value)
            }
        }
    }

    #[test]
    fn filters_are_read_from_left_to_right() {
        for (text, expected) in [
            ("a eq 1", "a eq \"1\""),
            (" a  eq  \"x \\\"y\\\" (z)\" ", "a eq \"x \\\"y\\\" (z)\""),
            ("a eq 1 and b ne 2 and c pr true", "all(a eq \"1\" b ne \"2\" c pr \"true\")"),
            ("a eq 1 or b eq 2 and c eq 3", "all(any(a eq \"1\" b eq \"2\") c eq \"3\")"),
            ("a eq 1 or (b eq 2 and c eq 3)", "any(a eq \"1\" all(b eq \"2\" c eq \"3\"))"),
            ("not (a eq 1) and not(b eq and)", "all(not(a eq \"1\") not(b eq \"and\"))"),
            (
                "s:Patient.o[a eq 1 or b eq 2].c-d co x",
                "s:Patient.o[any(a eq \"1\" b eq \"2\")].c-d co \"x\"",
            ),
        ] {
            assert_eq!(parse(text, 8).as_ref().map(show), Ok(expected.to_owned()), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_has_a_place() {
        for (text, place, expected) in [
            ("", 1, "name"),
            ("á", 1, "name"),
            ("a", 2, "eq"),
            ("a xx 1", 3, "eq"),
            ("a eq", 5, "' '"),
            ("a eq \"ế", 6, "\"…\""),
            ("a eq 1 b eq 2", 8, "and"),
            ("(a eq ế", 8, ")"),
            ("a[b eq 1] eq 2", 10, "."),
            ("not a eq 1", 5, "("),
        ] {
            let Err(Wrong::Expected(at, what)) = parse(text, 8) else { panic!("{text}") };
            assert!(at == place && what.starts_with(expected), "{text}: {at} {what}");
        }
        assert_eq!(parse(&"(".repeat(100_000), 8), Err(Wrong::TooDeep));
        assert_eq!(parse(&"a[".repeat(100_000), 8), Err(Wrong::TooDeep));
        assert_eq!(parse(&"not (".repeat(100_000), 8), Err(Wrong::TooDeep));
        assert_eq!(parse(&"a eq 1 and b eq 2 or ".repeat(1_000), 8), Err(Wrong::TooDeep));
    }
}
