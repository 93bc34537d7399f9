//! Pregnancies, put together from episodes, conditions and what was observed about them.

use std::borrow::Cow;

use serde_json::Value;

use super::days::Days;
pub(in crate::mch) use super::itself::{Dating, dating};
pub use super::itself::{is_counted, is_pregnancy};
use super::records::{Record, Records};
use crate::mch::gestation::candidate::candidates;
use crate::mch::gestation::limit::in_days;
use crate::mch::gestation::told_of;

/// From the last menstrual period to the due date, Naegele's rule.
pub(in crate::mch) const TERM: i64 = 280;

/// The same, as the timetable has it.
pub(in crate::mch) fn term() -> i64 {
    in_days("term", |row| row.due).unwrap_or(TERM)
}

/// A pregnancy of a woman.
#[derive(Debug, Clone, Copy)]
pub(in crate::mch) struct Pregnancy<'a> {
    pub(in crate::mch) episode: Record<'a>,
    pub(in crate::mch) period: Option<Days>,
    /// The last menstrual period, as it was told.
    pub(in crate::mch) lmp: Option<Days>,
    /// The due date by last menstrual period.
    pub(in crate::mch) due_by_lmp: Option<Days>,
    /// The due date by ultrasound.
    pub(in crate::mch) due_by_ultrasound: Option<Days>,
    /// A due date of which nobody says how it was estimated.
    pub(in crate::mch) due_anyhow: Option<Days>,
    /// The best due date that was told, in the order of [`crate::mch::gestation::method`].
    pub(in crate::mch) due: Option<Days>,
}

/// The pregnancies of a woman.
pub(in crate::mch) fn pregnancies<'s, 'a>(
    records: &'s Records<'a>,
    woman: &str,
) -> Cow<'s, [Pregnancy<'a>]> {
    match records.pregnancies_of(woman) {
        Some(known) => Cow::Borrowed(known),
        None => Cow::Owned(of_woman(records, woman)),
    }
}

/// Puts the pregnancies of a woman together.
pub(super) fn of_woman<'a>(records: &Records<'a>, woman: &str) -> Vec<Pregnancy<'a>> {
    let episodes: Vec<_> = records.pointing("EpisodeOfCare", "patient", woman).collect();
    let episodes: Vec<_> =
        episodes.into_iter().filter(|episode| is_pregnancy(episode.resource)).collect();
    let is_only = episodes.len() == 1;
    episodes.into_iter().map(|episode| read(records, woman, episode, is_only)).collect()
}

/// The pregnancy that an episode is, when it is one.
pub(in crate::mch) fn of_episode<'a>(
    records: &Records<'a>,
    episode: Record<'a>,
) -> Option<Pregnancy<'a>> {
    let woman = records.address(episode.resource.get("patient"))?;
    let all = pregnancies(records, woman);
    all.iter().find(|found| found.episode.address == episode.address).copied()
}

fn read<'a>(
    records: &Records<'a>,
    woman: &str,
    episode: Record<'a>,
    is_only: bool,
) -> Pregnancy<'a> {
    let zone = records.zone;
    let period = Days::of_period(episode.resource.get("period"), zone);
    let mut found = Pregnancy {
        episode,
        period,
        lmp: None,
        due_by_lmp: None,
        due_by_ultrasound: None,
        due_anyhow: None,
        due: None,
    };
    for observation in records.pointing("Observation", "subject", woman) {
        let Some(dating) = dating(observation.resource) else { continue };
        if !is_counted(observation.resource)
            || !(is_only || belongs(records, observation.resource, &episode))
        {
            continue;
        }
        let day = Days::of(observation.resource.get("valueDateTime"), zone);
        match dating {
            Dating::LastPeriod => found.lmp = found.lmp.or(day),
            Dating::DueByLastPeriod => found.due_by_lmp = found.due_by_lmp.or(day),
            Dating::DueByUltrasound => found.due_by_ultrasound = found.due_by_ultrasound.or(day),
            Dating::Due => found.due_anyhow = found.due_anyhow.or(day),
            Dating::DueByConception | Dating::DueByOvulation | Dating::DueOtherwise => {}
        }
    }
    let told = told_of(records, woman, (Some(episode), is_only));
    let told = told.into_iter().filter(|one| dating(one.resource).is_some());
    found.due = candidates(records, told).first().map(|best| best.due);
    found
}

/// Whether an observation is about the pregnancy of this episode: by its focus, or by its encounter.
pub(in crate::mch) fn belongs(
    records: &Records<'_>,
    observation: &Value,
    episode: &Record<'_>,
) -> bool {
    let conditions = diagnoses(records, episode.resource);
    let focus = observation.get("focus").and_then(Value::as_array);
    let mut focus = focus.into_iter().flatten().filter_map(|one| records.address(Some(one)));
    if focus.any(|address| address == episode.address || conditions.contains(&address)) {
        return true;
    }
    let encounter = records.target(observation.get("encounter"));
    encounter.is_some_and(|encounter| in_episode(records, encounter.resource, episode.address))
}

/// Whether an encounter belongs to an episode.
fn in_episode(records: &Records<'_>, encounter: &Value, episode: &str) -> bool {
    let episodes = encounter.get("episodeOfCare").and_then(Value::as_array);
    episodes.into_iter().flatten().any(|one| records.address(Some(one)) == Some(episode))
}

/// The conditions an episode of care is for.
pub fn diagnoses<'r>(records: &Records<'_>, episode: &'r Value) -> Vec<&'r str> {
    let all = episode.get("diagnosis").and_then(Value::as_array);
    all.into_iter().flatten().filter_map(|one| records.address(one.get("condition"))).collect()
}
