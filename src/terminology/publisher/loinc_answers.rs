//! The answer lists of LOINC, <https://loinc.org/kb/users-guide/>, in the terms of
//! <https://terminology.hl7.org/LOINC.html>: lists (`LL…`), their answers (`LA…`), and the terms
//! that are answered by them.

use std::io::Read;

use rustc_hash::FxHashMap;

use super::item::{Item, Take};
use super::table::{Separator, Table, TableError};
use crate::terminology::system::concept::PropertyValue;

/// The answers of each list.
#[derive(Debug, Default)]
pub struct Answers(FxHashMap<Box<str>, Vec<Box<str>>>);

/// Reads `AnswerList.csv`, a row an answer of a list.
pub fn answers<E: From<TableError>>(
    (file, source): (&str, impl Read),
    take: Take<'_, E>,
) -> Result<Answers, E> {
    let mut answers = Answers::default();
    let mut table = Table::open(file, source, Separator::Comma)?;
    let columns = ["AnswerListId", "AnswerListName", "AnswerStringId", "DisplayText"];
    let [list, name, answer, text] = table.columns(columns)?;
    while table.advance()? {
        let (list, answer) = (table.get(list), table.get(answer));
        if list.is_empty() {
            continue;
        }
        let (code, display) = (list, table.maybe(Some(name)));
        take(Item::Concept { code, display, is_inactive: false, is_abstract: true })?;
        // Lists that others define have no answers here.
        if answer.is_empty() {
            continue;
        }
        let (code, display) = (answer, table.maybe(Some(text)));
        take(Item::Concept { code, display, is_inactive: false, is_abstract: false })?;
        // Both ways to ask for the answers of a list are in use.
        for property in ["LIST", "answers-for"] {
            let value = PropertyValue::Code(list.into());
            take(Item::Property { code, property, value })?;
        }
        answers.0.entry(list.into()).or_default().push(answer.into());
    }
    Ok(answers)
}

/// Reads `LoincAnswerListLink.csv`: which list answers a term.
pub fn links<E: From<TableError>>(
    (file, source): (&str, impl Read),
    answers: &Answers,
    take: Take<'_, E>,
) -> Result<(), E> {
    let mut table = Table::open(file, source, Separator::Comma)?;
    let [term, list] = table.columns(["LoincNumber", "AnswerListId"])?;
    while table.advance()? {
        let (code, list) = (table.get(term), table.get(list));
        if code.is_empty() || list.is_empty() {
            continue;
        }
        let value = PropertyValue::Code(list.into());
        take(Item::Property { code, property: "answer-list", value })?;
        for answer in answers.0.get(list).into_iter().flatten() {
            let value = PropertyValue::Code(code.into());
            take(Item::Property { code: answer, property: "answers-for", value })?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LISTS: &str = "AnswerListId,AnswerListName,AnswerListOID,AnswerStringId,SequenceNumber,DisplayText\n\
        LL1-1,Yes no,1.2,LA1-1,1,Yes\nLL1-1,Yes no,1.2,LA2-2,2,No\nLL2-2,Elsewhere,1.3,,,\n";
    const LINKS: &str = "LoincNumber,LongCommonName,AnswerListId,AnswerListName,AnswerListLinkType\n\
        1-8,A,LL1-1,Yes no,NORMATIVE\n";

    #[test]
    fn answers_know_their_lists_and_terms() {
        let mut items = Vec::new();
        let mut take = |item: Item<'_>| -> Result<(), TableError> {
            items.push(format!("{item:?}"));
            Ok(())
        };
        let known = answers(("a.csv", LISTS.as_bytes()), &mut take).expect("read");
        links(("l.csv", LINKS.as_bytes()), &known, &mut take).expect("read");
        let has = |text: &str| items.iter().any(|item| item.contains(text));
        assert!(has(r#"code: "LA1-1", display: Some("Yes")"#), "{items:?}");
        assert!(has(r#"code: "LA2-2", property: "LIST", value: Code("LL1-1")"#));
        assert!(has(r#"code: "LA2-2", property: "answers-for", value: Code("LL1-1")"#));
        assert!(has(r#"code: "1-8", property: "answer-list", value: Code("LL1-1")"#));
        assert!(has(r#"code: "LA2-2", property: "answers-for", value: Code("1-8")"#));
        assert!(has(r#"code: "LL2-2""#) && !has(r#"code: """#));
    }
}
