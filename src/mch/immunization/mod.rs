//! Which doses count, and what comes next: pure functions of doses, a birth and a day.
//!
//! [`programme`] has the vaccines, their antigens and the rows of the schedule, all of them data;
//! [`calendar`] adds months to days as `CDSi` does. [`person`] is who is vaccinated; [`evaluation`]
//! says of each dose and antigen whether it counts and why not, [`live`] what live vaccines ask of
//! each other, [`tetanus`] which of the plans for women holds. [`forecast`] says what is due, with
//! the dates of [`date`]; [`obstacle`] reads what stands against a dose. [`chart`] puts them
//! together from the records of one person, [`wording`] says it in words.

pub mod calendar;
pub mod chart;
mod date;
pub mod evaluation;
pub mod forecast;
mod live;
pub mod obstacle;
pub mod person;
pub mod programme;
pub mod series;
#[cfg(test)]
mod tests;
mod tetanus;
pub mod wording;
