//! What of a list of what is due is wanted: the parameters of `$due`, held to what there is.

use std::cmp::Reverse;

use super::due::AHEAD;
use super::people;
use crate::fhir::kind::ResourceKind;
use crate::fhir::text::suggestion::nearest;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::mch::due::Due;
use crate::mch::due::window::Status;
use crate::mch::immunization::programme::programme;
use crate::mch::timetable::rows;
use crate::operation::asked;
use crate::operation::call::Call;
use crate::operation::parameters::value_of;
use crate::store::windows::question::Question;

/// What of the list is wanted.
pub(super) struct Wanted {
    pub(super) day: i64,
    pub(super) until: i64,
    pub(super) statuses: Vec<Status>,
    pub(super) kinds: Vec<String>,
    pub(super) owner: Option<String>,
    pub(super) sort: Sort,
    pub(super) count: usize,
    pub(super) offset: usize,
}

/// The order of the list.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    Worst,
    Date,
    LastDate,
    Person,
}

impl Wanted {
    /// Whether a thing is wanted.
    pub(super) fn has(&self, due: &Due) -> bool {
        let is_kind = |kind: &String| *kind == due.kind || *kind == due.code;
        self.statuses.contains(&due.status)
            && (self.kinds.is_empty() || self.kinds.iter().any(is_kind))
            && (due.status != Status::Upcoming || due.window.due <= self.until)
            && self.owner.as_ref().is_none_or(|owner| due.owner.as_ref() == Some(owner))
    }

    /// What is asked of the windows that are kept.
    pub(super) fn question(&self, people: Option<Vec<String>>) -> Question {
        let is_kind = |id: &str, kind: &str| self.kinds.iter().any(|one| one == id || one == kind);
        let timetable = rows().iter().filter(|row| {
            let code = row.parameters.get("code").and_then(serde_json::Value::as_str);
            is_kind(code.unwrap_or(&row.id), &row.kind)
        });
        let vaccines = programme().rows.iter().filter(|row| is_kind(&row.id, "vaccine"));
        let ids = timetable.map(|row| row.id.clone());
        let rows = ids.chain(vaccines.map(|row| row.id.clone())).collect();
        let statuses = self.statuses.clone();
        Question { day: self.day, until: self.until, statuses, rows, people }
    }

    /// Puts things in the order that is wanted.
    pub(super) fn order(&self, all: &mut [Due]) {
        // Among equals whose turn came first, then by what does not change.
        let same = |one: &Due| (one.person.clone(), one.code.clone(), one.window.due);
        match self.sort {
            Sort::Worst => all.sort_by_key(|one| (one.status.rank(), one.window.due, same(one))),
            Sort::Date => all.sort_by_key(|one| (one.window.due, same(one))),
            Sort::LastDate => all.sort_by_key(|one| (Reverse(one.window.due), same(one))),
            Sort::Person => all.sort_by_key(|one| (same(one).0, one.window.due, same(one))),
        }
    }
}

/// Reads the parameters.
pub(super) fn wanted(ctx: &Ctx<'_>, call: &Call<'_>) -> Result<Wanted, Failure> {
    let day = asked::day(call, "date")?.unwrap_or_else(|| asked::today(ctx));
    let until = asked::day(call, "until")?.unwrap_or(day + AHEAD);
    if until < day {
        return Err(Kind::Malformed
            .because(
                "Tham số 'until' không được trước 'date'.",
                "The parameter 'until' is not before 'date'.",
            )
            .of(&asked::place("until")));
    }
    let codes = Status::ALL.map(Status::code);
    let mut statuses = Vec::new();
    for text in texts(call, "status") {
        let known = Status::ALL.into_iter().find(|one| one.code() == text);
        statuses.push(known.ok_or_else(|| unknown("status", &text, codes.into_iter()))?);
    }
    if statuses.is_empty() {
        statuses = vec![Status::Due, Status::Overdue];
    }
    let kinds = texts(call, "kind");
    let visits = rows().iter().filter(|row| row.kind != "limit");
    let names = visits.flat_map(|row| [row.id.as_str(), row.kind.as_str()]);
    let names = names.chain(["vaccine"]).chain(programme().rows.iter().map(|row| row.id.as_str()));
    if let Some(kind) = kinds.iter().find(|kind| !names.clone().any(|name| name == *kind)) {
        return Err(unknown("kind", kind, names));
    }
    let sort = match texts(call, "_sort").first().map(String::as_str) {
        None => Sort::Worst,
        Some("date") => Sort::Date,
        Some("-date") => Sort::LastDate,
        Some("person") => Sort::Person,
        Some(other) => {
            return Err(unknown("_sort", other, ["date", "-date", "person"].into_iter()));
        }
    };
    let page = ctx.engine.page;
    let count = number(call, "_count")?.unwrap_or(usize::try_from(page.usual).unwrap_or(1));
    let count = count.min(usize::try_from(page.most).unwrap_or(usize::MAX));
    let offset = number(call, "_offset")?.unwrap_or(0);
    let owner = match call.kind.map(ResourceKind::name) {
        Some("Patient") => people::organization(call)?.map(|id| format!("Organization/{id}")),
        _ => None,
    };
    Ok(Wanted { day, until, statuses, kinds, owner, sort, count, offset })
}

/// The values of a parameter, each by itself or several with commas between.
fn texts(call: &Call<'_>, name: &str) -> Vec<String> {
    let parameters = call.parameters();
    let all = parameters.iter().filter(|(other, _)| *other == name);
    let texts = all.filter_map(|(_, part)| value_of(part)?.as_str());
    let texts = texts.flat_map(|text| text.split(',')).map(str::trim);
    texts.filter(|text| !text.is_empty()).map(str::to_owned).collect()
}

fn number(call: &Call<'_>, name: &str) -> Result<Option<usize>, Failure> {
    let parameters = call.parameters();
    let Some((_, part)) = parameters.iter().find(|(other, _)| *other == name) else {
        return Ok(None);
    };
    let value =
        value_of(part).map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    let number = value.as_deref().and_then(|text| text.parse().ok());
    number.map(Some).ok_or_else(|| {
        let told = value.unwrap_or_default();
        Kind::Malformed
            .because(
                format!("Tham số '{name}' phải là một số không âm, không phải '{told}'."),
                format!("The parameter '{name}' is a number that is not negative, not '{told}'."),
            )
            .of(&asked::place(name))
    })
}

fn unknown<'k>(name: &str, text: &str, known: impl Iterator<Item = &'k str> + Clone) -> Failure {
    let meant = nearest(text, known);
    let (vi, en) = meant.map_or_else(Default::default, |meant| {
        (format!(" Ý bạn là '{meant}'?"), format!(" Did you mean '{meant}'?"))
    });
    Kind::Malformed
        .because(
            format!("Tham số '{name}' không nhận '{text}'.{vi}"),
            format!("The parameter '{name}' does not take '{text}'.{en}"),
        )
        .of(&asked::place(name))
}
