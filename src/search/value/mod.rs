//! The values of a query, a file a type of search parameter. Each reads the text of one value and
//! gives the condition that rows of its table meet.

pub mod date;
pub mod number;
pub mod prefix;
pub mod quantity;
pub mod reference;
pub mod string;
pub mod token;
pub mod uri;
