//! Tokens.

use sea_orm::sea_query::{Condition, Expr, ExprTrait};

use crate::criteria::value::token::{System, TokenValue};
use crate::store::find::alias::Alias;
use crate::store::schema::table::Column;

/// Holds for rows that match one of several values: their codes first, which is where rows are
/// found, then those of each system.
pub(in crate::store::find) fn any(values: &[TokenValue], at: Alias) -> Condition {
    let columns = || (at.col(Column::System), at.col(Column::Code));
    if let [one] = values {
        return condition(one, columns());
    }
    let codes: Option<Vec<&str>> = values.iter().map(TokenValue::code).collect();
    let Some(codes) = codes else {
        let each = values.iter().map(|value| condition(value, columns()));
        return each.fold(Condition::any(), Condition::add);
    };
    let mut systems: Vec<(System, Vec<&str>)> = Vec::new();
    for (value, code) in values.iter().zip(&codes) {
        match systems.iter_mut().find(|(system, _)| *system == value.system) {
            Some((_, codes)) => codes.push(code),
            None => systems.push((value.system, vec![code])),
        }
    }
    let is_any_of = |codes: &[&str]| at.col(Column::Code).is_in(codes.iter().copied());
    let of_system = |(system, codes): &(System, Vec<&str>)| {
        let system = is_system(*system, at.col(Column::System));
        Condition::all().add(is_any_of(codes)).add_option(system)
    };
    if let [only] = systems.as_slice() {
        return of_system(only);
    }
    let each = systems.iter().map(of_system).fold(Condition::any(), Condition::add);
    Condition::all().add(is_any_of(&codes)).add(each)
}

/// Holds where a system and a code match.
pub(super) fn condition(value: &TokenValue, (system, code): (Expr, Expr)) -> Condition {
    let code = value.code().map(|own| code.eq(own));
    Condition::all().add_option(code).add_option(is_system(value.system, system))
}

fn is_system(system: System, column: Expr) -> Option<Expr> {
    match system {
        System::Any => None,
        System::None => Some(column.eq(0_i64)),
        System::Is(hash) => Some(column.eq(hash)),
        System::Nowhere => Some(Expr::cust("1 = 0")),
    }
}
