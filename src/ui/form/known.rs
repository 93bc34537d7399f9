//! The forms of the guide, and how their pages are called.

use crate::ui::say::Say;

/// A form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Form {
    /// The last part of its address.
    pub(super) slug: &'static str,
    /// What else it is called.
    others: &'static [&'static str],
    /// The id of its Questionnaire.
    pub(super) questionnaire: &'static str,
    pub(super) of: Of,
    vi: &'static str,
    en: &'static str,
}

/// Whom a form is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    Mother,
    Child,
    Both,
}

impl Form {
    /// What the form is called.
    pub(super) fn title(self, say: Say) -> &'static str {
        say.pick(self.vi, self.en)
    }

    /// Whether the form is for a mother, or for a child.
    pub(super) fn is_for(self, is_mother: bool) -> bool {
        match self.of {
            Of::Mother => is_mother,
            Of::Child => !is_mother,
            Of::Both => true,
        }
    }
}

/// The form of an address.
pub(super) fn named(name: &str) -> Option<Form> {
    let is_it = |form: &&Form| {
        form.slug == name || form.questionnaire == name || form.others.contains(&name)
    };
    FORMS.iter().find(is_it).copied()
}

macro_rules! forms {
    ($($slug:literal $others:tt $questionnaire:literal $of:ident $vi:literal $en:literal;)*) => {
        /// All of them, in the order of a journey.
        pub(super) const FORMS: &[Form] = &[$(Form {
            slug: $slug,
            others: &$others,
            questionnaire: $questionnaire,
            of: Of::$of,
            vi: $vi,
            en: $en,
        },)*];
    };
}

forms! {
    "dang-ky-thai" ["booking", "pregnancy-registration"] "mch-pregnancy-registration-form" Mother
        "Đăng ký thai" "Booking of a pregnancy";
    "kham-thai" ["antenatal", "antenatal-visit"] "mch-antenatal-visit-form" Mother
        "Lần khám thai" "Antenatal visit";
    "sinh" ["delivery", "birth"] "mch-delivery-form" Mother
        "Cuộc sinh và cháu mới sinh" "Delivery and newborn";
    "sau-sinh" ["postnatal", "postnatal-visit"] "mch-postnatal-visit-form" Mother
        "Khám sau sinh" "Postnatal visit";
    "tiem-chung" ["vaccination"] "mch-vaccination-form" Both
        "Buổi tiêm chủng" "Vaccination";
    "tang-truong" ["growth", "child-growth"] "mch-child-growth-form" Child
        "Cân đo, theo dõi cháu" "Growth and development";
    "kham-06" ["checkup-06", "checkup-f06", "06"] "mch-checkup-f06" Child
        "Khám cháu dưới 2 tháng (mẫu 06)" "Check-up under 2 months (form 06)";
    "kham-07" ["checkup-07", "checkup-f07", "07"] "mch-checkup-f07" Child
        "Khám cháu 2–3 tháng (mẫu 07)" "Check-up at 2–3 months (form 07)";
    "kham-08" ["checkup-08", "checkup-f08", "08"] "mch-checkup-f08" Child
        "Khám cháu 4–6 tháng (mẫu 08)" "Check-up at 4–6 months (form 08)";
    "kham-09" ["checkup-09", "checkup-f09", "09"] "mch-checkup-f09" Child
        "Khám cháu 7–9 tháng (mẫu 09)" "Check-up at 7–9 months (form 09)";
    "kham-10" ["checkup-10", "checkup-f10", "10"] "mch-checkup-f10" Child
        "Khám cháu 10–12 tháng (mẫu 10)" "Check-up at 10–12 months (form 10)";
    "kham-11" ["checkup-11", "checkup-f11", "11"] "mch-checkup-f11" Child
        "Khám cháu 13–18 tháng (mẫu 11)" "Check-up at 13–18 months (form 11)";
    "kham-12" ["checkup-12", "checkup-f12", "12"] "mch-checkup-f12" Child
        "Khám cháu 19 đến dưới 24 tháng (mẫu 12)" "Check-up at 19 to under 24 months (form 12)";
    "kham-13" ["checkup-13", "checkup-f13", "13"] "mch-checkup-f13" Child
        "Khám cháu 2 đến dưới 6 tuổi (mẫu 13)" "Check-up at 2 to under 6 years (form 13)";
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_form_is_known_by_one_name_only() {
        let mut names = HashSet::new();
        for form in FORMS {
            let others = form.others.iter().copied();
            for name in [form.slug, form.questionnaire].into_iter().chain(others) {
                assert!(names.insert(name), "{name}");
                assert_eq!(named(name), Some(*form));
            }
        }
        assert_eq!(named("khong-co"), None);
    }
}
