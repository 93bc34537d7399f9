//! What WHO says of its indicators besides the tables: `profiles/growth/growth.json`.

use std::sync::LazyLock;

use serde::Deserialize;

use super::indicator::{Edition, Indicator};
use crate::mch::catalogue::Sentence;

/// All of it.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Facts {
    pub source: Vec<String>,
    pub version: String,
    /// Days of a month, on the average.
    pub days_in_month: f64,
    pub standing: Standing,
    pub preterm: Preterm,
    standards: Vec<Span>,
    indicators: Vec<Fact>,
    pub classes: Vec<Class>,
}

/// When a child is measured lying and when standing.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Standing {
    /// By so much somebody is longer lying than standing.
    pub correction_cm: f64,
    pub from_day: f64,
    /// Who is said to stand before that lay.
    pub lying_before_month: f64,
}

/// Who was born before term.
#[derive(Debug, Default, Deserialize)]
pub struct Preterm {
    pub weeks: i64,
    pub term: i64,
}

/// The ages that an edition of the tables is for.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Span {
    id: String,
    to_day: Option<f64>,
    from_month: Option<f64>,
    to_month: Option<f64>,
}

/// What is known of an indicator.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Fact {
    id: String,
    pub label: Sentence,
    pub flag: Flag,
    pub restricted: bool,
    pub hidden_by_oedema: bool,
    /// The last month of age that the reference of 2007 has it for.
    pub to_month: Option<f64>,
    /// The item of the booklet that holds it.
    pub item: Option<String>,
}

/// Beyond these WHO says to look at a z-score again.
#[derive(Debug, Deserialize)]
pub struct Flag {
    pub below: f64,
    pub above: f64,
}

/// A class of nutrition.
#[derive(Debug, Deserialize)]
pub struct Class {
    indicators: Vec<String>,
    standard: Vec<String>,
    below: Option<f64>,
    above: Option<f64>,
    #[serde(rename = "class")]
    pub code: String,
    pub label: Sentence,
    pub colour: String,
    pub source: String,
    pub certainty: String,
}

const TEXT: &str = include_str!("../../../profiles/growth/growth.json");

static FACTS: LazyLock<Facts> = LazyLock::new(|| {
    serde_json::from_str(TEXT).unwrap_or_else(|error| {
        tracing::error!(?error, "what is known of growth cannot be read");
        Facts::default()
    })
});

/// What is known.
pub fn facts() -> &'static Facts {
    &FACTS
}

impl Facts {
    /// What is known of an indicator.
    pub fn of(&self, indicator: Indicator) -> Option<&Fact> {
        self.indicators.iter().find(|fact| fact.id == indicator.code())
    }

    /// The edition for an age, and the age in what its tables go by: days, or months.
    pub fn edition(&self, age: f64) -> Option<(Edition, f64)> {
        let span = |edition: Edition| self.standards.iter().find(|one| one.id == edition.code());
        let (young, old) = (span(Edition::Who2006)?, span(Edition::Who2007)?);
        let day = age.round();
        if day >= 0.0 && day <= young.to_day? {
            return Some((Edition::Who2006, day));
        }
        let months = age / self.days_in_month;
        let is_old = months >= old.from_month? && months <= old.to_month?;
        is_old.then_some((Edition::Who2007, months))
    }

    /// Whether there are classes of an indicator.
    pub fn is_classed(&self, indicator: Indicator, edition: Edition) -> bool {
        self.classes.iter().any(|class| class.is_for(indicator, edition))
    }

    /// The class of a z-score; none in the normal range.
    pub fn class(&self, indicator: Indicator, edition: Edition, z: f64) -> Option<&Class> {
        self.classes.iter().find(|class| {
            class.is_for(indicator, edition)
                && (class.below.is_some_and(|below| z < below)
                    || class.above.is_some_and(|above| z > above))
        })
    }
}

impl Class {
    /// The limit beyond which the class begins.
    pub fn limit(&self) -> String {
        let below = self.below.map(|below| format!("< {below}"));
        below.or(self.above.map(|above| format!("> {above}"))).unwrap_or_default()
    }

    fn is_for(&self, indicator: Indicator, edition: Edition) -> bool {
        self.indicators.iter().any(|one| one == indicator.code())
            && self.standard.iter().any(|one| one == edition.code())
    }
}
