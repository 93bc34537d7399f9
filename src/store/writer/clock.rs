//! What the writer makes of the machine's clock.
//!
//! Changes are in the order of their times, whatever the clock does: one that was set back stands
//! still until it is where it was. Whoever runs the server is told.

/// Microseconds that a clock may be behind without a word: servers of one database differ a little.
const TOLERATED: i64 = 1_000_000;

/// Watches the clock.
#[derive(Debug, Default)]
pub(in crate::store) struct Clock {
    was_told: bool,
}

impl Clock {
    /// The time of a change: now, or the time of the last change when that is later.
    pub(in crate::store) fn time(&mut self, now: i64, last: i64) -> i64 {
        let behind = last.saturating_sub(now);
        if behind > TOLERATED && !self.was_told {
            self.was_told = true;
            tracing::warn!(
                behind_seconds = behind / 1_000_000,
                "this machine's clock is behind the last change; changes are given the time of that until it has caught up"
            );
        } else if behind <= 0 && self.was_told {
            self.was_told = false;
            tracing::warn!("this machine's clock has caught up with the last change");
        }
        now.max(last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_never_goes_back_and_a_jump_is_told_once() {
        let mut clock = Clock::default();
        assert_eq!((clock.time(10, 5), clock.was_told), (10, false));
        assert_eq!((clock.time(4, 10), clock.was_told), (10, false));
        let last = 10 * TOLERATED;
        assert_eq!((clock.time(2 * TOLERATED, last), clock.was_told), (last, true));
        assert_eq!((clock.time(last - 1, last), clock.was_told), (last, true));
        assert_eq!((clock.time(last + 1, last), clock.was_told), (last + 1, false));
    }
}
