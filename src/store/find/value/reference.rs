//! References.

use sea_orm::sea_query::{Condition, Expr, ExprTrait};

use crate::criteria::value::reference::{ReferenceValue, TargetType};
use crate::store::find::alias::Alias;
use crate::store::schema::table::Column;

/// Holds for rows that match one of several values: their targets first, which is where rows are
/// found.
pub(in crate::store::find) fn any(values: &[ReferenceValue], at: Alias) -> Condition {
    if let [one] = values {
        return condition(one, (at.col(Column::Kind), at.col(Column::Target)));
    }
    let each = values
        .iter()
        .map(|value| condition(value, (at.col(Column::Kind), at.col(Column::Target))))
        .fold(Condition::any(), Condition::add);
    let targets = values.iter().map(ReferenceValue::target);
    Condition::all().add(at.col(Column::Target).is_in(targets)).add(each)
}

/// Holds where a type and a target match.
pub(super) fn condition(value: &ReferenceValue, (kind, target): (Expr, Expr)) -> Condition {
    let numbers = value.kinds();
    let kind = match (value.of(), numbers.as_slice()) {
        (TargetType::Any, _) => kind.gte(0_i64),
        (_, [one]) => kind.eq(*one),
        (_, several) => kind.is_in(several.iter().copied()),
    };
    Condition::all().add(target.eq(value.target())).add(kind)
}
