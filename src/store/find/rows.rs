//! Conditions on the rows of one search parameter, and on those of compartments.

use sea_orm::sea_query::{Condition, ExprTrait};

use crate::criteria::tree::{Belonging, Form, Indexed, Values};
use crate::criteria::value::date::DateValue;
use crate::criteria::value::string::TextValue;
use crate::definitions::search_parameter::ParamId;
use crate::fhir::kind::ResourceKind;
use crate::index::compartment::Role;
use crate::store::schema::table::{Column, Table};

use super::alias::Alias;
use super::value::{composite, position, range, reference, text, token};

/// Scans of one query; `SQLite` takes 500, and that many are no faster than one over all rows.
const MOST_BRANCHES: usize = 64;

/// The table of a kind of rows.
pub(super) fn table_of(form: Form) -> Table {
    match form {
        Form::Token => Table::Token,
        Form::Text => Table::String,
        Form::Date => Table::Date,
        Form::Number => Table::Number,
        Form::Quantity => Table::Quantity,
        Form::Reference => Table::Reference,
        Form::Uri => Table::Uri,
        Form::Composite => Table::Composite,
    }
}

/// Holds for the rows of a parameter.
pub(super) fn is_of(param: ParamId, at: Alias) -> Condition {
    at.col(Column::ParamId).eq(param.number()).into()
}

/// Holds for the rows that have the values of a parameter.
pub(super) fn is_indexed(indexed: Indexed, at: Alias) -> Condition {
    let target = indexed.target.map(|kind| at.col(Column::Kind).eq(kind.number()));
    let is_of = match indexed.also {
        None => is_of(indexed.param, at),
        Some(_) => at.col(Column::ParamId).is_in(indexed.params().map(ParamId::number)).into(),
    };
    is_of.add_option(target)
}

/// Holds for the rows of a compartment that say how resources of a type belong to a patient.
pub(super) fn is_member(which: Belonging, kind: ResourceKind, at: Alias) -> Condition {
    let roles = which.roles().map(Role::number);
    let of_type = at.col(Column::TypeId).eq(kind.number());
    Condition::all().add(of_type).add(at.col(Column::Role).is_in(roles))
}

/// Holds for the rows of a parameter that match one of its values.
pub(super) fn any(values: &Values, at: Alias) -> Condition {
    match values {
        Values::Tokens(all) => token::any(all, at),
        Values::References(all) => reference::any(all, at),
        Values::Texts(all) => several(all, |one| text::string(one, at)),
        Values::Dates(lists) => {
            let list = |list: &Vec<DateValue>| several(list, |one| range::date(*one, at));
            lists.iter().map(list).fold(Condition::all(), Condition::add)
        }
        Values::Numbers(all) => several(all, |one| range::number(*one, at)),
        Values::Quantities(all) => several(all, |one| range::quantity(one, at)),
        Values::Uris(all) => text::uris(all, at),
        Values::Composites(all) => several(all, |one| composite::composite(one, at)),
        Values::Positions(all) => several(all, |one| position::position(*one, at)),
    }
}

/// One for each of several values that no single scan finds: ranges that lie apart.
pub(super) fn branches(param: ParamId, values: &Values, at: Alias) -> Vec<Condition> {
    let of_param = |condition: Condition| is_of(param, at).add(condition);
    match values {
        // A value that may be anywhere needs the whole index, and several need it once.
        Values::Texts(all) if !all.iter().any(is_anywhere) => {
            apart(all, |one| of_param(text::string(one, at)))
        }
        Values::Numbers(all) => apart(all, |one| of_param(range::number(*one, at))),
        Values::Positions(all) => apart(all, |one| of_param(position::position(*one, at))),
        Values::Quantities(all) => apart(all, |one| of_param(range::quantity(one, at))),
        Values::Dates(lists) => date_branches(param, lists, at),
        _ => Vec::new(),
    }
}

/// The dates of the first list of several, a scan for each, narrowed by the other lists.
fn date_branches(param: ParamId, lists: &[Vec<DateValue>], at: Alias) -> Vec<Condition> {
    let is_several = |list: &Vec<DateValue>| (2..=MOST_BRANCHES).contains(&list.len());
    let Some(first) = lists.iter().position(is_several) else { return Vec::new() };
    let others = || lists.iter().enumerate().filter(|(place, _)| *place != first);
    let one = |value: &DateValue| {
        let bounded = is_of(param, at).add(range::date(*value, at));
        let bounded = bounded.add(range::date_bounds(*value, param, at));
        let others = others().map(|(_, list)| several(list, |one| range::date(*one, at)));
        others.fold(bounded, Condition::add)
    };
    lists.get(first).map(|list| apart(list, one)).unwrap_or_default()
}

fn is_anywhere(value: &TextValue) -> bool {
    matches!(value, TextValue::Contains(_) | TextValue::End(_))
}

/// A condition for each of several values; none when one scan is as fast.
pub(super) fn apart<T>(values: &[T], condition: impl Fn(&T) -> Condition) -> Vec<Condition> {
    match values.len() {
        2..=MOST_BRANCHES => values.iter().map(condition).collect(),
        _ => Vec::new(),
    }
}

/// Holds where one of several values does.
pub(super) fn several<T>(values: &[T], condition: impl Fn(&T) -> Condition) -> Condition {
    match values {
        [one] => condition(one),
        several => several.iter().map(condition).fold(Condition::any(), Condition::add),
    }
}
