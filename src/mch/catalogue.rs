//! The item catalogue: what each item of the booklet is, as `profiles/catalogue/schema.json` says it,
//! and which codes of ours lead to which profile.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;
use serde::Deserialize;

use super::item::colours::{Colour, Judged};
use super::item::limits::Ranges;
use crate::definitions::guide;
use crate::fhir::issue::Text;

/// The catalogue, read once.
#[derive(Debug, Default, Deserialize)]
pub struct Catalogue {
    /// What the URLs of the guide begin with, without a slash at its end.
    pub canonical: String,
    /// The version of the guide's definitions.
    pub version: String,
    pub profiles: Vec<Profile>,
    pub triggers: Vec<Trigger>,
    /// Vaccines by foreign codes.
    vaccines: Vec<Foreign>,
    pub items: Vec<Item>,
    lists: Vec<List>,
    /// Positions of items by system, then by code.
    #[serde(skip)]
    by_code: FxHashMap<String, FxHashMap<String, Vec<usize>>>,
    /// Positions of items by id.
    #[serde(skip)]
    by_id: FxHashMap<String, usize>,
    /// What may make a resource one of a profile, by its type.
    #[serde(skip)]
    by_kind: FxHashMap<String, Kind>,
}

/// What is known of a resource type.
#[derive(Debug, Default)]
pub struct Kind {
    /// The canonicals of the profiles for it.
    pub canonicals: Vec<String>,
    /// The triggers at each path.
    pub paths: Vec<(String, Vec<Trigger>)>,
}

/// A profile of the guide.
#[derive(Debug, Deserialize)]
pub struct Profile {
    pub id: String,
    #[serde(rename = "type")]
    pub kind: String,
}

/// An element whose code makes a resource one of a profile; without a code any of the system does.
#[derive(Debug, Clone, Deserialize)]
pub struct Trigger {
    pub resource: String,
    pub path: String,
    pub system: String,
    pub code: Option<String>,
    pub profile: String,
}

#[derive(Debug, Deserialize)]
struct Foreign {
    system: String,
    code: String,
}

/// An item of the booklet.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Item {
    pub id: String,
    /// The part of the booklet it stands in.
    #[serde(default)]
    pub section: String,
    pub label: Sentence,
    pub profile: Option<String>,
    #[serde(default)]
    pub other_profiles: Vec<String>,
    pub codes: Vec<Coding>,
    pub panel: Option<Coding>,
    /// Where the result stands when the item only says that a test was done.
    #[serde(default)]
    pub result: Vec<ResultCode>,
    #[serde(default)]
    pub value: ItemValue,
    #[serde(default)]
    pub range: Ranges,
    /// The colours of its cell, by its value.
    #[serde(default)]
    pub colours: Vec<Colour>,
    /// The weeks of pregnancy in which its colour holds.
    pub judged: Option<Judged>,
    /// Whether yes is a danger sign.
    #[serde(default)]
    pub danger: bool,
    /// Whether it is kept from those who need not know.
    #[serde(default)]
    pub security_label: bool,
    /// The item it is a part of, or the same as.
    pub part_of: Option<String>,
    pub same_as: Option<String>,
    pub source: Vec<String>,
    pub certainty: String,
    pub subject: String,
    /// How often it is recorded: for each visit, pregnancy, delivery, child, dose, booklet.
    pub per: String,
    /// The canonicals of the profiles that it may be observed under, the usual one first.
    #[serde(skip)]
    pub observed_under: Vec<String>,
}

/// Words in both languages.
#[derive(Debug, Clone, Deserialize)]
pub struct Sentence {
    pub vi: String,
    pub en: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Coding {
    pub system: String,
    pub code: String,
}

/// A code of a result, and the profile it is recorded under.
#[derive(Debug, Deserialize)]
pub struct ResultCode {
    #[serde(flatten)]
    pub coding: Coding,
    pub profile: String,
}

/// What the value of an item is.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ItemValue {
    #[serde(default)]
    pub types: Vec<String>,
    #[serde(default)]
    pub group: bool,
    pub unit: Option<String>,
    #[serde(default)]
    pub units: Vec<String>,
    #[serde(default)]
    pub any_unit: bool,
    /// Grams a mole.
    pub molar_mass: Option<serde_json::Number>,
    pub list: Option<String>,
}

#[derive(Debug, Deserialize)]
struct List {
    name: String,
    concepts: Vec<Answer>,
}

/// An answer of a list.
#[derive(Debug, Deserialize)]
pub struct Answer {
    pub code: String,
    #[serde(flatten)]
    pub label: Sentence,
    /// The colour of the cell, where there is one.
    pub colour: Option<String>,
}

impl Sentence {
    /// As a text for clients.
    pub fn text(&self) -> Text {
        Text::new(self.vi.as_str(), self.en.as_str())
    }
}

impl ItemValue {
    /// Every unit that is accepted.
    pub fn all_units(&self) -> impl Iterator<Item = &str> {
        self.unit.iter().chain(&self.units).map(String::as_str)
    }
}

impl Catalogue {
    fn index(&mut self) {
        for (place, item) in self.items.iter().enumerate() {
            self.by_id.insert(item.id.clone(), place);
            for Coding { system, code } in &item.codes {
                let codes = self.by_code.entry(system.clone()).or_default();
                codes.entry(code.clone()).or_default().push(place);
            }
        }
        let observed = |item: &Item| -> Vec<String> {
            let profiles = self.profiles_of(item, "Observation").into_iter();
            profiles.map(|profile| self.canonical(profile)).collect()
        };
        let observed: Vec<Vec<String>> = self.items.iter().map(observed).collect();
        for (item, canonicals) in self.items.iter_mut().zip(observed) {
            item.observed_under = canonicals;
        }
        let mut by_kind: FxHashMap<String, Kind> = FxHashMap::default();
        for profile in &self.profiles {
            let canonical = self.canonical(&profile.id);
            by_kind.entry(profile.kind.clone()).or_default().canonicals.push(canonical);
        }
        for trigger in &self.triggers {
            let paths = &mut by_kind.entry(trigger.resource.clone()).or_default().paths;
            match paths.iter_mut().find(|(path, _)| *path == trigger.path) {
                Some((_, triggers)) => triggers.push(trigger.clone()),
                None => paths.push((trigger.path.clone(), vec![trigger.clone()])),
            }
        }
        self.by_kind = by_kind;
    }

    /// The items a code means; several where the booklet asks for the same thing in several places.
    pub fn items(&self, system: &str, code: &str) -> Vec<&Item> {
        let places = self.by_code.get(system).and_then(|codes| codes.get(code));
        places.into_iter().flatten().filter_map(|place| self.items.get(*place)).collect()
    }

    /// The item with an id.
    pub fn item(&self, id: &str) -> Option<&Item> {
        self.items.get(*self.by_id.get(id)?)
    }

    /// What is known of a resource type; none for what the guide has no profile for.
    pub fn kind(&self, name: &str) -> Option<&Kind> {
        self.by_kind.get(name)
    }

    /// The canonicals of all profiles.
    pub fn canonicals(&self) -> impl Iterator<Item = &str> {
        self.by_kind.values().flat_map(|kind| &kind.canonicals).map(String::as_str)
    }

    /// Whether a code system is one of the guide.
    pub fn is_ours(&self, system: &str) -> bool {
        let below = system.strip_prefix(self.canonical.as_str());
        below.is_some_and(|below| below.starts_with("/CodeSystem/"))
    }

    /// Whether a canonical is that of a profile of the guide.
    pub fn is_profile(&self, canonical: &str) -> bool {
        let below = canonical.strip_prefix(self.canonical.as_str());
        below.is_some_and(|below| below.starts_with("/StructureDefinition/"))
    }

    /// The code system of a list of answers.
    pub fn system(&self, list: &str) -> String {
        format!("{}/CodeSystem/{list}", self.canonical)
    }

    /// The canonical of a profile.
    pub fn canonical(&self, profile: &str) -> String {
        format!("{}/StructureDefinition/{profile}", self.canonical)
    }

    /// The profiles an item may be written under in a resource of a type, the usual one first.
    pub fn profiles_of<'c>(&'c self, item: &'c Item, kind: &str) -> Vec<&'c str> {
        let all = item.profile.iter().chain(&item.other_profiles);
        let fits = |id: &&String| {
            self.profiles.iter().any(|profile| profile.id == **id && profile.kind == kind)
        };
        all.filter(fits).map(String::as_str).collect()
    }

    /// Whether a foreign code is that of a vaccine of the schedule.
    pub fn is_vaccine(&self, system: &str, code: &str) -> bool {
        self.vaccines.iter().any(|known| known.system == system && known.code == code)
    }

    /// The answers of a list.
    pub fn answers(&self, list: &str) -> Option<&[Answer]> {
        self.lists.iter().find(|known| known.name == list).map(|known| known.concepts.as_slice())
    }
}

/// The catalogue.
pub fn catalogue() -> &'static Catalogue {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    CATALOGUE.get_or_init(|| {
        let text = guide::catalogue().unwrap_or_else(|error| {
            tracing::error!(?error, "the item catalogue cannot be unpacked");
            String::new()
        });
        let mut read: Catalogue = serde_json::from_str(&text).unwrap_or_else(|error| {
            tracing::error!(?error, "the item catalogue cannot be read");
            Catalogue::default()
        });
        read.index();
        read
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_found_by_our_codes_and_by_others() {
        let catalogue = catalogue();
        assert!(catalogue.items.len() > 600);
        let item = format!("{}/CodeSystem/mch-booklet-item", catalogue.canonical);
        let [only] = catalogue.items(&item, "A15")[..] else { panic!("one item") };
        assert_eq!(only.subject, "fetus");
        assert_eq!(catalogue.profiles_of(only, "Observation"), ["mch-fetus-observation"]);
        assert!(catalogue.items("http://loinc.org", "29463-7").len() > 1);
        assert!(catalogue.items("http://loinc.org", "0").is_empty());
        assert!(catalogue.is_vaccine("http://hl7.org/fhir/sid/cvx", "19"));
    }

    #[test]
    fn every_trigger_leads_to_a_profile_of_its_type() {
        let catalogue = catalogue();
        for trigger in &catalogue.triggers {
            let profile = catalogue.profiles.iter().find(|one| one.id == trigger.profile);
            assert_eq!(profile.map(|one| &one.kind), Some(&trigger.resource), "{trigger:?}");
        }
    }
}
