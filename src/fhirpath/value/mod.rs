//! What expressions compute with: parts of a resource ([`datum`]), their types ([`kind`]), numbers
//! ([`decimal`]), numbers with a unit ([`quantity`]), dates and times ([`temporal`], read by
//! [`temporal_text`], moved by [`temporal_arithmetic`]).
//!
//! [`show`] writes them as text and JSON, [`locate`] says where in a resource a part stands.

pub mod datum;
pub(super) mod decimal;
pub mod kind;
pub mod locate;
pub mod quantity;
mod show;
pub mod temporal;
mod temporal_arithmetic;
mod temporal_text;
