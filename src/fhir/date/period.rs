//! The time that a `Period` or a `Timing` covers, <https://hl7.org/fhir/R4/search.html#date>.

use serde_json::Value;

use super::{DateRange, Zone};

/// The time of a `Period`; an end that is missing is open, none at all is no time.
pub fn of_period(period: &Value, zone: Zone) -> Option<DateRange> {
    let end = |key: &str| DateRange::parse(period.get(key)?.as_str()?, zone);
    DateRange::between(end("start"), end("end")).filter(|range| range.low < range.high)
}

/// The outer limits of a `Timing`: of its events and of its bounds. How it repeats inside them
/// does not matter to a search.
pub fn of_timing(timing: &Value, zone: Zone) -> Option<DateRange> {
    let events = timing.get("event").and_then(Value::as_array).map(Vec::as_slice);
    let events = events.unwrap_or_default().iter();
    let events = events.filter_map(|event| DateRange::parse(event.as_str()?, zone));
    let bounds = timing.get("repeat").and_then(|repeat| repeat.get("boundsPeriod"));
    let bounds = bounds.and_then(|period| of_period(period, zone));
    events.chain(bounds).reduce(DateRange::hull)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn range(text: &str) -> DateRange {
        DateRange::parse(text, Zone::default()).expect(text)
    }

    #[test]
    fn periods_reach_from_start_to_end() {
        let check = |period: Value, expected| {
            assert_eq!(of_period(&period, Zone::default()), expected, "{period}");
        };
        let (start, end) = (range("2026-01"), range("2026-03-08"));
        let both = DateRange { low: start.low, high: end.high };
        check(json!({"start": "2026-01", "end": "2026-03-08"}), Some(both));
        check(json!({"start": "2026-01"}), Some(DateRange { high: DateRange::FUTURE, ..start }));
        check(json!({"end": "2026-03-08"}), Some(DateRange { low: DateRange::PAST, ..end }));
        check(json!({"start": "2026-05", "end": "2026-03-08"}), None);
        check(json!({}), None);
        check(json!({"start": 1, "end": ["2026"]}), None);
    }

    #[test]
    fn timings_have_outer_limits() {
        let timing = json!({
            "event": ["2026-03-02", "2026-03-01"],
            "repeat": {"boundsPeriod": {"start": "2026-02-01", "end": "2026-03-01"}},
        });
        let limits = DateRange { low: range("2026-02-01").low, high: range("2026-03-02").high };
        assert_eq!(of_timing(&timing, Zone::default()), Some(limits));
        assert_eq!(of_timing(&json!({"code": {}}), Zone::default()), None);
    }
}
