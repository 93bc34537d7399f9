//! What is wrong with a JSON text, where, and what to do about it, in both languages.

use std::str::Utf8Error;

use crate::fhir::issue::{Issue, IssueCode, Position, Text};

/// What is noted while an error travels out of the nested data.
#[derive(Debug, Default)]
pub(crate) struct Trail {
    /// Steps from the innermost outwards.
    steps: Vec<TrailStep>,
    root: Option<String>,
    told: Option<Told>,
}

#[derive(Debug)]
enum TrailStep {
    Key(String),
    Index(usize),
}

/// What is wrong, and what to do about it.
#[derive(Debug)]
struct Told {
    wrong: Text,
    hint: Text,
}

/// An error of a JSON text with its place.
#[derive(Debug)]
pub(crate) struct JsonFault {
    line: usize,
    column: usize,
    path: Option<String>,
    told: Told,
}

impl Trail {
    /// Notes that the error passed out of the value of this key.
    pub(crate) fn key(&mut self, key: &str) {
        self.steps.push(TrailStep::Key(key.to_owned()));
    }

    /// Notes that the error passed out of this place of an array.
    pub(crate) fn index(&mut self, index: usize) {
        self.steps.push(TrailStep::Index(index));
    }

    /// Notes the resource type of the outermost object.
    pub(crate) fn root(&mut self, kind: &str) {
        self.root = Some(kind.to_owned());
    }

    /// Notes a key that stands twice in its object.
    pub(crate) fn twice(&mut self, key: &str) -> &'static str {
        self.key(key);
        self.told = Some(Told::new(
            (format!("khóa “{key}” xuất hiện hai lần"), format!("the key “{key}” occurs twice")),
            (
                "Mỗi khóa chỉ được viết một lần; giá trị lặp lại dùng mảng [ ].".into(),
                "Write each key once; repeating values belong in an array [ ].".into(),
            ),
        ));
        "duplicate key"
    }

    /// Notes a key that only the parser itself may use.
    pub(crate) fn private(&mut self, key: &str) -> &'static str {
        self.told = Some(Told::new(
            (format!("khóa “{key}” không được phép"), format!("the key “{key}” is not allowed")),
            (
                "Xóa khóa này; FHIR không có phần tử nào tên như vậy.".into(),
                "Remove it; FHIR has no element of this name.".into(),
            ),
        ));
        "private key"
    }

    /// Notes that the data is nested too deeply.
    pub(crate) fn too_deep(&mut self, limit: usize) -> &'static str {
        self.told = Some(Told::new(
            (
                format!("dữ liệu lồng nhau quá {limit} cấp"),
                format!("the data is nested more than {limit} levels deep"),
            ),
            (
                "Giảm số cấp lồng nhau hoặc tách thành nhiều tài nguyên.".into(),
                "Nest less, or split it into several resources.".into(),
            ),
        ));
        "nesting limit"
    }

    /// The fault that the parser's error and these notes describe.
    pub(crate) fn fault(self, error: &serde_json::Error) -> JsonFault {
        let path = self.path();
        let told = self.told.unwrap_or_else(|| Told::of_parser(&error.to_string()));
        JsonFault { line: error.line(), column: error.column(), path, told }
    }

    fn path(&self) -> Option<String> {
        let mut path = self.root.clone().unwrap_or_default();
        for step in self.steps.iter().rev() {
            match step {
                TrailStep::Key(key) if path.is_empty() => path.push_str(key),
                TrailStep::Key(key) => path.extend([".", key]),
                TrailStep::Index(index) => path.push_str(&format!("[{index}]")),
            }
        }
        let tells = !self.steps.is_empty() && path.len() <= 1000;
        tells.then_some(path)
    }
}

impl JsonFault {
    /// Bytes that are not UTF-8.
    pub(crate) fn utf8(bytes: &[u8], error: Utf8Error) -> Self {
        let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let good = String::from_utf8_lossy(good);
        let line = good.matches('\n').count() + 1;
        let column = good.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        let told = Told::new(
            ("văn bản không phải UTF-8".into(), "the text is not UTF-8".into()),
            ("Lưu và gửi dữ liệu bằng mã UTF-8.".into(), "Save and send the data as UTF-8.".into()),
        );
        Self { line, column, path: None, told }
    }

    /// The same fault, its column in characters: the parser counts bytes.
    pub(crate) fn in_characters(self, text: &str) -> Self {
        let line = text.split('\n').nth(self.line.saturating_sub(1)).unwrap_or_default();
        let is_before = |at: usize| at < self.column;
        let column = line.char_indices().take_while(|(at, _)| is_before(*at)).count();
        // At the end of a line the parser stands before its first or behind its last letter.
        let column = if self.column > line.len() { column + 1 } else { column };
        Self { column, ..self }
    }

    /// The same fault; where a number was written with a comma, that is what is wrong.
    pub(crate) fn of_comma(mut self, text: &str) -> Self {
        let line = text.split('\n').nth(self.line.saturating_sub(1)).unwrap_or_default();
        let bytes = line.as_bytes();
        let at = |place: usize| bytes.get(place).copied().unwrap_or_default();
        // The parser stands behind the digit that follows the comma.
        let Some(digit) = self.column.checked_sub(1).filter(|digit| *digit >= 2) else {
            return self;
        };
        if at(digit).is_ascii_digit() && at(digit - 1) == b',' && at(digit - 2).is_ascii_digit() {
            self.told = Told::new(
                (
                    "số thập phân viết bằng dấu phẩy".into(),
                    "a decimal number is written with a comma".into(),
                ),
                (
                    "JSON dùng dấu chấm: viết 3.2, không viết 3,2.".into(),
                    "JSON has a point: write 3.2, not 3,2.".into(),
                ),
            );
        }
        self
    }

    /// The same fault, in a text with more lines before.
    pub(crate) fn after(self, lines: usize) -> Self {
        Self { line: self.line + lines, ..self }
    }

    /// The finding a client sees.
    pub(crate) fn issue(self) -> Issue {
        let Self { line, column, path, told: Told { wrong, hint } } = self;
        let text = Text::new(
            format!("Dòng {line}, cột {column}: {}. {}", wrong.vi, hint.vi),
            format!("Line {line}, column {column}: {}. {}", wrong.en, hint.en),
        );
        let issue = Issue::error(IssueCode::Structure, text);
        let issue = Issue { position: Some(Position { line, column }), ..issue };
        match path {
            Some(path) => issue.at(path),
            None => issue,
        }
    }
}

impl Told {
    fn new(wrong: (String, String), hint: (String, String)) -> Self {
        Self { wrong: Text::new(wrong.0, wrong.1), hint: Text::new(hint.0, hint.1) }
    }

    /// Explains a message of `serde_json`, which has no codes to match on.
    fn of_parser(message: &str) -> Self {
        let known = MESSAGES.iter().find(|known| message.starts_with(known.0));
        let (_, wrong_vi, wrong_en, hint_vi, hint_en) = known.unwrap_or(&UNKNOWN);
        Self { wrong: Text::new(*wrong_vi, *wrong_en), hint: Text::new(*hint_vi, *hint_en) }
    }
}

/// The parser's message, what is wrong, and what to do, each in Vietnamese and English.
type Message = (&'static str, &'static str, &'static str, &'static str, &'static str);

const UNKNOWN: Message = (
    "",
    "không phải JSON hợp lệ",
    "this is not valid JSON",
    "Kiểm tra lại bằng một công cụ JSON.",
    "Check the text with a JSON tool.",
);

#[rustfmt::skip]
const MESSAGES: [Message; 16] = [
    ("EOF", "văn bản kết thúc giữa chừng", "the text ends too early",
     "Kiểm tra dấu ngoặc } ] và dấu nháy còn thiếu, hoặc dữ liệu bị cắt khi gửi.",
     "Look for a missing } ] or quote, or for data cut off on the way."),
    ("expected `:`", "thiếu dấu hai chấm sau khóa", "a colon is missing after a key",
     "Viết \"khóa\": giá trị.", "Write \"key\": value."),
    ("expected `,` or `]`", "thiếu dấu phẩy hoặc ] trong mảng", "a comma or ] is missing in an array",
     "Ngăn các phần tử bằng dấu phẩy và đóng mảng bằng ].",
     "Separate the items by commas and close the array by ]."),
    ("expected `,` or `}`", "thiếu dấu phẩy hoặc } trong đối tượng",
     "a comma or } is missing in an object",
     "Ngăn các khóa bằng dấu phẩy và đóng đối tượng bằng }.",
     "Separate the keys by commas and close the object by }."),
    ("expected ident", "giá trị không hợp lệ", "this is not a JSON value",
     "Chỉ có true, false và null được viết không có dấu nháy.",
     "Only true, false and null are written without quotes."),
    ("expected value", "giá trị không hợp lệ", "this is not a JSON value",
     "Viết chuỗi trong dấu nháy kép, số, true, false, null, { } hoặc [ ].",
     "Write a string in double quotes, a number, true, false, null, { } or [ ]."),
    ("invalid escape", "ký tự thoát không hợp lệ", "there is an invalid escape in a string",
     "Sau dấu \\ chỉ dùng \" \\ / b f n r t hoặc uXXXX.",
     "After \\ only \" \\ / b f n r t or uXXXX may follow."),
    ("invalid number", "số không hợp lệ", "this is not a valid number",
     "Viết như 12, -0.5 hoặc 1e3, không có số 0 ở đầu.",
     "Write it like 12, -0.5 or 1e3, without leading zeros."),
    ("invalid unicode", "mã ký tự không hợp lệ", "there is an invalid character code",
     "Viết ký tự trực tiếp bằng UTF-8.", "Write the character itself, as UTF-8."),
    ("control character", "có ký tự điều khiển trong chuỗi",
     "there is a control character in a string",
     "Viết xuống dòng là \\n và tab là \\t.", "Write a line break as \\n and a tab as \\t."),
    ("key must be a string", "khóa phải là chuỗi trong dấu nháy kép",
     "keys must be strings in double quotes",
     "Viết \"khóa\": giá trị.", "Write \"key\": value."),
    ("lone leading surrogate", "cặp mã ký tự thay thế (surrogate) không đủ",
     "there is half of a surrogate pair",
     "Viết ký tự trực tiếp bằng UTF-8.", "Write the character itself, as UTF-8."),
    ("unexpected end of hex escape", "cặp mã ký tự thay thế (surrogate) không đủ",
     "there is half of a surrogate pair",
     "Viết ký tự trực tiếp bằng UTF-8.", "Write the character itself, as UTF-8."),
    ("trailing comma", "thừa dấu phẩy trước dấu đóng ngoặc", "there is a comma before the closing bracket",
     "Xóa dấu phẩy đó.", "Remove that comma."),
    ("trailing characters", "có ký tự thừa sau giá trị JSON", "there is more text after the JSON value",
     "Gửi đúng một giá trị JSON.", "Send exactly one JSON value."),
    ("recursion limit exceeded", "dữ liệu lồng nhau quá sâu", "the data is nested too deeply",
     "Giảm số cấp lồng nhau.", "Nest less."),
];
