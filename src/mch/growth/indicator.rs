//! The indicators of growth, and the tables of each.

use super::standard::Standard;

/// A measure against an age or a length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Indicator {
    WeightForAge,
    LengthForAge,
    WeightForLength,
    WeightForHeight,
    BmiForAge,
    HeadForAge,
    ArmForAge,
    TricepsForAge,
    SubscapularForAge,
}

/// An edition of the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Edition {
    /// The standards, to five years.
    Who2006,
    /// The reference, from five to nineteen years.
    Who2007,
}

impl Edition {
    /// Its code in `mch-growth-method`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Who2006 => "who-2006",
            Self::Who2007 => "who-2007",
        }
    }
}

macro_rules! table {
    ($file:literal, $steps:literal) => {{
        static TABLE: Standard =
            Standard::new(include_str!(concat!("../../../profiles/growth/", $file)), $steps);
        Some(&TABLE)
    }};
}

impl Indicator {
    /// As WHO's software names it.
    pub fn code(self) -> &'static str {
        match self {
            Self::WeightForAge => "wfa",
            Self::LengthForAge => "lhfa",
            Self::WeightForLength => "wfl",
            Self::WeightForHeight => "wfh",
            Self::BmiForAge => "bfa",
            Self::HeadForAge => "hcfa",
            Self::ArmForAge => "acfa",
            Self::TricepsForAge => "tsfa",
            Self::SubscapularForAge => "ssfa",
        }
    }

    /// Whether it goes by length instead of age.
    pub fn is_by_length(self) -> bool {
        matches!(self, Self::WeightForLength | Self::WeightForHeight)
    }

    /// The table of an edition, if there is one.
    pub(super) fn table(self, edition: Edition) -> Option<&'static Standard> {
        match (edition, self) {
            (Edition::Who2006, Self::WeightForAge) => table!("wfa.csv", 1.0),
            (Edition::Who2006, Self::LengthForAge) => table!("lhfa.csv", 1.0),
            (Edition::Who2006, Self::WeightForLength) => table!("wfl.csv", 10.0),
            (Edition::Who2006, Self::WeightForHeight) => table!("wfh.csv", 10.0),
            (Edition::Who2006, Self::BmiForAge) => table!("bfa.csv", 1.0),
            (Edition::Who2006, Self::HeadForAge) => table!("hcfa.csv", 1.0),
            (Edition::Who2006, Self::ArmForAge) => table!("acfa.csv", 1.0),
            (Edition::Who2006, Self::TricepsForAge) => table!("tsfa.csv", 1.0),
            (Edition::Who2006, Self::SubscapularForAge) => table!("ssfa.csv", 1.0),
            (Edition::Who2007, Self::WeightForAge) => table!("wfa-2007.csv", 1.0),
            (Edition::Who2007, Self::LengthForAge) => table!("lhfa-2007.csv", 1.0),
            (Edition::Who2007, Self::BmiForAge) => table!("bfa-2007.csv", 1.0),
            (Edition::Who2007, _) => None,
        }
    }
}
