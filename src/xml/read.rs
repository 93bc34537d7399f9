//! XML text → the JSON tree.
//!
//! An XML text that is not well-formed, or that a limit ends, is a single finding and there is no
//! tree. Elements and attributes that FHIR does not have there are left out of the tree and become
//! findings, as many as there are.

use serde_json::Value;

use super::object::Reading;
use super::path::Path;
use super::syntax::fault::{Lines, XmlFault};
use super::syntax::scope::Space;
use super::syntax::tokens::{DEPTH, Tokens};
use super::syntax::wrong::Wrong;
use crate::definitions::shape::Shapes;
use crate::fhir::issue::Issue;
use crate::fhir::kind::ResourceKind;

/// A resource that was read.
#[derive(Debug)]
pub struct Read {
    pub resource: Value,
    /// Errors are about what the tree has no place for; a value that is not one of its type is in
    /// the tree as a string, so that validation has findings about the same places. Warnings are
    /// about elements in another order than that of the definitions: the text is not valid, but
    /// the tree, which has no order, is right.
    pub issues: Vec<Issue>,
}

/// Reads a resource; the error says line, column and what to do.
pub fn read(bytes: &[u8], shapes: &Shapes) -> Result<Read, Issue> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let readable =
                String::from_utf8_lossy(bytes.get(..error.valid_up_to()).unwrap_or(bytes));
            return Err(Wrong::Utf8.at(readable.len()).issue(&readable));
        }
    };
    let (resource, mut findings) = tree(text, shapes).map_err(|fault| fault.issue(text))?;
    findings.sort_by_key(|(at, _)| *at);
    let mut lines = Lines::new(text);
    let place = |(at, issue)| Issue { position: Some(lines.of(at)), ..issue };
    Ok(Read { resource, issues: findings.into_iter().map(place).collect() })
}

fn tree(text: &str, shapes: &Shapes) -> Result<(Value, Vec<(usize, Issue)>), XmlFault> {
    let mut tokens = Tokens::new(text, DEPTH)?;
    let root = tokens.root()?;
    if root.space != Space::Fhir {
        return Err(Wrong::Namespace(root.name.to_owned()).at(root.start));
    }
    let is_known = ResourceKind::parse(root.name).is_some();
    let path = Path::root(if is_known { root.name } else { "Resource" });
    let mut reading = Reading::new(tokens, shapes);
    let resource = reading.resource(&root, &path, 1)?;
    let (mut tokens, findings) = reading.end();
    tokens.finish()?;
    Ok((resource, findings))
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use serde_json::json;

    use super::*;
    use crate::definitions::registry::Registry;

    static REGISTRY: LazyLock<Registry> = LazyLock::new(|| Registry::r4().expect("R4"));

    fn patient(inside: &str) -> String {
        format!("<Patient xmlns=\"http://hl7.org/fhir\">{inside}</Patient>")
    }

    /// A text is read without findings, as this tree.
    #[track_caller]
    fn check(text: &str, expected: Value) {
        let read = read(text.as_bytes(), &REGISTRY.shapes).expect(text);
        assert_eq!(read.issues, [], "{text}");
        assert_eq!(read.resource, expected, "{text}");
    }

    /// The elements below a Patient are read as these keys.
    #[track_caller]
    fn holds(inside: &str, mut expected: Value) {
        expected["resourceType"] = json!("Patient");
        check(&patient(inside), expected);
    }

    /// A text is read, with findings: where, line, column, and a word of the text.
    #[track_caller]
    fn finds(inside: &str, expected: &[(&str, (usize, usize), &str)]) {
        let text = patient(inside);
        let found = read(text.as_bytes(), &REGISTRY.shapes).expect(&text).issues;
        assert_eq!(found.len(), expected.len(), "{text} {found:#?}");
        for (issue, (expression, place, word)) in found.iter().zip(expected) {
            assert_eq!(issue.expression.as_deref(), Some(*expression), "{}", issue.text.en);
            assert_eq!(issue.position.map(|at| (at.line, at.column)), Some(*place), "{issue:?}");
            assert!(issue.text.en.contains(word), "{}", issue.text.en);
            assert!(!issue.text.vi.is_empty());
        }
    }

    /// A text is not read at all.
    #[track_caller]
    fn refused(text: &str, english: &str) {
        let issue = read(text.as_bytes(), &REGISTRY.shapes).expect_err(text);
        assert!(issue.text.en.contains(english), "{text}: {}", issue.text.en);
        assert!(issue.position.is_some());
    }

    #[test]
    fn elements_have_the_json_type_and_number_of_their_definition() {
        holds(
            "<id value='p'/><active value='true'/><name id='n'><given value='A'/></name>\
             <multipleBirthInteger value='2'/>",
            json!({ "id": "p", "active": true, "name": [{ "id": "n", "given": ["A"] }],
                "multipleBirthInteger": 2 }),
        );
        holds(
            "<contained><Basic><id value='b'/></Basic></contained>\
             <extension url='http://x'><valueDecimal value='1.00'/></extension>",
            json!({ "contained": [{ "resourceType": "Basic", "id": "b" }],
                "extension": [{ "url": "http://x",
                    "valueDecimal": serde_json::from_str::<Value>("1.00").expect("a number") }] }),
        );
        check(
            "<Bundle xmlns='http://hl7.org/fhir'><type value='batch'/><entry><resource><Basic/>\
             </resource></entry></Bundle>",
            json!({ "resourceType": "Bundle", "type": "batch",
                "entry": [{ "resource": { "resourceType": "Basic" } }] }),
        );
    }

    #[test]
    fn what_is_beside_primitives_stays_aligned() {
        let extended = json!({ "extension": [{ "url": "u", "valueCode": "c" }] });
        let extension = "<extension url='u'><valueCode value='c'/></extension>";
        holds(
            &format!(
                "<name><given value='A'/><given>{extension}</given><given value='C' id='i'/><given value='D'/></name>"
            ),
            json!({ "name": [{ "given": ["A", null, "C", "D"],
                "_given": [null, extended, { "id": "i" }, null] }] }),
        );
        holds(
            &format!(
                "<name><given>{extension}</given></name><birthDate value='2020'>{extension}</birthDate>"
            ),
            json!({ "name": [{ "_given": [extended] }], "birthDate": "2020", "_birthDate": extended }),
        );
    }

    #[test]
    fn what_xml_allows_around_the_data_changes_nothing() {
        let expected = json!({ "resourceType": "Patient", "gender": "female" });
        for text in [
            "\u{FEFF}<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<!-- a --><?xml-stylesheet href='x'?>\
             <Patient xmlns=\"http://hl7.org/fhir\"> <!-- b --><gender value=\"female\"/>\n</Patient>\n<!-- c -->",
            "<f:Patient xmlns:f='http://hl7.org/fhir'><f:gender value='female'></f:gender></f:Patient>",
            "<Patient xmlns='http://hl7.org/fhir' xmlns:a='urn:a' \
             xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' \
             xsi:schemaLocation='http://hl7.org/fhir fhir-all.xsd'>\
             <f:gender xmlns:f='http://hl7.org/fhir' value = \"female\" /><![CDATA[ ]]></Patient >",
            "<?xml version='1.0' encoding='utf-16'?><Patient xmlns='http://hl7.org/fhir'><gender value='fem&#x61;le'/></Patient>",
        ] {
            check(text, expected.clone());
        }
    }

    #[test]
    fn white_space_in_values_is_as_xml_says() {
        holds(
            "<name><text value=' a\r\n b\tc&#10;d&#9;&amp;&lt;&quot;&apos; '/></name>",
            json!({ "name": [{ "text": " a  b c\nd\t&<\"' " }] }),
        );
    }

    #[test]
    fn narratives_are_kept_and_stand_alone() {
        let narrative = |text: &str| json!({ "text": { "status": "empty", "div": text } });
        let whole = "<div xmlns=\"http://www.w3.org/1999/xhtml\"  >\r\n <p class='a'>&#160;&lt;<!-- - --></p >\t</div>";
        holds(&format!("<text><status value='empty'/>{whole}</text>"), narrative(whole));
        let div = "<div xmlns=\"http://www.w3.org/1999/xhtml\">\n<b class='a'>";
        holds(
            &format!("<text><status value='empty'/>{div}<![CDATA[a < b & ]]>c</b></div></text>"),
            narrative(&format!("{div}a &lt; b &amp; c</b></div>")),
        );
        check(
            "<f:Patient xmlns:f='http://hl7.org/fhir' xmlns='http://www.w3.org/1999/xhtml'>\
             <f:text><f:status value='empty'/><div><p/></div></f:text></f:Patient>",
            json!({ "resourceType": "Patient", "text": { "status": "empty",
                "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p/></div>" } }),
        );
        holds(
            "<text xmlns:h='http://www.w3.org/1999/xhtml'><status value='empty'/>\
             <h:div><h:p title='\"' xml:lang='vi'>x<!-- y --><h:br/></h:p></h:div></text>",
            narrative(
                "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p title='\"' xml:lang=\"vi\">x<!-- y --><br/></p></div>",
            ),
        );
    }

    #[test]
    fn what_the_tree_has_no_place_for_is_found_with_its_place() {
        finds(
            "\n <naem value='x'><deep/></naem>\n <name>\n  <family value='A'/><family value='B'/></name>",
            &[
                ("Patient.naem", (2, 2), "Did you mean “name”"),
                ("Patient.name[0].family", (4, 22), "one value only"),
            ],
        );
        finds(
            "<name><given value='A' x='1'/><given>B</given></name><multipleBirthInteger value='two'/>",
            &[
                ("Patient.name[0].given[0]", (1, 44), "“x”"),
                ("Patient.name[0].given[1]", (1, 75), "value="),
                ("Patient.multipleBirth", (1, 91), "“two” is not valid"),
            ],
        );
        finds(
            "<gender value='male'/><active value='true'/>",
            &[("Patient.active", (1, 60), "order")],
        );
        finds(
            "<name/><gender/>",
            &[("Patient.name[0]", (1, 38), "empty"), ("Patient.gender", (1, 45), "empty")],
        );
    }

    #[test]
    fn parts_in_the_wrong_place_are_found() {
        finds(
            "<extension><url value='u'/></extension>",
            &[("Patient.extension[0].url", (1, 49), "attribute")],
        );
        finds("<contained/>", &[("Patient.contained[0]", (1, 38), "resource is missing")]);
        finds(
            "<contained><Basic/><Basic/></contained>",
            &[("Patient.contained[0]", (1, 57), "one resource")],
        );
        finds(
            "<contained><Pateint/></contained>",
            &[("Patient.contained[0].resourceType", (1, 49), "“Patient”")],
        );
        finds("<gender xmlns='urn:x' value='male'/>", &[("Patient.gender", (1, 38), "namespace")]);
        finds("<text><div>x</div></text>", &[("Patient.text.div", (1, 44), "xhtml")]);
        finds("text", &[("Patient", (1, 38), "no text")]);
    }

    #[test]
    fn texts_that_are_not_well_formed_are_refused() {
        for (inside, english) in [
            ("<name>", "</name> is due"),
            ("</name>", "is due"),
            ("<name><given value='a'></name></given>", "</given> is due"),
            ("<gender value='a' value='b'/>", "“value” occurs twice"),
            ("<gender value='a'id='b'/>", "attribute"),
            ("<gender value=a/>", "attribute"),
            ("<gender value='<'/>", "attribute"),
            ("<gender value='&nbsp;'/>", "“&nbsp;”"),
            ("<gender value='a & b'/>", "Write & as &amp;"),
            ("<gender value='&#0;'/>", "character"),
            ("<gender value='&#1;'/>", "character"),
            ("<gender value='\u{1}'/>", "character"),
            ("<gender value='\u{FFFF}'/>", "character"),
            ("<x:gender value='a'/>", "“x:” is not declared"),
            ("<gender x:value='a'/>", "“x:” is not declared"),
            ("<1a/>", "not a name"),
            ("<!-- a -- b -->", "comment"),
            ("<?xml version='1.0'?>", "not at the start"),
            ("<![CDATA[", "ends too early"),
            ("]]>", "]]&gt;"),
        ] {
            refused(&patient(inside), english);
        }
        for (text, english) in [
            ("", "no element"),
            ("<!-- -->", "no element"),
            ("{}", "outside"),
            ("<Patient/>", "namespace of FHIR"),
            ("<Patient xmlns='http://hl7.org/fhir'/><Patient/>", "outside"),
            ("<Patient xmlns='http://hl7.org/fhir'/>x", "outside"),
            ("<Patient xmlns='http://hl7.org/fhir'", "ends too early"),
            (" <?xml version='1.0'?><Patient xmlns='http://hl7.org/fhir'/>", "not at the start"),
            (
                "<?xml version='1.0' encoding='latin1'?><Patient xmlns='http://hl7.org/fhir'/>",
                "latin1",
            ),
        ] {
            refused(text, english);
        }
        assert!(read(b"<Patient>\xFF", &REGISTRY.shapes).is_err());
    }

    #[test]
    fn hostile_texts_meet_a_limit() {
        let laughs = "<!DOCTYPE l [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'>]>";
        refused(&format!("{laughs}{}", patient("<gender value='&b;'/>")), "DOCTYPE");
        refused("<!DOCTYPE Patient SYSTEM 'file:///etc/passwd'><Patient/>", "DOCTYPE");
        refused(&patient(&"<extension url='u'>".repeat(100_000)), "120 levels");
        refused(&patient(&"<x>".repeat(100_000)), "250 levels");
        let deep = |open: &str, close: &str, times: usize| {
            patient(&format!(
                "<text><div xmlns='http://www.w3.org/1999/xhtml'>{}{}</div></text>",
                open.repeat(times),
                close.repeat(times)
            ))
        };
        assert!(read(deep("<b>", "</b>", 100).as_bytes(), &REGISTRY.shapes).is_ok());
        refused(&deep("<b>", "</b>", 100_000), "250 levels");
        let many: String = (0..1000).map(|at| format!(" a{at}='x'")).collect();
        refused(&patient(&format!("<gender{many}/>")), "64 attributes");
        let declared: String = (0..60).map(|at| format!(" xmlns:a{at}='x'")).collect();
        refused(&patient(&format!("<name{declared}><given{declared}/></name>")), "64 namespace");
        let wrong = patient(&"<wrong/>".repeat(5_000));
        assert_eq!(read(wrong.as_bytes(), &REGISTRY.shapes).expect("read").issues.len(), 200);
    }

    /// What XML may hold is what JSON may hold, so that whatever is stored can be read again.
    #[test]
    fn nesting_ends_where_it_ends_in_json() {
        let nested = |times: usize| {
            let inner = "<valueCode value='x'/>";
            let (open, close) = ("<extension url='u'>", "</extension>");
            patient(&format!("{}{inner}{}", open.repeat(times), close.repeat(times)))
        };
        let deepest = read(nested(59).as_bytes(), &REGISTRY.shapes).expect("read").resource;
        assert!(crate::fhir::json::parse(deepest.to_string().as_bytes()).is_ok());
        refused(&nested(60), "120 levels");
    }
}
