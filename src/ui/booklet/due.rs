//! What is to be done: a row for each thing, from `$due`.

use serde_json::Value;

use super::reader::{Reader, resources, text};
use crate::fhir::date::calendar::iso;
use crate::fhir::id::ResourceId;
use crate::interaction::failure::Failure;
use crate::mch::record::concept::codings;
use crate::mch::record::concept::is_local;
use crate::ui::say::Say;

/// How far a booklet looks ahead, in days.
const AHEAD: i64 = 366;

/// One thing.
#[derive(Debug, Clone)]
pub(super) struct Thing {
    /// The code in `mch-due-status`.
    pub(super) status: String,
    /// The status in words.
    pub(super) said: String,
    pub(super) label: String,
    /// ISO dates; the end may be empty.
    pub(super) from: String,
    pub(super) until: String,
    /// The address of the Patient, and of the facility.
    pub(super) person: String,
    pub(super) owner: String,
}

impl Thing {
    /// From when to when, in words.
    pub(super) fn when(&self, say: Say) -> String {
        match (self.from.as_str(), self.until.as_str()) {
            ("", "") => String::new(),
            ("", until) => format!("{} {}", say.pick("đến", "until"), say.date(until)),
            (from, "") => format!("{} {}", say.pick("từ", "from"), say.date(from)),
            (from, until) if from == until => say.date(from),
            (from, until) => format!("{} – {}", say.date(from), say.date(until)),
        }
    }

    /// The colour that a status is shown in.
    pub(super) fn class(&self) -> &'static str {
        if self.status == "overdue" { "cell yellow" } else { "cell white" }
    }

    fn rank(&self) -> (u8, &str) {
        let rank = match self.status.as_str() {
            "overdue" => 0,
            "due" => 1,
            _ => 2,
        };
        (rank, &self.from)
    }
}

/// The things of an answer of `$due`.
pub(super) fn things(bundle: &Value) -> Vec<Thing> {
    let thing = |task: &Value| Thing {
        status: text(task, "/businessStatus/coding/0/code").to_owned(),
        said: text(task, "/businessStatus/text").to_owned(),
        label: text(task, "/code/text").to_owned(),
        from: text(task, "/restriction/period/start").to_owned(),
        until: text(task, "/restriction/period/end").to_owned(),
        person: text(task, "/for/reference").to_owned(),
        owner: text(task, "/owner/reference").to_owned(),
    };
    resources(bundle).map(thing).collect()
}

/// Everything that somebody has to do, what is late first.
pub(super) async fn of_person(
    reader: &Reader<'_, '_>,
    id: &ResourceId,
) -> Result<Vec<Thing>, Failure> {
    let until = iso(reader.today() + AHEAD);
    let query = [("status", "overdue,due,upcoming"), ("until", until.as_str()), ("_count", "100")];
    let mut all = things(&reader.call("due", Some(id), &query).await?);
    all.sort_by(|one, other| (one.rank(), &one.label).cmp(&(other.rank(), &other.label)));
    Ok(all)
}

/// The code of a forecast.
pub(super) fn status(recommendation: &Value) -> &str {
    let mut codes = codings(recommendation.get("forecastStatus"));
    codes.find(|(system, _)| is_local(system, "mch-forecast-status")).map_or("", |(_, code)| code)
}

/// A date of a recommendation, by LOINC.
pub(super) fn date<'v>(recommendation: &'v Value, wanted: &str) -> &'v str {
    let all = recommendation.get("dateCriterion").and_then(Value::as_array).into_iter().flatten();
    let mut is = all.filter(|one| codings(one.get("code")).any(|(_, code)| code == wanted));
    is.next().map(|one| text(one, "/value")).unwrap_or_default()
}
