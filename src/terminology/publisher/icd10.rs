//! ICD-10 in Vietnamese: the Ministry's table, saved as CSV.
//!
//! The header may stand below lines of a title; the separator is what the header uses. A code keeps
//! its dot; the marks of double coding (`†`, `*`) become properties. Chapters, blocks and categories
//! are concepts above the codes. A cell of a rule holds the code itself where the rule applies.

use std::io::Read;

use rustc_hash::FxHashSet;

use super::icd10_columns::Columns;
use super::item::{Item, Take, Usage};
use super::table::{Separator, Table, TableError};
use crate::terminology::system::concept::PropertyValue;

pub const SYSTEM: &str = "http://hl7.org/fhir/sid/icd-10";

/// Lines in which the header is looked for.
const TITLE_LINES: usize = 10;

/// What the reader found out about the table.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// The version that the layout tells.
    pub version: &'static str,
    /// Codes that were corrected, or that cannot be read: as they stand.
    pub corrected: Vec<Box<str>>,
    pub refused: Vec<Box<str>>,
}

/// The version that a layout tells.
pub const VERSIONS: [&str; 2] = ["4469-QD-BYT", "06-2026-TT-BYT"];

/// Opens a table and finds its header.
pub fn open<R: Read>(file: &str, source: R, separator: Separator) -> Result<Table<R>, TableError> {
    let mut table = Table::open(file, source, separator)?;
    for _ in 0..TITLE_LINES {
        if table.column("MÃ BỆNH").is_some() || !table.advance()? {
            break;
        }
        table.take_header();
    }
    Ok(table)
}

/// The version that the layout of a table tells.
pub fn version<R: Read>(table: &Table<R>) -> Result<&'static str, TableError> {
    let [old, new] = VERSIONS;
    Ok(if Columns::of(table)?.is_of_2026 { new } else { old })
}

/// Reads a table.
pub fn read<E: From<TableError>, R: Read>(
    mut table: Table<R>,
    take: Take<'_, E>,
) -> Result<Summary, E> {
    let columns = Columns::of(&table)?;
    let mut summary = Summary { version: version(&table)?, ..Summary::default() };
    let mut groups: FxHashSet<Box<str>> = FxHashSet::default();
    while table.advance()? {
        let written = table.get(columns.code);
        if written.is_empty() {
            continue;
        }
        let Some(code) = code(written, table.maybe(columns.plain)) else {
            summary.refused.push(written.into());
            continue;
        };
        if code.is_corrected {
            summary.corrected.push(written.into());
        }
        let above = levels(&table, &columns, &mut groups, take)?;
        disease(&table, &columns, &code, take)?;
        groups.insert(code.text.as_str().into());
        link(&code.text, &groups, above.as_deref(), take)?;
    }
    Ok(summary)
}

/// A code of the table.
struct Code {
    text: String,
    /// `†` or `*`.
    mark: Option<char>,
    is_corrected: bool,
}

/// Reads `A17.0†`; what is misspelt is made of the code without dot, if that is there.
fn code(written: &str, plain: Option<&str>) -> Option<Code> {
    let mark = written.chars().last().filter(|last| matches!(last, '†' | '‡' | '*'));
    let text = written.trim_end_matches(['†', '‡', '*']).trim().to_uppercase();
    let mark = mark.map(|mark| if mark == '*' { '*' } else { '†' });
    if is_code(&text) {
        return Some(Code { text, mark, is_corrected: false });
    }
    let plain = plain?.trim_end_matches(['†', '‡', '*']).trim().to_uppercase();
    let (category, rest) = plain.split_at_checked(3)?;
    let text = if rest.is_empty() { plain.clone() } else { format!("{category}.{rest}") };
    is_code(&text).then_some(Code { text, mark, is_corrected: true })
}

/// A letter, two digits, and up to two digits behind a dot.
fn is_code(text: &str) -> bool {
    let (category, rest) = text.split_once('.').unwrap_or((text, "0"));
    let mut letters = category.bytes();
    category.len() == 3
        && letters.next().is_some_and(|letter| letter.is_ascii_uppercase())
        && letters.all(|digit| digit.is_ascii_digit())
        && (1..=2).contains(&rest.len())
        && rest.bytes().all(|digit| digit.is_ascii_digit())
}

/// Says what is above a code; gives the lowest.
fn levels<E, R: Read>(
    table: &Table<R>,
    columns: &Columns,
    groups: &mut FxHashSet<Box<str>>,
    take: Take<'_, E>,
) -> Result<Option<String>, E> {
    let mut above: Option<String> = None;
    for [code, vietnamese, english] in &columns.levels {
        let Some(code) = table.maybe(*code) else { continue };
        let code = code.trim_end_matches(['†', '‡', '*']).trim();
        let is_same = above.as_deref() == Some(code);
        if !is_same && !code.is_empty() && groups.insert(code.into()) {
            let display = table.maybe(*vietnamese);
            let is_abstract = !is_code(code);
            take(Item::Concept { code, display, is_inactive: false, is_abstract })?;
            if let Some(value) = table.maybe(*english) {
                let (language, usage) = (Some("en"), Usage::default());
                take(Item::Designation { code, language, usage, value })?;
            }
            if let Some(parent) = &above {
                take(Item::Link { child: code, parent })?;
            }
        }
        if !code.is_empty() {
            above = Some(code.to_owned());
        }
    }
    Ok(above)
}

fn disease<E, R: Read>(
    table: &Table<R>,
    columns: &Columns,
    Code { text: code, mark, .. }: &Code,
    take: Take<'_, E>,
) -> Result<(), E> {
    let display = Some(table.get(columns.vietnamese)).filter(|name| !name.is_empty());
    let is_abstract = table.maybe(columns.is_abstract).is_some();
    take(Item::Concept { code, display, is_inactive: false, is_abstract })?;
    if let Some(value) = table.maybe(columns.english) {
        let usage = Usage::default();
        take(Item::Designation { code, language: Some("en"), usage, value })?;
    }
    let marked = mark.map(|mark| if mark == '*' { "asterisk" } else { "dagger" });
    let rules = columns.rules.iter().filter(|(_, place)| table.maybe(Some(*place)).is_some());
    for property in rules.map(|(property, _)| *property).chain(marked) {
        take(Item::Property { code, property, value: PropertyValue::Boolean(true) })?;
    }
    for column in columns.guidance {
        if let Some(text) = table.maybe(column) {
            let value = PropertyValue::String(text.into());
            take(Item::Property { code, property: "codingGuidance", value })?;
        }
    }
    Ok(())
}

/// Says what is right above a code: the one with a digit less when it is there, or its category.
fn link<E>(
    code: &str,
    known: &FxHashSet<Box<str>>,
    above: Option<&str>,
    take: Take<'_, E>,
) -> Result<(), E> {
    let (category, rest) = code.split_once('.').unwrap_or((code, ""));
    let shorter = rest.get(..1).filter(|_| rest.len() == 2);
    let shorter = shorter.map(|digit| format!("{category}.{digit}"));
    let shorter = shorter.as_deref().filter(|shorter| known.contains(*shorter));
    let category = Some(category).filter(|_| !rest.is_empty());
    match shorter.or(category).or(above).filter(|parent| *parent != code) {
        Some(parent) => take(Item::Link { child: code, parent }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, separator: Separator) -> (Vec<String>, Summary) {
        let table = open("icd.csv", text.as_bytes(), separator).expect("a table");
        let mut items = Vec::new();
        let summary = read::<TableError, _>(table, &mut |item| {
            items.push(format!("{item:?}"));
            Ok(())
        });
        (items, summary.expect("read"))
    }

    const OF_2020: &str = "DANH MỤC MÃ BỆNH ICD-10,,,\n\
        STT CHƯƠNG,MÃ CHƯƠNG,CHAPTER NAME,TÊN CHƯƠNG,MÃ LOẠI,TYPE NAME,TÊN LOẠI,MÃ BỆNH,MÃ BỆNH KHÔNG DẤU,DISEASE NAME,TÊN BỆNH\n\
        I,A00-B99,Infections,Bệnh nhiễm trùng,A00,Cholera,Bệnh tả,A00.0,A000,Cholera eltor,Bệnh tả do El Tor\n\
        I,A00-B99,Infections,Bệnh nhiễm trùng,A17,TB,Lao,A17.0†,A170,TB meningitis,Lao màng não\n";

    #[test]
    fn the_table_of_2020_is_read_below_its_title() {
        let (items, summary) = check(OF_2020, Separator::Comma);
        assert_eq!(summary.version, "4469-QD-BYT");
        let links: Vec<_> = items.iter().filter(|item| item.starts_with("Link")).collect();
        assert_eq!(
            links,
            [
                r#"Link { child: "A00", parent: "A00-B99" }"#,
                r#"Link { child: "A00.0", parent: "A00" }"#,
                r#"Link { child: "A17", parent: "A00-B99" }"#,
                r#"Link { child: "A17.0", parent: "A17" }"#,
            ]
        );
        assert!(items.iter().any(|item| item.contains(r#"property: "dagger""#)));
        assert!(items[0].contains(r#"code: "A00-B99""#) && items[0].contains("is_abstract: true"));
        let cholera = r#"Concept { code: "A00.0", display: Some("Bệnh tả do El Tor"), is_inactive: false, is_abstract: false }"#;
        assert!(items.iter().any(|item| item == cholera), "{items:#?}");
    }

    const OF_2026: &str = "MÃ NHÓM BỆNH 3 KÝ TỰ;TÊN NHÓM BỆNH 3 KÝ TỰ;MÃ BỆNH;MÃ BỆNH KHÔNG DẤU;TÊN BỆNH;\"Mã không được dùng là\nbệnh chính\";Mã không được khuyến khích dùng là bệnh chính;Mã không được sử dụng vì có mã 4 hoặc 5 ký tự cụ thể hơn\n\
        U13;Nhóm;U13;U13;Nhóm;;;U13\n\
        U13;Nhóm;U13/9;U139;Tên;U13.9;;\n\
        B18;Viêm;B18.00;B1800;Viêm gan;;B18.00;\n\
        B18;Viêm;B18.0;B180;Viêm gan B;;;\n\
        B18;Viêm;B18.01;B1801;Viêm gan;;;\n\
        B18;Viêm;???;;Lạ;;;\n";

    #[test]
    fn the_table_of_2026_has_rules_and_is_corrected() {
        let (items, summary) = check(OF_2026, Separator::Semicolon);
        assert_eq!(summary.version, "06-2026-TT-BYT");
        assert_eq!(summary.corrected, ["U13/9".into()]);
        assert_eq!(summary.refused, ["???".into()]);
        let has = |text: &str| items.iter().any(|item| item.contains(text));
        assert!(has(
            r#"code: "U13", display: Some("Nhóm"), is_inactive: false, is_abstract: true"#
        ));
        assert!(has(r#"code: "U13.9", property: "notMainDiagnosis""#));
        assert!(has(r#"code: "B18.00", property: "discouragedAsMainDiagnosis""#));
        assert!(has(r#"Link { child: "B18.00", parent: "B18" }"#));
        assert!(has(r#"Link { child: "B18.01", parent: "B18.0" }"#));
    }

    #[test]
    fn a_table_without_its_columns_is_refused() {
        let table = open("x.csv", "a,b\n1,2\n".as_bytes(), Separator::Comma).expect("a table");
        let said = version(&table).expect_err("refused").to_string();
        assert!(said.contains("MÃ BỆNH, TÊN BỆNH is missing"), "{said}");
    }
}
