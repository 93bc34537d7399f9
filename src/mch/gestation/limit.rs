//! The limits that dating a pregnancy reckons with: rows of the timetable, whatever the day.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::mch::timetable::{Offset, Row, of_kind};

static LIMITS: LazyLock<FxHashMap<&'static str, &'static Row>> =
    LazyLock::new(|| of_kind("limit", 0).map(|row| (row.id.as_str(), row)).collect());

/// A limit in days.
pub(in crate::mch) fn in_days(id: &str, of: impl Fn(&Row) -> Option<Offset>) -> Option<i64> {
    of(LIMITS.get(id)?)?.in_days()
}
