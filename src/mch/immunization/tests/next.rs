//! What comes next, from the sources that the rows name.

use super::*;

#[track_caller]
fn check(all: &[(&str, &str)], day: &str, expected: &[(&str, &str)]) {
    let seen = Seen::child("2026-01-01", all, day);
    for (vaccine, said) in expected {
        assert_eq!(seen.of(vaccine), *said, "{vaccine} on {day}");
    }
}

#[test]
fn a_newborn_gets_hepatitis_b_and_bcg() {
    check(
        &[],
        "2026-01-01",
        &[
            ("VGB-SS", "due 1 2026-01-01"),
            ("BCG", "due 1 2026-01-01"),
            ("DPT-VGB-HIB", "upcoming 1 2026-03-01"),
            ("DPT", "upcoming 4 2027-07-01"),
            ("BOPV", "upcoming 1 2026-03-01"),
            ("IPV", "upcoming 1 2026-06-01"),
            ("ROTA", "upcoming 1 2026-03-01"),
            ("PCV", "upcoming 1 2026-03-01"),
            ("SOI", "upcoming 1 2026-10-01"),
            ("MR", "upcoming 2 2027-07-01"),
            ("VNNB", "upcoming 1 2027-01-01"),
            ("HPV", "none"),
            ("THUY-DAU", "none"),
        ],
    );
    let vaccines: Vec<_> = Seen::child("2026-01-01", &[], "2026-01-01").next();
    assert_eq!(vaccines.len(), 11, "one for each vaccine of the programme");
}

#[test]
fn limits_that_are_written_make_overdue() {
    check(&[], "2026-01-02", &[("VGB-SS", "due 1 2026-01-01")]);
    check(&[], "2026-01-03", &[("VGB-SS", "overdue 1 2026-01-01")]);
    check(&[], "2026-01-31", &[("BCG", "due 1 2026-01-01")]);
    check(&[], "2026-02-01", &[("BCG", "overdue 1 2026-01-01")]);
    let first = [("VNNB", "2027-01-01")];
    check(&first, "2027-01-08", &[("VNNB", "due 2 2027-01-08")]);
    check(&first, "2027-01-15", &[("VNNB", "overdue 2 2027-01-08")]);
}

#[test]
fn a_month_after_the_dose_before() {
    let one = [("DPT-VGB-HIB", "2026-03-10"), ("BOPV", "2026-03-10"), ("ROTA", "2026-03-10")];
    check(
        &one,
        "2026-04-10",
        &[
            ("DPT-VGB-HIB", "due 2 2026-04-10"),
            ("BOPV", "due 2 2026-04-10"),
            ("ROTA", "due 2 2026-04-10"),
        ],
    );
    check(&one, "2026-04-09", &[("DPT-VGB-HIB", "upcoming 2 2026-04-10")]);
    check(&[("PCV", "2026-03-10")], "2026-05-10", &[("PCV", "due 2 2026-05-10")]);
}

#[test]
fn a_late_series_goes_on_where_it_stopped() {
    let one = [("DPT-VGB-HIB", "2026-03-01")];
    check(&one, "2027-09-01", &[("DPT-VGB-HIB", "overdue 2 2026-04-01")]);
    // The booster waits for the two that are missing.
    check(&one, "2027-09-01", &[("DPT", "upcoming 4 2027-10-29")]);
}

#[test]
fn a_booster_comes_at_eighteen_months() {
    let three = ["2026-03-01", "2026-04-01", "2026-05-01"].map(|day| ("DPT-VGB-HIB", day));
    check(&three, "2027-06-30", &[("DPT", "upcoming 4 2027-07-01"), ("DPT-VGB-HIB", "complete 3")]);
    check(&three, "2027-07-01", &[("DPT", "due 4 2027-07-01")]);
    check(&three, "2028-01-01", &[("DPT", "overdue 4 2027-07-01")]);
    let mut four = three.to_vec();
    four.push(("DPT-VGB-HIB", "2027-07-01"));
    check(&four, "2027-08-01", &[("DPT", "complete 4"), ("DPT-VGB-HIB", "complete 3")]);
}

#[test]
fn measles_at_nine_months_then_with_rubella_at_eighteen() {
    check(&[], "2026-10-01", &[("SOI", "due 1 2026-10-01"), ("MR", "upcoming 2 2027-07-01")]);
    let one = [("SOI", "2026-10-05")];
    check(&one, "2027-07-01", &[("SOI", "complete 1"), ("MR", "due 2 2027-07-01")]);
    // A dose at six to eight months counts for nothing.
    check(&[("SOI", "2026-08-01")], "2026-10-01", &[("SOI", "due 1 2026-10-01")]);
    // Late: one now, the other four weeks after.
    check(&[], "2028-01-01", &[("SOI", "overdue 1 2026-10-01"), ("MR", "upcoming 2 2028-01-29")]);
    check(&[("MMR", "2027-01-10"), ("MMR", "2027-07-10")], "2027-08-10", &[("MR", "complete 2")]);
    // Rubella alone is missing: the vaccine has measles in it too.
    let two = [("SOI", "2027-08-01"), ("SOI", "2027-08-29")];
    check(&two, "2027-09-01", &[("MR", "upcoming 2 2027-09-26")]);
}

#[test]
fn japanese_encephalitis_counts_from_dose_two() {
    let two = [("VNNB", "2026-01-26"), ("VNNB", "2026-02-09")];
    let seen = Seen::child("2025-01-20", &two, "2026-11-20");
    assert_eq!(seen.of("VNNB"), "upcoming 3 2027-02-09");
}

#[test]
fn the_brand_tells_how_many_doses_of_rotavirus() {
    let days = ["2026-03-01", "2026-04-01"];
    check(&days.map(|day| ("cvx:119", day)), "2026-06-01", &[("ROTA", "complete 2")]);
    check(&days.map(|day| ("cvx:116", day)), "2026-04-02", &[("ROTA", "upcoming 3 2026-05-01")]);
    check(&days.map(|day| ("ROTA", day)), "2026-04-02", &[("ROTA", "upcoming 3 2026-05-01")]);
    let mixed = [("cvx:119", days[0]), ("ROTA", days[1])];
    check(&mixed, "2026-04-02", &[("ROTA", "upcoming 3 2026-05-01")]);
    check(&[], "2028-01-02", &[("ROTA", "aged-out 1 2026-03-01")]);
}

#[test]
fn six_in_one_completes_what_is_in_it() {
    let three = ["2026-03-01", "2026-04-01", "2026-05-01"].map(|day| ("6IN1", day));
    check(
        &three,
        "2026-06-15",
        &[("DPT-VGB-HIB", "complete 3"), ("BOPV", "complete 3"), ("IPV", "complete 2")],
    );
    let three = ["2026-03-01", "2026-04-01", "2026-05-01"].map(|day| ("5IN1-IPV", day));
    check(&three, "2026-06-15", &[("DPT-VGB-HIB", "overdue 1 2026-03-01"), ("IPV", "complete 2")]);
}

#[test]
fn a_birth_dose_is_given_late_until_the_next() {
    check(&[], "2026-02-20", &[("VGB-SS", "overdue 1 2026-01-01")]);
    check(&[("DPT-VGB-HIB", "2026-03-01")], "2026-03-02", &[("VGB-SS", "aged-out 1 2026-01-01")]);
    check(&[("VGB-SS", "2026-01-09")], "2026-03-02", &[("VGB-SS", "complete 1")]);
}

#[test]
fn injected_polio_at_five_and_nine_months() {
    check(&[], "2026-06-01", &[("IPV", "due 1 2026-06-01")]);
    check(&[("IPV", "2026-06-01")], "2026-06-02", &[("IPV", "upcoming 2 2026-10-01")]);
    check(&[("IPV", "2026-09-20")], "2026-10-02", &[("IPV", "upcoming 2 2026-11-15")]);
}

#[test]
fn live_vaccines_wait_for_each_other() {
    check(&[("BCG", "2026-02-20")], "2026-03-01", &[("ROTA", "upcoming 1 2026-03-20")]);
}

#[test]
fn a_day_that_is_not_moves_to_the_first_of_the_next_month() {
    let seen = Seen::child("2026-08-31", &[], "2026-09-01");
    assert_eq!(seen.of("DPT-VGB-HIB"), "upcoming 1 2026-10-31");
    let seen = Seen::child("2025-12-31", &[], "2026-01-01");
    assert_eq!(seen.of("DPT-VGB-HIB"), "upcoming 1 2026-03-01");
    let seen = Seen::child("2025-08-31", &[], "2025-09-01");
    assert_eq!(seen.of("MR"), "upcoming 2 2027-03-01");
}

#[test]
fn everything_is_told_when_it_is_asked_for() {
    let mut seen = Seen::child("2026-01-01", &[], "2027-01-01");
    seen.is_all = true;
    assert_eq!(seen.of("THUY-DAU"), "due 1 2027-01-01");
    assert_eq!(seen.of("HPV"), "upcoming 1 2037-01-01");
    seen.person.sex = Some("male".to_owned());
    assert_eq!(seen.of("HPV"), "none");
    let seen = Seen::child("2020-01-01", &[], "2026-01-01");
    assert!(seen.of("HPV").starts_with("upcoming 1 2031"));
}
