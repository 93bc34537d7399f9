//! What a row must say to be a value that is asked for, as a condition on the columns of its table.
//! Each file says the same as that of its name in `criteria::value`.

pub(super) mod composite;
pub(super) mod position;
pub(super) mod range;
pub(super) mod reference;
pub(super) mod text;
pub(super) mod token;
pub(super) mod words;
