//! What holds whatever is given.

use proptest::prelude::*;

use super::*;
use crate::mch::immunization::forecast::Why;

/// 400 years of the calendar.
const CYCLE: i64 = 146_097;

fn born() -> i64 {
    days("2026-01-29").first
}

/// Doses of any vaccine in the first years of life.
fn some() -> impl Strategy<Value = Vec<(usize, i64)>> {
    let products = programme().products.len();
    prop::collection::vec((0..products, -5..1_200_i64), 0..14)
}

/// Vaccine, status, dose, its four dates, and whether it waits for another.
type Next = (String, Status, u32, [Option<i64>; 4], bool);

struct Told {
    doses: Vec<(usize, i64)>,
    shift: i64,
}

impl Told {
    fn new(doses: &[(usize, i64)]) -> Self {
        Self { doses: doses.to_vec(), shift: 0 }
    }

    fn person(&self) -> Person {
        let day = born() + self.shift;
        Person::child(Days { first: day, last: day }, Some("female"))
    }

    fn given(&self) -> Vec<Given<'static>> {
        let one = |(product, age): &(usize, i64)| {
            let day = born() + self.shift + age;
            Given { address: "", product: *product, day: Days { first: day, last: day } }
        };
        self.doses.iter().map(one).collect()
    }

    fn valid(&self) -> usize {
        let history = evaluate(programme(), &self.person(), &self.given());
        history.judged.iter().filter(|one| one.is_valid).count()
    }

    /// Vaccine, status, dose and dates at an age, and whether it waits for another.
    fn next(&self, age: i64) -> Vec<Next> {
        let (person, doses) = (self.person(), self.given());
        let seen = Seen { person, doses, day: born() + self.shift + age, is_all: true };
        let told = |one: Recommended<'_>| {
            let dates = one.dates;
            let of = |day: Option<i64>| day.map(|day| day - self.shift);
            let dates = [dates.earliest, dates.due, dates.overdue, dates.latest].map(of);
            (
                one.vaccine.code.clone(),
                one.status,
                one.row.dose,
                dates,
                one.why.contains(&Why::Waits),
            )
        };
        seen.next().into_iter().map(told).collect()
    }
}

/// How far a status is on its way.
fn step(status: Status) -> usize {
    match status {
        Status::Upcoming => 0,
        Status::Due => 1,
        Status::Overdue => 2,
        _ => 3,
    }
}

proptest! {
    #[test]
    fn one_dose_more_never_makes_fewer_count(doses in some(), more in (0..20_usize, 0..1_200_i64)) {
        let before = Told::new(&doses).valid();
        let mut with = doses;
        with.push(more);
        prop_assert!(Told::new(&with).valid() >= before);
    }

    #[test]
    fn a_dose_later_never_makes_the_next_one_due_earlier(
        product in 0..20_usize, ages in prop::collection::vec(0..900_i64, 1..5), later in 1..200_i64
    ) {
        let mut ages = ages;
        ages.sort_unstable();
        let doses: Vec<_> = ages.iter().map(|age| (product, *age)).collect();
        let mut moved = doses.clone();
        if let Some(last) = moved.last_mut() {
            last.1 += later;
        }
        let at = |doses: &[(usize, i64)]| Told::new(doses).next(1_200);
        for (before, after) in at(&doses).iter().zip(at(&moved)) {
            // Where the move makes the dose count, the series goes on.
            let is_same = before.2 == after.2 && before.1 != Status::Complete && !before.4;
            if is_same && let ([_, Some(due), ..], [_, Some(then), ..]) = (before.3, after.3) {
                prop_assert!(then >= due, "{before:?} {after:?}");
            }
            prop_assert!(after.2 >= before.2, "{before:?} {after:?}");
        }
    }

    #[test]
    fn four_centuries_change_nothing(doses in some(), age in 0..2_500_i64) {
        let now = Told::new(&doses);
        let then = Told { doses, shift: CYCLE };
        prop_assert_eq!(now.valid(), then.valid());
        prop_assert_eq!(now.next(age), then.next(age));
    }

    #[test]
    fn the_order_of_records_changes_nothing(doses in some(), age in 0..2_500_i64) {
        let mut turned = doses.clone();
        turned.reverse();
        let (one, other) = (Told::new(&doses), Told::new(&turned));
        prop_assert_eq!(one.valid(), other.valid());
        prop_assert_eq!(one.next(age), other.next(age));
    }

    #[test]
    fn a_day_later_a_status_only_goes_forward(doses in some(), age in 0..2_500_i64) {
        let told = Told::new(&doses);
        // Nothing is recorded after the day.
        let age = doses.iter().map(|(_, age)| *age).max().unwrap_or(0).max(age);
        let later = told.next(age + 1);
        for (vaccine, status, ..) in told.next(age) {
            let then = later.iter().find(|one| one.0 == vaccine).map(|one| one.1);
            prop_assert!(then.is_some_and(|then| step(then) >= step(status)), "{vaccine} {status:?} {then:?}");
        }
    }

    #[test]
    fn what_is_answered_can_be_done(doses in some(), age in 0..2_500_i64) {
        let age = doses.iter().map(|(_, age)| *age).max().unwrap_or(0).max(age);
        for (vaccine, status, dose, [earliest, due, overdue, latest], _) in Told::new(&doses).next(age) {
            if !matches!(status, Status::Upcoming | Status::Due | Status::Overdue) {
                continue;
            }
            let of = format!("{vaccine} {dose} {status:?}");
            prop_assert!(earliest <= due, "{of}");
            prop_assert!(overdue.is_none_or(|overdue| Some(overdue) > due), "{of}");
            prop_assert!(latest.is_none_or(|latest| earliest.is_some_and(|day| day <= latest)), "{of}");
            let day = born() + age;
            prop_assert_eq!(status == Status::Upcoming, due.is_some_and(|due| due > day), "{}", of);
            // Given on the first day it can be given, it counts.
            let product = programme().products.iter().position(|one| one.code == vaccine && !one.variant);
            let on = due.unwrap_or(day).max(day);
            let mut with = doses.clone();
            with.push((product.unwrap_or_default(), on - born()));
            if status != Status::Upcoming {
                prop_assert!(Told::new(&with).valid() > Told::new(&doses).valid(), "{of}");
            }
        }
    }
}
