//! Text → tokens, <http://hl7.org/fhirpath/N1/#lexical-elements>.

use super::error::{ExpressionFault, PathError};

/// A token; names borrow from the text, strings are unescaped.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Token<'a> {
    /// A name or a keyword.
    Word(&'a str),
    /// `` `name` ``, which is never a keyword.
    Delimited(String),
    String(String),
    Number(&'a str),
    /// A date or time without its `@`.
    Date(&'a str),
    /// `$this` without the `$`.
    Variable(&'a str),
    /// `%resource` without the `%`.
    External(String),
    Symbol(&'static str),
    End,
}

/// The longer ones first.
const SYMBOLS: [&str; 25] = [
    "<=", ">=", "!=", "!~", "<", ">", "=", "~", "+", "-", "*", "/", "&", "|", "(", ")", "[", "]",
    "{", "}", ".", ",", "!", ":", ";",
];

/// Splits a text into tokens, each with the byte it starts at. The last is [`Token::End`].
pub(crate) fn tokens(text: &str) -> Result<Vec<(usize, Token<'_>)>, PathError> {
    let mut lexer = Lexer { text, at: 0 };
    let mut tokens = Vec::new();
    loop {
        lexer.skip_blank()?;
        let at = lexer.at;
        let token = lexer.token()?;
        let ended = token == Token::End;
        tokens.push((at, token));
        if ended {
            return Ok(tokens);
        }
    }
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn eat(&mut self, mark: &str) -> bool {
        let found = self.rest().starts_with(mark);
        if found {
            self.at += mark.len();
        }
        found
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|c| !wanted(c)).unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or_default()
    }

    fn skip_blank(&mut self) -> Result<(), PathError> {
        loop {
            let start = self.at;
            self.take_while(char::is_whitespace);
            if self.eat("//") {
                self.take_while(|c| c != '\n');
            } else if self.eat("/*") {
                let end = self
                    .rest()
                    .find("*/")
                    .ok_or(ExpressionFault::Unclosed("the comment").at(start))?;
                self.at += end + 2;
            } else if self.at == start {
                return Ok(());
            }
        }
    }

    fn token(&mut self) -> Result<Token<'a>, PathError> {
        let Some(first) = self.rest().chars().next() else { return Ok(Token::End) };
        let start = self.at;
        match first {
            '\'' => self.quoted('\'').map(Token::String),
            '`' => self.quoted('`').map(Token::Delimited),
            '"' => Err(ExpressionFault::Character('"').at(start)),
            '0'..='9' => Ok(Token::Number(self.number())),
            '@' => {
                self.at += 1;
                Ok(Token::Date(self.date()))
            }
            '$' => {
                self.at += 1;
                Ok(Token::Variable(self.word()))
            }
            '%' => {
                self.at += 1;
                self.external().map(Token::External)
            }
            'a'..='z' | 'A'..='Z' | '_' => Ok(Token::Word(self.word())),
            other => match SYMBOLS.iter().find(|symbol| self.eat(symbol)) {
                Some(symbol) => Ok(Token::Symbol(symbol)),
                None => Err(ExpressionFault::Character(other).at(start)),
            },
        }
    }

    fn word(&mut self) -> &'a str {
        self.take_while(|c| c.is_ascii_alphanumeric() || c == '_')
    }

    fn number(&mut self) -> &'a str {
        let start = self.at;
        self.take_while(|c| c.is_ascii_digit());
        let fraction = self.rest().strip_prefix('.').and_then(|rest| rest.chars().next());
        if fraction.is_some_and(|c| c.is_ascii_digit()) {
            self.at += 1;
            self.take_while(|c| c.is_ascii_digit());
        } else {
            let after = self.rest().strip_prefix('L').map(|rest| rest.chars().next());
            let is_long =
                after.is_some_and(|next| !next.is_some_and(|c| c.is_ascii_alphanumeric()));
            self.at += usize::from(is_long);
        }
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// A date ends where no part of a date can follow; the point only belongs to it before digits.
    fn date(&mut self) -> &'a str {
        let start = self.at;
        self.take_while(|c| c.is_ascii_digit() || "-T:+Z".contains(c));
        let fraction = self.rest().strip_prefix('.').and_then(|rest| rest.chars().next());
        if fraction.is_some_and(|c| c.is_ascii_digit()) {
            self.at += 1;
            self.take_while(|c| c.is_ascii_digit() || "-:+Z".contains(c));
        }
        self.text.get(start..self.at).unwrap_or_default()
    }

    fn external(&mut self) -> Result<String, PathError> {
        match self.rest().chars().next() {
            Some(quote @ ('\'' | '`')) => self.quoted(quote),
            _ => Ok(self.take_while(|c| c.is_ascii_alphanumeric() || "_-".contains(c)).to_owned()),
        }
    }

    fn quoted(&mut self, quote: char) -> Result<String, PathError> {
        let start = self.at;
        let mut text = String::new();
        let mut letters = self.rest().char_indices().skip(1);
        while let Some((at, c)) = letters.next() {
            if c == quote {
                self.at = start + at + 1;
                return Ok(text);
            }
            if c != '\\' {
                text.push(c);
                continue;
            }
            let after = self.text.get(start + at + 1..).unwrap_or_default();
            let (unescaped, length) = escape(after).ok_or_else(|| {
                ExpressionFault::Escape(after.chars().take(1).collect()).at(start + at)
            })?;
            text.push(unescaped);
            letters.nth(length - 1);
        }
        Err(ExpressionFault::Unclosed("the string").at(start))
    }
}

/// The character an escape stands for, and how many characters it takes after the `\`.
fn escape(after: &str) -> Option<(char, usize)> {
    let simple = |c| Some((c, 1));
    match after.chars().next()? {
        c @ ('\'' | '`' | '"' | '\\' | '/') => simple(c),
        'f' => simple('\u{c}'),
        'n' => simple('\n'),
        'r' => simple('\r'),
        't' => simple('\t'),
        'u' => {
            let first = code_unit(after.get(1..)?)?;
            if let Some(c) = char::from_u32(first.into()) {
                return Some((c, 5));
            }
            // Characters beyond the first 65,536 are written as two.
            let second = code_unit(after.get(5..)?.strip_prefix("\\u")?)?;
            let pair = char::decode_utf16([first, second]).next()?.ok()?;
            Some((pair, 11))
        }
        _ => None,
    }
}

fn code_unit(digits: &str) -> Option<u16> {
    let digits = digits.get(..4).filter(|digits| !digits.starts_with('+'))?;
    u16::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[Token<'_>]) {
        let tokens: Vec<_> =
            tokens(text).expect(text).into_iter().map(|(_, token)| token).collect();
        assert_eq!(tokens.split_last(), Some((&Token::End, expected)), "{text}");
    }

    #[test]
    fn every_token_is_read() {
        use Token::{Date, Delimited, External, Number, String, Symbol, Variable, Word};
        check("Patient.name", &[Word("Patient"), Symbol("."), Word("name")]);
        check("a<=1.5", &[Word("a"), Symbol("<="), Number("1.5")]);
        check("1.a", &[Number("1"), Symbol("."), Word("a")]);
        check("45L 1.5L", &[Number("45L"), Number("1.5"), Word("L")]);
        check("'a\\uD83D\\uDD25'", &[String("a🔥".into())]);
        check("'a\\'b\\u00e1\\n'", &[String("a'bá\n".into())]);
        check(
            "`div` %`a b` %us-zip",
            &[Delimited("div".into()), External("a b".into()), External("us-zip".into())],
        );
        check("$this // end", &[Variable("this")]);
        check("/* a */ @2026-11-22T13:26:00.5+07:00", &[Date("2026-11-22T13:26:00.5+07:00")]);
        check("@2026.a", &[Date("2026"), Symbol("."), Word("a")]);
        check("", &[]);
    }

    #[test]
    fn broken_tokens_are_named_with_their_place() {
        let fault = |text| tokens(text).expect_err(text);
        assert_eq!(fault("a 'b"), ExpressionFault::Unclosed("the string").at(2));
        assert_eq!(fault("/* a"), ExpressionFault::Unclosed("the comment").at(0));
        assert_eq!(fault("a # b"), ExpressionFault::Character('#').at(2));
        assert_eq!(fault("'\\q'"), ExpressionFault::Escape("q".into()).at(1));
        assert_eq!(fault("'\\uD800'"), ExpressionFault::Escape("u".into()).at(1));
    }
}
