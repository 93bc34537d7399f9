//! What records of a person are read together for, told by their codes alone: of everything that is
//! known of her, a rule needs a few.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use serde_json::Value;

use super::dose;
use super::topic::{
    DATES, GROWTH, HISTORY, NEWBORN, OUTCOME, PLURALITY, Topic, codings, codings_of,
};
use crate::mch::immunization::programme::{Product, programme};

/// A question that records of a person answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum About {
    Dates,
    Growth,
    History,
    Newborn,
    Outcome,
    Plurality,
    /// Doses of vaccines that share an antigen with the one at this place of the programme, or that
    /// are live as it is.
    Doses(usize),
}

/// What the JSON of a stored record may be about, told without parsing it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hints(u64);

/// The topics of Observations, each with its bit; those of vaccines follow.
const TOPICS: [About; 6] =
    [About::Dates, About::Growth, About::History, About::Newborn, About::Outcome, About::Plurality];

/// What is known of all questions.
struct Known {
    /// The codes of each topic, each with its system.
    codings: Vec<Vec<(String, &'static str)>>,
    /// What a code may be about.
    bits: FxHashMap<&'static str, u64>,
    /// For each vaccine, those that it is held against.
    doses: Vec<u64>,
}

static KNOWN: LazyLock<Known> = LazyLock::new(|| {
    let codings: Vec<_> = TOPICS.iter().map(|about| codings(about.topics())).collect();
    let mut bits = FxHashMap::default();
    for (place, codings) in codings.iter().enumerate() {
        codings.iter().for_each(|(_, code)| *bits.entry(*code).or_default() |= 1 << place);
    }
    let products = &programme().products;
    for (place, product) in products.iter().enumerate() {
        let local = Some(&product.code).filter(|_| !product.variant);
        for code in product.cvx.iter().chain(local) {
            *bits.entry(code.as_str()).or_default() |= dose_bit(place);
        }
    }
    let sharing = |one: &Product| {
        let all = products.iter().enumerate();
        let bears = all.filter(|(_, other)| {
            std::ptr::eq(one, *other) || one.shares_antigen(other) || one.is_spaced_from(other)
        });
        bears.fold(0, |bits, (place, _)| bits | dose_bit(place))
    };
    Known { codings, bits, doses: products.iter().map(sharing).collect() }
});

/// The bit of the vaccine at a place of the programme.
const fn dose_bit(place: usize) -> u64 {
    1 << (TOPICS.len() + place)
}

impl Hints {
    /// Looks for codes that a question is about.
    pub fn of(body: &str) -> Self {
        // As the server writes what it stores.
        let codes = body.split("\"code\":\"").skip(1).filter_map(|rest| rest.split('"').next());
        Self(codes.filter_map(|code| KNOWN.bits.get(code)).fold(0, |all, bits| all | bits))
    }

    /// Whether it may be about this.
    pub fn has(self, about: About) -> bool {
        self.0 & about.bits() != 0
    }
}

impl About {
    fn topics(self) -> &'static [&'static Topic] {
        match self {
            Self::Dates => &DATES,
            Self::Growth => &GROWTH,
            Self::History => &HISTORY,
            Self::Newborn => &NEWBORN,
            Self::Outcome => &OUTCOME,
            Self::Plurality => &PLURALITY,
            Self::Doses(_) => &[],
        }
    }

    /// Whether an Observation tells something of a topic.
    pub(super) fn is_told(self, observation: &Value) -> bool {
        super::topic::is_any(observation, self.topics())
    }

    fn bits(self) -> u64 {
        match self {
            Self::Doses(place) => KNOWN.doses.get(place).copied().unwrap_or_default(),
            topic => TOPICS.iter().position(|one| *one == topic).map_or(0, |place| 1 << place),
        }
    }

    /// The search parameter that finds records by the codes.
    pub fn parameter(self) -> &'static str {
        if matches!(self, Self::Doses(_)) { "vaccine-code" } else { "code" }
    }

    /// The codes that records about it have, in whatever system.
    pub fn codes(self) -> impl Iterator<Item = &'static str> {
        let bits = self.bits();
        KNOWN.bits.iter().filter(move |(_, of)| *of & bits != 0).map(|(code, _)| *code)
    }

    /// Whether a record is about it.
    pub fn is(self, resource: &Value) -> bool {
        if matches!(self, Self::Doses(_)) {
            let place = dose::place(resource.get("vaccineCode"));
            return place.is_some_and(|place| self.bits() & dose_bit(place) != 0);
        }
        let topic = TOPICS.iter().position(|one| *one == self);
        let Some(known) = topic.and_then(|place| KNOWN.codings.get(place)) else { return false };
        codings_of(resource)
            .any(|(system, code)| known.iter().any(|(of, one)| *one == code && of == system))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_vaccine_has_a_bit() {
        assert!(TOPICS.len() + programme().products.len() <= 64);
    }

    #[test]
    fn hints_leave_out_no_record() {
        let all = (0..programme().products.len()).map(About::Doses).chain(TOPICS);
        for about in all {
            for (place, vaccine) in programme().products.iter().enumerate() {
                let coding =
                    json!({ "system": "http://hl7.org/fhir/sid/cvx", "code": vaccine.cvx.first() });
                let dose = json!({ "vaccineCode": { "coding": [coding] } });
                assert_eq!(
                    Hints::of(&dose.to_string()).has(about),
                    about.is(&dose),
                    "{about:?} {place}"
                );
            }
            for codings in &KNOWN.codings {
                for (system, code) in codings {
                    let told =
                        json!({ "code": { "coding": [{ "system": system, "code": code }] } });
                    assert_eq!(
                        Hints::of(&told.to_string()).has(about),
                        about.is(&told),
                        "{about:?} {code}"
                    );
                }
            }
        }
    }

    #[test]
    fn doses_are_read_with_those_that_share_an_antigen() {
        let place = |code: &str| {
            let mut products = programme().products.iter();
            products.position(|one| one.cvx.iter().any(|cvx| cvx == code)).expect("a vaccine")
        };
        let five_in_one: Vec<_> = About::Doses(place("198")).codes().collect();
        assert!(five_in_one.contains(&"08") && five_in_one.contains(&"DPT-VGB-HIB"));
        assert!(!five_in_one.contains(&"19"), "{five_in_one:?}");
        let tuberculosis: Vec<_> = About::Doses(place("19")).codes().collect();
        assert!(tuberculosis.contains(&"05") && !tuberculosis.contains(&"178"));
    }
}
