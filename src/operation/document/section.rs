//! The parts of the booklet, as `profiles/catalogue/sections.json` has them, and to which of them a
//! record belongs: by the item it holds, else by the visit it was made at, else by what it is.

use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::Value;

use crate::mch::catalogue::{Item, catalogue};
use crate::mch::immunization::series::Who;
use crate::mch::record::concept::{codings, has_local, is_local};
use crate::mch::record::pregnancy::{diagnoses, is_pregnancy};
use crate::mch::record::records::{Record, Records};

const DATA: &str = include_str!("../../../profiles/catalogue/sections.json");

/// A part of the booklet.
#[derive(Debug, Deserialize)]
pub(super) struct Part {
    #[serde(rename = "section")]
    pub(super) id: String,
    pub(super) title: Title,
}

#[derive(Debug, Deserialize)]
pub(super) struct Title {
    pub(super) vi: String,
}

/// The parts, in order.
pub(super) fn parts() -> &'static [Part] {
    static PARTS: LazyLock<Vec<Part>> = LazyLock::new(|| {
        serde_json::from_str(DATA).unwrap_or_else(|error| {
            tracing::error!(?error, "the parts of the booklet cannot be read");
            Vec::new()
        })
    });
    &PARTS
}

impl Part {
    /// Its code in the code system of parts of documents.
    pub(super) fn code(&self) -> &str {
        match self.id.as_str() {
            "this-pregnancy" => "pregnancy",
            "antenatal-visit" => "antenatal",
            "postnatal-visit" => "postnatal",
            "prevention-illness" => "prevention",
            other => other,
        }
    }
}

/// The id of the part a record of somebody belongs to.
pub(super) fn part_of(records: &Records<'_>, record: Record<'_>, who: Who) -> &'static str {
    let resource = record.resource;
    let is_child = who == Who::Child;
    let by = |mother: &'static str, child: &'static str| if is_child { child } else { mother };
    let kind = record.address.split('/').next().unwrap_or_default();
    match kind {
        "Patient" => by("family", "child"),
        "RelatedPerson" | "Coverage" => "family",
        "Consent" | "DocumentReference" => "cover",
        "EpisodeOfCare" if is_pregnancy(resource) => "this-pregnancy",
        "Encounter" => visit(resource).unwrap_or(by("antenatal-visit", "prevention-illness")),
        "Immunization" | "ImmunizationRecommendation" | "ImmunizationEvaluation" => {
            by("tetanus", "prevention-illness")
        }
        "Condition" if is_of_pregnancy(records, record) => "this-pregnancy",
        "Condition" => {
            at_visit(records, resource).unwrap_or(by("disease-history", "prevention-illness"))
        }
        "Procedure" => procedure(resource)
            .or_else(|| at_visit(records, resource))
            .unwrap_or(by("antenatal-visit", "prevention-illness")),
        "AllergyIntolerance" | "FamilyMemberHistory" => by("disease-history", "prevention-illness"),
        "Observation" => observation(records, resource, who)
            .or_else(|| at_visit(records, resource))
            .unwrap_or(by("antenatal-visit", "development")),
        "RiskAssessment" | "Flag" | "CarePlan" | "CareTeam" => {
            by("this-pregnancy", "prevention-illness")
        }
        "Goal" | "NutritionOrder" => by("this-pregnancy", "growth"),
        _ => at_visit(records, resource).unwrap_or(by("antenatal-visit", "prevention-illness")),
    }
}

/// The part of a kind of visit.
fn visit(encounter: &Value) -> Option<&'static str> {
    let types = encounter.get("type").and_then(Value::as_array).into_iter().flatten();
    let codes = types.flat_map(|one| codings(Some(one)));
    let mut codes = codes.filter(|(system, _)| is_local(system, "mch-encounter-type"));
    codes.find_map(|(_, code)| {
        Some(match code {
            "antenatal" | "antenatal-inpatient" => "antenatal-visit",
            "delivery" => "delivery",
            "birth" | "newborn-inpatient" => "newborn",
            "postnatal-mother" | "postnatal-newborn" => "postnatal-visit",
            "child-checkup" => "development",
            "nutrition" => "growth",
            "vaccination" | "sick-child" => "prevention-illness",
            "miscarriage" => "this-pregnancy",
            _ => return None,
        })
    })
}

/// The part of the visit a record was made at.
fn at_visit(records: &Records<'_>, resource: &Value) -> Option<&'static str> {
    let encounter = resource.get("encounter").or_else(|| resource.get("context"));
    visit(records.target(encounter)?.resource)
}

fn is_of_pregnancy(records: &Records<'_>, condition: Record<'_>) -> bool {
    let mut episodes = records.of_type("EpisodeOfCare").filter(|one| is_pregnancy(one.resource));
    episodes.any(|one| diagnoses(records, one.resource).contains(&condition.address))
}

fn procedure(resource: &Value) -> Option<&'static str> {
    let is = |codes: &[&str]| has_local(resource.get("category"), "mch-procedure-category", codes);
    match () {
        () if is(&["delivery"]) => Some("delivery"),
        () if is(&["birth", "newborn-care"]) => Some("newborn"),
        () => None,
    }
}

/// The part of the item that an Observation holds. A code of everybody's may mean several: that of
/// the visit is taken, else that of whom it is about.
fn observation(records: &Records<'_>, resource: &Value, who: Who) -> Option<&'static str> {
    let all = || codings(resource.get("code"));
    let items = |is_ours: bool| {
        let of = all().filter(move |(system, _)| catalogue().is_ours(system) == is_ours);
        of.flat_map(|(system, code)| catalogue().items(system, code)).collect::<Vec<&Item>>()
    };
    let own = items(true);
    if let Some(item) = own.first() {
        return known(&item.section);
    }
    let others = items(false);
    let at = at_visit(records, resource);
    let of_visit = others.iter().find(|item| Some(item.section.as_str()) == at);
    let subject = if who == Who::Child { "child" } else { "mother" };
    let of_person = || others.iter().find(|item| item.subject == subject);
    let of_growth = || others.iter().find(|item| item.section == "growth" && who == Who::Child);
    known(&of_visit.or_else(of_growth).or_else(of_person).or(others.first())?.section)
}

fn known(id: &str) -> Option<&'static str> {
    parts().iter().find(|part| part.id == id).map(|part| part.id.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_belongs_to_a_part() {
        for item in &catalogue().items {
            assert!(known(&item.section).is_some(), "{}: {}", item.id, item.section);
        }
        assert_eq!(parts().first().map(|part| part.id.as_str()), Some("cover"));
    }
}
