//! What criteria say of one resource, and how they are written.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_assert_eq, prop_oneof, proptest};
use proptest::sample::select;

use super::answer::Answer::{self, No, Unknown, Yes};
use super::matches::{Alone, Around, Seen};
use super::tree::{Belonging, Criteria, Form, Indexed, Patients, Values};
use super::value::composite::{CompositeValue, PartValue};
use super::value::date::DateValue;
use super::value::number::NumberValue;
use super::value::prefix::Prefix;
use super::value::quantity::QuantityValue;
use super::value::reference::{ReferenceValue, TargetType};
use super::value::string::TextValue;
use super::value::token::{System, TokenValue};
use super::value::uri::UriValue;
use super::value::words::{Phrase, Scope, Wanted, WordsValue};
use crate::definitions::search_parameter::ParamId;
use crate::fhir::date::DateRange;
use crate::fhir::decimal::Decimal;
use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::index::compartment::{Member, Role};
use crate::index::patient::{PatientKey, PatientNumber};
use crate::index::row::{Reference, Rows, Token};

fn kind(name: &str) -> ResourceKind {
    ResourceKind::parse(name).expect("a type")
}

fn id(text: &str) -> ResourceId {
    ResourceId::parse(text).expect("an id")
}

fn param(code: &str) -> ParamId {
    ParamId::of(kind("Observation"), code)
}

fn code(param: ParamId, code: &str) -> Criteria {
    Criteria::Parameter(param, Values::Tokens(vec![TokenValue::new(System::Any, Some(code))]))
}

fn number(id: &str) -> PatientNumber {
    PatientKey::new(b"secret").number(id)
}

/// Observation/o about Patient/ann, by Patient/eve, with a code.
fn rows() -> Rows {
    let mut rows = Rows::default();
    rows.tokens.push(Token { param: param("code"), system: 0, code: "weight".into() });
    let (param, kind) = (param("subject"), kind("Patient").number());
    rows.references.push(Reference { param, kind, target: "ann".into() });
    for (id, role) in [("ann", Role::About), ("eve", Role::Listed)] {
        rows.members.push(Member { patient: number(id), kind: self::kind("Observation"), role });
    }
    rows
}

/// Ann is known to be active; nobody else is stored.
struct Ann(Rows);

impl Ann {
    fn new() -> Self {
        let mut rows = Rows::default();
        let active = ParamId::of(kind("Patient"), "active");
        rows.tokens.push(Token { param: active, system: 0, code: "true".into() });
        Self(rows)
    }

    fn seen(&self) -> Seen<'_> {
        Seen { kind: kind("Patient"), id: "ann", updated: 0, rows: &self.0 }
    }
}

impl Around for Ann {
    fn resource(&self, _: ResourceKind, id: &str) -> Option<Option<Seen<'_>>> {
        Some((id == "ann").then(|| self.seen()))
    }

    fn referring(
        &self,
        _: (ResourceKind, ParamId),
        _: (ResourceKind, &str),
    ) -> Option<Vec<Seen<'_>>> {
        Some(vec![self.seen()])
    }

    fn patient(&self, patient: PatientNumber) -> Option<Option<Seen<'_>>> {
        Some((patient == number("ann")).then(|| self.seen()))
    }
}

#[track_caller]
fn check(criteria: &Criteria, alone: Answer, with_ann: Answer) {
    let rows = rows();
    let seen = Seen { kind: kind("Observation"), id: "o", updated: 0, rows: &rows };
    assert_eq!(criteria.matches(seen, &Alone), alone, "{criteria}");
    assert_eq!(criteria.matches(seen, &Ann::new()), with_ann, "{criteria}");
    let not = Criteria::Not(Box::new(criteria.clone()));
    assert_eq!(not.matches(seen, &Alone), !alone, "{not}");
}

#[test]
fn what_is_not_known_is_unknown() {
    let active = |is_so: &str| Box::new(code(ParamId::of(kind("Patient"), "active"), is_so));
    let chain =
        |criteria| Criteria::Chain { param: param("subject"), kind: kind("Patient"), criteria };
    check(&chain(active("true")), Unknown, Yes);
    check(&chain(active("false")), Unknown, No);
    let nowhere =
        Criteria::Chain { param: param("focus"), kind: kind("Patient"), criteria: active("true") };
    check(&nowhere, No, No);
    let has =
        Criteria::Has { kind: kind("Patient"), param: param("link"), criteria: active("true") };
    check(&has, Unknown, Yes);
    let weight = code(param("code"), "weight");
    check(&Criteria::Any(vec![chain(active("true")), weight.clone()]), Yes, Yes);
    let height = code(param("code"), "height");
    check(&Criteria::All(vec![chain(active("true")), height]), No, No);
    check(&Criteria::All(vec![chain(active("true")), weight]), Unknown, Yes);
}

#[test]
fn a_compartment_is_of_stored_patients_or_of_named_ones() {
    let of = |which, patients| Criteria::Compartment { which, patients };
    let active = || code(ParamId::of(kind("Patient"), "active"), "true");
    let matching = |criteria| Patients::Matching(Box::new(criteria));
    let named = |id: &str| Patients::Named(vec![number("joy"), number(id)]);
    check(&of(Belonging::About, matching(active())), Unknown, Yes);
    check(&of(Belonging::In, matching(active())), Unknown, No);
    check(&of(Belonging::About, named("ann")), Yes, Yes);
    check(&of(Belonging::In, named("ann")), No, No);
    check(&of(Belonging::In, named("eve")), Yes, Yes);
    check(&of(Belonging::About, named("joy")), No, No);
    // Eve is stored nowhere, so nothing is known of her but who she is.
    let inactive = Criteria::Not(Box::new(active()));
    check(&of(Belonging::In, matching(inactive)), Unknown, No);
}

#[test]
fn a_missing_reference_may_be_one_to_a_type() {
    let missing = |target| {
        let form = Form::Reference;
        Criteria::Missing(Indexed { param: param("subject"), also: None, form, target }, true)
    };
    check(&missing(None), No, No);
    check(&missing(Some(kind("Patient"))), No, No);
    check(&missing(Some(kind("Group"))), Yes, Yes);
}

#[test]
fn whatever_matches_has_a_key_of_each_list() {
    let kind = kind("Observation");
    let weight = || code(param("code"), "weight");
    let system = Criteria::Parameter(
        param("code"),
        Values::Tokens(vec![TokenValue::new(System::Is(5), None)]),
    );
    let (ids, not) = (Criteria::Ids(vec![id("o")]), Criteria::Not(Box::new(weight())));
    let count = |criteria: &Criteria| criteria.keys(kind).iter().map(Vec::len).collect::<Vec<_>>();
    assert_eq!(count(&Criteria::All(vec![weight(), ids.clone(), not.clone()])), [1, 1]);
    assert_eq!(count(&Criteria::Any(vec![weight(), ids])), [2]);
    assert!(count(&Criteria::Any(vec![weight(), not])).is_empty());
    assert!(count(&system).is_empty());
}

#[test]
fn the_text_says_all_of_it() {
    let range = DateRange { low: -1, high: 2 };
    let number = NumberValue {
        prefix: Prefix::Approximately,
        number: Decimal { value: -0.0, low: -0.5, high: 0.5 },
    };
    let token = TokenValue::new(System::Nowhere, Some("a\"b"));
    let reference =
        ReferenceValue::new("x", TargetType::OneOf(vec![kind("Patient"), kind("Group")]));
    let date = DateValue { prefix: Prefix::Equal, range };
    let parts = vec![
        PartValue::Token(token.clone()),
        PartValue::Quantity(QuantityValue::new(number, "", "kg")),
    ];
    let criteria = Criteria::All(vec![
        Criteria::Not(Box::new(Criteria::Any(vec![Criteria::True, Criteria::False]))),
        Criteria::Type(kind("Patient")),
        Criteria::Ids(vec![id("a"), id("b")]),
        Criteria::Parameter(ParamId::from_number(1), Values::Tokens(vec![token])),
        Criteria::Parameter(ParamId::from_number(2), Values::References(vec![reference])),
        Criteria::Parameter(ParamId::from_number(3), Values::Dates(vec![vec![date], vec![]])),
        Criteria::Parameter(
            ParamId::from_number(4),
            Values::Texts(vec![
                TextValue::exact("Ánh"),
                TextValue::contains("Á"),
                TextValue::start("Đ"),
            ]),
        ),
        Criteria::Parameter(
            ParamId::from_number(5),
            Values::Composites(vec![CompositeValue { parts }]),
        ),
        Criteria::Chain {
            param: ParamId::from_number(6),
            kind: kind("Patient"),
            criteria: Box::new(Criteria::LastUpdated(vec![date])),
        },
    ]);
    assert_eq!(
        criteria.to_string(),
        "all(not(any(true, false)), type(Patient), id(\"a\", \"b\"), \
         token(1: \"a\\\"b\"@nowhere), reference(2: \"x\"@Patient|Group), date(3: (eq-1..2) & ()), \
         string(4: =\"anh\"/\"Ánh\", ~\"a\", ^\"d\"), \
         composite(5: (token \"a\\\"b\"@nowhere $ quantity ap0.0[-0.5,0.5] \"kg\"@*)), \
         chain(6 Patient: updated(eq-1..2)))"
    );
}

fn texts() -> impl Strategy<Value = String> {
    select(vec!["a", "b", "", "\"", "a\", \"b", "a, b", ")", "\\"]).prop_map(str::to_owned)
}

fn systems() -> impl Strategy<Value = System> {
    select(vec![System::Any, System::None, System::Nowhere, System::Is(1), System::Is(-1)])
}

fn numbers() -> impl Strategy<Value = NumberValue> {
    (select(vec![Prefix::Equal, Prefix::Less]), select(vec![0.0, -0.0, 1.5])).prop_map(
        |(prefix, value)| NumberValue { prefix, number: Decimal { value, low: 0.0, high: value } },
    )
}

fn dates() -> impl Strategy<Value = DateValue> {
    (select(vec![Prefix::Equal, Prefix::Less]), -1..2_i64, -1..2_i64)
        .prop_map(|(prefix, low, high)| DateValue { prefix, range: DateRange { low, high } })
}

fn values() -> impl Strategy<Value = Values> {
    let token = || {
        (systems(), proptest::option::of(texts()))
            .prop_map(|(system, code)| TokenValue::new(system, code.as_deref()))
    };
    let text = || {
        prop_oneof![
            texts().prop_map(TextValue::Start),
            texts().prop_map(TextValue::Contains),
            texts().prop_map(TextValue::Whole),
            texts().prop_map(TextValue::End),
            (texts(), texts()).prop_map(|(folded, exact)| TextValue::Exact { folded, exact }),
            (texts(), vec(texts(), 0..3))
                .prop_map(|(folded, exact)| TextValue::Marked { folded, exact }),
        ]
    };
    let of = prop_oneof![
        Just(TargetType::Any),
        Just(TargetType::Elsewhere),
        Just(TargetType::Nowhere),
        vec(select(vec![kind("Patient"), kind("Group")]), 0..3).prop_map(TargetType::OneOf),
    ];
    let reference = (texts(), of).prop_map(|(target, of)| ReferenceValue::new(&target, of));
    let quantity = (numbers(), texts(), texts())
        .prop_map(|(number, system, code)| QuantityValue::new(number, &system, &code));
    let uri = prop_oneof![
        texts().prop_map(|uri| UriValue::is(&uri)),
        texts().prop_map(|uri| UriValue::below(&uri)),
    ];
    let part = prop_oneof![
        token().prop_map(PartValue::Token),
        text().prop_map(PartValue::Text),
        texts().prop_map(PartValue::Uri),
        numbers().prop_map(PartValue::Number),
        dates().prop_map(PartValue::Date),
    ];
    let composite = vec(part, 0..3).prop_map(|parts| CompositeValue { parts });
    prop_oneof![
        vec(token(), 0..3).prop_map(Values::Tokens),
        vec(text(), 0..3).prop_map(Values::Texts),
        vec(reference, 0..3).prop_map(Values::References),
        vec(vec(dates(), 0..3), 0..3).prop_map(Values::Dates),
        vec(numbers(), 0..3).prop_map(Values::Numbers),
        vec(quantity, 0..3).prop_map(Values::Quantities),
        vec(uri, 0..3).prop_map(Values::Uris),
        vec(composite, 0..3).prop_map(Values::Composites),
    ]
}

fn full_texts() -> impl Strategy<Value = WordsValue> {
    let words = vec(select(vec!["me", "be", "ba"]), 1..3);
    let phrase = || {
        (words.clone(), any::<bool>()).prop_map(|(words, is_start)| Phrase {
            words: words.into_iter().map(str::to_owned).collect(),
            is_start,
        })
    };
    let one = phrase().prop_map(Wanted::Phrase);
    let wanted = prop_oneof![
        phrase().prop_map(Wanted::Phrase),
        vec(one.clone(), 1..3).prop_map(Wanted::All),
        vec(one.clone(), 1..3).prop_map(Wanted::Any),
        (one, vec(phrase(), 1..3)).prop_map(|(one, others)| Wanted::Without(Box::new(one), others)),
    ];
    let scopes = select(vec![Scope::Narrative, Scope::Content, Scope::Marks]);
    (scopes, wanted).prop_map(|(scope, wanted)| WordsValue { scope, wanted })
}

fn trees() -> impl Strategy<Value = Criteria> {
    let param = || (1..3_i32).prop_map(ParamId::from_number);
    let kinds = || select(vec![kind("Patient"), kind("Group")]);
    let forms = select(vec![Form::Token, Form::Reference, Form::Date]);
    let indexed = (param(), forms, proptest::option::of(kinds()))
        .prop_map(|(param, form, target)| Indexed { param, also: None, form, target });
    let leaf = prop_oneof![
        Just(Criteria::True),
        Just(Criteria::False),
        kinds().prop_map(Criteria::Type),
        vec(select(vec![id("a"), id("b")]), 0..3).prop_map(Criteria::Ids),
        vec(dates(), 0..3).prop_map(Criteria::LastUpdated),
        (param(), values()).prop_map(|(param, values)| Criteria::Parameter(param, values)),
        (indexed, any::<bool>()).prop_map(|(indexed, is_so)| Criteria::Missing(indexed, is_so)),
        full_texts().prop_map(Criteria::FullText),
    ];
    leaf.prop_recursive(3, 12, 3, move |inner| {
        let boxed = || inner.clone().prop_map(Box::new);
        let which = select(vec![Belonging::In, Belonging::About]);
        let patients = prop_oneof![
            vec(select(vec![number("ann"), number("eve")]), 0..3).prop_map(Patients::Named),
            boxed().prop_map(Patients::Matching),
        ];
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Criteria::All),
            vec(inner.clone(), 0..3).prop_map(Criteria::Any),
            boxed().prop_map(Criteria::Not),
            (param(), kinds(), boxed()).prop_map(|(param, kind, criteria)| Criteria::Chain {
                param,
                kind,
                criteria
            }),
            (param(), kinds(), boxed()).prop_map(|(param, kind, criteria)| Criteria::Has {
                kind,
                param,
                criteria
            }),
            (which, patients)
                .prop_map(|(which, patients)| Criteria::Compartment { which, patients }),
        ]
    })
}

proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(16))]

    #[test]
    fn a_text_is_of_one_tree(trees in vec(trees(), 200)) {
        let mut known: BTreeMap<String, Criteria> = BTreeMap::new();
        for tree in trees {
            let before = known.entry(tree.to_string()).or_insert_with(|| tree.clone());
            prop_assert_eq!(&*before, &tree);
            prop_assert_eq!(before.to_string(), tree.to_string());
        }
    }
}
