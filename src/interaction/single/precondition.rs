//! What must be so before a request is carried out: `If-Match`, and what makes a read needless,
//! <https://hl7.org/fhir/R4/http.html#concurrency>, <https://hl7.org/fhir/R4/http.html#cread>.

use crate::fhir::date::{DateRange, Zone};
use crate::store::row::Stored;
use crate::store::write::Expect;

use crate::interaction::failure::{Failure, Kind};

/// Tags of versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tags {
    /// `*`: whatever there is.
    All,
    /// Numbers of versions; tags that are not of this server are left out.
    These(Vec<i64>),
}

/// What an update asks of what is there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Conditions {
    pub if_match: Option<Tags>,
    /// `If-None-Match: *`: there is nothing.
    pub is_new: bool,
}

/// What makes a read needless: the client has what there is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unless {
    /// `If-None-Match`
    pub has: Option<Tags>,
    /// `If-Modified-Since`: the last microsecond of the time that was told.
    pub since: Option<i64>,
}

impl Tags {
    /// Reads `W/"3"`, `W/"3", W/"4"` and `*`; none when it is neither.
    pub fn parse(text: &str) -> Option<Self> {
        if text.trim() == "*" {
            return Some(Self::All);
        }
        let (mut versions, mut rest) = (Vec::new(), text.trim_start());
        loop {
            let quoted = rest.strip_prefix("W/").unwrap_or(rest).strip_prefix('"')?;
            let (tag, after) = quoted.split_once('"')?;
            versions.extend(tag.parse::<i64>().ok());
            match after.trim_start() {
                "" => return Some(Self::These(versions)),
                more => rest = more.strip_prefix(',')?.trim_start(),
            }
        }
    }

    /// Whether a version is one of them.
    pub(super) fn contain(&self, version: i64) -> bool {
        match self {
            Self::All => true,
            Self::These(versions) => versions.contains(&version),
        }
    }

    /// What a write expects that may only replace one of these.
    pub fn expected(tags: Option<&Self>) -> Expect {
        match tags {
            None => Expect::Any,
            Some(Self::All) => Expect::Living,
            Some(Self::These(versions)) => Expect::OneOf(versions.clone()),
        }
    }

    /// Reads `If-Match`.
    pub fn of_if_match(text: &str) -> Result<Self, Failure> {
        let tags = Self::parse(text).filter(|tags| *tags != Self::These(Vec::new()));
        tags.ok_or_else(|| {
            Kind::Malformed.because(
                format!("If-Match phải có dạng W/\"3\", nhiều thẻ cách nhau bằng dấu phẩy, hoặc *, nhưng lại là '{text}'."),
                format!("If-Match must look like W/\"3\", several of them with commas between, or *, but is '{text}'."),
            )
        })
    }
}

impl Unless {
    /// Reads the conditions of an entry of a Bundle.
    pub(in crate::interaction) fn of_entry(
        tags: Option<&str>,
        since: Option<&str>,
        zone: Zone,
    ) -> Result<Self, Failure> {
        let read = |tags: &str| {
            Tags::parse(tags).ok_or_else(|| {
                Kind::Malformed.because(
                    format!("ifNoneMatch phải có dạng W/\"3\", nhưng lại là '{tags}'."),
                    format!("ifNoneMatch must look like W/\"3\", but is '{tags}'."),
                )
            })
        };
        let instant = |text: &str| {
            let range = DateRange::parse(text, zone);
            range.map(|range| range.high - 1).ok_or_else(|| {
                Kind::Malformed.because(
                    format!("ifModifiedSince phải là một thời điểm, nhưng lại là '{text}'."),
                    format!("ifModifiedSince must be an instant, but is '{text}'."),
                )
            })
        };
        Ok(Self { has: tags.map(read).transpose()?, since: since.map(instant).transpose()? })
    }

    /// Whether an update is to be done only where there is nothing: `If-None-Match: *`.
    pub(in crate::interaction) fn is_new(&self) -> Result<bool, Failure> {
        match &self.has {
            None => Ok(false),
            Some(Tags::All) => Ok(true),
            Some(Tags::These(_)) => Err(Kind::Malformed.because(
                "Với PUT, If-None-Match chỉ nhận *: chỉ lưu khi chưa có tài nguyên. Để chỉ thay một phiên bản, hãy dùng If-Match.",
                "With PUT, If-None-Match takes * only: store it where there is no resource yet. To replace one version only, use If-Match.",
            )),
        }
    }

    /// Whether the client has this version already; tags count more than times.
    pub(in crate::interaction) fn has(&self, stored: &Stored) -> bool {
        match &self.has {
            Some(tags) => tags.contain(stored.version),
            None => self.since.is_some_and(|since| stored.updated <= since),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&[i64]>) {
        let expected = expected.map(|versions| Tags::These(versions.to_vec()));
        assert_eq!(Tags::parse(text), expected, "{text}");
    }

    #[test]
    fn tags_come_alone_in_lists_or_as_a_star() {
        check("W/\"3\"", Some(&[3]));
        check(" \"3\" ", Some(&[3]));
        check("W/\"3\",W/\"4\" , \"5\"", Some(&[3, 4, 5]));
        check("W/\"a,b\", W/\"4\"", Some(&[4]));
        check("\"\"", Some(&[]));
        for bad in ["", "3", "W/3", "W/\"3", "W/\"3\",", "W/\"3\" W/\"4\"", "*, \"3\""] {
            check(bad, None);
        }
        assert_eq!(Tags::parse(" * "), Some(Tags::All));
    }
}
