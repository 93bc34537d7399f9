//! The tree of criteria.

use crate::definitions::search_parameter::{ParamId, SearchParameter};
use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::index::compartment::Role;
use crate::index::patient::PatientNumber;

use super::value::composite::CompositeValue;
use super::value::date::DateValue;
use super::value::number::NumberValue;
use super::value::position::PositionValue;
use super::value::quantity::QuantityValue;
use super::value::reference::ReferenceValue;
use super::value::string::TextValue;
use super::value::token::TokenValue;
use super::value::uri::UriValue;
use super::value::words::WordsValue;

/// What a resource must be.
#[derive(Debug, Clone, PartialEq)]
pub enum Criteria {
    True,
    False,
    /// Each of these; of none: true.
    All(Vec<Self>),
    /// One of these at the least; of none: false.
    Any(Vec<Self>),
    Not(Box<Self>),
    Type(ResourceKind),
    /// One of these ids, in whatever type.
    Ids(Vec<ResourceId>),
    /// Last updated at one of these times.
    LastUpdated(Vec<DateValue>),
    /// One of its values of a parameter is one of these.
    Parameter(ParamId, Values),
    /// Whether it has no value of a parameter.
    Missing(Indexed, bool),
    /// It refers, by a parameter, to a resource of a type that is so.
    Chain {
        param: ParamId,
        kind: ResourceKind,
        criteria: Box<Self>,
    },
    /// A resource of a type that is so refers to it, by a parameter of that type.
    Has {
        kind: ResourceKind,
        param: ParamId,
        criteria: Box<Self>,
    },
    /// It belongs to one of these patients.
    Compartment {
        which: Belonging,
        patients: Patients,
    },
    /// It is about patients, and each of them is stored and so.
    Every(Box<Self>),
    /// It is about no patient, nor about anybody who is named otherwise.
    OfNobody,
    /// Its security labels: none at all, where that is meant too, or exactly one of these sets, each as
    /// [`of_labels`](crate::index::own::of_labels) makes it.
    Labels {
        none: bool,
        sets: Vec<String>,
    },
    /// It refers to something by a parameter of our own, and each resource that it refers to by it is
    /// stored, of one of the types of a group, and as the group has it.
    Parts {
        param: ParamId,
        groups: Vec<(Vec<ResourceKind>, Self)>,
    },
    /// Its text has these words.
    FullText(WordsValue),
}

/// Patients to whom something belongs.
#[derive(Debug, Clone, PartialEq)]
pub enum Patients {
    /// These, stored or not.
    Named(Vec<PatientNumber>),
    /// Those who are stored and so.
    Matching(Box<Criteria>),
}

/// How a resource belongs to a patient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Belonging {
    /// It is in her compartment, <https://hl7.org/fhir/R4/compartmentdefinition-patient.html>.
    In,
    /// It is about her: it does not merely name her as author or performer.
    About,
}

/// The values of one parameter that are asked for; one of them is enough.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    Tokens(Vec<TokenValue>),
    References(Vec<ReferenceValue>),
    Texts(Vec<TextValue>),
    /// One date of the resource meets one value of each of these lists.
    Dates(Vec<Vec<DateValue>>),
    Numbers(Vec<NumberValue>),
    Quantities(Vec<QuantityValue>),
    Uris(Vec<UriValue>),
    Composites(Vec<CompositeValue>),
    Positions(Vec<PositionValue>),
}

/// Where the values of a parameter are among the index rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Indexed {
    pub param: ParamId,
    /// Another parameter whose values count as well.
    pub also: Option<ParamId>,
    pub form: Form,
    /// Of references only those to this type: `patient` has its values among those of `subject`.
    pub target: Option<ResourceKind>,
}

/// The kinds of index rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Token,
    Text,
    Date,
    Number,
    Quantity,
    Reference,
    Uri,
    Composite,
}

impl Belonging {
    /// What a patient must be to a resource.
    pub fn roles(self) -> [Role; 2] {
        match self {
            Self::In => [Role::Listed, Role::Both],
            Self::About => [Role::About, Role::Both],
        }
    }
}

impl Indexed {
    /// Where the values of a parameter are.
    pub fn of(found: &SearchParameter, form: Form) -> Self {
        let (param, also) = found.sources();
        Self { param, also, form, target: found.within.and_then(|within| within.target) }
    }

    /// The parameters whose values count.
    pub fn params(self) -> impl Iterator<Item = ParamId> {
        [Some(self.param), self.also].into_iter().flatten()
    }
}

impl Criteria {
    /// One of these, without what an `Any` of none or of one would add.
    pub fn one_of(mut any: Vec<Self>) -> Self {
        any.retain(|one| *one != Self::False);
        match (any.len(), any.pop()) {
            (_, None) => Self::False,
            (1, Some(only)) => only,
            (_, Some(last)) => {
                any.push(last);
                Self::Any(any)
            }
        }
    }

    /// The parts that must all hold, without the `All` that binds them.
    pub fn conjuncts(&self) -> Vec<&Self> {
        match self {
            Self::True => Vec::new(),
            Self::All(all) => all.iter().flat_map(Self::conjuncts).collect(),
            one => vec![one],
        }
    }

    /// Whether some part of it meets a condition.
    pub fn has_part(&self, is_meant: &impl Fn(&Self) -> bool) -> bool {
        if is_meant(self) {
            return true;
        }
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().any(|part| part.has_part(is_meant)),
            Self::Not(part)
            | Self::Every(part)
            | Self::Chain { criteria: part, .. }
            | Self::Has { criteria: part, .. }
            | Self::Compartment { patients: Patients::Matching(part), .. } => {
                part.has_part(is_meant)
            }
            Self::Parts { groups, .. } => groups.iter().any(|(_, part)| part.has_part(is_meant)),
            _ => false,
        }
    }

    /// Whether the answer depends on other resources than the one that is asked about.
    pub fn is_about_others(&self) -> bool {
        self.has_part(&|part| {
            matches!(
                part,
                Self::Chain { .. }
                    | Self::Has { .. }
                    | Self::Every(_)
                    | Self::Parts { .. }
                    | Self::Compartment { patients: Patients::Matching(_), .. }
            )
        })
    }

    /// Whether the answer depends on what the resource refers to.
    pub fn is_about_references(&self) -> bool {
        self.is_about_others()
            || self.has_part(&|part| match part {
                Self::Parameter(_, Values::References(_))
                | Self::Compartment { .. }
                | Self::OfNobody => true,
                Self::Missing(indexed, _) => indexed.form == Form::Reference,
                _ => false,
            })
    }
}
