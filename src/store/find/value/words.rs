//! Full-text queries, in the language of either database.
//!
//! A query travels as bytes, in both languages, and each database takes its own when values are
//! bound: [`of_sqlite`], [`of_postgres`].

use sea_orm::sea_query::{Expr, Func, Value};

use crate::criteria::value::words::{Phrase, Scope, Wanted, WordsValue};
use crate::fhir::kind::ResourceKind;
use crate::store::find::alias::Alias;
use crate::store::schema::table::Column;

/// Between the two languages.
const END: char = '\0';

/// Holds for the words of a resource of a type that are so.
pub(in crate::store::find) fn words(value: &WordsValue, kind: ResourceKind, at: Alias) -> Expr {
    let both = format!("{}{END}{}", sqlite(value, kind), postgres(value, kind));
    let query = Expr::val(Value::Bytes(Some(both.into_bytes())));
    Func::cust("match").arg(query).arg(at.col(Column::Words)).into()
}

/// A query for `SQLite`.
pub(in crate::store) fn of_sqlite(both: &[u8]) -> String {
    String::from_utf8_lossy(both).split(END).next().unwrap_or_default().to_owned()
}

/// A query for `PostgreSQL`.
pub(in crate::store) fn of_postgres(both: &[u8]) -> String {
    String::from_utf8_lossy(both).split(END).nth(1).unwrap_or_default().to_owned()
}

/// <https://www.sqlite.org/fts5.html#full_text_query_syntax>; words have letters and digits alone.
fn sqlite(value: &WordsValue, kind: ResourceKind) -> String {
    let columns = match value.scope {
        Scope::Narrative => "narrative",
        Scope::Content => "{narrative content}",
        Scope::Marks => "marks",
    };
    let phrase = |phrase: &Phrase| {
        let star = if phrase.is_start { " *" } else { "" };
        format!("\"{}\"{star}", phrase.words.join(" "))
    };
    let signs = Signs { phrase: &phrase, all: " AND ", any: " OR ", without: " NOT " };
    format!("({columns} : ({})) AND marks : \"{}\"", signs.write(&value.wanted), kind.number())
}

/// <https://www.postgresql.org/docs/current/datatype-textsearch.html#DATATYPE-TSQUERY>
fn postgres(value: &WordsValue, kind: ResourceKind) -> String {
    let weights = match value.scope {
        Scope::Narrative => "A",
        Scope::Content => "AB",
        Scope::Marks => "C",
    };
    let phrase = |phrase: &Phrase| {
        let last = phrase.words.len().saturating_sub(1);
        let word = |(at, word): (usize, &String)| {
            let star = if phrase.is_start && at == last { "*" } else { "" };
            format!("'{word}':{star}{weights}")
        };
        let words: Vec<String> = phrase.words.iter().enumerate().map(word).collect();
        format!("({})", words.join(" <-> "))
    };
    let signs = Signs { phrase: &phrase, all: " & ", any: " | ", without: " & !" };
    format!("{} & '{}':C", signs.write(&value.wanted), kind.number())
}

/// How a language says what holds of several phrases.
struct Signs<'s> {
    phrase: &'s dyn Fn(&Phrase) -> String,
    all: &'s str,
    any: &'s str,
    without: &'s str,
}

impl Signs<'_> {
    fn write(&self, wanted: &Wanted) -> String {
        let each = |all: &[Wanted], sign| {
            let all: Vec<String> = all.iter().map(|one| self.write(one)).collect();
            format!("({})", all.join(sign))
        };
        match wanted {
            Wanted::Phrase(phrase) => (self.phrase)(phrase),
            Wanted::All(all) => each(all, self.all),
            Wanted::Any(any) => each(any, self.any),
            Wanted::Without(one, others) => {
                let others: Vec<String> = others.iter().map(self.phrase).collect();
                let others = others.join(self.any);
                format!("({}{}({others}))", self.write(one), self.without)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_written_for_both() {
        let phrase = |text: &str, is_start| Phrase {
            words: text.split(' ').map(str::to_owned).collect(),
            is_start,
        };
        let one = Wanted::All(vec![
            Wanted::Phrase(phrase("tien san giat", false)),
            Wanted::Any(vec![
                Wanted::Phrase(phrase("a", true)),
                Wanted::Phrase(phrase("b", false)),
            ]),
        ]);
        let wanted = Wanted::Without(Box::new(one), vec![phrase("c", false), phrase("d e", true)]);
        let value = WordsValue { scope: Scope::Content, wanted };
        let number = ResourceKind::PATIENT.number();
        assert_eq!(
            sqlite(&value, ResourceKind::PATIENT),
            format!(
                "({{narrative content}} : (((\"tien san giat\" AND (\"a\" * OR \"b\")) NOT \
                 (\"c\" OR \"d e\" *)))) AND marks : \"{number}\""
            )
        );
        assert_eq!(
            postgres(&value, ResourceKind::PATIENT),
            format!(
                "((('tien':AB <-> 'san':AB <-> 'giat':AB) & (('a':*AB) | ('b':AB))) & !\
                 (('c':AB) | ('d':AB <-> 'e':*AB))) & '{number}':C"
            )
        );
        let both = b"one\0two";
        assert_eq!((of_sqlite(both), of_postgres(both)), ("one".into(), "two".into()));
    }
}
