//! Random leaves: values that are, or nearly are, those of some resource.

use mebe::criteria::tree::{Criteria, Values};
use mebe::criteria::value::composite::{CompositeValue, PartValue};
use mebe::criteria::value::date::DateValue;
use mebe::criteria::value::number::NumberValue;
use mebe::criteria::value::position::PositionValue;
use mebe::criteria::value::prefix::Prefix;
use mebe::criteria::value::quantity::QuantityValue;
use mebe::criteria::value::reference::{ReferenceValue, TargetType};
use mebe::criteria::value::string::TextValue;
use mebe::criteria::value::token::{System, TokenValue};
use mebe::criteria::value::uri::UriValue;
use mebe::criteria::value::words::{Phrase, Scope, Wanted, WordsValue};
use mebe::definitions::search_parameter::ParamId;
use mebe::fhir::date::DateRange;
use mebe::fhir::decimal::Decimal;
use mebe::fhir::kind::ResourceKind;
use mebe::index::row::{Composite, Rows};
use mebe::index::words::Words;

use super::world::{Tape, World};

const PREFIXES: [Prefix; 9] = [
    Prefix::Equal,
    Prefix::NotEqual,
    Prefix::Greater,
    Prefix::Less,
    Prefix::GreaterOrEqual,
    Prefix::LessOrEqual,
    Prefix::StartsAfter,
    Prefix::EndsBefore,
    Prefix::Approximately,
];

/// What the table of resources answers, and what is the same for all.
pub(super) fn of_resource(world: &World, kind: ResourceKind, tape: &mut Tape) -> Criteria {
    match tape.pick(6) {
        0 | 1 => {
            let ids = (0..tape.pick(4)).map(|_| world.resource(kind, tape).id.clone());
            Criteria::Ids(ids.collect())
        }
        2 | 3 => {
            let one = |tape: &mut Tape| {
                let updated = world.resource(kind, tape).updated;
                date(updated, updated, tape)
            };
            Criteria::LastUpdated((0..=tape.pick(3)).map(|_| one(tape)).collect())
        }
        4 => Criteria::Type(world.kind(tape)),
        _ => tape.one(&[Criteria::True, Criteria::False]),
    }
}

/// Some values of one parameter; none when the resource that was picked has no such rows.
pub(super) fn of(world: &World, kind: ResourceKind, tape: &mut Tape) -> Option<Criteria> {
    let rows = &world.resource(kind, tape).rows;
    let others = &world.resource(kind, tape).rows;
    let count = tape.pick(3);
    macro_rules! values {
        ($list:ident, $kind:ident, $make:expr) => {{
            let param = pick(&rows.$list, tape)?.param;
            // Rows that all types have under one number begin no search.
            if param == mebe::index::own::keys() {
                return None;
            }
            // Values of any resource, whatever parameter they are of.
            let all: Vec<_> = rows.$list.iter().chain(&others.$list).collect();
            let own: Vec<_> = rows.$list.iter().filter(|row| row.param == param).collect();
            let mut values = vec![$make(tape.one(&own), tape)];
            for _ in 0..count {
                values.push($make(tape.one(&all), tape));
            }
            (param, Values::$kind(values))
        }};
    }
    if tape.pick(9) == 8 {
        return words(rows, others, tape).map(Criteria::FullText);
    }
    let (param, values) = match tape.pick(8) {
        0 => values!(tokens, Tokens, |row: &mebe::index::row::Token, tape: &mut Tape| {
            token(row.system, &row.code, tape)
        }),
        1 => {
            values!(references, References, |row: &mebe::index::row::Reference, tape: &mut Tape| {
                reference(row.kind, &row.target, tape)
            })
        }
        2 => values!(strings, Texts, |row: &mebe::index::row::Text, tape: &mut Tape| {
            text(&row.exact, tape)
        }),
        3 => dates(rows, others, tape)?,
        4 if tape.pick(3) == 0 => {
            values!(numbers, Positions, |row: &mebe::index::row::Number, tape: &mut Tape| {
                position(row.low, row.high, tape)
            })
        }
        4 => values!(numbers, Numbers, |row: &mebe::index::row::Number, tape: &mut Tape| {
            number(row.low, tape)
        }),
        5 => {
            values!(quantities, Quantities, |row: &mebe::index::row::Quantity, tape: &mut Tape| {
                let value = tape.one(&[row.low, row.written.0]);
                quantity(value, tape.one(&[&row.code, &row.unit]), tape)
            })
        }
        6 => values!(uris, Uris, |row: &mebe::index::row::Uri, tape: &mut Tape| {
            uri(&row.value, tape)
        }),
        _ => values!(composites, Composites, |row: &Composite, tape: &mut Tape| {
            composite(row, tape)
        }),
    };
    Some(Criteria::Parameter(param, values))
}

fn pick<'a, T>(all: &'a [T], tape: &mut Tape) -> Option<&'a T> {
    (!all.is_empty()).then(|| &all[tape.pick(all.len())])
}

fn token(system: i64, code: &str, tape: &mut Tape) -> TokenValue {
    let own = if system == 0 { System::None } else { System::Is(system) };
    let system = tape.one(&[own, own, System::Any, System::None, System::Is(7), System::Nowhere]);
    TokenValue::new(system, tape.one(&[Some(code), Some(code), Some("a"), None]))
}

fn reference(kind: i64, target: &str, tape: &mut Tape) -> ReferenceValue {
    let own: Vec<ResourceKind> = ResourceKind::from_number(kind).into_iter().collect();
    let more = [own.clone(), vec![ResourceKind::GROUP]].concat();
    let elsewhere = TargetType::Elsewhere;
    let own = if own.is_empty() { elsewhere.clone() } else { TargetType::OneOf(own) };
    let all = [own, TargetType::OneOf(more), TargetType::Any, elsewhere, TargetType::Nowhere];
    ReferenceValue::new(target, tape.one(&all))
}

fn text(text: &str, tape: &mut Tape) -> TextValue {
    let characters: Vec<char> = text.chars().collect();
    let from = tape.pick(characters.len().max(1));
    let to = from + tape.pick(characters.len().saturating_sub(from).max(1) + 1);
    let part: String =
        characters[from.min(characters.len())..to.min(characters.len())].iter().collect();
    let start: String = characters[..to.min(characters.len())].iter().collect();
    let end: String = characters[from.min(characters.len())..].iter().collect();
    match tape.pick(7) {
        6 => TextValue::marked(&start.to_uppercase()),
        0 => TextValue::start(text),
        1 => TextValue::start(&start),
        2 => TextValue::exact(text),
        3 => TextValue::whole(text),
        4 => TextValue::end(&end),
        _ => TextValue::contains(&part),
    }
}

fn uri(uri: &str, tape: &mut Tape) -> UriValue {
    let above = uri.rsplit_once('/').map_or(uri, |(above, _)| above);
    let cut = uri.get(..uri.len().saturating_sub(2)).unwrap_or(uri);
    match tape.pick(5) {
        0 | 1 => UriValue::is(uri),
        2 => UriValue::below(uri),
        3 => UriValue::below(above),
        _ => UriValue::below(cut),
    }
}

fn date(low: i64, high: i64, tape: &mut Tape) -> DateValue {
    const HOUR: i64 = 3_600_000_000;
    let moved = |time: i64, tape: &mut Tape| {
        time.saturating_add(tape.one(&[0, 0, 1, -1, 1_000, -1_000, HOUR, -HOUR, 400 * 24 * HOUR]))
    };
    let (one, other) = (moved(low, tape), moved(high, tape));
    let range = DateRange { low: one.min(other), high: one.max(other) };
    DateValue { prefix: tape.one(&PREFIXES), range }
}

fn dates(rows: &Rows, others: &Rows, tape: &mut Tape) -> Option<(ParamId, Values)> {
    let param = pick(&rows.dates, tape)?.param;
    let all: Vec<_> = rows.dates.iter().chain(&others.dates).collect();
    let list = |tape: &mut Tape| {
        let one = |tape: &mut Tape| {
            let row = tape.one(&all);
            date(row.low, row.high, tape)
        };
        (0..=tape.pick(3)).map(|_| one(tape)).collect()
    };
    Some((param, Values::Dates((0..=tape.pick(3)).map(|_| list(tape)).collect())))
}

/// A circle around a place that a number is made of, or nearly so.
fn position(low: f64, high: f64, tape: &mut Tape) -> PositionValue {
    let metres = tape.one(&[0.0, 1e4, 1e6, 1e7, 3e7]);
    let moved = |degrees: f64, tape: &mut Tape| degrees + tape.one(&[0.0, 0.01, -20.0, 170.0]);
    let place = PositionValue::new(moved(low, tape), moved(high, tape), metres);
    place.or(PositionValue::new(0.0, 0.0, metres)).unwrap()
}

fn number(value: f64, tape: &mut Tape) -> NumberValue {
    let value = value + tape.one(&[0.0, 0.0, 0.5, -0.5, 0.1]);
    let value = if value.is_finite() { value } else { 5.0 };
    let reach = tape.one(&[0.0, 0.5, 0.05]);
    let number = Decimal { value, low: value - reach, high: value + reach };
    NumberValue { prefix: tape.one(&PREFIXES), number }
}

fn quantity(value: f64, code: &str, tape: &mut Tape) -> QuantityValue {
    let system = tape.one(&["", "http://unitsofmeasure.org", "http://a.example"]);
    QuantityValue::new(number(value, tape), system, tape.one(&["", code, "kg", "g"]))
}

/// A value with parts of some types; not always of those that the row was made of.
fn composite(row: &Composite, tape: &mut Tape) -> CompositeValue {
    let (first, second) = (&row.first, &row.second);
    let one =
        |place: &(i64, String), tape: &mut Tape| PartValue::Token(token(place.0, &place.1, tape));
    let two = |tape: &mut Tape| match tape.pick(4) {
        0 => PartValue::Token(token(second.0, &second.1, tape)),
        1 => PartValue::Text(text(&second.1, tape)),
        2 => PartValue::Uri(second.1.clone()),
        _ => PartValue::Reference(reference(second.0, &second.1, tape)),
    };
    let range = |value: f64, tape: &mut Tape| match tape.pick(3) {
        0 => PartValue::Date(date(889_808_400_000_000, 889_894_800_000_000, tape)),
        _ => PartValue::Number(number(value, tape)),
    };
    let parts = match tape.pick(6) {
        0 => vec![one(first, tape), PartValue::Quantity(quantity(row.low, &second.1, tape))],
        1 => vec![one(first, tape), two(tape)],
        2 => vec![one(first, tape), range(row.low, tape)],
        3 => vec![range(row.low, tape), one(first, tape), range(row.high, tape)],
        4 => vec![one(first, tape), one(second, tape), one(second, tape)],
        _ => vec![one(first, tape), two(tape), range(row.low, tape)],
    };
    CompositeValue { parts }
}

/// A full-text query of words that stand in one resource or another, some of them one behind the other.
fn words(rows: &Rows, others: &Rows, tape: &mut Tape) -> Option<WordsValue> {
    let (own, other) = (rows.words.first()?, others.words.first()?);
    let scope = tape.one(&[Scope::Narrative, Scope::Content, Scope::Content, Scope::Marks]);
    let lists = |words: &Words| match scope {
        Scope::Narrative => vec![words.narrative.clone()],
        Scope::Content => vec![words.content.clone(), words.narrative.clone()],
        Scope::Marks => vec![words.marks.clone()],
    };
    let lists = [lists(own), lists(other)].concat();
    let phrase = |tape: &mut Tape| {
        let list = tape.one(&lists);
        let list: Vec<&str> = list.split(' ').collect();
        let from = tape.pick(list.len());
        // Words as they are marked have no order.
        let many = if scope == Scope::Marks { 1 } else { 1 + tape.pick(3) };
        let mut words: Vec<String> =
            list[from..].iter().take(many).map(|word| (*word).to_owned()).collect();
        let is_start = tape.pick(4) == 0;
        let last = words.last_mut().filter(|word| !word.is_empty());
        match last {
            Some(last) if is_start => drop(last.pop().filter(|_| last.chars().count() > 0)),
            Some(_) => {}
            None => words = vec!["nowhere".to_owned()],
        }
        if words.iter().any(String::is_empty) {
            words = vec!["a".to_owned()];
        }
        Phrase { words, is_start }
    };
    let one = |tape: &mut Tape| Wanted::Phrase(phrase(tape));
    let several = |tape: &mut Tape| (0..=tape.pick(3)).map(|_| one(tape)).collect();
    let wanted = match tape.pick(5) {
        0 | 1 => one(tape),
        2 => Wanted::All(several(tape)),
        3 => Wanted::Any(vec![Wanted::All(several(tape)), one(tape)]),
        _ => Wanted::Without(
            Box::new(Wanted::Any(several(tape))),
            (0..=tape.pick(2)).map(|_| phrase(tape)).collect(),
        ),
    };
    Some(WordsValue { scope, wanted })
}
