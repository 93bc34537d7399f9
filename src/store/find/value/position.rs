//! Positions: pairs of numbers within a circle on the Earth.

use sea_orm::sea_query::{Condition, Expr, ExprTrait};

use crate::criteria::value::position::{PositionValue, RADIANS, SERIES};
use crate::store::find::alias::Alias;
use crate::store::schema::table::Column;

/// Holds for rows that lie in the circle. The latitude bounds a scan.
pub(in crate::store::find) fn position(value: PositionValue, at: Alias) -> Condition {
    let (latitude, longitude) = (|| at.col(Column::Low), || at.col(Column::High));
    let north = latitude().sub(value.latitude);
    let east = || longitude().sub(value.longitude);
    let around = Expr::case(east().gt(180.0), east().sub(360.0))
        .case(east().lt(-180.0), east().add(360.0))
        .finally(east());
    let narrowed = Expr::val(1.0).sub(versine(latitude())).mul(value.cosine());
    let distance = versine(north).add(narrowed.mul(versine(around.into())));
    Condition::all()
        .add(latitude().gte(value.latitude - value.reach))
        .add(latitude().lte(value.latitude + value.reach))
        .add(distance.lte(value.most()))
}

/// `1 - cos` of an angle in degrees.
fn versine(degrees: Expr) -> Expr {
    let angle = degrees.mul(RADIANS);
    let square = angle.clone().mul(angle);
    let terms = SERIES.iter().rev();
    let series =
        terms.fold(Expr::val(0.0), |rest, term| Expr::val(*term).sub(square.clone().mul(rest)));
    square.mul(series)
}
