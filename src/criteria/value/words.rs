//! Full-text queries, <https://hl7.org/fhir/R4/search.html#content>: phrases, and what holds of
//! several. A phrase is one word or several one behind the other.

use std::fmt::{Display, Formatter, Result};

use crate::index::words::Words;

/// What words of a resource must say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordsValue {
    pub scope: Scope,
    pub wanted: Wanted,
}

/// Which words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Those of the narrative, folded.
    Narrative,
    /// Those of the whole resource, folded.
    Content,
    /// Words as they are marked, wherever they stand.
    Marks,
}

/// What is wanted of them. Whatever it is, it does not hold of a resource that has none of its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    Phrase(Phrase),
    /// Each of these; there is one at the least.
    All(Vec<Self>),
    /// One of these; there is one at the least.
    Any(Vec<Self>),
    /// The first, and none of the others; there is one of them at the least.
    Without(Box<Self>, Vec<Phrase>),
}

/// Words one behind the other; there is one at the least.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phrase {
    pub words: Vec<String>,
    /// Whether the last word goes on.
    pub is_start: bool,
}

impl WordsValue {
    /// Whether a resource with these words is so.
    pub fn fits(&self, rows: &[Words]) -> bool {
        rows.iter().any(|words| {
            let cut = |list: &'_ str| list.split(' ').map(str::to_owned).collect();
            let lists: Vec<Vec<String>> = match self.scope {
                Scope::Narrative => vec![cut(&words.narrative)],
                Scope::Content => vec![cut(&words.narrative), cut(&words.content)],
                Scope::Marks => vec![cut(&words.marks)],
            };
            self.wanted.fits(&lists)
        })
    }
}

impl Wanted {
    fn fits(&self, lists: &[Vec<String>]) -> bool {
        match self {
            Self::Phrase(phrase) => phrase.fits(lists),
            Self::All(all) => all.iter().all(|one| one.fits(lists)),
            Self::Any(any) => any.iter().any(|one| one.fits(lists)),
            Self::Without(one, others) => {
                one.fits(lists) && !others.iter().any(|other| other.fits(lists))
            }
        }
    }
}

impl Phrase {
    fn fits(&self, lists: &[Vec<String>]) -> bool {
        let Some((last, before)) = self.words.split_last() else { return false };
        let is_last = |word: &String| match self.is_start {
            true => word.starts_with(last.as_str()),
            false => word == last,
        };
        let stands = |place: &[String]| match place.split_last() {
            Some((end, start)) => start == before && is_last(end),
            None => false,
        };
        lists.iter().any(|list| list.windows(self.words.len()).any(stands))
    }
}

/// As the canonical text of criteria has it.
impl Display for WordsValue {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let scope = match self.scope {
            Scope::Narrative => "narrative",
            Scope::Content => "content",
            Scope::Marks => "marks",
        };
        write!(f, "{scope} {}", self.wanted)
    }
}

impl Display for Wanted {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Phrase(phrase) => phrase.fmt(f),
            Self::All(all) => write!(f, "all({})", listed(all)),
            Self::Any(any) => write!(f, "any({})", listed(any)),
            Self::Without(one, others) => write!(f, "without({one}, {})", listed(others)),
        }
    }
}

impl Display for Phrase {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let star = if self.is_start { "*" } else { "" };
        write!(f, "{:?}{star}", self.words.join(" "))
    }
}

fn listed(all: &[impl Display]) -> String {
    all.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
