//! Values against the nodes of profiles: one value ([`applied`], [`pattern`], [`invariant`]), how
//! many there are ([`count`]), in which slices ([`mod@slice`], [`spot`]). [`question`] asks
//! whether a value conforms without telling why not; [`demand`] says what is asked for as a person
//! would.

mod applied;
mod count;
mod demand;
mod invariant;
mod pattern;
mod question;
mod slice;
mod spot;
