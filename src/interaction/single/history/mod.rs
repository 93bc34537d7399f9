//! History, <https://hl7.org/fhir/R4/http.html#history>: of one resource ([`of_one`]), of a type or of
//! everything ([`of_all`]). Versions come newest first, deletions included.

use crate::fhir::date::DateRange;
use crate::fhir::issue::Text;
use crate::search::fault::Fault;
use crate::search::query::Parameter;
use crate::store::row::Stored;

use crate::interaction::engine::Ctx;

mod list;
pub mod of_all;
pub mod of_one;

/// A page of versions.
#[derive(Debug)]
pub struct History {
    /// Where it is, below the base URL.
    pub path: String,
    pub versions: Vec<Stored>,
    /// The parameters that were used, for the links.
    pub used: Vec<Parameter>,
    /// The parameter that leads to the next page.
    pub next: Option<(&'static str, String)>,
    /// Whether the page has all that was asked for.
    pub is_whole: bool,
}

fn wrong(parameter: &Parameter, expected: Text) -> Fault {
    Fault::Value { name: parameter.key(), text: parameter.text.clone(), expected }
}

fn no_number(parameter: &Parameter) -> Fault {
    wrong(parameter, Text::new("một số nguyên dương", "a positive whole number"))
}

/// How many versions a page has.
fn count(ctx: &Ctx<'_>, parameter: &Parameter) -> Result<u64, Fault> {
    let count: u64 = parameter.text.parse().map_err(|_not_a_number| no_number(parameter))?;
    Ok(count.clamp(1, ctx.engine.page.most))
}

/// The time that a parameter names.
fn time(ctx: &Ctx<'_>, parameter: &Parameter) -> Result<DateRange, Fault> {
    let date = DateRange::parse(&parameter.text.replace(' ', "+"), ctx.engine.zone);
    let expected = || {
        Text::new(
            "một thời điểm như 2026-11-22T13:30:00+07:00",
            "an instant such as 2026-11-22T13:30:00+07:00",
        )
    };
    date.ok_or_else(|| wrong(parameter, expected()))
}
