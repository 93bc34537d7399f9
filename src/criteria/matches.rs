//! Whether criteria match a resource, told from its index rows: a resource that is to be stored, an
//! old version, a definition without rows in the database.
//!
//! It says the same as the SQL that `store::find` makes of the same criteria;
//! `tests/it/search/agreement.rs` holds one against the other.

use crate::definitions::search_parameter::ParamId;
use crate::fhir::kind::ResourceKind;
use crate::index::compartment::Owner;
use crate::index::own;
use crate::index::patient::PatientNumber;
use crate::index::row::{Reference, Rows};

use super::answer::Answer;
use super::tree::{Belonging, Criteria, Form, Indexed, Patients, Values};

/// A resource as criteria see it.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    pub kind: ResourceKind,
    pub id: &'a str,
    /// Microseconds since 1970.
    pub updated: i64,
    pub rows: &'a Rows,
}

/// What is known of the resources around one; none is said where it is not known.
pub trait Around {
    /// The resource with an address; there may be none.
    fn resource(&self, kind: ResourceKind, id: &str) -> Option<Option<Seen<'_>>>;

    /// The resources of a type that refer to an address by a parameter.
    fn referring(
        &self,
        by: (ResourceKind, ParamId),
        to: (ResourceKind, &str),
    ) -> Option<Vec<Seen<'_>>>;

    /// The patient with a number; there may be none.
    fn patient(&self, number: PatientNumber) -> Option<Option<Seen<'_>>>;
}

/// Nothing is known but the resource itself.
#[derive(Debug, Clone, Copy)]
pub struct Alone;

impl Around for Alone {
    fn resource(&self, _: ResourceKind, _: &str) -> Option<Option<Seen<'_>>> {
        None
    }

    fn referring(
        &self,
        _: (ResourceKind, ParamId),
        _: (ResourceKind, &str),
    ) -> Option<Vec<Seen<'_>>> {
        None
    }

    fn patient(&self, _: PatientNumber) -> Option<Option<Seen<'_>>> {
        None
    }
}

impl Criteria {
    /// Whether a resource is so.
    pub fn matches(&self, seen: Seen<'_>, around: &dyn Around) -> Answer {
        match self {
            Self::True => Answer::Yes,
            Self::False => Answer::No,
            Self::All(all) => Answer::all(all.iter().map(|one| one.matches(seen, around))),
            Self::Any(any) => Answer::any(any.iter().map(|one| one.matches(seen, around))),
            Self::Not(criteria) => !criteria.matches(seen, around),
            Self::Type(kind) => (*kind == seen.kind).into(),
            Self::Ids(ids) => ids.iter().any(|id| id.as_str() == seen.id).into(),
            Self::LastUpdated(dates) => {
                dates.iter().any(|date| date.fits_moment(seen.updated)).into()
            }
            Self::Parameter(param, values) => values.fit(*param, seen.rows).into(),
            Self::Missing(indexed, missing) => (indexed.is_missing(seen.rows) == *missing).into(),
            Self::Chain { param, kind, criteria } => {
                let found = targets(seen, *param, *kind).map(|id| around.resource(*kind, id));
                Answer::any(found.map(|found| criteria.matches_found(found, around)))
            }
            Self::Has { kind, param, criteria } => {
                match around.referring((*kind, *param), (seen.kind, seen.id)) {
                    Some(all) => Answer::any(all.iter().map(|one| criteria.matches(*one, around))),
                    None => Answer::Unknown,
                }
            }
            Self::Compartment { which, patients } => {
                let members = seen.rows.members.iter();
                let mut of = members.filter(|row| which.roles().contains(&row.role));
                match patients {
                    Patients::Named(numbers) => of.any(|row| numbers.contains(&row.patient)).into(),
                    Patients::Matching(criteria) => {
                        let found = of.map(|row| around.patient(row.patient));
                        Answer::any(found.map(|found| criteria.matches_found(found, around)))
                    }
                }
            }
            Self::Every(criteria) => {
                let about = Belonging::About.roles();
                let mut of = seen.rows.members.iter().filter(|row| about.contains(&row.role));
                let each = of.clone().map(|row| around.patient(row.patient));
                match of.next() {
                    Some(_) => Answer::all(each.map(|found| criteria.matches_found(found, around))),
                    None => Answer::No,
                }
            }
            Self::OfNobody => (seen.rows.owner == Owner::Nobody).into(),
            Self::Labels { none, sets } => {
                let keys = own::keys();
                let mut of = seen.rows.tokens.iter().filter(|row| row.param == keys);
                of.next().map_or(*none, |row| sets.contains(&row.code)).into()
            }
            Self::Parts { param, groups } => {
                let of = seen.rows.references.iter().filter(|row| row.param == *param);
                let mut each = of.map(|row| is_part_so(row, groups, around)).peekable();
                match each.peek() {
                    Some(_) => Answer::all(each),
                    None => Answer::No,
                }
            }
            Self::FullText(words) => words.fits(&seen.rows.words).into(),
        }
    }

    /// Whether another resource is so, as far as it is known; one that is not there is not.
    fn matches_found(&self, found: Option<Option<Seen<'_>>>, around: &dyn Around) -> Answer {
        match found {
            Some(Some(found)) => self.matches(found, around),
            Some(None) => Answer::No,
            None => Answer::Unknown,
        }
    }
}

/// Whether what a row refers to is as its group has it.
fn is_part_so(
    row: &Reference,
    groups: &[(Vec<ResourceKind>, Criteria)],
    around: &dyn Around,
) -> Answer {
    let Some(kind) = ResourceKind::from_number(row.kind) else { return Answer::No };
    let of = groups.iter().filter(|(kinds, _)| kinds.contains(&kind));
    Answer::any(of.map(|(_, part)| part.matches_found(around.resource(kind, &row.target), around)))
}

/// The ids of the resources of a type that one refers to by a parameter.
fn targets(seen: Seen<'_>, param: ParamId, kind: ResourceKind) -> impl Iterator<Item = &str> {
    let all = seen.rows.references.iter();
    let own = all.filter(move |row| row.param == param && row.kind == kind.number());
    own.map(|row| row.target.as_str())
}

/// Whether one of the rows of a parameter meets a condition.
macro_rules! any_row {
    ($rows:expr, $param:expr, $fits:expr) => {
        $rows.iter().filter(|row| row.param == $param).any($fits)
    };
}

impl Values {
    /// Whether a resource with these rows has one of the values.
    fn fit(&self, param: ParamId, rows: &Rows) -> bool {
        match self {
            Self::Tokens(values) => {
                any_row!(rows.tokens, param, |row| values
                    .iter()
                    .any(|one| one.fits(row.system, &row.code)))
            }
            Self::References(values) => {
                any_row!(rows.references, param, |row| values
                    .iter()
                    .any(|one| one.fits(row.kind, &row.target)))
            }
            Self::Texts(values) => {
                any_row!(rows.strings, param, |row| values
                    .iter()
                    .any(|one| one.fits(&row.folded, &row.exact)))
            }
            Self::Dates(lists) => any_row!(rows.dates, param, |row| {
                lists.iter().all(|list| list.iter().any(|one| one.fits(row.low, row.high)))
            }),
            Self::Numbers(values) => {
                any_row!(rows.numbers, param, |row| values
                    .iter()
                    .any(|one| one.fits(row.low, row.high)))
            }
            Self::Quantities(values) => {
                any_row!(rows.quantities, param, |row| values.iter().any(|one| one.fits(row)))
            }
            Self::Positions(values) => {
                any_row!(rows.numbers, param, |row| values
                    .iter()
                    .any(|one| one.fits(row.low, row.high)))
            }
            Self::Uris(values) => {
                any_row!(rows.uris, param, |row| values.iter().any(|one| one.fits(&row.value)))
            }
            Self::Composites(values) => {
                any_row!(rows.composites, param, |row| values.iter().any(|one| one.fits(row)))
            }
        }
    }
}

impl Indexed {
    /// Whether a resource with these rows has no value of the parameter.
    fn is_missing(&self, rows: &Rows) -> bool {
        !self.params().any(|param| self.has_value(param, rows))
    }

    fn has_value(&self, param: ParamId, rows: &Rows) -> bool {
        match self.form {
            Form::Token => any_row!(rows.tokens, param, |_| true),
            Form::Text => any_row!(rows.strings, param, |_| true),
            Form::Date => any_row!(rows.dates, param, |_| true),
            Form::Number => any_row!(rows.numbers, param, |_| true),
            Form::Quantity => any_row!(rows.quantities, param, |_| true),
            Form::Reference => any_row!(rows.references, param, |row| {
                self.target.is_none_or(|kind| row.kind == kind.number())
            }),
            Form::Uri => any_row!(rows.uris, param, |_| true),
            Form::Composite => any_row!(rows.composites, param, |_| true),
        }
    }
}
