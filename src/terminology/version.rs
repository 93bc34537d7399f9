//! Versions of code systems and value sets, and the parameters that choose among them,
//! <https://hl7.org/fhir/R4/valueset-operation-expand.html>.
//!
//! A version may leave parts open: `1.2.x` or `1.2.*` is any version that begins with `1.2.`.

use std::cell::RefCell;

use crate::definitions::library::version_order::compare;

/// What a request says about versions: pairs of a URL and a version.
#[derive(Debug, Clone, Default)]
pub struct VersionRules {
    /// `force-system-version`: instead of what the value set says.
    pub force: Vec<Pinned>,
    /// `system-version`: where the value set says nothing.
    pub default: Vec<Pinned>,
    /// `check-system-version`: any other is an error.
    pub check: Vec<Pinned>,
    /// `default-valueset-version`: of value sets that are named without one.
    pub value_sets: Vec<Pinned>,
    /// `exclude-system`: systems, or versions of them, whose codes are left out of expansions.
    pub exclude: Vec<(Box<str>, Option<Box<str>>)>,
    /// The systems of which `system-version` has decided the version.
    pub(crate) decided: RefCell<Vec<Box<str>>>,
}

/// A URL with a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pinned {
    pub url: Box<str>,
    pub version: Box<str>,
}

/// The version that is meant where a value set takes codes from a system.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Wanted {
    pub(crate) version: Option<Box<str>>,
    /// Whether a parameter put it in place of what the value set says.
    pub(crate) is_changed: bool,
}

impl Pinned {
    /// Reads `url|version`.
    pub fn parse(canonical: &str) -> Option<Self> {
        let (url, version) = canonical.split_once('|')?;
        Some(Self { url: url.into(), version: version.into() })
    }
}

impl VersionRules {
    /// What is meant by a value set that names a system in this version.
    pub(crate) fn wanted(&self, system: &str, said: Option<&str>) -> Wanted {
        let rule = match said {
            _ if of(&self.force, system).is_some() => of(&self.force, system),
            Some(_) => None,
            None => of(&self.default, system)
                .inspect(|_| self.decide(system))
                .or_else(|| of(&self.check, system)),
        };
        match rule {
            Some(version) => {
                let is_changed = said != Some(version);
                Wanted { version: Some(version.into()), is_changed }
            }
            None => Wanted { version: said.map(Into::into), is_changed: false },
        }
    }

    /// Whether codes of a system, in this version, are left out.
    pub(crate) fn leaves_out(&self, system: &str, version: Option<&str>) -> bool {
        self.exclude.iter().any(|(url, other)| {
            **url == *system && (other.is_none() || other.as_deref() == version)
        })
    }

    fn decide(&self, system: &str) {
        let mut decided = self.decided.borrow_mut();
        if !decided.iter().any(|known| **known == *system) {
            decided.push(system.into());
        }
    }

    /// Whether a `system-version` had a say.
    pub fn has_decided(&self, canonical: &str) -> bool {
        let url = canonical.split('|').next().unwrap_or_default();
        self.decided.borrow().iter().any(|known| **known == *url)
    }

    /// The version that is meant where a request names a system in this version.
    pub fn wanted_version(&self, system: &str, said: Option<&str>) -> Option<Box<str>> {
        self.wanted(system, said).version
    }

    /// The version that a system has to have, when this one is not it.
    pub(crate) fn refused(&self, system: &str, version: Option<&str>) -> Option<&str> {
        let wanted = of(&self.check, system)?;
        let fits = version.is_some_and(|version| matches(wanted, version));
        (!fits).then_some(wanted)
    }

    /// The canonical of a value set, with the version that is meant.
    pub(crate) fn value_set(&self, canonical: &str) -> Box<str> {
        match of(&self.value_sets, canonical) {
            Some(version) if !canonical.contains('|') => format!("{canonical}|{version}").into(),
            _ => canonical.into(),
        }
    }
}

fn of<'r>(rules: &'r [Pinned], url: &str) -> Option<&'r str> {
    rules.iter().find(|rule| *rule.url == *url).map(|rule| &*rule.version)
}

/// Whether a version is the one that is wanted, or one of those it leaves open.
pub(crate) fn matches(wanted: &str, version: &str) -> bool {
    if wanted == version {
        return true;
    }
    if is_edition(wanted) {
        let rest = version.strip_prefix(wanted);
        return rest.is_some_and(|rest| rest.starts_with("/version/"));
    }
    if !is_open(wanted) {
        return false;
    }
    let mut parts = version.split('.');
    let mut last_is_open = false;
    for part in wanted.split('.') {
        last_is_open = is_wildcard(part);
        match parts.next() {
            Some(other) if last_is_open || part == other => {}
            None if last_is_open => {}
            _ => return false,
        }
    }
    last_is_open || parts.next().is_none()
}

/// Whether a version leaves parts open.
pub(crate) fn is_open(version: &str) -> bool {
    is_edition(version) || version.split('.').any(is_wildcard)
}

/// Whether it is an edition of SNOMED CT, of whatever date,
/// <https://hl7.org/fhir/R4/snomedct.html#4.3.2.1.2>.
fn is_edition(version: &str) -> bool {
    let module = version.strip_prefix("http://snomed.info/sct/");
    module.is_some_and(|module| !module.is_empty() && !module.contains('/'))
}

/// The latest of some versions, of those that are wanted.
pub(crate) fn latest<'v>(
    versions: impl Iterator<Item = &'v str>,
    wanted: Option<&str>,
) -> Option<&'v str> {
    let fit = versions.filter(|version| wanted.is_none_or(|wanted| matches(wanted, version)));
    fit.max_by(|a, b| compare(Some(a), Some(b)))
}

fn is_wildcard(part: &str) -> bool {
    matches!(part, "x" | "X" | "*")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(wanted: &str, version: &str, expected: bool) {
        assert_eq!(matches(wanted, version), expected, "{wanted} {version}");
    }

    #[test]
    fn open_parts_match_anything() {
        check("1.0.0", "1.0.0", true);
        check("1.0.x", "1.0.7", true);
        check("1.0.x", "1.2.0", false);
        check("1.x", "1.2.0", true);
        check("1.x.x", "1.2", true);
        check("1.x.0", "1.2.0", true);
        check("1.x.0", "1.2.1", false);
        check("*", "2020", true);
        check("1", "1.0.0", false);
    }

    #[test]
    fn the_latest_is_chosen() {
        let versions = || ["1.2.0", "1.10.0", "2.0.0"].into_iter();
        assert_eq!(latest(versions(), None), Some("2.0.0"));
        assert_eq!(latest(versions(), Some("1.x.x")), Some("1.10.0"));
        assert_eq!(latest(versions(), Some("3.x")), None);
    }

    #[test]
    fn parameters_change_what_a_value_set_says() {
        let pinned = |version: &str| vec![Pinned { url: "s".into(), version: version.into() }];
        let wanted = |rules: &VersionRules, said| {
            let wanted = rules.wanted("s", said);
            (wanted.version.map(String::from), wanted.is_changed)
        };
        let force = VersionRules { force: pinned("1"), ..VersionRules::default() };
        assert_eq!(wanted(&force, Some("2")), (Some("1".into()), true));
        let default = VersionRules { default: pinned("1"), ..VersionRules::default() };
        assert_eq!(wanted(&default, Some("2")), (Some("2".into()), false));
        assert_eq!(wanted(&default, None), (Some("1".into()), true));
        let check = VersionRules { check: pinned("1.x"), ..VersionRules::default() };
        assert_eq!(wanted(&check, None), (Some("1.x".into()), true));
        assert_eq!(check.refused("s", Some("2.0")), Some("1.x"));
        assert_eq!(check.refused("s", Some("1.5")), None);
        assert_eq!(check.refused("t", Some("2.0")), None);
    }
}
