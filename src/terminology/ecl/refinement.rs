//! What follows the colon: attributes, in groups or not, and their values.

use super::cursor::Cursor;

impl Cursor<'_> {
    pub(super) fn refinement(&mut self, deeper: usize) -> Option<()> {
        let deeper = deeper.checked_sub(1)?;
        self.space();
        self.refining(deeper)?;
        self.and_so_on(|cursor| cursor.refining(deeper))
    }

    /// A group, an attribute, or more of them in parentheses.
    fn refining(&mut self, deeper: usize) -> Option<()> {
        let start = self.place();
        let _is_counted = self.cardinality()?;
        self.space();
        if self.sign("{").is_some() {
            self.attributes(deeper)?;
            self.space();
            return self.sign("}");
        }
        self.back_to(start);
        if self.is_next("(") {
            return self.in_parentheses(deeper, Self::refinement);
        }
        self.attribute(deeper)
    }

    fn attributes(&mut self, deeper: usize) -> Option<()> {
        let deeper = deeper.checked_sub(1)?;
        let one = |cursor: &mut Self| match cursor.is_next("(") {
            true => cursor.in_parentheses(deeper, Self::attributes),
            false => cursor.attribute(deeper),
        };
        self.space();
        one(self)?;
        self.and_so_on(one)
    }

    /// Parentheses hold attributes, or the name of one.
    fn in_parentheses(
        &mut self,
        deeper: usize,
        inner: fn(&mut Self, usize) -> Option<()>,
    ) -> Option<()> {
        let start = self.place();
        self.sign("(")?;
        let read = inner(self, deeper).and_then(|()| {
            self.space();
            self.sign(")")
        });
        if read.is_some() {
            return read;
        }
        let reached = self.place();
        self.back_to(start);
        let read = self.attribute(deeper);
        if read.is_none() && self.place().len() > reached.len() {
            self.back_to(reached);
        }
        read
    }

    fn attribute(&mut self, deeper: usize) -> Option<()> {
        self.cardinality()?;
        self.space();
        let start = self.place();
        let is_reversed = self.word("reverseOf").or_else(|| self.word("R"));
        self.space();
        if is_reversed.is_none() {
            self.back_to(start);
        }
        self.part(deeper)?;
        self.space();
        self.one_of(&["!=", "<=", ">=", "=", "<", ">"])?;
        self.space();
        self.value(deeper)
    }

    fn value(&mut self, deeper: usize) -> Option<()> {
        if self.sign("#").is_some() {
            return self.number();
        }
        if let Some(()) = self.word("true").or_else(|| self.word("false")) {
            return Some(());
        }
        let start = self.place();
        if self.search_term().is_some() {
            return Some(());
        }
        if self.sign("(").is_some() && self.search_terms().is_some() {
            return Some(());
        }
        self.back_to(start);
        self.part(deeper)
    }

    /// `"heart"`, `wild:"heart*"`
    fn search_term(&mut self) -> Option<()> {
        let start = self.place();
        for kind in ["match", "wild", "exact"] {
            if self.word(kind).is_some() {
                self.space();
                self.sign(":")?;
                self.space();
            }
        }
        self.quoted()?;
        // A scheme in quotation marks has its code behind it.
        if self.is_next("#") {
            self.back_to(start);
            return None;
        }
        Some(())
    }

    fn search_terms(&mut self) -> Option<()> {
        self.space();
        self.search_term()?;
        loop {
            self.space();
            if self.sign(")").is_some() {
                return Some(());
            }
            self.search_term()?;
        }
    }

    /// `[1..*]`, if a bracket is next; whether it was.
    fn cardinality(&mut self) -> Option<bool> {
        if self.sign("[").is_none() {
            return Some(false);
        }
        self.space();
        self.digits()?;
        self.sign("..")?;
        self.sign("*").or_else(|| self.digits())?;
        self.space();
        self.sign("]").map(|()| true)
    }
}
