//! Text → dates and times, <http://hl7.org/fhirpath/N1/#date>.

use super::temporal::{Form, Offset, Precision, Temporal};
use crate::fhir::date::Zone;
use crate::fhir::time::Instant;

impl Temporal {
    /// Reads what stands behind `@`: `2015`, `2015T`, `2015-02-04T14:34:28Z`, `T14:34`.
    pub(in crate::fhirpath) fn literal(text: &str) -> Option<Self> {
        match text.strip_prefix('T') {
            Some(time) => Self::time(time),
            None if text.contains('T') => Self::date_time(text),
            None => Self::date_only(text),
        }
    }

    /// Reads a date: `2015`, `2015-02` or `2015-02-04`.
    pub(super) fn date_only(text: &str) -> Option<Self> {
        let mut rest = Rest(text.as_bytes());
        let date = rest.date()?;
        (rest.0.is_empty() && date.is_possible()).then_some(date)
    }

    /// Reads a date, a date with `T`, or a date and a time.
    pub(in crate::fhirpath) fn date_time(text: &str) -> Option<Self> {
        let mut rest = Rest(text.as_bytes());
        let mut moment = Self { form: Form::DateTime, ..rest.date()? };
        if rest.eat(b'T') && !rest.0.is_empty() {
            if moment.precision < Precision::Day {
                return None;
            }
            rest.clock(&mut moment)?;
            moment.offset = rest.offset()?;
        }
        (rest.0.is_empty() && moment.is_possible()).then_some(moment)
    }

    /// Reads a time of day, which has no offset.
    pub(in crate::fhirpath) fn time(text: &str) -> Option<Self> {
        let mut rest = Rest(text.as_bytes());
        let mut time = Self { form: Form::Time, ..START };
        rest.clock(&mut time)?;
        (rest.0.is_empty() && time.is_possible()).then_some(time)
    }

    /// The moment of an evaluation, in milliseconds.
    pub(in crate::fhirpath) fn at(instant: Instant, zone: Zone) -> Option<Self> {
        Self::date_time(&instant.format(zone))
    }
}

const START: Temporal = Temporal {
    form: Form::Date,
    precision: Precision::Year,
    year: 1,
    month: 1,
    day: 1,
    second: 0,
    nano: 0,
    digits: 0,
    offset: None,
};

/// What is left to read.
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    fn eat(&mut self, mark: u8) -> bool {
        match self.0.split_first() {
            Some((first, rest)) if *first == mark => {
                self.0 = rest;
                true
            }
            _ => false,
        }
    }

    fn digits<const N: usize>(&mut self) -> Option<i64> {
        let (digits, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        digits.iter().try_fold(0, |number, digit| {
            digit.is_ascii_digit().then(|| number * 10 + i64::from(digit - b'0'))
        })
    }

    fn bounded(&mut self, end: i64) -> Option<i64> {
        self.digits::<2>().filter(|number| *number < end)
    }

    fn date(&mut self) -> Option<Temporal> {
        let mut date = Temporal { year: self.digits::<4>()?, ..START };
        if self.eat(b'-') {
            date = Temporal { month: self.digits::<2>()?, precision: Precision::Month, ..date };
            if self.eat(b'-') {
                date = Temporal { day: self.digits::<2>()?, precision: Precision::Day, ..date };
            }
        }
        Some(date)
    }

    fn clock(&mut self, moment: &mut Temporal) -> Option<()> {
        moment.second = self.bounded(24)? * 3600;
        moment.precision = Precision::Hour;
        if !self.eat(b':') {
            return Some(());
        }
        moment.second += self.bounded(60)? * 60;
        moment.precision = Precision::Minute;
        if !self.eat(b':') {
            return Some(());
        }
        // A leap second is read as the last second before it.
        moment.second += self.bounded(61)?.min(59);
        moment.precision = Precision::Second;
        if !self.eat(b'.') {
            return Some(());
        }
        moment.precision = Precision::Fraction;
        let mut unit = 100_000_000;
        while let Some((digit, rest)) = self.0.split_first()
            && digit.is_ascii_digit()
        {
            moment.nano += i64::from(digit - b'0') * unit;
            moment.digits = (moment.digits + 1).min(9);
            unit /= 10;
            self.0 = rest;
        }
        (moment.digits > 0).then_some(())
    }

    /// The offset, or none where nothing follows.
    fn offset(&mut self) -> Option<Option<Offset>> {
        let Some((sign, rest)) = self.0.split_first() else { return Some(None) };
        self.0 = rest;
        let ahead = match sign {
            b'Z' => return Some(Some(Offset { minutes: 0, zulu: true })),
            b'+' => 1,
            b'-' => -1,
            _ => return None,
        };
        let hours = self.bounded(15)?;
        let minutes = self.eat(b':').then(|| self.bounded(60))??;
        let minutes = i16::try_from(ahead * (hours * 60 + minutes)).ok()?;
        (-840..=840).contains(&minutes).then_some(Some(Offset { minutes, zulu: false }))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert_eq, proptest};

    use super::*;

    #[test]
    fn literals_are_written_as_they_are_read() {
        for text in [
            "2015",
            "2015-02",
            "2015-02-04",
            "2015-02-04T14",
            "2015-02-04T14:34",
            "2015-02-04T14:34:28",
            "2015-02-04T14:34:28.123",
            "2015-02-04T14:34:28.1Z",
            "2015-02-04T14:34:28+09:30",
            "2015-02-04T14:34-10:00",
        ] {
            assert_eq!(Temporal::literal(text).expect(text).to_string(), text);
        }
        assert_eq!(Temporal::literal("T14:34:28.5").expect("time").to_string(), "14:34:28.5");
        assert_eq!(Temporal::literal("2015T").map(|moment| moment.form), Some(Form::DateTime));
    }

    #[test]
    fn impossible_ones_are_none() {
        for text in [
            "",
            "T",
            "20",
            "2015-13",
            "2015-02-30",
            "2015-02-04T24",
            "T10:60",
            "T10:00Z",
            "2015-02T10:00",
            "2015-02-04T10:00:00.",
            "2015-02-04T10:00+7:00",
            "0000",
        ] {
            assert_eq!(Temporal::literal(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[-0-9T:.+Zé]{0,32}") {
            if let Some(moment) = Temporal::date_time(&text) {
                let again = Temporal::date_time(&moment.to_string());
                prop_assert_eq!(again.map(|again| again.precision), Some(moment.precision));
            }
        }
    }
}
