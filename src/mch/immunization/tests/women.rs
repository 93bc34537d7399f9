//! Tetanus of women, by §2.4: the annex of Circular 38/2017 and WHO's position paper.

use super::*;
use crate::mch::immunization::person::Expected;
use crate::mch::immunization::series::Who;

fn expected(start: &str) -> Expected {
    let start = days(start);
    let due = Days { first: start.first + 280, last: start.last + 280 };
    let known = Days { first: start.first + 60, last: start.last + 60 };
    Expected { start, known: Some(known), due: Some(due), end: Some(due.plus(42)) }
}

/// A woman born in 1998, pregnant from these days on.
fn woman<'a>(starts: &[&str], all: &[(&'a str, &str)], day: &str) -> Seen<'a> {
    let person = Person {
        who: Who::Mother,
        birth: Some(days("1998-05-05")),
        sex: Some("female".to_owned()),
        pregnancies: starts.iter().map(|start| expected(start)).collect(),
        told_tetanus: None,
    };
    Seen { person, doses: given(all), day: days(day).last, is_all: false }
}

#[test]
fn one_vaccine_and_nothing_of_children() {
    let seen = woman(&["2026-01-01"], &[], "2026-03-02");
    let all: Vec<String> = seen.next().iter().map(|one| one.vaccine.code.clone()).collect();
    assert_eq!(all, ["UV"]);
    assert_eq!(seen.of("UV"), "due 1 2026-03-02");
}

#[test]
fn two_doses_a_month_apart_and_two_weeks_before_birth() {
    let one = [("UV", "2026-03-10")];
    assert_eq!(woman(&["2026-01-01"], &one, "2026-04-10").of("UV"), "due 2 2026-04-10");
    // Due on 2026-10-08: two weeks before it is late.
    assert_eq!(woman(&["2026-01-01"], &one, "2026-09-24").of("UV"), "overdue 2 2026-04-10");
    assert_eq!(woman(&["2026-01-01"], &one, "2026-09-23").of("UV"), "due 2 2026-04-10");
    let seen = woman(&["2026-01-01"], &[("UV", "2026-03-10"), ("UV", "2026-04-06")], "2026-05-01");
    assert_eq!(findings(&seen.person, &[("UV", "2026-03-10"), ("UV", "2026-04-06")]).len(), 1);
    assert!(findings(&seen.person, &[("UV", "2026-03-10"), ("TD", "2026-04-07")]).is_empty());
}

#[test]
fn later_doses_come_with_the_next_pregnancy() {
    let two = [("UV", "2024-03-10"), ("UV", "2024-04-10")];
    assert_eq!(woman(&["2024-01-01"], &two, "2024-08-01").of("UV"), "upcoming 3 2024-10-10");
    assert_eq!(woman(&["2024-01-01"], &two, "2024-10-10").of("UV"), "due 3 2024-10-10");
    let three = [("UV", "2024-03-10"), ("UV", "2024-04-10"), ("UV", "2024-10-10")];
    // A year after dose 3 is 2025-10-10; the next pregnancy is known on 2025-08-30.
    let seen = woman(&["2024-01-01", "2025-07-01"], &three, "2025-08-30");
    assert_eq!(seen.of("UV"), "due 4 2025-08-30");
    let four = [three[0], three[1], three[2], ("UV", "2025-08-30")];
    assert!(findings(&seen.person, &four).is_empty());
    assert_eq!(findings(&woman(&["2024-01-01"], &[], "2026-01-01").person, &four).len(), 1);
}

#[test]
fn doses_of_childhood_make_the_series_shorter() {
    let basic = ["1998-07-05", "1998-08-05", "1998-09-05"].map(|day| ("DPT", day));
    let seen = woman(&["2026-01-01"], &basic, "2026-03-02");
    assert_eq!(seen.of("UV"), "due 1 2026-03-02");
    assert_eq!(seen.next()[0].series, 3);
    let mut boosted = basic.to_vec();
    boosted.push(("DPT", "1999-11-05"));
    assert_eq!(woman(&["2026-01-01"], &boosted, "2026-03-02").next()[0].series, 2);
    boosted.push(("UV", "2026-03-10"));
    assert_eq!(woman(&["2026-01-01"], &boosted, "2026-05-02").of("UV"), "upcoming 2 2027-03-10");
}

#[test]
fn doses_that_were_told_count() {
    let mut seen = woman(&["2026-01-01"], &[], "2026-03-02");
    seen.person.told_tetanus = Some(3);
    assert_eq!(seen.of("UV"), "due 4 2026-03-02");
    seen.person.told_tetanus = Some(5);
    assert_eq!(seen.of("UV"), "complete 5");
}

#[test]
fn five_are_enough() {
    let all = [
        ("UV", "2018-01-01"),
        ("UV", "2018-02-01"),
        ("UV", "2018-08-01"),
        ("UV", "2019-08-01"),
        ("UV", "2020-08-01"),
        ("UV", "2026-03-01"),
    ];
    let seen = woman(&["2026-01-01"], &all, "2026-04-01");
    assert_eq!(seen.of("UV"), "complete 5");
    assert_eq!(findings(&seen.person, &all), ["UV 2026-03-01 tetanus notvalid extra"]);
}
