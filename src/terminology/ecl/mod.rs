//! The Expression Constraint Language of SNOMED CT, <https://docs.snomed.org/snomed-ct-specifications/snomed-ct-expression-constraint-language>:
//! whether a text is written in it, and what the simple part of it selects.
//!
//! [`constraint`] knows what may be combined with what, [`refinement`] what follows the colon,
//! [`cursor`] the smallest parts. What filters (`{{ … }}`) say is not looked at. [`compose`] makes
//! value sets of hierarchies, reference sets and what combines them.

pub(super) mod compose;
mod constraint;
mod cursor;
mod refinement;

use cursor::Cursor;

/// Parentheses within parentheses.
const DEEPEST: usize = 64;

/// The place, counted in characters from 1, at which a text stops being ECL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EclFault {
    pub column: usize,
}

/// Checks a text.
pub fn check(text: &str) -> Result<(), EclFault> {
    let mut cursor = Cursor::new(text);
    let read = cursor.constraint(DEEPEST);
    cursor.space();
    if read.is_some() && cursor.is_at_end() {
        return Ok(());
    }
    Err(EclFault { column: cursor.column() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn good(text: &str) {
        assert_eq!(check(text), Ok(()), "{text}");
    }

    #[track_caller]
    fn bad(text: &str, column: usize) {
        assert_eq!(check(text), Err(EclFault { column }), "{text}");
    }

    #[test]
    fn simple_constraints() {
        for text in [
            "404684003",
            " 404684003 |Clinical finding| ",
            "*",
            "< 404684003",
            "<<404684003 |Clinical finding (finding)|",
            "<!404684003",
            "<<! 404684003",
            ">>404684003",
            ">!404684003",
            "!!< 404684003",
            "^ 700043003 |Example refset|",
            "< ^700043003",
            "^ [targetComponentId] 700043003",
            "^[*]700043003",
            "descendantOf 404684003",
            "<< LOINC#54486-6",
            "<< \"http://loinc.org\"#54486-6",
            "/* findings */ << 404684003",
        ] {
            good(text);
        }
        bad("", 1);
        bad("<", 2);
        bad("40468", 1);
        bad("0404684003", 1);
        bad("404684003 |", 12);
        bad("404684003 | |", 13);
        bad("finding", 1);
        bad("< < 404684003", 3);
    }

    #[test]
    fn constraints_are_combined() {
        for text in [
            "< 19829001 AND < 301867009",
            "< 19829001 and < 301867009 AND *",
            "< 19829001, < 301867009",
            "< 19829001 OR (< 301867009 MINUS 404684003)",
            "(< 19829001 OR < 301867009) MINUS ^ 700043003",
            "< 125605004 . 363698007",
            "< 125605004 |Fracture| . 363698007 |Finding site| . < 272741003",
        ] {
            good(text);
        }
        // Without parentheses nobody knows what belongs together.
        bad("< 19829001 AND < 301867009 OR 404684003", 28);
        bad("< 19829001 MINUS < 301867009 MINUS 404684003", 30);
        bad("234234 << 234234", 8);
        bad("< 19829001 AND", 15);
        bad("(< 19829001", 12);
        bad("< 19829001)", 11);
    }

    #[test]
    fn refinements() {
        for text in [
            "< 19829001 : 116676008 = 79654002",
            "<19829001|Lung|:116676008|Morphology|=<<79654002|Edema|",
            "< 404684003 : 363698007 = << 39057004, 116676008 = << 415582006",
            "< 404684003 : 363698007 = << 39057004 OR 116676008 = *",
            "< 404684003 : { 363698007 = << 39057004, 116676008 = << 415582006 }",
            "< 404684003 : { 363698007 = 39057004 } OR { 116676008 = 415582006 }",
            "< 373873005 : [1..3] 127489000 != < 105590001",
            "< 373873005 : [1..*] { [0..1] 127489000 = < 105590001 }",
            "< 105590001 : R 127489000 = 111115",
            "< 105590001 : reverseOf 127489000 = 249999999101",
            "< 27658006 : 411116001 = 385055001, { 179999999100 >= #500 }",
            "< 27658006 : 1142135004 = #-1.5",
            "< 27658006 : 111111105 = \"PANADOL\"",
            "< 27658006 : 111111105 = (\"a\" wild:\"b*\")",
            "< 27658006 : 111111105 = true",
            "< 404684003 : 47429007 = (< 404684003 : 116676008 = *)",
            "< 404684003 : (363698007 = *, 116676008 = *) OR 47429007 = *",
            "(< 404684003 : 363698007 = *) AND ^ 700043003",
            "< 64572001 : << 47429007 = *",
        ] {
            good(text);
        }
        bad("< 19829001 :", 13);
        bad("< 19829001 : 116676008", 23);
        bad("< 19829001 : 116676008 =", 25);
        bad("< 19829001 : { 116676008 = *", 29);
        bad("< 19829001 : [1..] 116676008 = *", 18);
        bad("< 19829001 : 116676008 = * AND 363698007 = * OR 47429007 = *", 46);
    }

    #[test]
    fn filters_are_passed_over() {
        for text in [
            "< 64572001 {{ term = \"heart att\" }}",
            "< 64572001 {{ D term = (\"heart\" \"}}\"), language = en }} {{ C definitionStatus = primitive }}",
            "<< 195967001 {{ +HISTORY-MOD }}",
            "^ 447562003 {{ M mapTarget = \"J45.9\" }}",
        ] {
            good(text);
        }
        bad("< 64572001 {{ term = \"heart\" ", 30);
        bad("< 64572001 {{ term = \"heart }}", 31);
    }

    #[test]
    fn no_text_takes_long_or_panics() {
        for text in ["(".repeat(10_000), "< ".repeat(10_000), "1: (".repeat(10_000)] {
            assert!(check(&text).is_err());
        }
        let deep = format!("{}404684003{}", "(".repeat(60), ")".repeat(60));
        good(&deep);
        bad("< 404684003 |Tiếng Việt", 24);
    }
}
