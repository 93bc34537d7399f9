//! What waits for an answer: referrals, and pregnancies whose episode was left open.

use super::pregnancy::owner;
use super::window::{Life, Status, Window};
use super::{Asked, Due, Made};
use crate::mch::gestation::limit::in_days;
use crate::mch::gestation::{self, gestations};
use crate::mch::record::records::Records;
use crate::mch::referral::{Stage, referrals};
use crate::mch::timetable::row;

/// Open referrals, of both facilities, and open episodes.
pub(super) fn due<'a>(records: &Records<'a>, asked: Asked<'a>) -> Vec<Due> {
    let mut all = of_referrals(records, asked);
    all.extend(unclosed(records, asked));
    all
}

fn of_referrals<'a>(records: &Records<'a>, asked: Asked<'a>) -> Vec<Due> {
    let Some(row) = row("referral", asked.day) else { return Vec::new() };
    let mut all = Vec::new();
    for one in referrals(records, asked.person, asked.day) {
        let overdue = asked.referral_days.map(|days| one.asked + days);
        let window = Window { due: one.asked, overdue, latest: None };
        let mut owners = vec![one.from, one.to];
        owners.dedup();
        if owners.iter().any(Option::is_some) {
            owners.retain(Option::is_some);
        }
        for owner in owners {
            let made = Made { window, life: Life::default(), done: None, owner };
            let mut due = Due::of(row, asked, made);
            due.focus = Some(one.request.address.to_owned());
            due.status = match one.stage {
                Stage::Replied | Stage::Closed => Status::Done,
                Stage::NoShow => Status::Missed,
                Stage::Requested | Stage::Accepted | Stage::Seen => due.status,
            };
            due.tell(one.stage);
            all.push(due);
        }
    }
    all
}

impl Due {
    /// Says how far a referral is.
    pub(super) fn tell(&mut self, stage: Stage) {
        let told = stage.label();
        self.label.vi = format!("{} ({})", self.label.vi, told.vi).into();
        self.label.en = format!("{} ({})", self.label.en, told.en).into();
        self.stage = Some(stage);
    }
}

fn unclosed<'a>(records: &Records<'a>, asked: Asked<'a>) -> Vec<Due> {
    let Some(row) = row("unclosed", asked.day).filter(|_| asked.is_mother) else {
        return Vec::new();
    };
    let pregnancies = gestations(records, asked.person, asked.day);
    let open = pregnancies.iter().filter(|one| one.status == gestation::Status::Unclosed);
    let each = open.filter_map(|one| {
        let since = match one.end {
            Some(end) => end.day.last + in_days("unclosed-birth", |row| row.overdue)?,
            None => one.start()?.last + in_days("unclosed-pregnancy", |row| row.overdue)?,
        };
        let window = Window { due: since, overdue: None, latest: None };
        let owner = owner(records, asked, one);
        let mut due =
            Due::of(row, asked, Made { window, life: Life::default(), done: None, owner });
        due.focus = one.episode.map(|one| one.address.to_owned());
        Some(due)
    });
    each.collect()
}
