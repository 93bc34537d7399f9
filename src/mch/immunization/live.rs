//! Live vaccines that are not given on one day keep a distance; oral polio vaccine need not.

use super::evaluation::{Judged, Reason};
use super::person::Given;
use super::programme::Programme;
use crate::mch::record::days::Days;

/// Adds to each live dose that came too soon after another live vaccine that it did.
pub(super) fn mark(programme: &Programme, doses: &[Given<'_>], judged: &mut [Judged<'_>]) {
    for (place, dose) in doses.iter().enumerate() {
        let Some(reason) = too_soon(programme, doses, dose) else { continue };
        for one in judged.iter_mut().filter(|one| one.dose == place) {
            one.reasons.push(reason);
        }
    }
}

fn too_soon(programme: &Programme, doses: &[Given<'_>], dose: &Given<'_>) -> Option<Reason> {
    let interval = programme.live_spacing.span;
    let before = spaced(programme, doses, dose.product)
        .filter(|(_, other)| other.surely_before(dose.day))
        .max_by_key(|(_, other)| other.last);
    let (other, day) = before?;
    let from = interval.after(day.first);
    if dose.day.last >= from {
        return None;
    }
    let (_, days) = dose.day.since(day);
    Some(Reason::LiveTooSoon { days, least: from - day.first, other })
}

/// From when on a product keeps its distance to what was given.
pub(super) fn free_from(programme: &Programme, doses: &[Given<'_>], product: usize) -> Option<i64> {
    let interval = programme.live_spacing.span;
    spaced(programme, doses, product).map(|(_, day)| interval.after(day.last)).max()
}

/// The doses that a product keeps its distance to.
fn spaced<'d>(
    programme: &'d Programme,
    doses: &'d [Given<'_>],
    product: usize,
) -> impl Iterator<Item = (usize, Days)> + 'd {
    let own = programme.products.get(product).filter(|one| one.is_spaced());
    let all = own.into_iter().flat_map(|own| doses.iter().enumerate().map(move |one| (own, one)));
    all.filter_map(|(own, (place, other))| {
        let product = programme.products.get(other.product)?;
        own.is_spaced_from(product).then_some((place, other.day))
    })
}
