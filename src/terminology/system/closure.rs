//! Closure tables: which of a client's concepts is above which,
//! <https://hl7.org/fhir/R4/terminology-service.html#closure>.
//!
//! Concepts of different systems are never above each other.

use super::source::SourceError;
use crate::terminology::scope::Scope;

/// A concept of a table.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Member {
    pub system: Box<str>,
    pub code: Box<str>,
}

/// That a concept is somewhere below another one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ClosureEntry {
    pub system: Box<str>,
    pub code: Box<str>,
    pub ancestor: Box<str>,
}

/// Why nothing is known of a concept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unmatched {
    System,
    Code,
}

/// What concepts add to a table.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Grown {
    pub added: Vec<Member>,
    pub entries: Vec<ClosureEntry>,
    pub unmatched: Vec<(Member, Unmatched)>,
}

/// Adds concepts to those of a table; those it has already change nothing.
pub fn grow(
    scope: &Scope<'_>,
    table: &[Member],
    concepts: Vec<Member>,
) -> Result<Grown, SourceError> {
    let mut grown = Grown::default();
    for Member { system, code } in concepts {
        let Some(source) = scope.system(&system, None) else {
            grown.unmatched.push((Member { system, code }, Unmatched::System));
            continue;
        };
        let Some(found) = source.find(&code)? else {
            grown.unmatched.push((Member { system, code }, Unmatched::Code));
            continue;
        };
        let member = Member { system, code: found.code.clone() };
        if table.contains(&member) || grown.added.contains(&member) {
            continue;
        }
        let of_system = table.iter().chain(&grown.added);
        for other in of_system.filter(|other| other.system == member.system) {
            let (code, ancestor) = if source.is_below(&member.code, &other.code)? {
                (&member.code, &other.code)
            } else if source.is_below(&other.code, &member.code)? {
                (&other.code, &member.code)
            } else {
                continue;
            };
            let system = member.system.clone();
            grown.entries.push(ClosureEntry {
                system,
                code: code.clone(),
                ancestor: ancestor.clone(),
            });
        }
        grown.added.push(member);
    }
    Ok(grown)
}
