//! How much of what a query finds is read.

use crate::budget;

use super::error::StoreError;

/// How much of what a query finds is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// All of it; a request that has no room for it is refused.
    Whole,
    /// What fits a page, but one row at least.
    Page,
}

/// The part of what an answer may still have that one page takes at the most.
const SHARE: usize = 4;

/// The room for what a query finds.
#[derive(Debug)]
pub(super) struct Room {
    reading: Reading,
    left: usize,
    is_first: bool,
    /// Whether something was left out.
    pub(super) is_cut: bool,
}

impl Room {
    pub(super) fn new(reading: Reading) -> Self {
        let left = budget::bytes_left() / SHARE;
        Self { reading, left, is_first: true, is_cut: false }
    }

    /// Takes room for a body before it is read; false when it is left out.
    pub(super) fn takes(&mut self, bytes: usize) -> Result<bool, StoreError> {
        if self.reading == Reading::Page {
            let left = self.left.checked_sub(bytes);
            if left.is_none() && !self.is_first {
                self.is_cut = true;
                return Ok(false);
            }
            self.left = left.unwrap_or_default();
        }
        self.is_first = false;
        // Once as it is read, and once as it stands in the answer.
        let copies = if self.reading == Reading::Page { 2 } else { 1 };
        budget::take(bytes.saturating_mul(copies)).map_err(StoreError::Spent)?;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::budget::{Budget, Limits, Memory, Spent};

    #[test]
    fn a_page_is_cut_and_what_is_needed_whole_is_refused() {
        let time = Duration::from_secs(60);
        let limits = Limits { steps: 0, once_stored: 0, bytes: 400, time };
        let budget = || Budget::new(limits, &Memory::new(0));
        budget().within(|| {
            let mut page = Room::new(Reading::Page);
            let taken: Vec<_> = (0..4).map(|_| page.takes(40).expect("room")).collect();
            assert_eq!((taken, page.is_cut), (vec![true, true, false, false], true));
        });
        budget().within(|| {
            let mut page = Room::new(Reading::Page);
            assert!(page.takes(150).expect("the first fits"));
            assert!(!page.takes(1).expect("room"));
        });
        budget().within(|| {
            let mut whole = Room::new(Reading::Whole);
            assert!((0..4).all(|_| whole.takes(100).expect("room")));
            assert!(matches!(whole.takes(1), Err(StoreError::Spent(Spent::Bytes))));
        });
    }
}
