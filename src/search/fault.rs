//! What can be wrong with a search; every one is the client's to mend.

use crate::config::full_text::FullText;
use crate::fhir::issue::{Issue, IssueCode, Text};
use crate::fhir::kind::ResourceKind;

use self::include::IncludeFault;

mod filter;
pub mod include;
mod join;
mod words;

/// A search that cannot be answered as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The type has no such parameter; the nearest names it has are given.
    UnknownParameter {
        kind: ResourceKind,
        name: String,
        near: Vec<String>,
    },
    /// The parameter was added or changed, and its index is not complete yet: so many resources are
    /// done, of so many.
    Growing {
        kind: ResourceKind,
        name: String,
        done: u64,
        of: u64,
    },
    UnknownModifier {
        name: String,
        modifier: String,
        known: &'static str,
    },
    /// The codes that a modifier stands for are not known.
    Codes {
        name: String,
        code: IssueCode,
        text: Text,
    },
    /// `_filter` goes on otherwise than its grammar has it.
    Filter {
        at: usize,
        expected: &'static str,
    },
    /// A full-text query goes on otherwise than its grammar has it.
    Words {
        name: String,
        at: usize,
        expected: Text,
    },
    /// The words that it looks for have no index; this setting brings one.
    NoWords {
        name: String,
        needed: FullText,
    },
    /// `_sort=_score` where all matches are as good as each other.
    NoScore,
    /// What is wrong with a comparison of `_filter`, and where that begins.
    Within {
        at: usize,
        fault: Box<Self>,
    },
    /// The specification has it, this server has not.
    Unsupported {
        name: String,
    },
    /// A chain or `_has` that begins and does not go on.
    Join {
        name: String,
    },
    /// A chain by a parameter that leads to no resources.
    NoReference {
        kind: ResourceKind,
        name: String,
    },
    /// A join by a parameter that does not lead to this type.
    NoTarget {
        name: String,
        kind: String,
    },
    /// A chain by a parameter that may lead to any type.
    UntypedChain {
        name: String,
    },
    UnknownType {
        name: String,
    },
    Include(IncludeFault),
    /// What was percent-encoded is no text.
    Text,
    EmptyValue,
    Value {
        name: String,
        text: String,
        expected: Text,
    },
    UnknownSort {
        name: String,
        near: Vec<String>,
    },
    UnsortableKind {
        name: String,
    },
    Repeated {
        name: &'static str,
    },
    /// More parameters or values than one search may have.
    TooMany {
        most: usize,
        setting: &'static str,
    },
    Cursor,
}

impl Fault {
    /// Whether lenient handling may leave the parameter out: only names the server does not know.
    pub fn may_be_ignored(&self) -> bool {
        matches!(
            self,
            Self::UnknownParameter { .. }
                | Self::Growing { .. }
                | Self::Unsupported { .. }
                | Self::NoWords { .. }
                | Self::UnknownSort { .. }
                | Self::UnknownType { .. }
                | Self::Include(_)
        )
    }

    /// Whether it is one only because of the type of resource that is searched.
    pub fn is_of_type(&self) -> bool {
        if let Self::Within { fault, .. } = self {
            return fault.is_of_type();
        }
        matches!(
            self,
            Self::UnknownParameter { .. }
                | Self::NoReference { .. }
                | Self::NoTarget { .. }
                | Self::UnknownModifier { .. }
                | Self::Unsupported { .. }
        )
    }

    /// What the client is told.
    pub fn issue(&self) -> Issue {
        let code = match self {
            Self::UnknownParameter { .. }
            | Self::Growing { .. }
            | Self::UnknownModifier { .. }
            | Self::Unsupported { .. }
            | Self::NoWords { .. }
            | Self::NoScore
            | Self::UnknownSort { .. }
            | Self::UnsortableKind { .. }
            | Self::Include(_)
            | Self::UnknownType { .. } => IssueCode::NotSupported,
            Self::TooMany { .. } => IssueCode::TooCostly,
            Self::Codes { code, .. } => *code,
            Self::Within { fault, .. } => fault.issue().code,
            Self::Text
            | Self::EmptyValue
            | Self::Join { .. }
            | Self::NoReference { .. }
            | Self::NoTarget { .. }
            | Self::UntypedChain { .. }
            | Self::Value { .. }
            | Self::Repeated { .. }
            | Self::Filter { .. }
            | Self::Words { .. }
            | Self::Cursor => IssueCode::Invalid,
        };
        Issue::error(code, self.text())
    }

    fn text(&self) -> Text {
        match self {
            Self::UnknownParameter { kind, name, near } => unknown(*kind, name, near),
            Self::Growing { kind, name, done, of } => growing((*kind, name), (*done, *of)),
            Self::UnknownModifier { name, modifier, known } => Text::new(
                format!(
                    "Tham số '{name}' không nhận bổ ngữ ':{modifier}'. Bổ ngữ dùng được: {known}."
                ),
                format!(
                    "Parameter '{name}' does not take the modifier ':{modifier}'. It takes: {known}."
                ),
            ),
            Self::Codes { .. } | Self::Filter { .. } | Self::Within { .. } => self.filter_text(),
            Self::Unsupported { name } => unsupported(name),
            Self::Words { name, at, expected } => words::wrong(name, *at, expected),
            Self::NoWords { name, needed } => words::none(name, *needed),
            Self::NoScore => words::no_score(),
            Self::Join { .. }
            | Self::NoReference { .. }
            | Self::NoTarget { .. }
            | Self::UntypedChain { .. }
            | Self::UnknownType { .. } => self.join_text(),
            Self::Include(fault) => fault.text(),
            Self::Text => Text::new(
                "Một tham số có byte không phải UTF-8 hoặc ký tự NUL. Hãy mã hóa phần trăm văn bản UTF-8, ví dụ %C3%81nh cho Ánh.",
                "A parameter has bytes that are not UTF-8, or the character NUL. Percent-encode text in UTF-8, such as %C3%81nh for Ánh.",
            ),
            Self::EmptyValue => Text::new(
                "Một tham số tìm kiếm có giá trị rỗng.",
                "A search parameter has an empty value.",
            ),
            Self::Value { name, text, expected } => Text::new(
                format!("Giá trị '{text}' của tham số '{name}' không hợp lệ: cần {}.", expected.vi),
                format!(
                    "'{text}' is not a value for parameter '{name}': {} is expected.",
                    expected.en
                ),
            ),
            Self::UnknownSort { name, near } => unknown_sort(name, near),
            Self::UnsortableKind { name } => Text::new(
                format!(
                    "Không thể sắp xếp theo '{name}': các giá trị của nó không có thứ tự. Sắp xếp được theo _id, _lastUpdated và mọi kiểu tham số trừ composite và special."
                ),
                format!(
                    "Cannot sort by '{name}': its values have no order. _id, _lastUpdated and parameters of every type but composite and special can be sorted by."
                ),
            ),
            Self::Repeated { name } => Text::new(
                format!("Tham số '{name}' chỉ được dùng một lần."),
                format!("Parameter '{name}' may be given only once."),
            ),
            Self::TooMany { most, setting } => Text::new(
                format!("Tìm kiếm quá lớn: {setting} là {most}. Hãy chia thành nhiều tìm kiếm."),
                format!("The search is too large: {setting} is {most}. Split it into several."),
            ),
            Self::Cursor => Text::new(
                "Liên kết trang không do máy chủ này tạo ra, hoặc thuộc về một tìm kiếm khác. Hãy tìm lại từ trang đầu.",
                "The page link was not made by this server, or belongs to another search. Start again from the first page.",
            ),
        }
    }
}

fn unknown(kind: ResourceKind, name: &str, near: &[String]) -> Text {
    Text::new(
        format!("{kind} không có tham số tìm kiếm '{name}'.{}", near_vi(near)),
        format!("{kind} has no search parameter '{name}'.{}", near_en(near)),
    )
}

fn unsupported(name: &str) -> Text {
    Text::new(
        format!(
            "Máy chủ chưa hỗ trợ tham số '{name}'. Hãy bỏ tham số này, hoặc gửi Prefer: handling=lenient để máy chủ bỏ qua."
        ),
        format!(
            "This server does not support the parameter '{name}' yet. Leave it out, or send Prefer: handling=lenient to have it ignored."
        ),
    )
}

fn growing((kind, name): (ResourceKind, &str), (done, of): (u64, u64)) -> Text {
    Text::new(
        format!(
            "{kind} chưa tìm theo '{name}' được: tham số này đang được lập chỉ mục, xong {done} trên {of} tài nguyên. Hãy thử lại sau."
        ),
        format!(
            "{kind} cannot be searched by '{name}' yet: this parameter is being indexed, {done} of {of} resources are done. Try again later."
        ),
    )
}

fn unknown_sort(name: &str, near: &[String]) -> Text {
    Text::new(
        format!("Không thể sắp xếp theo '{name}': không có tham số tìm kiếm này.{}", near_vi(near)),
        format!("Cannot sort by '{name}': there is no such search parameter.{}", near_en(near)),
    )
}

fn near_vi(near: &[String]) -> String {
    if near.is_empty() {
        String::new()
    } else {
        format!(" Có phải ý bạn là: {}?", near.join(", "))
    }
}

fn near_en(near: &[String]) -> String {
    if near.is_empty() { String::new() } else { format!(" Did you mean: {}?", near.join(", ")) }
}
