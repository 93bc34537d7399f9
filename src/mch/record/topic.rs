//! What an Observation tells, by the codes of LOINC and by those of the booklet.
//!
//! Who writes from the guide may use the booklet's code alone, who knows nothing of the guide uses
//! LOINC alone; both tell the same thing and meet the same rules.

use serde_json::Value;
use smallvec::SmallVec;

use super::concept::{LOINC, is_local};

/// Codes that mean one thing to the rules.
#[derive(Debug)]
pub(in crate::mch) struct Topic {
    loinc: &'static [&'static str],
    /// Items of the booklet, and fields of the check-up forms that hold the same.
    items: &'static [&'static str],
}

const SYSTEMS: [&str; 2] = ["mch-booklet-item", "mch-child-form"];

impl Topic {
    const fn new(loinc: &'static [&'static str], items: &'static [&'static str]) -> Self {
        Self { loinc, items }
    }

    /// Whether an Observation is about it.
    pub(in crate::mch) fn is(&self, observation: &Value) -> bool {
        codings_of(observation).any(|coding| self.has(coding))
    }

    fn has(&self, (system, code): (&str, &str)) -> bool {
        match system {
            LOINC => self.loinc.contains(&code),
            system => {
                self.items.contains(&code) && SYSTEMS.iter().any(|name| is_local(system, name))
            }
        }
    }
}

/// Whether an Observation is about one of several things.
pub(in crate::mch) fn is_any(observation: &Value, topics: &[&Topic]) -> bool {
    codings_of(observation).any(|coding| topics.iter().any(|topic| topic.has(coding)))
}

/// The first of several things that an Observation is about.
pub(super) fn first_of<T: Copy>(observation: &Value, topics: &[(&Topic, T)]) -> Option<T> {
    let codings: SmallVec<[_; 4]> = codings_of(observation).collect();
    let is = |topic: &Topic| codings.iter().any(|coding| topic.has(*coding));
    topics.iter().find_map(|(topic, of)| is(topic).then_some(*of))
}

pub(super) fn codings_of(observation: &Value) -> impl Iterator<Item = (&str, &str)> {
    super::concept::codings(observation.get("code"))
}

/// The codes of some topics, each with its system.
pub(in crate::mch) fn codings(topics: &[&Topic]) -> Vec<(String, &'static str)> {
    let mut all = Vec::new();
    for topic in topics {
        all.extend(topic.loinc.iter().map(|code| (LOINC.to_owned(), *code)));
        for item in topic.items {
            let is_of_a_form = item.contains('-') && item.contains('_');
            let name = if is_of_a_form { SYSTEMS[1] } else { SYSTEMS[0] };
            let base = &crate::mch::catalogue::catalogue().canonical;
            all.push((format!("{base}/CodeSystem/{name}"), *item));
        }
    }
    all
}

/// First day of the last menstrual period.
pub(super) const LAST_PERIOD: Topic = Topic::new(&["8665-2"], &["P01"]);
/// Due date from the last menstrual period.
pub(super) const DUE_BY_LAST_PERIOD: Topic = Topic::new(&["11779-6"], &[]);
/// Due date by ultrasound.
pub(super) const DUE_BY_ULTRASOUND: Topic = Topic::new(&["11781-2"], &["P03"]);
/// Due date from the day of conception.
pub(super) const DUE_BY_CONCEPTION: Topic = Topic::new(&["53692-0"], &[]);
/// Due date from the day of ovulation.
pub(super) const DUE_BY_OVULATION: Topic = Topic::new(&["11780-4"], &[]);
/// Due date from quickening, from the day the fundus reached the umbilicus, from an examination.
pub(super) const DUE_OTHERWISE: Topic = Topic::new(&["57063-0", "57064-8", "90368-2"], &[]);
/// Due date, estimated in whichever way.
pub(super) const DUE: Topic = Topic::new(&["11778-8"], &["P02"]);
/// All that dates a pregnancy.
pub(in crate::mch) const DATES: [&Topic; 7] = [
    &LAST_PERIOD,
    &DUE_BY_LAST_PERIOD,
    &DUE_BY_ULTRASOUND,
    &DUE_BY_CONCEPTION,
    &DUE_BY_OVULATION,
    &DUE_OTHERWISE,
    &DUE,
];

/// An ultrasound examination in pregnancy.
pub(in crate::mch) const ULTRASOUND: Topic = Topic::new(&["11525-3"], &["A29"]);

/// Age of a pregnancy, from the last period.
pub(in crate::mch) const AGE_BY_LAST_PERIOD: Topic = Topic::new(&["11885-1"], &[]);
/// Age of a pregnancy.
pub(in crate::mch) const AGE: Topic =
    Topic::new(&["11884-4", "18185-9", "49051-6"], &["A05", "D01-1"]);

/// Weight of a child.
pub(in crate::mch) const WEIGHT: Topic = Topic::new(
    &["29463-7", "8339-4", "3141-9"],
    &["G02", "B20", "K07", "N04", "F06-CAN_NANG", "F13-CAN_NANG"],
);
/// Length or height of a child.
pub(in crate::mch) const LENGTH: Topic = Topic::new(
    &["8302-2", "8306-3", "8308-9", "89269-5"],
    &["G03", "K08", "N05", "F06-CHIEU_DAI", "F13-CHIEU_CAO"],
);
/// Head circumference of a child.
pub(in crate::mch) const HEAD: Topic =
    Topic::new(&["9843-4", "8287-5"], &["G04", "K09", "N06", "F06-VONG_DAU"]);
/// Mid-upper-arm circumference of a child.
pub(in crate::mch) const ARM: Topic = Topic::new(&[], &["G05", "F07-CHU_VI_VONG_CANH_TAY"]);
/// Oedema of malnutrition.
pub(in crate::mch) const OEDEMA: Topic = Topic::new(&[], &["G09-3", "F07-PHU_DINH_DUONG"]);
/// Length that was measured lying.
pub(in crate::mch) const LYING: Topic =
    Topic::new(&["8306-3", "89269-5"], &["K08", "N05", "F06-CHIEU_DAI"]);
/// Height that was measured standing.
pub(in crate::mch) const STANDING: Topic = Topic::new(&["8308-9"], &["F13-CHIEU_CAO"]);
/// Gestation at a child's birth.
pub(in crate::mch) const AGE_AT_BIRTH: Topic =
    Topic::new(&["11884-4", "11885-1"], &["K06", "F06-TUAN_THAI_KHI_SINH"]);
/// All that is measured of growth.
pub(super) const GROWTH: [&Topic; 3] = [&WEIGHT, &LENGTH, &HEAD];
/// What is measured of a child every month.
pub(in crate::mch) const HEIGHT_OR_WEIGHT: [&Topic; 2] = [&WEIGHT, &LENGTH];
/// z-score of weight for age.
pub(in crate::mch) const WEIGHT_SCORE: Topic =
    Topic::new(&[], &["G06", "F06-CAN_NANG_TUOI_SD", "F13-CAN_NANG_TUOI_SD"]);
/// z-score of length or height for age.
pub(in crate::mch) const LENGTH_SCORE: Topic =
    Topic::new(&[], &["G07", "F06-CHIEU_DAI_TUOI_SD", "F13-CHIEU_CAO_TUOI_SD"]);

/// Birth of the last child.
pub(in crate::mch) const LAST_BIRTH: Topic = Topic::new(&["68499-3"], &["O18"]);

/// Pregnancies, this one counted.
pub(in crate::mch) const PREGNANCIES: Topic = Topic::new(&["11996-6"], &["O01"]);
/// Births at term.
pub(in crate::mch) const TERM_BIRTHS: Topic = Topic::new(&["11639-2"], &["O02"]);
/// Births before term.
pub(in crate::mch) const PRETERM_BIRTHS: Topic = Topic::new(&["11637-6"], &["O03"]);
/// Miscarriages and abortions.
pub(in crate::mch) const ABORTIONS: Topic = Topic::new(&["11612-9"], &["O04"]);

/// How often a woman was pregnant, and how it ended.
pub(super) const HISTORY: [&Topic; 4] = [&PREGNANCIES, &TERM_BIRTHS, &PRETERM_BIRTHS, &ABORTIONS];

/// Apgar score after one minute.
pub(in crate::mch) const APGAR_1: Topic = Topic::new(&["9272-6"], &["N07"]);
/// Apgar score after five minutes.
pub(in crate::mch) const APGAR_5: Topic = Topic::new(&["9274-2"], &["N08"]);

/// Apgar scores.
pub(super) const NEWBORN: [&Topic; 2] = [&APGAR_1, &APGAR_5];

/// Number of fetuses, as it was found in pregnancy.
pub(super) const FETUSES: Topic = Topic::new(&[], &["P08"]);
/// Number of children born, alive or not; LOINC asks for it as the plurality of the pregnancy.
pub(in crate::mch) const BORN: Topic = Topic::new(&["57722-1"], &["D20-1"]);
/// Number of children born alive.
pub(in crate::mch) const BORN_ALIVE: Topic = Topic::new(&["73773-4"], &["D20-2", "D20"]);
/// All that counts the children of a pregnancy.
pub(in crate::mch) const PLURALITY: [&Topic; 3] = [&FETUSES, &BORN, &BORN_ALIVE];

/// Tetanus doses before this pregnancy.
pub(in crate::mch) const TETANUS_BEFORE: Topic = Topic::new(&[], &["T01"]);
/// Test for the surface antigen of hepatitis B.
pub(in crate::mch) const HEPATITIS_B: Topic = Topic::new(&["5195-3"], &["A25"]);

/// Death of a fetus.
pub(in crate::mch) const FETAL_DEATH: Topic = Topic::new(&[], &["N01"]);
/// How a pregnancy ended for its children.
pub(super) const OUTCOME: [&Topic; 3] = [&FETAL_DEATH, &BORN, &BORN_ALIVE];

/// What LOINC alone may tell of our mothers and children.
const KNOWN: [&Topic; 21] = [
    &LAST_PERIOD,
    &DUE_BY_LAST_PERIOD,
    &DUE_BY_ULTRASOUND,
    &DUE_BY_CONCEPTION,
    &DUE_BY_OVULATION,
    &DUE_OTHERWISE,
    &DUE,
    &AGE_BY_LAST_PERIOD,
    &AGE,
    &WEIGHT,
    &LENGTH,
    &HEAD,
    &PREGNANCIES,
    &TERM_BIRTHS,
    &PRETERM_BIRTHS,
    &ABORTIONS,
    &APGAR_1,
    &APGAR_5,
    &BORN,
    &BORN_ALIVE,
    &FETUSES,
];

/// Whether an Observation tells something that a rule is about.
pub(in crate::mch) fn is_known(observation: &Value) -> bool {
    is_any(observation, &KNOWN)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::mch::catalogue::catalogue;

    #[test]
    fn both_codes_tell_the_same() {
        let coded = |system: &str, code: &str| json!({ "code": { "coding": [{ "system": system, "code": code }] } });
        let base = &catalogue().canonical;
        assert!(WEIGHT.is(&coded(LOINC, "29463-7")));
        assert!(WEIGHT.is(&coded(&format!("{base}/CodeSystem/mch-booklet-item"), "G02")));
        assert!(WEIGHT.is(&coded(&format!("{base}/CodeSystem/mch-child-form"), "F06-CAN_NANG")));
        assert!(!WEIGHT.is(&coded("http://example.org", "G02")));
    }

    #[test]
    fn every_item_is_in_the_catalogue_under_its_system() {
        let mut topics = KNOWN.to_vec();
        topics.extend([&WEIGHT_SCORE, &LENGTH_SCORE, &FETAL_DEATH]);
        topics.extend([&TETANUS_BEFORE, &HEPATITIS_B]);
        for (system, code) in codings(&topics) {
            if catalogue().is_ours(&system) {
                assert_eq!(catalogue().items(&system, code).len(), 1, "{system}|{code}");
            }
        }
    }
}
