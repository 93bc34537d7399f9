//! The rows of the index. A database has a table for each type.

use std::cmp::Ordering;

use xxhash_rust::xxh3::xxh3_64;

use crate::definitions::search_parameter::ParamId;
use crate::fhir::date::DateRange;

use super::compartment::{Member, Owner};
use super::words::Words;

/// All rows of one resource. Each list is sorted and has no row twice.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rows {
    pub tokens: Vec<Token>,
    pub strings: Vec<Text>,
    pub dates: Vec<Date>,
    pub numbers: Vec<Number>,
    pub quantities: Vec<Quantity>,
    pub references: Vec<Reference>,
    pub uris: Vec<Uri>,
    pub composites: Vec<Composite>,
    /// The patients in whose compartment it is, or whom it is about.
    pub members: Vec<Member>,
    /// One at the most; none where no words are kept.
    pub words: Vec<Words>,
    pub owner: Owner,
}

/// A code in a system. The code is as given; a system is a [`system_hash`], 0 for none. An
/// identifier has a row for each of its types as well, with its [`type_hash`](super::stand_in::type_hash).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Token {
    pub param: ParamId,
    pub system: i64,
    pub code: String,
}

/// A string, folded and as given; of tokens a text that belongs to them, folded alone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Text {
    pub param: ParamId,
    pub folded: String,
    pub exact: String,
}

/// What the text as given begins with when it is a word within a name: no text begins so.
pub const WORD: char = '\u{1}';

/// A range of time, half open, in microseconds since 1970-01-01T00:00Z. An open end is
/// [`DateRange::PAST`] or `FUTURE`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    pub param: ParamId,
    pub low: i64,
    pub high: i64,
}

/// A number, or a range of numbers with both ends in it. For `near` the latitude is `low` and the
/// longitude `high`.
#[derive(Debug, Clone)]
pub struct Number {
    pub param: ParamId,
    pub low: f64,
    pub high: f64,
}

/// A quantity. An open end is infinite.
#[derive(Debug, Clone)]
pub struct Quantity {
    pub param: ParamId,
    /// The number of its base units, [`system_hash`]; 0 when it is not in a unit of UCUM.
    pub dimension: i64,
    /// In base units; as written where there are none.
    pub low: f64,
    pub high: f64,
    pub system: i64,
    pub code: String,
    /// The name of the unit, where it is not its code.
    pub unit: String,
    /// As written, which the unit and the amount tell.
    pub written: (f64, f64),
}

/// A reference to a resource of this server (the number of its type, and its id), or to anything
/// else (-1, and the URL; a canonical with a version has a row without it as well).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    pub param: ParamId,
    pub kind: i64,
    pub target: String,
}

/// A URI as given.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Uri {
    pub param: ParamId,
    pub value: String,
}

/// One instance of a composite: its parts hold for the same node.
///
/// Parts fill free places in their order. A token (system, code), string (0, folded), URI
/// (0, value) or reference (kind, target) takes a text; a number or a date (as microseconds) takes
/// `low` and `high`; a quantity takes both. One in a unit of UCUM has two rows: in base units, as
/// ([`base_units`](super::stand_in::base_units), unit), and as written, as (UCUM, name of the unit). When two parts are numbers or dates, `low` is the first
/// part's and `high` the second's. A place that stays free is (0, "") or 0.
#[derive(Debug, Clone)]
pub struct Composite {
    pub param: ParamId,
    pub first: (i64, String),
    pub second: (i64, String),
    pub low: f64,
    pub high: f64,
}

/// The number that stands for a system in rows; 0 when there is none.
pub fn system_hash(url: &str) -> i64 {
    if url.is_empty() { 0 } else { i64::from_ne_bytes(xxh3_64(url.as_bytes()).to_ne_bytes()) }
}

/// What is done with every list of rows alike. A new list is named here, and the table it fills in
/// `store`.
macro_rules! lists {
    ($($list:ident),* $(,)?) => {
        impl Rows {
            /// What has to be removed and what has to be added to come from one resource's rows to
            /// another's; the owner is no row.
            pub fn difference(old: &Self, new: &Self) -> (Self, Self) {
                let (mut removed, mut added) = (Self::default(), Self::default());
                $((removed.$list, added.$list) = difference(&old.$list, &new.$list);)*
                (removed, added)
            }

            /// How many rows there are.
            pub fn len(&self) -> usize {
                [$(self.$list.len()),*].iter().sum()
            }

            fn sort(&mut self) {
                $(sort(&mut self.$list);)*
            }
        }
    };
}

lists!(tokens, strings, dates, numbers, quantities, references, uris, composites, members, words);

impl Rows {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Leaves out the rows of other parameters; patients and words stay.
    pub fn keep(&mut self, is_kept: impl Fn(ParamId) -> bool) {
        self.tokens.retain(|row| is_kept(row.param));
        self.strings.retain(|row| is_kept(row.param));
        self.dates.retain(|row| is_kept(row.param));
        self.numbers.retain(|row| is_kept(row.param));
        self.quantities.retain(|row| is_kept(row.param));
        self.references.retain(|row| is_kept(row.param));
        self.uris.retain(|row| is_kept(row.param));
        self.composites.retain(|row| is_kept(row.param));
    }

    /// Cuts long values, sorts every list and takes out what is there twice.
    pub(super) fn sorted(mut self) -> Self {
        self.tokens.iter_mut().for_each(|row| shorten(&mut row.code));
        self.strings.iter_mut().for_each(|row| {
            shorten(&mut row.folded);
            shorten(&mut row.exact);
        });
        self.quantities.iter_mut().for_each(|row| {
            shorten(&mut row.code);
            shorten(&mut row.unit);
        });
        self.references.iter_mut().for_each(|row| shorten(&mut row.target));
        self.uris.iter_mut().for_each(|row| shorten(&mut row.value));
        self.composites.iter_mut().for_each(|row| {
            shorten(&mut row.first.1);
            shorten(&mut row.second.1);
        });
        self.sort();
        self
    }
}

/// Microseconds as a float: exact for every time until the year 2255.
#[expect(clippy::as_conversions, reason = "there is no lossless conversion, and none is needed")]
pub fn micros_as_float(micros: i64) -> f64 {
    match micros {
        DateRange::PAST => f64::NEG_INFINITY,
        DateRange::FUTURE => f64::INFINITY,
        micros => micros as f64,
    }
}

/// Bytes of a value that are indexed. `PostgreSQL` takes at most 2,704 bytes a row into a b-tree,
/// and a row has two values at the most.
const LENGTH: usize = 800;

/// The part of a value that is indexed. Values that agree on it are equal to a search.
pub fn indexed_part(value: &str) -> &str {
    if value.len() <= LENGTH {
        return value;
    }
    value.get(..value.floor_char_boundary(LENGTH)).unwrap_or(value)
}

/// The first characters of a text.
pub(super) fn characters(text: &str, count: usize) -> &str {
    let end = text.char_indices().nth(count).map_or(text.len(), |(at, _)| at);
    text.get(..end).unwrap_or(text)
}

fn shorten(value: &mut String) {
    value.truncate(indexed_part(value).len());
}

fn sort<T: Ord>(rows: &mut Vec<T>) {
    rows.sort_unstable();
    rows.dedup();
}

/// What only the first and what only the second of two sorted lists has.
fn difference<T: Ord + Clone>(old: &[T], new: &[T]) -> (Vec<T>, Vec<T>) {
    let (mut removed, mut added) = (Vec::new(), Vec::new());
    let (mut old, mut new) = (old.iter().peekable(), new.iter().peekable());
    while let (Some(left), Some(right)) = (old.peek(), new.peek()) {
        match left.cmp(right) {
            Ordering::Less => removed.extend(old.next().cloned()),
            Ordering::Greater => added.extend(new.next().cloned()),
            Ordering::Equal => drop((old.next(), new.next())),
        }
    }
    removed.extend(old.cloned());
    added.extend(new.cloned());
    (removed, added)
}

/// Floats are ordered by [`f64::total_cmp`], so that rows with them can be sorted and compared.
fn floats(left: [f64; 2], right: [f64; 2]) -> Ordering {
    let ([low, high], [other_low, other_high]) = (left, right);
    low.total_cmp(&other_low).then_with(|| high.total_cmp(&other_high))
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        let ranges = || floats([self.low, self.high], [other.low, other.high]);
        self.param.cmp(&other.param).then_with(ranges)
    }
}

impl Ord for Quantity {
    fn cmp(&self, other: &Self) -> Ordering {
        let amount = (self.param, self.dimension).cmp(&(other.param, other.dimension));
        let ranges = || floats([self.low, self.high], [other.low, other.high]);
        let unit = || {
            let other = (other.system, &other.code, &other.unit);
            (self.system, &self.code, &self.unit).cmp(&other)
        };
        amount.then_with(ranges).then_with(unit)
    }
}

impl Ord for Composite {
    fn cmp(&self, other: &Self) -> Ordering {
        let ranges = || floats([self.low, self.high], [other.low, other.high]);
        let texts = (self.param, &self.first, &self.second);
        texts.cmp(&(other.param, &other.first, &other.second)).then_with(ranges)
    }
}

macro_rules! equal_as_ordered {
    ($($row:ty),*) => {$(
        impl PartialOrd for $row {
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                Some(self.cmp(other))
            }
        }

        impl PartialEq for $row {
            fn eq(&self, other: &Self) -> bool {
                self.cmp(other) == Ordering::Equal
            }
        }

        impl Eq for $row {}
    )*};
}

equal_as_ordered!(Number, Quantity, Composite);

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::fhir::kind::ResourceKind;
    use crate::index::compartment::Role;
    use crate::index::patient::PatientKey;

    fn rows(numbers: &BTreeSet<(i32, i8)>) -> Rows {
        let mut rows = Rows::default();
        for (param, value) in numbers {
            let param = ParamId::from_number(*param);
            let number = f64::from(*value);
            rows.tokens.push(Token { param, system: 0, code: value.to_string() });
            rows.strings.push(Text { param, folded: value.to_string(), exact: String::new() });
            rows.dates.push(Date { param, low: i64::from(*value), high: 0 });
            rows.numbers.push(Number { param, low: number, high: number });
            rows.quantities.push(Quantity {
                param,
                dimension: 0,
                low: number,
                high: number,
                system: 1,
                code: String::new(),
                unit: String::new(),
                written: (number, number),
            });
            rows.references.push(Reference { param, kind: 1, target: value.to_string() });
            rows.uris.push(Uri { param, value: value.to_string() });
            let second = (0, String::new());
            let first = (1, value.to_string());
            let patient = PatientKey::new(b"").number(&value.to_string());
            let kind = ResourceKind::all().next().expect("a type");
            rows.members.push(Member { patient, kind, role: Role::Both });
            rows.composites.push(Composite { param, first, second, low: number, high: number });
        }
        rows.members.sort_unstable();
        rows.members.dedup();
        rows.sorted()
    }

    fn applied<T: Ord>(old: Vec<T>, removed: Vec<T>, added: Vec<T>) -> BTreeSet<T> {
        let mut set: BTreeSet<T> = old.into_iter().collect();
        assert!(removed.iter().all(|row| set.remove(row)));
        assert!(added.into_iter().all(|row| set.insert(row)));
        set
    }

    proptest! {
        #[test]
        fn difference_applied_to_old_gives_new(
            old in prop::collection::btree_set((0..4, any::<i8>()), 0..20),
            new in prop::collection::btree_set((0..4, any::<i8>()), 0..20),
        ) {
            let (old, new) = (rows(&old), rows(&new));
            let (removed, added) = Rows::difference(&old, &new);
            macro_rules! check {
                ($($list:ident),*) => {$({
                    let found = applied(old.$list, removed.$list, added.$list);
                    prop_assert!(found.into_iter().eq(new.$list));
                })*};
            }
            check!(tokens, strings, dates, numbers, quantities, references, uris, composites, members);
        }
    }

    #[test]
    fn no_system_is_zero() {
        assert_eq!(system_hash(""), 0);
        assert_eq!(system_hash("http://loinc.org"), system_hash("http://loinc.org"));
        assert_ne!(system_hash("http://loinc.org"), system_hash("http://snomed.info/sct"));
    }
}
