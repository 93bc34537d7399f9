//! Constraints, and how they are combined.

use super::cursor::Cursor;

/// The longer ones first: each begins with a shorter one.
const OPERATORS: [&str; 10] = ["<<!", "<<", "<!", "<", ">>!", ">>", ">!", ">", "!!<", "!!>"];
const OPERATOR_WORDS: [&str; 10] = [
    "descendantOrSelfOf",
    "descendantOf",
    "childOrSelfOf",
    "childOf",
    "ancestorOrSelfOf",
    "ancestorOf",
    "parentOrSelfOf",
    "parentOf",
    "top",
    "bottom",
];

impl Cursor<'_> {
    /// A whole constraint: one part, parts combined, a part refined, or attributes of a part.
    pub(super) fn constraint(&mut self, deeper: usize) -> Option<()> {
        let deeper = deeper.checked_sub(1)?;
        self.space();
        self.part(deeper)?;
        let end = self.place();
        self.space();
        if self.sign(":").is_some() {
            return self.refinement(deeper);
        }
        if self.is_next(".") {
            while self.sign(".").is_some() {
                self.space();
                self.part(deeper)?;
                self.space();
            }
            return Some(());
        }
        if self.word("minus").is_some() {
            self.space();
            return self.part(deeper);
        }
        self.back_to(end);
        self.and_so_on(|cursor| cursor.part(deeper))
    }

    /// More of the same, all joined by "and" or all by "or".
    pub(super) fn and_so_on(&mut self, one: impl Fn(&mut Self) -> Option<()>) -> Option<()> {
        let mut joint: Option<fn(&mut Self) -> Option<()>> = None;
        loop {
            let end = self.place();
            self.space();
            let joined = match joint {
                Some(joint) => joint(self),
                None if self.conjunction().is_some() => {
                    joint = Some(Self::conjunction);
                    Some(())
                }
                None if self.disjunction().is_some() => {
                    joint = Some(Self::disjunction);
                    Some(())
                }
                None => None,
            };
            if joined.is_none() {
                self.back_to(end);
                return Some(());
            }
            self.space();
            one(self)?;
        }
    }

    fn conjunction(&mut self) -> Option<()> {
        self.sign(",").or_else(|| self.word("and"))
    }

    fn disjunction(&mut self) -> Option<()> {
        self.word("or")
    }

    /// A concept, all concepts, or what is in parentheses; with what it stands for and filters.
    pub(super) fn part(&mut self, deeper: usize) -> Option<()> {
        let _has_operator = self
            .one_of(&OPERATORS)
            .or_else(|| OPERATOR_WORDS.iter().find_map(|word| self.word(word)));
        self.space();
        if self.sign("^").or_else(|| self.word("memberOf")).is_some() {
            self.space();
            if self.sign("[").is_some() {
                self.fields()?;
            }
            self.space();
        }
        self.focus(deeper)?;
        loop {
            let end = self.place();
            self.space();
            if !self.is_next("{{") {
                self.back_to(end);
                return Some(());
            }
            self.filter()?;
        }
    }

    fn focus(&mut self, deeper: usize) -> Option<()> {
        if self.sign("(").is_some() {
            self.constraint(deeper)?;
            self.space();
            return self.sign(")");
        }
        self.sign("*").or_else(|| self.identifier()).or_else(|| self.alternate_identifier())?;
        self.term()
    }

    /// `*]` or `referencedComponentId, mapTarget]`
    fn fields(&mut self) -> Option<()> {
        self.space();
        if self.sign("*").is_none() {
            loop {
                self.name()?;
                self.space();
                if self.sign(",").is_none() {
                    break;
                }
                self.space();
            }
        }
        self.space();
        self.sign("]")
    }

    fn name(&mut self) -> Option<()> {
        let letters = |text: &str| text.bytes().take_while(u8::is_ascii_alphabetic).count();
        let rest = self.place();
        let count = letters(rest);
        self.back_to(rest.get(count..).filter(|_| count > 0)?);
        Some(())
    }
}
