//! What can be wrong with a differential, in words.

use crate::fhir::issue::{Issue, IssueCode, Text};

use super::limit::{MOST_ELEMENTS, MOST_NEEDED, MOST_STEPS};

/// Why a snapshot, or a part of it, cannot be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum SnapshotFault {
    NoElements,
    NoPath,
    OtherRoot {
        expected: Box<str>,
        found: Box<str>,
    },
    UnknownBase(Box<str>),
    Cycle(Box<str>),
    TooLarge,
    TooDeep,
    UnknownPath,
    UnknownType(Box<str>),
    NotBelowChoice,
    MinAboveMax {
        min: u64,
        max: Box<str>,
    },
    MinBelowBase {
        min: u64,
        base: u64,
    },
    MaxAboveBase {
        max: Box<str>,
        base: Box<str>,
    },
    SlicesAboveMax {
        min: u64,
        max: Box<str>,
    },
    TypeNotInBase(Box<str>),
    WeakerBinding {
        strength: Box<str>,
        base: Box<str>,
    },
    NewSliceInClosed,
    OutOfOrder,
    NoSlicing,
    OtherTypeOfSlice {
        slice: Box<str>,
        expected: Box<str>,
    },
    /// A property says something wider, or something else, than the base.
    Changed {
        name: Box<str>,
        base: Box<str>,
        now: Box<str>,
    },
    NothingBetween {
        least: Box<str>,
        most: Box<str>,
    },
    NoSuchDiscriminator(Box<str>),
    ProfileOfOtherType {
        profile: Box<str>,
        code: Box<str>,
    },
    TargetIsNoResource(Box<str>),
    OtherType {
        expected: Box<str>,
        found: Box<str>,
    },
    UnknownSlice(Box<str>),
}

impl SnapshotFault {
    /// The finding about an element, named by its id.
    pub(super) fn at(&self, id: &str) -> Issue {
        Issue::error(self.code(), self.text()).at(id)
    }

    /// A property that says something wider or else than the base.
    pub(super) fn changed(name: &str, base: &str, now: &str) -> Self {
        Self::Changed { name: name.into(), base: base.into(), now: now.into() }
    }

    /// The finding about the whole definition.
    pub(super) fn issue(&self) -> Issue {
        Issue::error(self.code(), self.text())
    }

    fn code(&self) -> IssueCode {
        match self {
            Self::NoElements | Self::NoPath => IssueCode::Required,
            Self::OtherRoot { .. } | Self::UnknownPath | Self::NotBelowChoice => {
                IssueCode::Structure
            }
            Self::UnknownBase(_) | Self::UnknownType(_) => IssueCode::NotFound,
            Self::TooLarge | Self::TooDeep => IssueCode::TooCostly,
            Self::Cycle(_)
            | Self::MinAboveMax { .. }
            | Self::MinBelowBase { .. }
            | Self::MaxAboveBase { .. }
            | Self::SlicesAboveMax { .. }
            | Self::TypeNotInBase(_)
            | Self::WeakerBinding { .. }
            | Self::NewSliceInClosed
            | Self::OutOfOrder
            | Self::NoSlicing
            | Self::OtherTypeOfSlice { .. }
            | Self::Changed { .. }
            | Self::NothingBetween { .. }
            | Self::NoSuchDiscriminator(_)
            | Self::ProfileOfOtherType { .. }
            | Self::TargetIsNoResource(_)
            | Self::UnknownSlice(_)
            | Self::OtherType { .. } => IssueCode::BusinessRule,
        }
    }

    fn text(&self) -> Text {
        match self {
            Self::MinAboveMax { .. }
            | Self::MinBelowBase { .. }
            | Self::MaxAboveBase { .. }
            | Self::SlicesAboveMax { .. } => self.cardinality_text(),
            Self::NewSliceInClosed
            | Self::OutOfOrder
            | Self::NoSlicing
            | Self::NoSuchDiscriminator(_)
            | Self::UnknownSlice(_)
            | Self::OtherTypeOfSlice { .. } => self.slicing_text(),
            Self::Changed { .. }
            | Self::NothingBetween { .. }
            | Self::ProfileOfOtherType { .. }
            | Self::TargetIsNoResource(_)
            | Self::OtherType { .. } => self.narrowing_text(),
            _ => self.definition_text(),
        }
    }

    fn cardinality_text(&self) -> Text {
        match self {
            Self::MinAboveMax { min, max } => Text::new(
                format!("min {min} lớn hơn max {max}."),
                format!("min {min} is more than max {max}."),
            ),
            Self::MinBelowBase { min, base } => Text::new(
                format!(
                    "min {min} nhỏ hơn min {base} của định nghĩa gốc; chỉ được siết chặt, không được nới lỏng."
                ),
                format!(
                    "min {min} is less than min {base} of the base definition; a profile may only narrow."
                ),
            ),
            Self::MaxAboveBase { max, base } => Text::new(
                format!(
                    "max {max} lớn hơn max {base} của định nghĩa gốc; chỉ được siết chặt, không được nới lỏng."
                ),
                format!(
                    "max {max} is more than max {base} of the base definition; a profile may only narrow."
                ),
            ),
            Self::SlicesAboveMax { min, max } => Text::new(
                format!("Các slice cần ít nhất {min} phần tử nhưng max chỉ là {max}."),
                format!("The slices need at least {min} elements but max is {max}."),
            ),
            _ => self.definition_text(),
        }
    }

    fn slicing_text(&self) -> Text {
        match self {
            Self::NewSliceInClosed => Text::new(
                "Slicing của định nghĩa gốc là closed nên không được thêm slice mới.",
                "The slicing of the base definition is closed: no slice can be added.",
            ),
            Self::OutOfOrder => Text::new(
                "Slicing này có thứ tự (ordered), nhưng slice đứng sai thứ tự so với định nghĩa gốc.",
                "The slicing is ordered, but the slice is out of the order of the base definition.",
            ),
            Self::NoSlicing => Text::new(
                "Có slice nhưng phần tử không có slicing để phân biệt chúng.",
                "There are slices, but the element has no slicing that tells them apart.",
            ),
            Self::OtherTypeOfSlice { slice, expected } => Text::new(
                format!("Slice '{slice}' phải có đúng một kiểu là {expected}."),
                format!("Slice '{slice}' must have exactly one type, {expected}."),
            ),
            Self::NoSuchDiscriminator(path) => Text::new(
                format!("Discriminator '{path}' không dẫn tới phần tử nào."),
                format!("The discriminator '{path}' leads to no element."),
            ),
            Self::UnknownSlice(name) => Text::new(
                format!(
                    "Định nghĩa gốc không có slice '{name}' để ràng buộc (sliceIsConstraining)."
                ),
                format!(
                    "The base definition has no slice '{name}' to constrain (sliceIsConstraining)."
                ),
            ),
            _ => self.definition_text(),
        }
    }

    fn narrowing_text(&self) -> Text {
        match self {
            Self::Changed { name, base, now } => Text::new(
                format!(
                    "{name}: định nghĩa gốc là '{base}', ở đây là '{now}'; chỉ được siết chặt, không được nới lỏng hay đổi."
                ),
                format!(
                    "{name}: the base definition has '{base}', this has '{now}'; a profile may only narrow."
                ),
            ),
            Self::NothingBetween { least, most } => Text::new(
                format!(
                    "Không giá trị nào vừa không nhỏ hơn '{least}' vừa không lớn hơn '{most}'."
                ),
                format!("No value is neither less than '{least}' nor more than '{most}'."),
            ),
            Self::ProfileOfOtherType { profile, code } => Text::new(
                format!("'{profile}' không phải là hồ sơ của kiểu {code}."),
                format!("'{profile}' is no profile of the type {code}."),
            ),
            Self::TargetIsNoResource(target) => Text::new(
                format!("Không thể tham chiếu tới '{target}': đó là một kiểu dữ liệu."),
                format!("Nothing can refer to '{target}': it is a data type."),
            ),
            Self::OtherType { expected, found } => Text::new(
                format!("type là '{found}', nhưng của định nghĩa gốc là '{expected}'."),
                format!("The type is '{found}', but that of the base definition is '{expected}'."),
            ),
            _ => self.definition_text(),
        }
    }

    fn definition_text(&self) -> Text {
        match self {
            Self::NoElements => Text::new(
                "Định nghĩa không có differential, hoặc differential không có phần tử nào.",
                "The definition has no differential, or one without elements.",
            ),
            Self::NoPath => Text::new(
                "Một phần tử của differential không có path.",
                "An element of the differential has no path.",
            ),
            Self::OtherRoot { expected, found } => Text::new(
                format!("Path phải bắt đầu bằng '{expected}', không phải '{found}'."),
                format!("Paths must begin with '{expected}', not with '{found}'."),
            ),
            Self::UnknownBase(url) => Text::new(
                format!("Máy chủ không biết định nghĩa gốc (baseDefinition) '{url}'."),
                format!("The base definition '{url}' is not known."),
            ),
            Self::Cycle(url) => Text::new(
                format!("Định nghĩa '{url}' dựa vào chính nó, trực tiếp hoặc qua định nghĩa khác."),
                format!("The definition '{url}' is based on itself, directly or through others."),
            ),
            Self::TooLarge => Text::new(
                format!(
                    "Snapshot quá lớn: tối đa {MOST_ELEMENTS} phần tử, mỗi path tối đa {MOST_STEPS} bước."
                ),
                format!(
                    "The snapshot is too large: {MOST_ELEMENTS} elements at most, and {MOST_STEPS} steps in a path."
                ),
            ),
            Self::TooDeep => Text::new(
                format!("Các định nghĩa dựa vào nhau quá sâu: tối đa {MOST_NEEDED} lớp."),
                format!("Definitions build on each other too deeply: {MOST_NEEDED} at most."),
            ),
            Self::UnknownPath => Text::new(
                "Định nghĩa gốc không có phần tử này.",
                "The base definition has no such element.",
            ),
            Self::UnknownType(name) => Text::new(
                format!(
                    "Máy chủ không biết kiểu hoặc profile '{name}', nên không vào sâu hơn được."
                ),
                format!(
                    "The type or profile '{name}' is not known, so nothing can be said of what is below it."
                ),
            ),
            Self::NotBelowChoice => Text::new(
                "Phần tử có thể thuộc nhiều kiểu; hãy chọn một kiểu trước khi ràng buộc phần bên trong.",
                "The element may have several types; choose one before constraining what is below it.",
            ),
            Self::TypeNotInBase(name) => Text::new(
                format!("Định nghĩa gốc không cho phép kiểu '{name}' ở đây."),
                format!("The base definition does not allow type '{name}' here."),
            ),
            Self::WeakerBinding { strength, base } => Text::new(
                format!("Binding '{strength}' yếu hơn binding '{base}' của định nghĩa gốc."),
                format!("The binding '{strength}' is weaker than '{base}' of the base definition."),
            ),
            _ => Text::new("Định nghĩa không hợp lệ.", "The definition is not valid."),
        }
    }
}
