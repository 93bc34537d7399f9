//! The part of a value that goes into an index.
//!
//! `PostgreSQL` takes at most 2,704 bytes a row into a b-tree. Longer values are cut, both when
//! stored and when searched for: values that agree on the first [`LIMIT`] bytes count as equal.

/// Bytes of a value that are indexed.
const LIMIT: usize = 800;

/// Cuts a value to what is indexed.
pub(crate) fn cut(value: &str) -> &str {
    if value.len() <= LIMIT {
        return value;
    }
    value.get(..value.floor_char_boundary(LIMIT)).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_between_characters() {
        assert_eq!(cut("mẹ"), "mẹ");
        let long = "ệ".repeat(400);
        assert!(cut(&long).len() <= LIMIT && long.starts_with(cut(&long)));
    }
}
