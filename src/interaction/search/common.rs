//! One query on several types: its parameters are those that all of them have.

use crate::criteria::tree::Form;
use crate::fhir::issue::{Issue, IssueCode, Text};
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::interaction::single::conditional::resolved_at;
use crate::search::query::{Parameter, Query};
use crate::search::resolve::Place;
use crate::search::resolved::{Include, Resolved};
use crate::search::view::View;
use crate::store::find::search::Search;
use crate::store::find::sort::{SortKey, SortSource};

/// What a query means.
#[derive(Debug)]
pub(super) struct Common {
    /// One for each type.
    pub(super) searches: Vec<Search>,
    pub(super) includes: Vec<Include>,
    pub(super) view: View,
    pub(super) used: Vec<Parameter>,
    pub(super) told: Vec<Issue>,
    /// Whether it is told how it was answered.
    pub(super) explain: bool,
}

/// Reads a query.
pub(super) fn resolved(ctx: &Ctx<'_>, place: Place<'_>, query: Query) -> Result<Common, Failure> {
    if let [kind] = place.kinds {
        return Ok(Common::of(resolved_at(ctx, place, *kind, query)?, Vec::new()));
    }
    let read = |query: &Query| {
        let each = place.kinds.iter().map(|kind| resolved_at(ctx, place, *kind, query.clone()));
        each.collect::<Result<Vec<Resolved>, Failure>>()
    };
    let mut all = read(&query)?;
    if let Some(common) = common(&query, &all) {
        // Lenient handling leaves out what only some types have.
        let told = all.iter().find(|one| !one.told.is_empty());
        let told = told.map(|one| one.told.clone()).unwrap_or_default();
        all = read(&common)?;
        all.iter_mut().for_each(|one| one.told.clone_from(&told));
    }
    let order = |one: &Resolved| one.search.sort.iter().map(key_kind).collect::<Vec<_>>();
    if all.windows(2).any(|pair| matches!(pair, [a, b] if order(a) != order(b))) {
        return Err(unlike());
    }
    let mut all = all.into_iter();
    let first = all.next().ok_or_else(no_types)?;
    Ok(Common::of(first, all.map(|one| one.search)))
}

impl Common {
    fn of(first: Resolved, further: impl IntoIterator<Item = Search>) -> Self {
        let Resolved { search, includes, view, used, told, explain } = first;
        let searches = [search].into_iter().chain(further).collect();
        Self { searches, includes, view, used, told, explain }
    }
}

/// The query without what some of the types left out, if there is any.
fn common(query: &Query, all: &[Resolved]) -> Option<Query> {
    let is_ignored = all.iter().any(|one| !one.told.is_empty());
    if !is_ignored {
        return None;
    }
    let keys: Vec<Vec<String>> =
        all.iter().map(|one| one.used.iter().map(|parameter| parameter.key()).collect()).collect();
    let is_left_out = |key: &String| {
        let users = keys.iter().filter(|keys| keys.contains(key)).count();
        users > 0 && users < keys.len()
    };
    let mut common = query.clone();
    common.parameters.retain(|parameter| !is_left_out(&parameter.key()));
    (common != *query).then_some(common)
}

/// What the values of a sort key are.
#[derive(PartialEq)]
enum KeyKind {
    Ids,
    Times,
    Of(Form),
}

fn key_kind(key: &SortKey) -> KeyKind {
    match key.source.last() {
        SortSource::Id | SortSource::Joined(_) => KeyKind::Ids,
        SortSource::Updated => KeyKind::Times,
        SortSource::Indexed(indexed) => KeyKind::Of(indexed.form),
    }
}

fn unlike() -> Failure {
    let text = Text::new(
        "Tham số sắp xếp này có kiểu khác nhau ở các loại được tìm. Hãy sắp xếp theo _lastUpdated hoặc _id, hoặc tìm từng loại.",
        "The sort parameter is of different kinds in the types that are searched. Sort by _lastUpdated or _id, or search each type on its own.",
    );
    Kind::Malformed.with(vec![Issue::error(IssueCode::NotSupported, text).at("http._sort")])
}

fn no_types() -> Failure {
    let text = Text::new(
        "_type không để lại loại nào để tìm ở đây.",
        "_type leaves no type that can be searched here.",
    );
    Kind::Malformed.with(vec![Issue::error(IssueCode::Value, text).at("http._type")])
}
