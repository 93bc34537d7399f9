//! Which of two versions is the later one.

use std::cmp::Ordering;

/// Orders versions: by number where parts are numbers, none before any.
pub(crate) fn compare(a: Option<&str>, b: Option<&str>) -> Ordering {
    let (Some(a), Some(b)) = (a, b) else { return a.is_some().cmp(&b.is_some()) };
    let mut theirs = b.split(['.', '-']);
    for part in a.split(['.', '-']) {
        let Some(other) = theirs.next() else { return Ordering::Greater };
        let order = match (part.parse::<u64>(), other.parse::<u64>()) {
            (Ok(part), Ok(other)) => part.cmp(&other),
            _ => part.cmp(other),
        };
        if order != Ordering::Equal {
            return order;
        }
    }
    theirs.next().map_or(Ordering::Equal, |_| Ordering::Less)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(a: Option<&str>, b: Option<&str>, expected: Ordering) {
        assert_eq!(compare(a, b), expected, "{a:?} {b:?}");
    }

    #[test]
    fn versions_are_ordered_by_number() {
        check(Some("1.10.0"), Some("1.9.0"), Ordering::Greater);
        check(Some("4.0.1"), Some("4.0.1"), Ordering::Equal);
        check(None, Some("1"), Ordering::Less);
        check(Some("1.0"), Some("1.0.1"), Ordering::Less);
        check(Some("2020-01"), Some("2019-12"), Ordering::Greater);
    }
}
