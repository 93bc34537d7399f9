//! Functions of strings: their parts, regular expressions, encodings.

pub(super) mod encoding;
pub(super) mod pattern;
pub(super) mod string;
