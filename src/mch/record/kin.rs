//! A mother and a child whose records hang together although nothing says that they are hers.

use serde_json::Value;

use super::concept::has_local;
use super::itself::{is_hers, is_pregnancy};
use super::records::{Record, Records};
use crate::fhir::issue::Text;
use crate::mch::catalogue::catalogue;

/// A record and the address of its patient.
type Of<'r> = (Record<'r>, &'r str);

/// What is missing between the patients of two records that are linked, when one is a mother, the
/// other a child, and nobody else is known to be its mother.
pub(in crate::mch) fn missing(records: &Records<'_>, a: Of<'_>, b: Of<'_>) -> Option<Text> {
    let is_of = |(record, person): Of<'_>| {
        (is_mother(records, record, person), is_child(records, record, person))
    };
    let (mother, child) = match (is_of(a), is_of(b)) {
        ((true, false), (false, true)) => (a.1, b.1),
        ((false, true), (true, false)) => (b.1, a.1),
        _ => return None,
    };
    if !records.mothers(child).is_empty() {
        return None;
    }
    let related =
        records.pointing("RelatedPerson", "patient", child).find(|one| is_hers(one.resource));
    let who = Text::new(
        format!("(mẹ {mother}, trẻ {child})"),
        format!("(mother {mother}, child {child})"),
    );
    let (vi, en) = match related {
        Some(related) => (
            format!("Hãy thêm vào Patient của mẹ: link có other là {} và type “seealso”", related.address),
            format!("Add to the mother's Patient: a link whose other is {} and whose type is “seealso”", related.address),
        ),
        None => (
            "Hãy thêm một RelatedPerson có patient là trẻ và relationship MTH, rồi thêm vào Patient của mẹ: link có other là RelatedPerson ấy và type “seealso”".to_owned(),
            "Add a RelatedPerson whose patient is the child and whose relationship is MTH, then to the mother's Patient a link whose other is that RelatedPerson and whose type is “seealso”".to_owned(),
        ),
    };
    Some(Text::new(format!("{vi} {}.", who.vi), format!("{en} {}.", who.en)))
}

pub(super) fn claims(records: &Records<'_>, person: &str, profile: &str) -> bool {
    let Some(patient) = records.at(person) else { return false };
    let claimed = patient.resource.get("meta").and_then(|meta| meta.get("profile")?.as_array());
    let canonical = catalogue().canonical(profile);
    let is_it = |url: &Value| {
        url.as_str().is_some_and(|url| url.split('|').next() == Some(canonical.as_str()))
    };
    claimed.is_some_and(|all| all.iter().any(is_it))
}

fn is_mother(records: &Records<'_>, record: Record<'_>, person: &str) -> bool {
    claims(records, person, "mch-mother")
        || is_visit(record, &["antenatal", "delivery", "postnatal-mother"])
        || has_local(record.resource.get("category"), "mch-procedure-category", &["delivery"])
        || records
            .pointing("EpisodeOfCare", "patient", person)
            .any(|one| is_pregnancy(one.resource))
}

fn is_child(records: &Records<'_>, record: Record<'_>, person: &str) -> bool {
    claims(records, person, "mch-child")
        || is_visit(record, &["birth", "postnatal-newborn", "child-checkup", "sick-child"])
        || has_local(record.resource.get("category"), "mch-procedure-category", &["birth"])
        || records.pointing("RelatedPerson", "patient", person).any(|one| is_hers(one.resource))
}

fn is_visit(record: Record<'_>, kinds: &[&str]) -> bool {
    let types = record.resource.get("type").and_then(Value::as_array);
    types.into_iter().flatten().any(|one| has_local(Some(one), "mch-encounter-type", kinds))
}
