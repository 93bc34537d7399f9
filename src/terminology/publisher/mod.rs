//! Code systems as their publishers give them: LOINC, SNOMED CT and the Vietnamese ICD-10.
//!
//! Each reader takes its files row by row and says what is in them as [`item::Item`]s, in an order
//! in which a concept comes before what is said of it. What is in memory at a time is a row; only
//! the reader of SNOMED CT keeps the numbers of the preferred descriptions.

pub mod icd10;
mod icd10_columns;
pub mod item;
pub mod loinc;
pub mod loinc_answers;
pub mod rf2;
pub mod table;
