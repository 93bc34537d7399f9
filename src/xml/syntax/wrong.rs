//! What can be wrong with a text as XML, and what to do about it, in both languages.

use super::fault::XmlFault;

/// What is wrong.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::xml) enum Wrong {
    Utf8,
    /// A character that XML cannot have, as it is or by reference.
    Character,
    Encoding(String),
    DocumentType,
    /// A reference to an entity that is not one of the five.
    Entity(String),
    Comment,
    /// `<?xml … ?>` is not at the start.
    LateDeclaration,
    Name(String),
    Attributes,
    Twice(String),
    TooManyAttributes(usize),
    Prefix(String),
    /// A namespace declaration that is not allowed.
    Declaration(String),
    TooManyNamespaces(usize),
    /// An end tag that closes another element than the open one, or none.
    Mismatch {
        expected: String,
        found: String,
    },
    Unclosed,
    /// `]]>` in a text.
    SectionEnd,
    NoRoot,
    TextOutside,
    TooDeep(usize),
    /// The root is not in FHIR's namespace.
    Namespace(String),
}

/// What is wrong and what to do, in Vietnamese and in English.
pub(super) type Told = [String; 4];

impl Wrong {
    /// The same, with its place.
    pub(in crate::xml) fn at(self, at: usize) -> XmlFault {
        XmlFault { wrong: self, at }
    }

    /// What is wrong with the references in an attribute's value.
    pub(super) fn entity_in(value: &str) -> Self {
        let mut names = value.split('&').skip(1).map(|rest| rest.split_once(';'));
        let wrong = names.find(|name| {
            name.is_none_or(|(name, _)| !matches!(name, "lt" | "gt" | "amp" | "quot" | "apos"))
        });
        match wrong.flatten() {
            Some((name, _)) if name.starts_with('#') => Self::Character,
            Some((name, _)) => Self::Entity(name.to_owned()),
            None => Self::Entity(String::new()),
        }
    }

    /// What the client is told.
    pub(in crate::xml) fn told(&self) -> Told {
        match self {
            Self::Utf8 | Self::Character | Self::Encoding(_) => self.told_of_characters(),
            Self::DocumentType | Self::Entity(_) => self.told_of_entities(),
            Self::Prefix(_)
            | Self::Declaration(_)
            | Self::TooManyNamespaces(_)
            | Self::Namespace(_) => self.told_of_namespaces(),
            Self::TooDeep(_) | Self::TooManyAttributes(_) => self.told_of_limits(),
            Self::Name(_)
            | Self::Attributes
            | Self::Twice(_)
            | Self::Mismatch { .. }
            | Self::Unclosed => self.told_of_tags(),
            Self::Comment
            | Self::LateDeclaration
            | Self::SectionEnd
            | Self::NoRoot
            | Self::TextOutside => self.told_of_parts(),
        }
    }

    fn told_of_characters(&self) -> Told {
        match self {
            Self::Encoding(name) => told([
                &format!("XML khai báo bảng mã “{}”", shown(name)),
                "Lưu dữ liệu bằng UTF-8 và ghi encoding=\"UTF-8\".",
                &format!("the XML declares the encoding “{}”", shown(name)),
                "Save the data as UTF-8 and write encoding=\"UTF-8\".",
            ]),
            Self::Utf8 => told([
                "văn bản không phải UTF-8",
                "Lưu và gửi dữ liệu bằng mã UTF-8.",
                "the text is not UTF-8",
                "Save and send the data as UTF-8.",
            ]),
            _ => told([
                "có ký tự mà XML không cho phép, hoặc mã ký tự &#…; không hợp lệ",
                "Xóa ký tự điều khiển đó.",
                "there is a character that XML does not allow, or a wrong character reference &#…;",
                "Remove this control character.",
            ]),
        }
    }

    fn told_of_entities(&self) -> Told {
        match self {
            Self::Entity(name) if !name.is_empty() => told([
                &format!("thực thể “&{};” không được định nghĩa", shown(name)),
                "XML chỉ có &lt; &gt; &amp; &quot; &apos;. Ký tự khác: viết thẳng, hoặc dùng mã số như &#160;.",
                &format!("the entity “&{};” is not defined", shown(name)),
                "XML has &lt; &gt; &amp; &quot; and &apos; only. Write other characters as they are, or by number, such as &#160;.",
            ]),
            Self::Entity(_) => told([
                "dấu & không mở đầu một thực thể",
                "Viết dấu & là &amp;.",
                "an & does not begin an entity",
                "Write & as &amp;.",
            ]),
            _ => told([
                "có khai báo DOCTYPE; vì an toàn, máy chủ không nhận DTD",
                "Xóa phần <!DOCTYPE …>.",
                "there is a DOCTYPE; for safety this server takes no DTD",
                "Remove <!DOCTYPE …>.",
            ]),
        }
    }

    fn told_of_namespaces(&self) -> Told {
        match self {
            Self::Namespace(name) => {
                let name = shown(name);
                told([
                    &format!("<{name}> không thuộc không gian tên của FHIR"),
                    &format!("Viết <{name} xmlns=\"http://hl7.org/fhir\">."),
                    &format!("<{name}> is not in the namespace of FHIR"),
                    &format!("Write <{name} xmlns=\"http://hl7.org/fhir\">."),
                ])
            }
            Self::Prefix(prefix) => {
                let prefix = shown(prefix);
                told([
                    &format!("tiền tố “{prefix}:” chưa được khai báo"),
                    &format!("Khai báo xmlns:{prefix}=\"…\" hoặc bỏ tiền tố."),
                    &format!("the prefix “{prefix}:” is not declared"),
                    &format!("Declare xmlns:{prefix}=\"…\" or drop the prefix."),
                ])
            }
            Self::TooManyNamespaces(most) => told([
                &format!("có hơn {most} khai báo không gian tên cùng lúc"),
                "Chỉ khai báo những không gian tên được dùng.",
                &format!("more than {most} namespace declarations are in force"),
                "Declare only the namespaces that are used.",
            ]),
            _ => told([
                "khai báo xmlns không hợp lệ",
                "Tiền tố xml và xmlns là của XML; URI của một tiền tố không được để trống.",
                "an xmlns declaration is not allowed",
                "The prefixes xml and xmlns belong to XML; the URI of a prefix is never empty.",
            ]),
        }
    }

    fn told_of_limits(&self) -> Told {
        match self {
            Self::TooManyAttributes(most) => told([
                &format!("một phần tử có hơn {most} thuộc tính"),
                "Bỏ các thuộc tính thừa.",
                &format!("an element has more than {most} attributes"),
                "Remove those that are not needed.",
            ]),
            Self::TooDeep(most) => told([
                &format!("dữ liệu lồng nhau quá {most} cấp"),
                "Giảm số cấp lồng nhau hoặc tách thành nhiều tài nguyên.",
                &format!("the data is nested more than {most} levels deep"),
                "Nest less, or split it into several resources.",
            ]),
            _ => Told::default(),
        }
    }

    fn told_of_tags(&self) -> Told {
        match self {
            Self::Name(name) => told([
                &format!("“{}” không phải là tên hợp lệ trong XML", shown(name)),
                "Tên bắt đầu bằng chữ cái hoặc _, sau đó là chữ cái, chữ số, _ - và dấu chấm.",
                &format!("“{}” is not a name in XML", shown(name)),
                "A name begins with a letter or _; letters, digits, _ - and . may follow.",
            ]),
            Self::Twice(name) => told([
                &format!("thuộc tính “{}” xuất hiện hai lần", shown(name)),
                "Mỗi thuộc tính chỉ được viết một lần.",
                &format!("the attribute “{}” occurs twice", shown(name)),
                "Write each attribute once.",
            ]),
            Self::Mismatch { expected, found } if expected.is_empty() => told([
                &format!("thẻ đóng </{}> không có thẻ mở", shown(found)),
                "Xóa thẻ đóng thừa này.",
                &format!("the end tag </{}> closes nothing", shown(found)),
                "Remove it.",
            ]),
            Self::Mismatch { expected, found } => told([
                &format!("cần </{}> nhưng gặp </{}>", shown(expected), shown(found)),
                "Đóng các phần tử theo đúng thứ tự.",
                &format!("</{}> is due, but </{}> is there", shown(expected), shown(found)),
                "Close the elements in order.",
            ]),
            Self::Unclosed => told([
                "văn bản kết thúc giữa chừng hoặc có thẻ chưa đóng",
                "Kiểm tra thẻ, dấu nháy và dấu > còn thiếu, hoặc dữ liệu bị cắt khi gửi.",
                "the text ends too early, or a tag is not closed",
                "Look for a missing tag, quote or >, or for data cut off on the way.",
            ]),
            _ => told([
                "thuộc tính viết sai",
                "Viết tên=\"giá trị\", cách nhau bằng dấu cách, và < trong giá trị là &lt;.",
                "an attribute is written wrongly",
                "Write name=\"value\" with a space between them, and < in a value as &lt;.",
            ]),
        }
    }

    fn told_of_parts(&self) -> Told {
        match self {
            Self::Comment => told([
                "trong chú thích có “--”",
                "XML không cho phép hai gạch nối liền nhau trong chú thích.",
                "there is “--” in a comment",
                "XML does not allow two hyphens in a row in a comment.",
            ]),
            Self::LateDeclaration => told([
                "<?xml … ?> không ở đầu văn bản",
                "Đặt nó ở ngay đầu, hoặc bỏ đi.",
                "<?xml … ?> is not at the start",
                "Put it first, before any space, or remove it.",
            ]),
            Self::SectionEnd => told([
                "có “]]>” trong nội dung",
                "Viết là ]]&gt;.",
                "there is “]]>” in the text",
                "Write it as ]]&gt;.",
            ]),
            Self::NoRoot => told([
                "không có phần tử nào",
                "Gửi một tài nguyên, ví dụ <Patient xmlns=\"http://hl7.org/fhir\">…</Patient>.",
                "there is no element",
                "Send a resource, such as <Patient xmlns=\"http://hl7.org/fhir\">…</Patient>.",
            ]),
            _ => told([
                "có nội dung nằm ngoài phần tử gốc",
                "Gửi đúng một tài nguyên.",
                "there is something outside of the root element",
                "Send exactly one resource.",
            ]),
        }
    }
}

/// A name as texts show it: not all of it when a stranger made it long.
pub(in crate::xml) fn shown(name: &str) -> String {
    const MOST: usize = 60;
    if name.chars().nth(MOST).is_none() {
        return name.to_owned();
    }
    name.chars().take(MOST).chain(['…']).collect()
}

fn told(texts: [&str; 4]) -> Told {
    texts.map(str::to_owned)
}
