//! Words, dates, numbers, ages and weeks of pages, in the language of the reader.

use crate::fhir::date::calendar::{date_of, iso, plus_months, whole_day, whole_months};
use crate::fhir::issue::{Language, Text};
use crate::mch::catalogue::Sentence;

/// Months of age that are told with days, and those that are told in years and months.
const WITH_DAYS: i64 = 24;
const WITH_MONTHS: i64 = 72;

/// Says things in Vietnamese, or in English.
#[derive(Debug, Clone, Copy)]
pub struct Say {
    pub language: Language,
}

impl Say {
    pub fn new(is_english: bool) -> Self {
        let language = if is_english { Language::English } else { Language::Vietnamese };
        Self { language }
    }

    /// The one of two.
    pub fn pick<T>(self, vi: T, en: T) -> T {
        if self.language == Language::English { en } else { vi }
    }

    /// The code of the language.
    pub fn code(self) -> &'static str {
        self.pick("vi", "en")
    }

    /// The one of a sentence.
    pub fn of(self, sentence: &Sentence) -> &str {
        self.pick(&sentence.vi, &sentence.en)
    }

    /// The one of a text.
    pub fn text(self, text: &Text) -> &str {
        self.pick(&text.vi, &text.en)
    }

    /// The address of a page in this language.
    pub fn href(self, path: &str, query: &[(&str, &str)]) -> String {
        let mut pairs = form_urlencoded::Serializer::new(String::new());
        pairs.extend_pairs(query.iter().filter(|(_, value)| !value.is_empty()));
        if self.language == Language::English {
            pairs.append_pair("lang", "en");
        }
        let pairs = pairs.finish();
        if pairs.is_empty() { path.to_owned() } else { format!("{path}?{pairs}") }
    }

    /// The address of a page in this language, which says so whichever it is: where the language of a
    /// browser counts when nothing does.
    pub fn told(self, address: &str) -> String {
        let joint = if address.contains('?') { '&' } else { '?' };
        format!("{address}{joint}lang={}", self.code())
    }

    /// `2026-02-03T…` as `03/02/2026`; a month or a year that is all that is known stays so.
    pub fn date(self, date: &str) -> String {
        let day = date.split('T').next().unwrap_or_default();
        day.split('-').rev().collect::<Vec<_>>().join("/")
    }

    /// A day as `03/02/2026`.
    pub fn day(self, day: i64) -> String {
        self.date(&iso(day))
    }

    /// A number as it is written: `44.5` as `44,5` in Vietnamese.
    pub fn number(self, number: &str) -> String {
        self.pick(number.replace('.', ","), number.to_owned())
    }

    /// What an engine tells of a value, as people write it: `29.5 cm` as `29,5 cm`, a moment as its day,
    /// units without the brackets of UCUM.
    pub fn value(self, told: &str) -> String {
        if whole_day(told.get(..10).unwrap_or_default()).is_some() && told.get(10..11) == Some("T")
        {
            return self.date(told);
        }
        // An indicator is named beside its score.
        let plain = match told.split_once(" z = ") {
            Some((code, rest)) if !code.contains(' ') => format!("z = {rest}"),
            _ => told.to_owned(),
        };
        let plain = plain.replace("mm[Hg]", "mmHg").replace("kg/m2", "kg/m²");
        let letters: Vec<char> = plain.chars().collect();
        let is_digit =
            |at: Option<usize>| at.and_then(|at| letters.get(at)).is_some_and(char::is_ascii_digit);
        let one = |(at, letter): (usize, &char)| {
            let (before, after) = (at.checked_sub(1), at.checked_add(1));
            let is_start = before.and_then(|at| letters.get(at)).is_none_or(|one| *one == ' ');
            match letter {
                '.' if is_digit(before) && is_digit(after) => self.pick(',', '.'),
                '-' if is_start && is_digit(after) => '−',
                letter => *letter,
            }
        };
        letters.iter().enumerate().map(one).collect()
    }

    /// Days of pregnancy: `28 tuần 3 ngày`.
    pub fn weeks(self, days: i64) -> String {
        let (weeks, days) = (days.div_euclid(7), days.rem_euclid(7));
        let told = self.pick(format!("{weeks} tuần"), plural(weeks, "week"));
        match days {
            0 => told,
            days => format!("{told} {}", self.days(days)),
        }
    }

    /// `3 ngày`.
    pub fn days(self, days: i64) -> String {
        self.pick(format!("{days} ngày"), plural(days, "day"))
    }

    /// How old somebody is on a day: `2 tháng 3 ngày`, `4 tuổi 2 tháng`, `28 tuổi`.
    pub fn age(self, born: i64, day: i64) -> String {
        let months = whole_months(born, day);
        let (years, rest) = (months.div_euclid(12), months.rem_euclid(12));
        let of_years = |years: i64| self.pick(format!("{years} tuổi"), plural(years, "year"));
        let of_months = |months: i64| self.pick(format!("{months} tháng"), plural(months, "month"));
        match months {
            ..=0 => self.days(day - born),
            1..WITH_DAYS => match day - plus_months(born, months) {
                ..=0 => of_months(months),
                days => format!("{} {}", of_months(months), self.days(days)),
            },
            WITH_DAYS..WITH_MONTHS if rest > 0 => {
                format!("{} {}", of_years(years), of_months(rest))
            }
            _ => of_years(years),
        }
    }

    /// How old somebody is by a birth date of which only the month or the year may be known.
    pub fn age_of(self, birth_date: &str, day: i64) -> Option<String> {
        if let Some(born) = whole_day(birth_date) {
            return (born <= day).then(|| self.age(born, day));
        }
        let mut parts = birth_date.split('-').map(str::parse::<i64>);
        let (year, month) = (parts.next()?.ok()?, parts.next().and_then(Result::ok));
        let (now, this_month, _) = date_of(day);
        let months = (now - year) * 12 + month.map_or(0, |month| this_month - month);
        let told = match month {
            Some(_) if months < WITH_DAYS => {
                self.pick(format!("{months} tháng"), plural(months, "month"))
            }
            _ => self.pick(format!("{} tuổi", months / 12), plural(months / 12, "year")),
        };
        (months >= 0).then(|| self.pick(format!("khoảng {told}"), format!("about {told}")))
    }
}

fn plural(number: i64, one: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {one}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VI: Say = Say { language: Language::Vietnamese };
    const EN: Say = Say { language: Language::English };

    fn day(text: &str) -> i64 {
        whole_day(text).expect("a day")
    }

    #[test]
    fn ages_are_told_as_people_tell_them() {
        let age = |born, on| VI.age(day(born), day(on));
        assert_eq!(age("2026-09-28", "2026-12-01"), "2 tháng 3 ngày");
        assert_eq!(age("2026-10-01", "2026-12-01"), "2 tháng");
        assert_eq!(age("2026-11-20", "2026-12-01"), "11 ngày");
        assert_eq!(age("2022-10-01", "2026-12-01"), "4 tuổi 2 tháng");
        assert_eq!(age("1998-03-14", "2026-12-01"), "28 tuổi");
        assert_eq!(EN.age(day("2026-09-30"), day("2026-12-01")), "2 months 1 day");
        assert_eq!(VI.age_of("1997", day("2026-12-01")).as_deref(), Some("khoảng 29 tuổi"));
        assert_eq!(VI.age_of("2026-10", day("2026-12-01")).as_deref(), Some("khoảng 2 tháng"));
        assert_eq!(VI.age_of("2027-01-01", day("2026-12-01")), None);
    }

    #[test]
    fn dates_numbers_and_weeks_are_written_as_in_the_booklet() {
        assert_eq!(VI.date("2026-02-03T08:00:00+07:00"), "03/02/2026");
        assert_eq!((VI.date("2024-12"), VI.date("1997")), ("12/2024".into(), "1997".into()));
        assert_eq!((VI.number("44.5"), EN.number("44.5")), ("44,5".into(), "44.5".into()));
        assert_eq!((VI.weeks(199), VI.weeks(196)), ("28 tuần 3 ngày".into(), "28 tuần".into()));
        assert_eq!(EN.weeks(8), "1 week 1 day");
    }

    #[test]
    fn what_engines_tell_is_written_as_people_write() {
        assert_eq!(VI.value("29.5 cm"), "29,5 cm");
        assert_eq!(VI.value("< -3"), "< −3");
        assert_eq!(VI.value("≥ 140 mm[Hg]"), "≥ 140 mmHg");
        assert_eq!(VI.value("lhfa z = -2.05: Thấp còi"), "z = −2,05: Thấp còi");
        assert_eq!(VI.value("2026-10-15T09:00:00+07:00"), "15/10/2026");
        assert_eq!(VI.value("Protein niệu (+)"), "Protein niệu (+)");
        assert_eq!(EN.value("25.3 kg/m2"), "25.3 kg/m²");
    }

    #[test]
    fn links_keep_the_language_and_quote_what_is_in_them() {
        assert_eq!(VI.href("/so", &[("q", "")]), "/so");
        assert_eq!(EN.href("/so", &[("q", "a&b")]), "/so?q=a%26b&lang=en");
    }
}
