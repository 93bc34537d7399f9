//! Which doses count: each row's least age and interval, from the sources that the row names.

use super::*;

/// A girl born on 2026-01-01.
#[track_caller]
fn finds(all: &[(&str, &str)], expected: &[&str]) {
    let person = Person::child(days("2026-01-01"), Some("female"));
    assert_eq!(findings(&person, all), expected);
}

/// Nothing on a day, a reason the day before.
#[track_caller]
fn from(before: &[(&str, &str)], vaccine: &str, (early, on): (&str, &str), expected: &str) {
    let person = Person::child(days("2026-01-01"), Some("female"));
    let with = |day| {
        let mut all = before.to_vec();
        all.push((vaccine, day));
        findings(&person, &all)
    };
    assert_eq!(with(on), Vec::<String>::new(), "{vaccine} on {on}");
    let found = with(early);
    assert!(!found.is_empty(), "{vaccine} on {early}");
    for line in found {
        assert!(line.ends_with(expected), "{line}");
    }
}

#[test]
fn six_weeks_for_the_first_doses_of_infants() {
    for vaccine in ["DPT-VGB-HIB", "BOPV", "IPV", "ROTA", "PCV", "6IN1", "5IN1-IPV"] {
        from(&[], vaccine, ("2026-02-11", "2026-02-12"), "notvalid too-young");
    }
}

#[test]
fn four_weeks_between_doses() {
    for vaccine in ["DPT-VGB-HIB", "BOPV", "ROTA", "PCV", "6IN1"] {
        let before = [(vaccine, "2026-03-01")];
        from(&before, vaccine, ("2026-03-28", "2026-03-29"), "notvalid too-soon");
    }
}

#[test]
fn eight_weeks_between_ipv_beside_oral_vaccine() {
    from(&[("IPV", "2026-06-01")], "IPV", ("2026-07-26", "2026-07-27"), "notvalid too-soon");
    finds(&[("6IN1", "2026-03-01"), ("6IN1", "2026-04-01")], &[]);
}

#[test]
fn three_doses_of_pneumococcal_vaccine_four_weeks_apart_count() {
    finds(&[("PCV", "2026-02-12"), ("PCV", "2026-03-12"), ("PCV", "2026-04-09")], &[]);
}

#[test]
fn nine_months_are_calendar_months_for_measles() {
    from(&[], "SOI", ("2026-09-30", "2026-10-01"), "notvalid extra");
    // Younger than six months is no dose 0 either.
    finds(&[("SOI", "2026-06-30")], &["SOI 2026-06-30 measles notvalid too-young"]);
    finds(&[("SOI", "2026-07-01")], &["SOI 2026-07-01 measles notvalid extra"]);
    from(&[("SOI", "2026-10-01")], "MR", ("2026-10-28", "2026-10-29"), "notvalid too-soon");
}

#[test]
fn japanese_encephalitis_is_six_months_a_week_and_a_year() {
    from(&[], "VNNB", ("2026-06-30", "2026-07-01"), "notvalid too-young");
    let first = [("VNNB", "2027-01-01")];
    from(&first, "VNNB", ("2027-01-07", "2027-01-08"), "notvalid too-soon");
    let two = [("VNNB", "2027-01-01"), ("VNNB", "2027-01-15")];
    from(&two, "VNNB", ("2028-01-14", "2028-01-15"), "notvalid too-soon");
}

#[test]
fn the_booster_of_dtp_is_from_twelve_months() {
    let three = [
        ("DPT-VGB-HIB", "2026-03-01"),
        ("DPT-VGB-HIB", "2026-04-01"),
        ("DPT-VGB-HIB", "2026-05-01"),
    ];
    from(&three, "DPT", ("2026-12-31", "2027-01-01"), "notvalid too-young");
    from(&three, "DPT-VGB-HIB", ("2026-12-31", "2027-01-01"), "notvalid too-young");
}

#[test]
fn doses_beside_the_series_are_extra() {
    finds(&[("BOPV", "2026-01-03")], &["BOPV 2026-01-03 polio notvalid extra"]);
    finds(
        &[("BCG", "2026-01-03"), ("BCG", "2026-06-03")],
        &["BCG 2026-06-03 tuberculosis notvalid extra"],
    );
    let four = ["2026-03-01", "2026-04-01", "2026-05-01", "2026-06-01"].map(|day| ("BOPV", day));
    finds(&four, &["BOPV 2026-06-01 polio notvalid extra"]);
}

#[test]
fn a_birth_dose_against_hepatitis_is_none_of_the_three() {
    let all = [
        ("VGB-SS", "2026-01-01"),
        ("DPT-VGB-HIB", "2026-03-01"),
        ("DPT-VGB-HIB", "2026-04-01"),
        ("DPT-VGB-HIB", "2026-05-01"),
    ];
    finds(&all, &[]);
    let seen = Seen::child("2026-01-01", &all, "2026-06-01");
    let hepatitis = programme().antigen("hepatitis-b").expect("hepatitis B");
    assert_eq!(seen.history().count(hepatitis), 3);
    // By CVX 08 the same vaccine is given to older infants too.
    finds(&[("VGB-SS", "2026-01-01"), ("VGB-SS", "2026-02-01"), ("VGB-SS", "2026-07-01")], &[]);
}

#[test]
fn a_dose_that_is_kept_and_does_not_count_changes_nothing_for_the_next() {
    finds(
        &[
            ("DPT-VGB-HIB", "2026-03-01"),
            ("DPT-VGB-HIB", "2026-03-15"),
            ("DPT-VGB-HIB", "2026-03-29"),
        ],
        &[
            "DPT-VGB-HIB 2026-03-15 diphtheria notvalid too-soon",
            "DPT-VGB-HIB 2026-03-15 hepatitis-b notvalid too-soon",
            "DPT-VGB-HIB 2026-03-15 hib notvalid too-soon",
            "DPT-VGB-HIB 2026-03-15 pertussis notvalid too-soon",
            "DPT-VGB-HIB 2026-03-15 tetanus notvalid too-soon",
        ],
    );
}

#[test]
fn two_records_of_one_day_are_one_dose() {
    finds(
        &[("PCV", "2026-03-01"), ("PCV", "2026-03-01")],
        &["PCV 2026-03-01 pneumococcus notvalid same-day-twice"],
    );
    let seen =
        Seen::child("2026-01-01", &[("PCV", "2026-03-01"), ("PCV", "2026-03-01")], "2026-03-02");
    assert_eq!(seen.of("PCV"), "upcoming 2 2026-05-01");
    finds(&[("BOPV", "2026-06-01"), ("IPV", "2026-06-01")], &[]);
}

#[test]
fn live_vaccines_keep_four_weeks_and_count_all_the_same() {
    finds(
        &[("BCG", "2026-02-01"), ("ROTA", "2026-02-28")],
        &["ROTA 2026-02-28 rotavirus valid live-too-soon"],
    );
    finds(&[("BCG", "2026-02-01"), ("ROTA", "2026-03-01")], &[]);
    finds(&[("BCG", "2026-02-15"), ("ROTA", "2026-02-15")], &[]);
    // Oral polio vaccine is exempt.
    finds(&[("BOPV", "2026-03-01"), ("ROTA", "2026-03-08")], &[]);
    finds(
        &[("SOI", "2026-10-01"), ("THUY-DAU", "2026-10-15")],
        &["THUY-DAU 2026-10-15 varicella valid live-too-soon"],
    );
}

#[test]
fn what_is_partly_known_proves_nothing() {
    // February has days on which she is six weeks old.
    finds(&[("DPT-VGB-HIB", "2026-02")], &[]);
    finds(&[("BCG", "2025-12")], &["BCG 2025-12 tuberculosis notvalid too-young"]);
    let unsure = Person::child(days("2026-01"), None);
    assert!(findings(&unsure, &[("PCV", "2026-02-12")]).is_empty());
    assert!(!findings(&unsure, &[("PCV", "2026-02-11")]).is_empty());
}

#[test]
fn a_product_counts_for_every_antigen_in_it() {
    let count = |vaccine: &str| {
        let days = ["2026-03-01", "2026-04-01", "2026-05-01"].map(|day| (vaccine, day));
        let seen = Seen::child("2026-01-01", &days, "2026-06-01");
        let history = seen.history();
        let of = |id: &str| history.count(programme().antigen(id).expect(id));
        ["diphtheria", "hib", "hepatitis-b", "polio", "polio-injected"].map(of)
    };
    assert_eq!(count("6IN1"), [3, 3, 3, 3, 3]);
    assert_eq!(count("5IN1-IPV"), [3, 3, 0, 3, 3]);
    assert_eq!(count("DPT-VGB-HIB"), [3, 3, 3, 0, 0]);
}
