//! Reads the text of one value, a file a type of search parameter.

pub mod composite;
pub mod date;
pub mod number;
pub mod position;
pub mod quantity;
pub mod reference;
pub mod token;
pub mod uri;
pub mod words;
