//! LOINC as Regenstrief publishes it, <https://loinc.org/kb/users-guide/>, in the terms of
//! <https://terminology.hl7.org/LOINC.html>.
//!
//! `Loinc.csv` comes first, then `LoincPartLink_Primary.csv` when it is there, the hierarchy
//! (`ComponentHierarchyBySystem.csv`, `MultiAxialHierarchy.csv` before 2.73), and the linguistic
//! variants.

use std::io::Read;

use super::item::{Item, Take, Usage};
use super::table::{Separator, Table, TableError};
use crate::terminology::system::concept::{Coding, PropertyValue};

pub const SYSTEM: &str = "http://loinc.org";

/// The axes, whose values are parts when the links to these are known.
const AXES: [&str; 7] =
    ["COMPONENT", "PROPERTY", "TIME_ASPCT", "SYSTEM", "SCALE_TYP", "METHOD_TYP", "CLASS"];

/// Other columns that are properties.
const PROPERTIES: [&str; 11] = [
    "STATUS",
    "CLASSTYPE",
    "ORDER_OBS",
    "VersionFirstReleased",
    "VersionLastChanged",
    "PanelType",
    "EXAMPLE_UCUM_UNITS",
    "UNITSREQUIRED",
    "AskAtOrderEntry",
    "AssociatedObservations",
    "HL7_ATTACHMENT_STRUCTURE",
];

/// Reads `Loinc.csv`; `has_parts` says that the axes come as parts from another file.
pub fn terms<E: From<TableError>>(
    (file, source): (&str, impl Read),
    has_parts: bool,
    take: Take<'_, E>,
) -> Result<(), E> {
    let mut table = Table::open(file, source, Separator::Comma)?;
    let [number, name, status] = table.columns(["LOINC_NUM", "LONG_COMMON_NAME", "STATUS"])?;
    let axes = table.columns(AXES)?;
    let [short] = table.columns(["SHORTNAME"])?;
    let others = PROPERTIES.map(|property| (property, table.column(property)));
    let notice = table.column("EXTERNAL_COPYRIGHT_NOTICE");
    let names = ["CONSUMER_NAME", "DisplayName"].map(|name| (name, table.column(name)));
    while table.advance()? {
        let code = table.get(number);
        if code.is_empty() {
            continue;
        }
        let is_inactive = table.get(status) == "DEPRECATED";
        let display = Some(table.get(name)).filter(|name| !name.is_empty());
        take(Item::Concept { code, display, is_inactive, is_abstract: false })?;
        let short = [("SHORTNAME", Some(short))];
        for (usage, column) in short.into_iter().chain(names) {
            if let Some(value) = table.maybe(column) {
                let usage = Usage::of(SYSTEM, usage);
                take(Item::Designation { code, language: Some("en"), usage, value })?;
            }
        }
        if notice.is_some() {
            let owner = if table.maybe(notice).is_some() { "3rdParty" } else { "LOINC" };
            let value = PropertyValue::String(owner.into());
            take(Item::Property { code, property: "copyright", value })?;
        }
        // The class is no part among the primary links.
        let axes = AXES.into_iter().zip(axes.map(Some));
        let axes = axes.filter(|(axis, _)| !has_parts || *axis == "CLASS");
        for (property, column) in axes.chain(others) {
            if let Some(text) = table.maybe(column) {
                take(Item::Property { code, property, value: PropertyValue::String(text.into()) })?;
            }
        }
    }
    Ok(())
}

/// Reads `LoincPartLink_Primary.csv`: the axes of each term as parts.
pub fn part_links<E: From<TableError>>(
    (file, source): (&str, impl Read),
    take: Take<'_, E>,
) -> Result<(), E> {
    let mut table = Table::open(file, source, Separator::Comma)?;
    let columns = ["LoincNumber", "PartNumber", "PartName", "Property"];
    let [number, part, name, property] = table.columns(columns)?;
    while table.advance()? {
        // `http://loinc.org/property/COMPONENT`
        let property = table.get(property).rsplit('/').next().unwrap_or_default();
        let (code, part) = (table.get(number), table.get(part));
        if code.is_empty() || part.is_empty() || property.is_empty() {
            continue;
        }
        let coding = Coding {
            system: Some(SYSTEM.into()),
            code: Some(part.into()),
            display: Some(table.get(name).into()),
        };
        take(Item::Property { code, property, value: PropertyValue::Coding(coding) })?;
    }
    Ok(())
}

/// Reads the hierarchy: parts above parts above terms.
pub fn hierarchy<E: From<TableError>>(
    (file, source): (&str, impl Read),
    take: Take<'_, E>,
) -> Result<(), E> {
    let mut table = Table::open(file, source, Separator::Comma)?;
    let [parent, code, text] = table.columns(["IMMEDIATE_PARENT", "CODE", "CODE_TEXT"])?;
    while table.advance()? {
        let (child, parent) = (table.get(code), table.get(parent));
        // Terms are there already, with their whole name.
        if child.starts_with("LP") {
            let display = Some(table.get(text)).filter(|text| !text.is_empty());
            take(Item::Concept { code: child, display, is_inactive: false, is_abstract: true })?;
        }
        if !child.is_empty() && !parent.is_empty() {
            take(Item::Link { child, parent })?;
        }
    }
    Ok(())
}

/// Reads a linguistic variant, whose language is in the name of its file:
/// `esMX28LinguisticVariant.csv`.
pub fn variant<E: From<TableError>>(
    (file, source): (&str, impl Read),
    take: Take<'_, E>,
) -> Result<(), E> {
    let mut table = Table::open(file, source, Separator::Comma)?;
    let [number] = table.columns(["LOINC_NUM"])?;
    let language = language(file);
    let [long, short] = table.columns(["LONG_COMMON_NAME", "SHORTNAME"])?;
    let shown = table.column("LinguisticVariantDisplayName");
    let names = [
        ("LONG_COMMON_NAME", Some(long)),
        ("LinguisticVariantDisplayName", shown),
        ("SHORTNAME", Some(short)),
    ];
    while table.advance()? {
        let code = table.get(number);
        for (usage, column) in names {
            if let Some(value) = table.maybe(column) {
                let (language, usage) = (language.as_deref(), Usage::of(SYSTEM, usage));
                take(Item::Designation { code, language, usage, value })?;
            }
        }
    }
    Ok(())
}

/// `es-MX` of `esMX28LinguisticVariant.csv`.
fn language(file: &str) -> Option<String> {
    let name = file.rsplit(['/', '\\']).next()?;
    let (language, country) = (name.get(..2)?, name.get(2..4)?);
    let is_language = language.bytes().all(|byte| byte.is_ascii_lowercase());
    let is_country = country.bytes().all(|byte| byte.is_ascii_uppercase());
    (is_language && is_country).then(|| format!("{language}-{country}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(read: impl FnOnce(Take<'_, TableError>) -> Result<(), TableError>) -> Vec<String> {
        let mut items = Vec::new();
        read(&mut |item| {
            items.push(format!("{item:?}"));
            Ok(())
        })
        .expect("read");
        items
    }

    const TERMS: &str = "LOINC_NUM,COMPONENT,PROPERTY,TIME_ASPCT,SYSTEM,SCALE_TYP,METHOD_TYP,CLASS,STATUS,SHORTNAME,LONG_COMMON_NAME,ORDER_OBS\n\
        1-8,A,MCnc,Pt,Ser,Qn,,CHEM,ACTIVE,A short,A long,Both\n2-6,B,MCnc,Pt,Ser,Qn,,CHEM,DEPRECATED,B short,B long,\n";

    #[test]
    fn terms_have_their_axes_and_names() {
        let items = all(|take| terms(("Loinc.csv", TERMS.as_bytes()), false, take));
        assert!(items[0].starts_with(r#"Concept { code: "1-8", display: Some("A long")"#));
        assert!(items[1].contains("SHORTNAME") && items[1].contains("A short"));
        assert!(items[2].contains(r#"property: "COMPONENT", value: String("A")"#));
        assert!(items.iter().any(|item| item.contains("is_inactive: true")));
        assert!(!items.iter().any(|item| item.contains("METHOD_TYP")));
        let fewer = all(|take| terms(("Loinc.csv", TERMS.as_bytes()), true, take));
        assert!(!fewer.iter().any(|item| item.contains("COMPONENT")));
        assert!(fewer.iter().any(|item| item.contains(r#"property: "CLASS""#)));
    }

    #[test]
    fn the_hierarchy_makes_parts_and_links() {
        let text = "PATH_TO_ROOT,SEQUENCE,IMMEDIATE_PARENT,CODE,CODE_TEXT\n,1,,LP1-1,Lab\nLP1-1,1,LP1-1,1-8,A\n";
        let items = all(|take| hierarchy(("h.csv", text.as_bytes()), take));
        assert_eq!(items.len(), 2);
        assert!(items[0].contains("LP1-1") && items[0].contains("is_abstract: true"));
        assert_eq!(items[1], r#"Link { child: "1-8", parent: "LP1-1" }"#);
    }

    #[test]
    fn variants_carry_the_language_of_their_file() {
        let text =
            "LOINC_NUM,SHORTNAME,LONG_COMMON_NAME,LinguisticVariantDisplayName\n1-8,,A dài,A\n";
        let items = all(|take| variant(("x/viVN40LinguisticVariant.csv", text.as_bytes()), take));
        assert_eq!(items.len(), 2);
        assert!(items[0].contains(r#"language: Some("vi-VN")"#) && items[0].contains("A dài"));
    }

    #[test]
    fn parts_are_codings() {
        let text = "LoincNumber,LongCommonName,PartNumber,PartName,PartCodeSystem,PartTypeName,LinkTypeName,Property\n\
            1-8,A,LP9-1,Glucose,http://loinc.org,COMPONENT,Primary,http://loinc.org/property/COMPONENT\n";
        let items = all(|take| part_links(("p.csv", text.as_bytes()), take));
        assert!(
            items[0].contains(r#"property: "COMPONENT", value: Coding"#)
                && items[0].contains("LP9-1")
        );
    }

    #[test]
    fn a_missing_column_is_named() {
        let text = TERMS.replacen("LONG_COMMON_NAME", "NAME", 1);
        let read: Result<(), TableError> =
            terms(("Loinc.csv", text.as_bytes()), false, &mut |_| Ok(()));
        let said = read.expect_err("refused").to_string();
        assert!(said.starts_with("Loinc.csv: column LONG_COMMON_NAME is missing"), "{said}");
    }
}
