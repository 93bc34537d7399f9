//! From when to when something is to be done, and how it stands on a day.

use crate::mch::record::days::Days;
use crate::mch::timetable::Row;

/// How something stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    Upcoming,
    Due,
    /// It is late and can still be done.
    Overdue,
    /// It can no longer be made up.
    Missed,
    Done,
    /// It never came to it: the pregnancy ended before.
    NotApplicable,
}

/// When something is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// From then on it is to be done.
    pub due: i64,
    /// From then on it is late.
    pub overdue: Option<i64>,
    /// The last day on which it counts.
    pub latest: Option<i64>,
}

/// What happened to the person.
#[derive(Debug, Clone, Copy, Default)]
pub struct Life {
    /// Since then she is known; what was over before is nobody's debt.
    pub known: Option<i64>,
    /// What the window counts from ended then.
    pub ended: Option<i64>,
}

impl Status {
    /// Every status, as answers name them.
    pub const ALL: [Self; 6] =
        [Self::Upcoming, Self::Due, Self::Overdue, Self::Missed, Self::Done, Self::NotApplicable];

    /// As answers name it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Upcoming => "upcoming",
            Self::Due => "due",
            Self::Overdue => "overdue",
            Self::Missed => "missed",
            Self::Done => "done",
            Self::NotApplicable => "not-applicable",
        }
    }

    /// The less is the worse.
    pub fn rank(self) -> u8 {
        match self {
            Self::Overdue => 0,
            Self::Due => 1,
            Self::Upcoming => 2,
            Self::Missed => 3,
            Self::Done => 4,
            Self::NotApplicable => 5,
        }
    }
}

impl Window {
    /// The window of a row that counts from a day. Where that is only partly known, it is due when it
    /// may be and over when it surely is.
    pub fn of(row: &Row, from: Days) -> Option<Self> {
        let due = row.due?.after(from.last);
        let overdue = row.overdue.map(|offset| offset.after(from.last));
        let latest = row.latest.map(|offset| offset.after(from.last));
        Some(Self { due, overdue, latest })
    }

    /// Whether what was done on a day counts for it.
    pub fn has(self, day: Days) -> bool {
        self.due <= day.first && self.latest.is_none_or(|latest| day.last <= latest)
    }

    /// The last day on which it is not late: where no limit is written, the last on which it counts.
    pub fn end(self) -> Option<i64> {
        self.overdue.map(|overdue| overdue - 1).or(self.latest)
    }

    /// How it stands on a day when it was not done.
    pub fn status(self, day: i64, life: Life) -> Status {
        if let Some(ended) = life.ended.filter(|ended| *ended <= day) {
            return if ended < self.due { Status::NotApplicable } else { Status::Missed };
        }
        let is_over = self.latest.is_some_and(|latest| latest < day);
        let was_over = life.known.zip(self.end()).is_some_and(|(known, end)| end < known);
        match () {
            () if day < self.due => Status::Upcoming,
            () if is_over || was_over => Status::Missed,
            () if self.overdue.is_some_and(|overdue| overdue <= day) => Status::Overdue,
            () => Status::Due,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOW: Window = Window { due: 10, overdue: Some(20), latest: Some(30) };

    #[test]
    fn each_day_has_one_status() {
        let at = |day| WINDOW.status(day, Life::default());
        assert_eq!(
            [9, 10, 19, 20, 30, 31].map(at),
            [
                Status::Upcoming,
                Status::Due,
                Status::Due,
                Status::Overdue,
                Status::Overdue,
                Status::Missed,
            ]
        );
    }

    #[test]
    fn what_was_over_before_somebody_came_is_missed_and_never_due() {
        let known = |known| Life { known: Some(known), ended: None };
        assert_eq!(WINDOW.status(25, known(20)), Status::Missed);
        assert_eq!(WINDOW.status(25, known(19)), Status::Overdue);
        let ended = |ended| Life { known: None, ended: Some(ended) };
        assert_eq!(WINDOW.status(12, ended(9)), Status::NotApplicable);
        assert_eq!(WINDOW.status(12, ended(11)), Status::Missed);
        assert_eq!(WINDOW.status(12, ended(13)), Status::Due);
    }

    proptest::proptest! {
        #[test]
        fn a_day_later_it_only_goes_forward(due in 0_i64..50, late in 0_i64..30, more in 0_i64..30, day in -5_i64..130, known in -5_i64..130, ended in -5_i64..130) {
            let window = Window { due, overdue: Some(due + late), latest: Some(due + late + more) };
            for ended in [None, Some(ended)] {
                let life = Life { known: Some(known), ended };
                proptest::prop_assert!(window.status(day, life) <= window.status(day + 1, life));
            }
        }
    }
}
