//! How a pregnancy was dated, the best way first.
//!
//! The order is that of the data dictionary (P02: "P01 + 280 days, or by ultrasound < 20 weeks");
//! ACOG Committee Opinion 700 puts a date from assisted reproduction first; the place of the
//! ovulation is ours.

/// A way to date a pregnancy; the first is the best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    /// The day of conception, as after assisted reproduction.
    Conception,
    /// An ultrasound made early by its own dating.
    UltrasoundEarly,
    Ovulation,
    /// A due date that somebody set, derived from none of the others.
    Clinical,
    LastPeriod,
    UltrasoundLate,
    /// Quickening, fundal height at the umbilicus, examination.
    Other,
    /// The age that was written at a visit.
    RecordedAge,
}

impl Method {
    /// As answers name it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Conception => "conception",
            Self::UltrasoundEarly => "ultrasound-early",
            Self::Ovulation => "ovulation",
            Self::Clinical => "clinical",
            Self::LastPeriod => "last-period",
            Self::UltrasoundLate => "ultrasound-late",
            Self::Other => "other",
            Self::RecordedAge => "recorded-age",
        }
    }
}
