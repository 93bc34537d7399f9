//! What each type of search parameter sees, a file for each: it says what each data type gives to
//! it.
//!
//! [`extract`] turns one value into the rows of one parameter, [`composite`] the values of several;
//! [`data_type`] tells the data types apart.

pub(super) mod composite;
pub(super) mod data_type;
mod date;
pub(super) mod extract;
mod number;
mod quantity;
mod reference;
mod text;
pub(super) mod token;
mod uri;
