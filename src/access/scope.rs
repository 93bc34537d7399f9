//! Scopes of SMART App Launch, v1 and v2, <https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html>.

use std::fmt;

use crate::criteria::access::Doing;
use crate::fhir::kind::ResourceKind;

/// A scope for resources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    pub level: Level,
    /// None: every type.
    pub kind: Option<ResourceKind>,
    pub letters: Letters,
    /// What resources must be besides, as a query; empty: anything.
    pub query: String,
}

/// Whom a scope is about, or who uses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    Patient,
    User,
    System,
}

/// What a scope lets be done: `cruds`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Letters(u8);

/// In this order they are written.
const ORDER: &str = "cruds";

impl Letters {
    /// `c`, `u` and `d`.
    const WRITE: Self = Self(0b0_1101);
    /// `r` and `s`.
    const READ: Self = Self(0b1_0010);

    /// Reads `read`, `write`, `*` of v1 and letters of v2 in their order.
    fn parse(text: &str) -> Option<Self> {
        match text {
            "read" => return Some(Self::READ),
            "write" => return Some(Self::WRITE),
            "*" => return Some(Self(Self::READ.0 | Self::WRITE.0)),
            _ => {}
        }
        let (mut all, mut next) = (0_u8, 0);
        for letter in text.chars() {
            let at = ORDER.find(letter).filter(|at| *at >= next)?;
            all |= 1 << at;
            next = at + 1;
        }
        (all != 0).then_some(Self(all))
    }

    fn has(self, letter: char) -> bool {
        ORDER.find(letter).is_some_and(|at| self.0 & (1 << at) != 0)
    }

    /// Whether one of the letters allows something.
    pub fn allow(self, doing: Doing) -> bool {
        match doing {
            // What comes along with a search, or is why something is found, may be read or found.
            Doing::Join => self.has('r') || self.has('s'),
            Doing::Write => ['c', 'u', 'd'].into_iter().all(|letter| self.has(letter)),
            other => self.has(letter(other)),
        }
    }
}

/// The letter that allows something.
pub fn letter(doing: Doing) -> char {
    match doing {
        Doing::Read => 'r',
        Doing::Search | Doing::Join => 's',
        Doing::Create => 'c',
        Doing::Update | Doing::Write => 'u',
        Doing::Delete => 'd',
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Patient => "patient",
            Self::User => "user",
            Self::System => "system",
        })
    }
}

impl Scope {
    /// Reads a word of `scope`; none when it is about no resources, or not understood: it then allows
    /// nothing.
    pub fn parse(word: &str) -> Option<Self> {
        let (level, rest) = word.split_once('/')?;
        let level = match level {
            "patient" => Level::Patient,
            "user" => Level::User,
            "system" => Level::System,
            _ => return None,
        };
        let (kind, rest) = rest.split_once('.')?;
        let kind = match kind {
            "*" => None,
            name => Some(ResourceKind::parse(name)?),
        };
        let (letters, query) = rest.split_once('?').unwrap_or((rest, ""));
        let letters = Letters::parse(letters)?;
        // A query that says nothing is a mistake, and no reason to allow everything.
        if rest.contains('?') && query.is_empty() {
            return None;
        }
        Some(Self { level, kind, letters, query: query.to_owned() })
    }

    /// Whether others together allow all that it allows: each letter by one of them, which is about its
    /// type, or every type, and asks nothing of resources that it does not ask itself.
    pub fn is_within(&self, others: &[Self]) -> bool {
        let asked: Vec<&str> = self.query.split('&').collect();
        let is_wider = |other: &&Self| {
            let mut parts = other.query.split('&').filter(|part| !part.is_empty());
            other.level == self.level
                && other.kind.is_none_or(|kind| self.kind == Some(kind))
                && parts.all(|part| asked.contains(&part))
        };
        let is_allowed =
            |letter: char| others.iter().filter(is_wider).any(|other| other.letters.has(letter));
        ORDER.chars().filter(|letter| self.letters.has(*letter)).all(is_allowed)
    }

    /// Whether it allows something with resources of a type, which ones aside.
    pub fn allows(&self, doing: Doing, kind: ResourceKind) -> bool {
        self.kind.is_none_or(|own| own == kind) && self.letters.allow(doing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a word allows with Observations, in letters.
    fn allowed(word: &str) -> String {
        let observation = ResourceKind::parse("Observation").expect("a type");
        let all = [
            ('c', Doing::Create),
            ('r', Doing::Read),
            ('u', Doing::Update),
            ('d', Doing::Delete),
            ('s', Doing::Search),
        ];
        let scope = Scope::parse(word);
        let is_allowed =
            |doing| scope.as_ref().is_some_and(|scope| scope.allows(doing, observation));
        all.into_iter().filter(|(_, doing)| is_allowed(*doing)).map(|(letter, _)| letter).collect()
    }

    #[test]
    fn both_versions_are_read() {
        for (word, letters) in [
            ("user/Observation.read", "rs"),
            ("user/Observation.write", "cud"),
            ("patient/*.*", "cruds"),
            ("system/*.cruds", "cruds"),
            ("user/Observation.rs?category=vital-signs", "rs"),
            ("user/Observation.c", "c"),
            ("user/Patient.cruds", ""),
            ("user/Observation.sr", ""),
            ("user/Observation.rr", ""),
            ("user/Observation.", ""),
            ("user/Observation.rx", ""),
            ("user/Observation.READ", ""),
            ("user/Observation.rs?", ""),
            ("user/Observations.rs", ""),
            ("User/Observation.rs", ""),
            ("launch/patient", ""),
            ("openid", ""),
            ("user/*", ""),
        ] {
            assert_eq!(allowed(word), letters, "{word}");
        }
    }

    #[test]
    fn a_scope_is_within_others_that_allow_as_much() {
        let check = |word: &str, others: &str, expected: bool| {
            let others: Vec<Scope> = others.split(' ').filter_map(Scope::parse).collect();
            let scope = Scope::parse(word).expect(word);
            assert_eq!(scope.is_within(&others), expected, "{word} of {others:?}");
        };
        check("patient/Observation.rs", "patient/*.rs", true);
        check("patient/Observation.read", "patient/Observation.r patient/*.s", true);
        check("patient/*.rs", "patient/Observation.rs", false);
        check("patient/Observation.cruds", "patient/*.read", false);
        check("user/Observation.rs", "patient/*.rs", false);
        check("user/Observation.r?category=a", "user/Observation.r", true);
        check("user/Observation.r?category=a&code=b", "user/Observation.r?code=b", true);
        check("user/Observation.r", "user/Observation.r?code=b", false);
        check("user/Observation.r?code=c", "user/Observation.r?code=b", false);
        check("user/Observation.r", "", false);
    }

    #[test]
    fn what_comes_along_may_be_read_or_found() {
        let observation = ResourceKind::parse("Observation").expect("a type");
        for (word, is_so) in [("user/*.r", true), ("user/*.s", true), ("user/*.cud", false)] {
            let scope = Scope::parse(word).expect(word);
            assert_eq!(scope.allows(Doing::Join, observation), is_so, "{word}");
        }
    }
}
