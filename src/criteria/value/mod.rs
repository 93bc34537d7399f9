//! The values that criteria ask for, a file for each type of search parameter: what a row must say
//! to be one of them.

pub mod composite;
pub mod date;
pub mod number;
pub mod position;
pub mod prefix;
pub mod quantity;
pub mod reference;
pub mod string;
pub mod token;
pub mod uri;
pub mod words;
