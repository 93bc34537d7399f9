//! Which elements of a shape an object has.

use smallvec::SmallVec;

/// A set of element numbers; shapes with up to 320 elements need no allocation.
#[derive(Default)]
pub(in crate::validation) struct Present(SmallVec<[u64; 5]>);

impl Present {
    /// Notes that the element with this number is there.
    pub(in crate::validation) fn insert(&mut self, number: u16) {
        let (word, bit) = place(number);
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        if let Some(bits) = self.0.get_mut(word) {
            *bits |= bit;
        }
    }

    /// Whether the element with this number is there.
    pub(in crate::validation) fn contains(&self, number: u16) -> bool {
        let (word, bit) = place(number);
        self.0.get(word).is_some_and(|bits| bits & bit != 0)
    }
}

fn place(number: u16) -> (usize, u64) {
    (usize::from(number / 64), 1 << (number % 64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holds_what_was_inserted() {
        let mut present = Present::default();
        for number in [0, 63, 64, 500] {
            assert!(!present.contains(number));
            present.insert(number);
            assert!(present.contains(number));
        }
        assert!(!present.contains(1) && !present.contains(501) && !present.contains(u16::MAX));
    }
}
