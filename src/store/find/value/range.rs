//! Dates, numbers and quantities: ranges.
//!
//! A scan over dates is bounded by where they start: a row that reaches into the value starts at
//! most `date_span`, the widest row of the parameter, before it.

use sea_orm::sea_query::{Condition, Expr, ExprTrait, Query};

use crate::criteria::value::date::DateValue;
use crate::criteria::value::number::NumberValue;
use crate::criteria::value::prefix::Prefix;
use crate::criteria::value::quantity::{QuantityValue, UnitValue};
use crate::definitions::search_parameter::ParamId;
use crate::fhir::date::DateRange;
use crate::fhir::decimal::Decimal;
use crate::index::row::system_hash;
use crate::index::stand_in::base_units;
use crate::store::find::alias::Alias;
use crate::store::schema::table::{Column, Table};

/// Holds for the rows of dates that match.
pub(in crate::store::find) fn date(value: DateValue, at: Alias) -> Condition {
    let ends = (at.col(Column::Low), at.col(Column::High));
    compare(value.prefix, (value.range.low, value.range.high), ends)
}

/// Compares a range between two columns with that of a value.
pub(super) fn compare<T: Into<Expr> + Copy>(
    prefix: Prefix,
    (from, to): (T, T),
    (low, high): (Expr, Expr),
) -> Condition {
    let all = Condition::all;
    match prefix {
        Prefix::Equal => all().add(low.gte(from)).add(high.lte(to)),
        Prefix::NotEqual => all().add(low.gte(from)).add(high.lte(to)).not(),
        Prefix::Greater => all().add(high.gt(to)),
        Prefix::Less => all().add(low.lt(from)),
        Prefix::GreaterOrEqual => Condition::any().add(high.gt(to)).add(low.gte(from)),
        Prefix::LessOrEqual => Condition::any().add(low.lt(from)).add(high.lte(to)),
        Prefix::StartsAfter => all().add(low.gte(to)),
        Prefix::EndsBefore => all().add(high.lte(from)),
        Prefix::Approximately => all().add(low.lt(to)).add(high.gt(from)),
    }
}

/// Bounds where matching rows of dates start.
pub(in crate::store::find) fn date_bounds(
    value: DateValue,
    param: ParamId,
    at: Alias,
) -> Condition {
    let low = at.col(Column::Low);
    let DateRange { low: from, high: to } = value.range;
    let none = Condition::all();
    match value.prefix {
        Prefix::NotEqual | Prefix::StartsAfter => none,
        // Whatever ends within it starts before its end.
        Prefix::Equal => none.add(low.lte(to)),
        Prefix::Greater | Prefix::GreaterOrEqual | Prefix::Approximately => {
            none.add(low.gt(reach(from, param, at.within())))
        }
        Prefix::Less | Prefix::EndsBefore => none.add(low.lt(from)),
        Prefix::LessOrEqual => none.add(low.lt(to)),
    }
}

/// Where the widest row that reaches `from` may start.
fn reach(from: i64, param: ParamId, at: Alias) -> Expr {
    let mut span = Query::select();
    span.column((at, Column::DateSpan))
        .from_as(Table::SearchParameter, at)
        .and_where(at.col(Column::ParamId).eq(param.number()));
    Expr::val(from).sub(Expr::from(span))
}

/// Holds for resources that were last updated then.
pub(in crate::store::find) fn moment(value: DateValue, at: Alias) -> Condition {
    let updated = at.col(Column::Updated);
    let DateRange { low: from, high: to } = value.range;
    let inside = || Condition::all().add(updated.clone().gte(from)).add(updated.clone().lt(to));
    match value.prefix {
        Prefix::Equal | Prefix::Approximately => inside(),
        Prefix::NotEqual => inside().not(),
        Prefix::Greater | Prefix::StartsAfter => Condition::all().add(updated.gte(to)),
        Prefix::Less | Prefix::EndsBefore => Condition::all().add(updated.lt(from)),
        Prefix::GreaterOrEqual => Condition::all().add(updated.gte(from)),
        Prefix::LessOrEqual => Condition::all().add(updated.lt(to)),
    }
}

/// Holds for the rows of numbers that match.
pub(in crate::store::find) fn number(value: NumberValue, at: Alias) -> Condition {
    number_between(value, (at.col(Column::Low), at.col(Column::High)))
}

/// The same for a range between two columns.
pub(super) fn number_between(value: NumberValue, (low, high): (Expr, Expr)) -> Condition {
    let Decimal { value: number, low: from, high: to } = value.number;
    // A number with more digits than a range can tell apart is only itself.
    let below = |column: Expr| if to > from { column.lt(to) } else { column.lte(to) };
    let all = Condition::all;
    match value.prefix {
        // A range ends where it starts or later: that bounds where a scan ends.
        Prefix::Equal => all().add(low.clone().gte(from)).add(below(high)).add(low.lte(to)),
        Prefix::NotEqual => all().add(low.gte(from)).add(below(high)).not(),
        Prefix::Greater => all().add(high.gt(number)),
        Prefix::Less => all().add(low.lt(number)),
        Prefix::GreaterOrEqual => all().add(high.gte(number)),
        Prefix::LessOrEqual => all().add(low.lte(number)),
        Prefix::StartsAfter => all().add(low.gt(number)),
        Prefix::EndsBefore => all().add(low.lt(number)).add(high.lt(number)),
        Prefix::Approximately => all().add(low.lte(to)).add(high.gte(from)),
    }
}

/// Holds for the rows of quantities that match.
pub(in crate::store::find) fn quantity(value: &QuantityValue, at: Alias) -> Condition {
    let as_written =
        || number_between(value.number, (at.col(Column::WrittenLow), at.col(Column::WrittenHigh)));
    match &value.unit {
        UnitValue::Any => as_written(),
        UnitValue::Base(unit) => {
            let of_unit = at.col(Column::Dimension).eq(system_hash(unit));
            Condition::all().add(of_unit).add(number(value.number, at))
        }
        UnitValue::Written { system: Some(system), code, .. } => {
            let code = code.as_ref().map(|code| at.col(Column::Code).eq(code.as_str()));
            let of_system = at.col(Column::System).eq(*system);
            Condition::all().add(as_written()).add(of_system).add_option(code)
        }
        UnitValue::Written { system: None, code, .. } => {
            let code = code.as_ref().map(|code| {
                let is_name = at.col(Column::Unit).eq(code.as_str());
                Condition::any().add(at.col(Column::Code).eq(code.as_str())).add(is_name)
            });
            Condition::all().add(as_written()).add_option(code)
        }
    }
}

/// Holds where a part of a composite, a unit and a range, matches.
pub(super) fn amount(
    value: &QuantityValue,
    (system, text): (Expr, Expr),
    ends: (Expr, Expr),
) -> Condition {
    let of_base = |unit: &str, number| {
        let is_base = system.clone().eq(base_units()).and(text.clone().eq(unit));
        Condition::all().add(is_base).add(number_between(number, ends.clone()))
    };
    let as_written = || {
        let is_written = system.clone().ne(base_units());
        Condition::all().add(is_written).add(number_between(value.number, ends.clone()))
    };
    match &value.unit {
        UnitValue::Any => as_written(),
        UnitValue::Base(unit) => of_base(unit, value.number),
        UnitValue::Written { system: own, code, amount } => {
            let code = code.as_ref().map(|code| text.clone().eq(code.as_str()));
            let own = own.map(|own| system.clone().eq(own));
            let is_written = as_written().add_option(own).add_option(code);
            match amount {
                Some((unit, number)) => {
                    Condition::any().add(of_base(unit, *number)).add(is_written)
                }
                None => is_written,
            }
        }
    }
}
