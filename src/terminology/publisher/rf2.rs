//! SNOMED CT in Release Format 2, the snapshot files,
//! <https://confluence.ihtsdotools.org/display/DOCRELFMT>, in the terms of
//! <https://hl7.org/fhir/R4/snomedct.html>.
//!
//! Language reference sets, when they are there, say which synonym is preferred and becomes the
//! display; otherwise it is the fully specified name.

use std::io::Read;

use rustc_hash::FxHashSet;

use super::item::{Item, Take, Usage};
use super::table::{Separator, Table, TableError};
use crate::terminology::system::concept::PropertyValue;

pub const SYSTEM: &str = "http://snomed.info/sct";

/// The property of a concept that names the reference sets it is in.
pub(in crate::terminology) const MEMBER_OF: &str = "memberOf";

/// The module of the international edition.
pub const INTERNATIONAL: &str = "900000000000207008";

const IS_A: &str = "116680003";
const FULLY_SPECIFIED_NAME: &str = "900000000000003001";
const PREFERRED: &str = "900000000000548007";
const DEFINED: &str = "900000000000073002";

/// The numbers of the preferred descriptions.
#[derive(Debug, Default)]
pub struct Preferred(FxHashSet<u64>);

/// Reads `sct2_Concept_Snapshot_…`.
pub fn concepts<E: From<TableError>>(
    (file, source): (&str, impl Read),
    take: Take<'_, E>,
) -> Result<(), E> {
    let mut table = Table::open(file, source, Separator::Tab)?;
    let columns = ["id", "effectiveTime", "active", "moduleId", "definitionStatusId"];
    let [id, time, active, module, definition] = table.columns(columns)?;
    while table.advance()? {
        let code = table.get(id);
        let is_inactive = table.get(active) != "1";
        take(Item::Concept { code, display: None, is_inactive, is_abstract: false })?;
        let is_defined = table.get(definition) == DEFINED;
        for (property, value) in [
            ("inactive", PropertyValue::Boolean(is_inactive)),
            ("sufficientlyDefined", PropertyValue::Boolean(is_defined)),
            ("moduleId", PropertyValue::Code(table.get(module).into())),
            ("effectiveTime", PropertyValue::String(table.get(time).into())),
        ] {
            take(Item::Property { code, property, value })?;
        }
    }
    Ok(())
}

/// Reads `der2_cRefset_Language…Snapshot_…` and adds to the preferred descriptions.
pub fn language<E: From<TableError>>(
    (file, source): (&str, impl Read),
    preferred: &mut Preferred,
) -> Result<(), E> {
    let mut table = Table::open(file, source, Separator::Tab)?;
    let [active, description, acceptability] =
        table.columns(["active", "referencedComponentId", "acceptabilityId"])?;
    while table.advance()? {
        if table.get(active) == "1" && table.get(acceptability) == PREFERRED {
            preferred.0.extend(table.get(description).parse::<u64>());
        }
    }
    Ok(())
}

/// Reads `sct2_Description_Snapshot_…`.
pub fn descriptions<E: From<TableError>>(
    (file, source): (&str, impl Read),
    preferred: &Preferred,
    take: Take<'_, E>,
) -> Result<(), E> {
    let mut table = Table::open(file, source, Separator::Tab)?;
    let columns = ["id", "active", "conceptId", "languageCode", "typeId", "term"];
    let [id, active, concept, language, kind, term] = table.columns(columns)?;
    while table.advance()? {
        if table.get(active) != "1" {
            continue;
        }
        let (code, value, kind) = (table.get(concept), table.get(term), table.get(kind));
        let language = Some(table.get(language)).filter(|language| !language.is_empty());
        let is_preferred = table.get(id).parse::<u64>().is_ok_and(|id| preferred.0.contains(&id));
        let is_full = kind == FULLY_SPECIFIED_NAME;
        let usage = Usage {
            display: Some(if is_full { "Fully specified name" } else { "Synonym" }),
            ..Usage::of(SYSTEM, kind)
        };
        take(Item::Designation { code, language, usage, value })?;
        let is_display = if preferred.0.is_empty() { is_full } else { is_preferred && !is_full };
        if is_display {
            take(Item::Display { code, display: value })?;
        }
    }
    Ok(())
}

/// Reads `der2_Refset_Simple…Snapshot_…`: which reference sets a concept is in.
pub fn members<E: From<TableError>>(
    (file, source): (&str, impl Read),
    take: Take<'_, E>,
) -> Result<(), E> {
    let mut table = Table::open(file, source, Separator::Tab)?;
    let [active, set, member] = table.columns(["active", "refsetId", "referencedComponentId"])?;
    while table.advance()? {
        let code = table.get(member);
        // Descriptions may be members, too.
        if table.get(active) == "1" && is_concept(code) {
            let value = PropertyValue::Code(table.get(set).into());
            take(Item::Property { code, property: MEMBER_OF, value })?;
        }
    }
    Ok(())
}

/// Whether it is the number of a concept: the two digits before the last say what it numbers,
/// <https://confluence.ihtsdotools.org/display/DOCRELFMT/6.1+Partition+Identifier>.
fn is_concept(id: &str) -> bool {
    let kind = id.len().checked_sub(3).and_then(|at| id.get(at..at + 2));
    matches!(kind, Some("00" | "10"))
}

/// Reads `sct2_Relationship_Snapshot_…`: what is below what, and the attributes.
pub fn relationships<E: From<TableError>>(
    (file, source): (&str, impl Read),
    take: Take<'_, E>,
) -> Result<(), E> {
    let mut table = Table::open(file, source, Separator::Tab)?;
    let columns = ["active", "sourceId", "destinationId", "typeId"];
    let [active, source, destination, kind] = table.columns(columns)?;
    while table.advance()? {
        if table.get(active) != "1" {
            continue;
        }
        let (code, other) = (table.get(source), table.get(destination));
        match table.get(kind) {
            IS_A => take(Item::Link { child: code, parent: other })?,
            property => {
                let value = PropertyValue::Code(other.into());
                take(Item::Property { code, property, value })?;
            }
        }
    }
    Ok(())
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

    const DESCRIPTIONS: &str = "id\teffectiveTime\tactive\tmoduleId\tconceptId\tlanguageCode\ttypeId\tterm\tcaseSignificanceId\n\
        11\t20240101\t1\tm\t1\ten\t900000000000003001\tA \"thing\" (finding)\tc\n\
        12\t20240101\t1\tm\t1\ten\t900000000000013009\tA thing\tc\n\
        13\t20240101\t0\tm\t1\ten\t900000000000013009\tOld\tc\n";

    #[test]
    fn concepts_are_active_or_not() {
        let text = "id\teffectiveTime\tactive\tmoduleId\tdefinitionStatusId\n1\t20240101\t0\tm\t900000000000073002\n";
        let items = all(|take| concepts(("c", text.as_bytes()), take));
        assert!(items[0].contains("is_inactive: true"));
        assert!(items[2].contains(r#""sufficientlyDefined", value: Boolean(true)"#));
    }

    #[test]
    fn the_display_is_the_preferred_synonym_or_the_full_name() {
        let shown = |preferred: &Preferred| {
            let items = all(|take| descriptions(("d", DESCRIPTIONS.as_bytes()), preferred, take));
            assert_eq!(items.len(), 3, "{items:?}");
            items.into_iter().find(|item| item.starts_with("Display")).expect("a display")
        };
        assert!(shown(&Preferred::default()).contains(r#"A \"thing\" (finding)"#));
        let text = "id\tactive\trefsetId\treferencedComponentId\tacceptabilityId\nu\t1\tr\t12\t900000000000548007\n";
        let mut preferred = Preferred::default();
        language::<TableError>(("l", text.as_bytes()), &mut preferred).expect("read");
        assert!(shown(&preferred).contains(r#"display: "A thing""#));
    }

    #[test]
    fn members_of_reference_sets_are_concepts() {
        let text = "id\tactive\trefsetId\treferencedComponentId\n\
            u\t1\t723264001\t71388002\nv\t0\t723264001\t50697003\nw\t1\t723264001\t12011\n";
        let items = all(|take| members(("m", text.as_bytes()), take));
        assert_eq!(items.len(), 1);
        assert!(items[0].contains(r#"code: "71388002", property: "memberOf""#), "{items:?}");
    }

    #[test]
    fn relationships_are_links_or_attributes() {
        let text = "id\tactive\tsourceId\tdestinationId\ttypeId\n1\t1\t2\t3\t116680003\n2\t1\t2\t4\t363698007\n3\t0\t2\t5\t116680003\n";
        let items = all(|take| relationships(("r", text.as_bytes()), take));
        assert_eq!(items[0], r#"Link { child: "2", parent: "3" }"#);
        assert!(
            items[1].contains(r#"property: "363698007", value: Code("4")"#) && items.len() == 2
        );
    }
}
