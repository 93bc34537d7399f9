//! The canonical text of criteria: the same tree has the same text, and no other tree has it.
//!
//! ```text
//! criteria = "true" / "false" / "type(" name ")" / "full-text(" scope " " words ")"
//!          / ("all" / "any") "(" [criteria *(", " criteria)] ")" / "not(" criteria ")"
//!          / "id(" texts ")" / "updated(" dates ")"
//!          / form "(" param ": " values ")"
//!          / ("missing" / "present") "(" form 1*2(" " param) [" " name] ")"
//!          / "chain(" param " " name ": " criteria ")" / "has(" name " " param ": " criteria ")"
//!          / ("in" / "about") "(" (criteria / "patients " numbers) ")"
//!          / "every(" criteria ")" / "nobody" / "labels(" ["none; "] [texts] ")"
//!          / "parts(" param *("; " names ": " criteria) ")"
//! scope    = "narrative" / "content" / "marks"
//! words    = text ["*"] / ("all" / "any" / "without") "(" words *(", " words) ")"
//! form     = "token" / "string" / "date" / "number" / "quantity" / "reference" / "uri" / "composite"
//! param    = the number of a search parameter, as the table `search_parameter` has it
//! text     = a quoted string with escapes, as Rust writes it
//! ```
//!
//! Values are separated by commas, parts of a composite by `$`, lists of dates for one row by `&`.

use std::fmt::{Display, Formatter, Result};

use super::tree::{Belonging, Criteria, Form, Indexed, Patients, Values};
use super::value::composite::{CompositeValue, PartValue};
use super::value::date::DateValue;
use super::value::number::NumberValue;
use super::value::position::PositionValue;
use super::value::quantity::{QuantityValue, UnitValue};
use super::value::reference::{ReferenceValue, TargetType};
use super::value::string::TextValue;
use super::value::token::{System, TokenValue};
use super::value::uri::UriValue;

impl Display for Criteria {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::True => f.write_str("true"),
            Self::False => f.write_str("false"),
            Self::All(all) => write!(f, "all({})", List(all, ", ")),
            Self::Any(any) => write!(f, "any({})", List(any, ", ")),
            Self::Not(criteria) => write!(f, "not({criteria})"),
            Self::Type(kind) => write!(f, "type({})", kind.name()),
            Self::Ids(ids) => {
                let ids: Vec<Quoted<'_>> = ids.iter().map(|id| Quoted(id.as_str())).collect();
                write!(f, "id({})", List(&ids, ", "))
            }
            Self::LastUpdated(dates) => write!(f, "updated({})", List(dates, ", ")),
            Self::Parameter(param, values) => {
                write!(f, "{}({}: {values})", values.form(), param.number())
            }
            Self::Missing(indexed, true) => write!(f, "missing({indexed})"),
            Self::Missing(indexed, false) => write!(f, "present({indexed})"),
            Self::Chain { param, kind, criteria } => {
                write!(f, "chain({} {}: {criteria})", param.number(), kind.name())
            }
            Self::Has { kind, param, criteria } => {
                write!(f, "has({} {}: {criteria})", kind.name(), param.number())
            }
            Self::Compartment { which: Belonging::In, patients } => write!(f, "in({patients})"),
            Self::Compartment { which: Belonging::About, patients } => {
                write!(f, "about({patients})")
            }
            Self::Every(criteria) => write!(f, "every({criteria})"),
            Self::OfNobody => f.write_str("nobody"),
            Self::Labels { none, sets } => {
                let sets: Vec<Quoted<'_>> = sets.iter().map(|set| Quoted(set)).collect();
                write!(f, "labels({}{})", if *none { "none; " } else { "" }, List(&sets, ", "))
            }
            Self::Parts { param, groups } => {
                write!(f, "parts({}", param.number())?;
                for (kinds, part) in groups {
                    let names: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
                    write!(f, "; {}: {part}", List(&names, " "))?;
                }
                f.write_str(")")
            }
            Self::FullText(words) => write!(f, "full-text({words})"),
        }
    }
}

impl Display for Patients {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Named(patients) => {
                let numbers: Vec<i64> = patients.iter().map(|one| one.number()).collect();
                write!(f, "patients {}", List(&numbers, ", "))
            }
            Self::Matching(criteria) => criteria.fmt(f),
        }
    }
}

impl Values {
    /// The kind of rows that have such values.
    pub fn form(&self) -> Form {
        match self {
            Self::Tokens(_) => Form::Token,
            Self::References(_) => Form::Reference,
            Self::Texts(_) => Form::Text,
            Self::Dates(_) => Form::Date,
            // The rows of positions are pairs of numbers.
            Self::Numbers(_) | Self::Positions(_) => Form::Number,
            Self::Quantities(_) => Form::Quantity,
            Self::Uris(_) => Form::Uri,
            Self::Composites(_) => Form::Composite,
        }
    }
}

impl Display for Values {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Tokens(values) => List(values, ", ").fmt(f),
            Self::References(values) => List(values, ", ").fmt(f),
            Self::Texts(values) => List(values, ", ").fmt(f),
            Self::Dates(lists) => {
                let lists: Vec<_> = lists.iter().map(|list| Group(List(list, ", "))).collect();
                List(&lists, " & ").fmt(f)
            }
            Self::Numbers(values) => List(values, ", ").fmt(f),
            Self::Quantities(values) => List(values, ", ").fmt(f),
            Self::Uris(values) => List(values, ", ").fmt(f),
            Self::Composites(values) => List(values, ", ").fmt(f),
            Self::Positions(values) => List(values, ", ").fmt(f),
        }
    }
}

impl Display for Form {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(match self {
            Self::Token => "token",
            Self::Text => "string",
            Self::Date => "date",
            Self::Number => "number",
            Self::Quantity => "quantity",
            Self::Reference => "reference",
            Self::Uri => "uri",
            Self::Composite => "composite",
        })
    }
}

impl Display for Indexed {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "{}", self.form)?;
        self.params().try_for_each(|param| write!(f, " {}", param.number()))?;
        self.target.map_or(Ok(()), |kind| write!(f, " {}", kind.name()))
    }
}

/// `"code"@system`, where the system is its number, `-` for none, `*` for any; `*@5` is all of one.
impl Display for TokenValue {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self.code() {
            Some(code) => write!(f, "{code:?}@")?,
            None => f.write_str("*@")?,
        }
        match self.system {
            System::Any => f.write_str("*"),
            System::None => f.write_str("-"),
            System::Is(hash) => hash.fmt(f),
            System::Nowhere => f.write_str("nowhere"),
        }
    }
}

/// `"id"@Patient|Group`
impl Display for ReferenceValue {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "{:?}@", self.target())?;
        match self.of() {
            TargetType::Any => f.write_str("*"),
            TargetType::OneOf(kinds) => List(kinds, "|").fmt(f),
            TargetType::Elsewhere => f.write_str("elsewhere"),
            TargetType::Nowhere => f.write_str("nowhere"),
        }
    }
}

/// `^"start"`, `="folded"/"as it is"`, `~"anywhere"`, `="folded"`, `"end"$`, `^"folded"/("as it is")`
impl Display for TextValue {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Start(text) => write!(f, "^{text:?}"),
            Self::Exact { folded, exact } => write!(f, "={folded:?}/{exact:?}"),
            Self::Contains(text) => write!(f, "~{text:?}"),
            Self::Whole(text) => write!(f, "={text:?}"),
            Self::End(text) => write!(f, "{text:?}$"),
            Self::Marked { folded, exact } => {
                let exact: Vec<Quoted<'_>> = exact.iter().map(|exact| Quoted(exact)).collect();
                write!(f, "^{folded:?}/({})", List(&exact, "|"))
            }
        }
    }
}

/// `"as it is"`, `"root"/..`
impl Display for UriValue {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Is(uri) => write!(f, "{uri:?}"),
            Self::Below(root) => write!(f, "{root:?}/.."),
        }
    }
}

/// `ge1000..2000`, microseconds since 1970
impl Display for DateValue {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "{}{}..{}", self.prefix.name(), self.range.low, self.range.high)
    }
}

/// `near 21.0 105.8 0.09`, degrees
impl Display for PositionValue {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let [latitude, longitude] = [self.latitude, self.longitude].map(|degrees| degrees + 0.0);
        write!(f, "near {latitude:?} {longitude:?} {:?}", self.reach)
    }
}

/// `ge5.0[4.95,5.05]`
impl Display for NumberValue {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        // Adding nothing makes one zero of the two that floats have.
        let [value, low, high] = [self.number.value, self.number.low, self.number.high];
        let prefix = self.prefix.name();
        write!(f, "{prefix}{:?}[{:?},{:?}]", value + 0.0, low + 0.0, high + 0.0)
    }
}

/// The number, and its unit: `*`, as a token, or base units in brackets.
impl Display for QuantityValue {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match &self.unit {
            UnitValue::Any => write!(f, "{} *", self.number),
            UnitValue::Base(unit) => write!(f, "{} [{unit:?}]", self.number),
            // The amount is told by number and code.
            UnitValue::Written { system, code, .. } => {
                let system = system.map_or(System::Any, System::Is);
                write!(f, "{} {}", self.number, TokenValue::new(system, code.as_deref()))
            }
        }
    }
}

impl Display for CompositeValue {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        Group(List(&self.parts, " $ ")).fmt(f)
    }
}

impl Display for PartValue {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Token(value) => write!(f, "token {value}"),
            Self::Reference(value) => write!(f, "reference {value}"),
            Self::Text(value) => write!(f, "string {value}"),
            Self::Uri(value) => write!(f, "uri {value:?}"),
            Self::Number(value) => write!(f, "number {value}"),
            Self::Date(value) => write!(f, "date {value}"),
            Self::Quantity(value) => write!(f, "quantity {value}"),
        }
    }
}

/// Things with a separator between them.
struct List<'a, T>(&'a [T], &'static str);

impl<T: Display> Display for List<'_, T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        for (at, one) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_str(self.1)?;
            }
            one.fmt(f)?;
        }
        Ok(())
    }
}

/// Something in parentheses.
struct Group<T>(T);

impl<T: Display> Display for Group<T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "({})", self.0)
    }
}

struct Quoted<'a>(&'a str);

impl Display for Quoted<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "{:?}", self.0)
    }
}
