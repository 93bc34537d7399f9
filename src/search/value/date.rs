//! Dates, <https://hl7.org/fhir/R4/search.html#date>.
//!
//! A value and the rows are ranges of time, and the prefixes compare ranges as the specification
//! says. A scan over rows is bounded by where they start: a row that reaches into the value starts
//! at most `date_span`, the widest row of the parameter, before it.

use sea_orm::sea_query::{Condition, Expr, ExprTrait, Query};

use crate::definitions::search_parameter::ParamId;
use crate::fhir::date::{DateRange, Zone};
use crate::fhir::issue::Text;
use crate::store::table::{Column, Table};

use super::prefix::Prefix;

/// A date with its prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateValue {
    prefix: Prefix,
    range: DateRange,
}

impl DateValue {
    /// Reads `ge2026-11`; `now` is what `ap` measures from.
    pub fn parse(text: &str, zone: Zone, now: i64) -> Option<Self> {
        let (prefix, text) = Prefix::split(text);
        // A plus sign that was not percent-encoded arrives as a space.
        let range = DateRange::parse(&text.replace(' ', "+"), zone)?;
        let range = if prefix == Prefix::Approximately { widen(range, now) } else { range };
        Some(Self { prefix, range })
    }

    /// What is expected of a value.
    pub fn expected() -> Text {
        Text::new(
            "một ngày như 2026, 2026-11, 2026-11-22 hoặc 2026-11-22T13:30:00+07:00, có thể kèm tiền tố eq, ne, gt, lt, ge, le, sa, eb, ap",
            "a date such as 2026, 2026-11, 2026-11-22 or 2026-11-22T13:30:00+07:00, with one of the prefixes eq, ne, gt, lt, ge, le, sa, eb, ap",
        )
    }

    /// Holds for rows that match.
    pub fn condition(self) -> Condition {
        let (low, high) = (|| Expr::col(Column::Low), || Expr::col(Column::High));
        let DateRange { low: from, high: to } = self.range;
        let inside = Condition::all().add(low().gte(from)).add(high().lte(to));
        match self.prefix {
            Prefix::Equal => inside,
            Prefix::NotEqual => inside.not(),
            Prefix::Greater => Condition::all().add(high().gt(to)),
            Prefix::Less => Condition::all().add(low().lt(from)),
            Prefix::GreaterOrEqual => Condition::any().add(high().gt(to)).add(low().gte(from)),
            Prefix::LessOrEqual => Condition::any().add(low().lt(from)).add(high().lte(to)),
            Prefix::StartsAfter => Condition::all().add(low().gte(to)),
            Prefix::EndsBefore => Condition::all().add(high().lte(from)),
            Prefix::Approximately => Condition::all().add(low().lt(to)).add(high().gt(from)),
        }
    }

    /// Whether a range of time matches.
    pub fn fits(self, low: i64, high: i64) -> bool {
        let DateRange { low: from, high: to } = self.range;
        let is_inside = low >= from && high <= to;
        match self.prefix {
            Prefix::Equal => is_inside,
            Prefix::NotEqual => !is_inside,
            Prefix::Greater => high > to,
            Prefix::Less => low < from,
            Prefix::GreaterOrEqual => high > to || low >= from,
            Prefix::LessOrEqual => low < from || high <= to,
            Prefix::StartsAfter => low >= to,
            Prefix::EndsBefore => high <= from,
            Prefix::Approximately => low < to && high > from,
        }
    }

    /// Whether a moment matches.
    pub fn fits_moment(self, moment: i64) -> bool {
        self.fits(moment, moment.saturating_add(1))
    }

    /// Holds for resources that were last updated then.
    pub fn moment_condition(self) -> Condition {
        let updated = || Expr::col(Column::Updated);
        let DateRange { low: from, high: to } = self.range;
        let inside = Condition::all().add(updated().gte(from)).add(updated().lt(to));
        match self.prefix {
            Prefix::Equal | Prefix::Approximately => inside,
            Prefix::NotEqual => inside.not(),
            Prefix::Greater | Prefix::StartsAfter => Condition::all().add(updated().gte(to)),
            Prefix::Less | Prefix::EndsBefore => Condition::all().add(updated().lt(from)),
            Prefix::GreaterOrEqual => Condition::all().add(updated().gte(from)),
            Prefix::LessOrEqual => Condition::all().add(updated().lt(to)),
        }
    }

    /// Holds for resources that were last updated then, as [`Self::moment_condition`], for one of
    /// several values.
    pub fn any_moment(values: &[Self]) -> Condition {
        values.iter().map(|value| value.moment_condition()).fold(Condition::any(), Condition::add)
    }

    /// Bounds where matching rows start.
    pub fn bounds(self, param: ParamId) -> Condition {
        let low = || Expr::col(Column::Low);
        let DateRange { low: from, high: to } = self.range;
        let none = Condition::all();
        match self.prefix {
            Prefix::NotEqual | Prefix::StartsAfter => none,
            // Whatever ends within it starts before its end.
            Prefix::Equal => none.add(low().lte(to)),
            Prefix::Greater | Prefix::GreaterOrEqual => none.add(low().gt(reach(from, param))),
            Prefix::Less | Prefix::EndsBefore => none.add(low().lt(from)),
            Prefix::LessOrEqual => none.add(low().lt(to)),
            Prefix::Approximately => none.add(low().gt(reach(from, param))),
        }
    }
}

/// Where the widest row that reaches `from` may start.
fn reach(from: i64, param: ParamId) -> Expr {
    let mut span = Query::select();
    span.column(Column::DateSpan)
        .from(Table::SearchParameter)
        .and_where(Expr::col((Table::SearchParameter, Column::ParamId)).eq(param.number()));
    Expr::val(from).sub(Expr::from(span))
}

/// A tenth of the time between the value and now, either way.
fn widen(range: DateRange, now: i64) -> DateRange {
    let distance = now.saturating_sub(range.low).saturating_abs() / 10;
    DateRange { low: range.low.saturating_sub(distance), high: range.high.saturating_add(distance) }
}
