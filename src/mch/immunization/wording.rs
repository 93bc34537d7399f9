//! What is found about a dose, and why the next one is due, in words.

use super::evaluation::Reason;
use super::forecast::{Recommended, Status, Why};
use super::obstacle::Hindrance;
use super::programme::Programme;
use super::series::Row;
use crate::fhir::issue::Text;

impl Reason {
    /// The code of the reason.
    pub fn code(self) -> &'static str {
        match self {
            Self::TooYoung { .. } => "too-young",
            Self::TooSoon { .. } => "too-soon",
            Self::LiveTooSoon { .. } => "live-too-soon",
            Self::SameDayTwice { .. } => "same-day-twice",
            Self::Extra => "extra",
        }
    }

    /// What it means.
    pub fn text(self) -> Text {
        match self {
            Self::TooYoung { days, .. } if days < 0 => Text::new(
                "Ngày tiêm trước ngày sinh: hãy xem lại.",
                "The dose is dated before the birth: look at it again.",
            ),
            Self::TooYoung { days, least } => Text::new(
                format!("Tiêm lúc {days} ngày tuổi, tối thiểu {least} ngày: không tính, tiêm lại."),
                format!(
                    "Given at {days} days, the least is {least} days: it does not count and is repeated."
                ),
            ),
            Self::TooSoon { days, least, .. } => Text::new(
                format!(
                    "Cách mũi trước {days} ngày, tối thiểu {least} ngày: không tính, tiêm lại."
                ),
                format!(
                    "{days} days after the dose before, the least is {least} days: it does not count and is repeated."
                ),
            ),
            Self::LiveTooSoon { days, least, .. } => Text::new(
                format!(
                    "Cách vắc xin sống khác {days} ngày, nên cách {least} ngày; mũi vẫn được tính."
                ),
                format!(
                    "{days} days after another live vaccine, where {least} days are asked for; it counts all the same."
                ),
            ),
            Self::SameDayTwice { .. } => Text::new(
                "Cùng ngày đã có một mũi chứa kháng nguyên này: tính là một mũi.",
                "A dose with this antigen was given on the same day: both are one dose.",
            ),
            Self::Extra => Text::new(
                "Mũi thêm ngoài lịch: không tính vào liệu trình.",
                "A dose beside the schedule: it is not one of the series.",
            ),
        }
    }
}

impl Status {
    /// The code of the status.
    pub fn code(self) -> &'static str {
        match self {
            Self::Upcoming => "upcoming",
            Self::Due => "due",
            Self::Overdue => "overdue",
            Self::Complete => "complete",
            Self::Contraindicated => "contraindicated",
            Self::Postponed => "postponed",
            Self::AgedOut => "aged-out",
        }
    }

    /// What it is called.
    pub fn text(self) -> Text {
        match self {
            Self::Upcoming => Text::new("Sắp tới", "Upcoming"),
            Self::Due => Text::new("Đến hạn", "Due"),
            Self::Overdue => Text::new("Quá hạn", "Overdue"),
            Self::Complete => Text::new("Đã đủ mũi", "Complete"),
            Self::Contraindicated => Text::new("Chống chỉ định", "Contraindicated"),
            Self::Postponed => Text::new("Hoãn tiêm", "Postponed"),
            Self::AgedOut => Text::new("Quá tuổi tiêm", "Too old for it"),
        }
    }

    /// HL7's code, where it has one.
    pub fn of_hl7(self) -> Option<&'static str> {
        match self {
            Self::Due | Self::Overdue | Self::Complete | Self::Contraindicated => Some(self.code()),
            Self::Upcoming | Self::Postponed | Self::AgedOut => None,
        }
    }
}

impl Row {
    /// What it is, and where it was read.
    pub fn text(&self, vaccine: &Text) -> Text {
        let sources = self.source.join("; ");
        let (vi, en) = match (self.unsourced, sources.is_empty()) {
            (true, true) => (
                " (của Mebe, chưa có nguồn)".to_owned(),
                " (Mebe's own, without a source)".to_owned(),
            ),
            _ => (format!(" ({sources})"), format!(" ({sources})")),
        };
        Text::new(
            format!("{}, mũi {}{vi}", vaccine.vi, self.dose),
            format!("{}, dose {}{en}", vaccine.en, self.dose),
        )
    }
}

impl Recommended<'_> {
    /// What the vaccine is called.
    pub fn vaccine_text(&self) -> Text {
        Text::new(self.vaccine.vi.as_str(), self.vaccine.en.as_str())
    }
}

impl Why<'_> {
    /// A code for it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::HepatitisBOfMother => "hbsag-positive-mother",
            Self::Missing(_) => "missing-antigen",
            Self::Waits => "another-first",
            Self::Hindered(obstacle) => match obstacle.kind {
                Hindrance::None => "eligible",
                Hindrance::Objection => "objection",
                Hindrance::OutOfStock => "out-of-stock",
                Hindrance::Precaution | Hindrance::Postponed => "postponed",
                Hindrance::Contraindicated => "contraindicated",
                Hindrance::Allergy => "allergy",
            },
            Self::Ours(_) => "unsourced",
        }
    }

    /// What it means.
    pub fn text(&self, programme: &Programme) -> Text {
        match self {
            Self::HepatitisBOfMother => Text::new(
                "KHẨN: mẹ có HBsAg dương tính, tiêm ngay.",
                "URGENT: the mother is HBsAg positive, give it at once.",
            ),
            Self::Missing(antigen) => {
                let antigen = programme.antigens.get(*antigen);
                let (vi, en) = antigen.map_or(("", ""), |one| (&one.vi, &one.en));
                Text::new(format!("Còn thiếu: {vi}."), format!("Still missing: {en}."))
            }
            Self::Waits => Text::new(
                "Sau mũi còn thiếu của loạt trước.",
                "After the dose before it in the series, which is still missing.",
            ),
            Self::Hindered(obstacle) => {
                let at = &obstacle.address;
                let (vi, en) = match obstacle.kind {
                    Hindrance::None => ("Đủ điều kiện tiêm", "Eligible"),
                    Hindrance::Objection => ("Gia đình chưa cho tiêm", "The family did not agree"),
                    Hindrance::OutOfStock => ("Đã hết vắc xin", "The vaccine was out of stock"),
                    Hindrance::Precaution | Hindrance::Postponed => {
                        ("Đã hoãn tiêm", "It was postponed")
                    }
                    Hindrance::Contraindicated => {
                        ("Khám sàng lọc: chống chỉ định", "Contraindicated by screening")
                    }
                    Hindrance::Allergy => {
                        ("Dị ứng nặng với vắc xin", "A severe allergy to the vaccine")
                    }
                };
                Text::new(format!("{vi} ({at})."), format!("{en} ({at})."))
            }
            Self::Ours(field) => {
                let (vi, en) = match *field {
                    "overdue" => ("Mốc quá hạn", "The overdue date"),
                    "due" => ("Ngày đến hạn", "The due date"),
                    "latest" => ("Tuổi cuối cùng được tiêm", "The last age"),
                    _ => ("Một giá trị", "A value"),
                };
                Text::new(
                    format!("{vi} là của Mebe, chưa có nguồn quốc gia."),
                    format!("{en} is Mebe's own, without a national source."),
                )
            }
        }
    }
}
