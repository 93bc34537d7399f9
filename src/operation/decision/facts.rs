//! What cards are about: danger signs, what is due beside vaccines, and the chart of doses.

use crate::interaction::engine::Ctx;
use crate::mch::catalogue::catalogue;
use crate::mch::due::window::Status;
use crate::mch::due::{Asked, Due, all};
use crate::mch::gestation::{gestations, of_day};
use crate::mch::immunization::chart::Chart;
use crate::mch::record::records::Records;
use crate::mch::record::role::is_about_mother;
use crate::mch::risk::{Asked as RiskAsked, Finding, findings};
use crate::operation::booklet::due::AHEAD;

/// All of it, on a day.
pub(super) struct Facts<'a> {
    pub(super) day: i64,
    pub(super) version: String,
    pub(super) chart: Option<&'a Chart<'a>>,
    /// Beside vaccines.
    pub(super) due: Vec<Due>,
    pub(super) findings: Vec<Finding<'a>>,
}

impl<'a> Facts<'a> {
    /// Of a person's records. Without her visits nothing is said of visits: that none is known does
    /// not mean that there was none.
    pub(super) fn of(
        ctx: &Ctx<'_>,
        (records, person): (&Records<'a>, &'a str),
        chart: Option<&'a Chart<'a>>,
        (day, has_visits): (i64, bool),
    ) -> Self {
        let is_mother = is_about_mother(records, person, day);
        let pregnancies = gestations(records, person, day);
        let pregnancy = of_day(records, &pregnancies, day);
        let corrected_months = ctx.engine.care.corrected_months;
        let about = RiskAsked { person, is_mother, pregnancy, day, corrected_months };
        let referral_days = ctx.engine.care.referral_days;
        let mut due = all(records, Asked { person, is_mother, day, referral_days });
        due.retain(|one| {
            let is_wanted = match one.status {
                Status::Due | Status::Overdue => true,
                Status::Upcoming => one.window.due <= day + AHEAD,
                Status::Missed | Status::Done | Status::NotApplicable => false,
            };
            has_visits && is_wanted && one.kind != "vaccine"
        });
        let version = chart.map(|chart| chart.programme.version.clone());
        let version = version.unwrap_or_else(|| catalogue().version.clone());
        Self { day, version, chart, due, findings: findings(records, about) }
    }
}
