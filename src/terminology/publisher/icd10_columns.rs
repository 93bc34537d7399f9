//! The columns of the Ministry's table of ICD-10.
//!
//! There are two layouts: the table of Decision 4469/QĐ-BYT (2020), and the 29 columns of Circular
//! 06/2026/TT-BYT. Rules are found by words of their headers, which are whole sentences.

use std::io::Read;

use super::table::{Table, TableError};
use crate::fhir::text::fold::fold;

/// Where everything is.
#[derive(Debug)]
pub(super) struct Columns {
    pub(super) code: usize,
    /// The code without its dot and mark.
    pub(super) plain: Option<usize>,
    pub(super) vietnamese: usize,
    pub(super) english: Option<usize>,
    /// Guidance in Vietnamese and in English.
    pub(super) guidance: [Option<usize>; 2],
    /// From chapters down: code, Vietnamese and English name.
    pub(super) levels: Vec<[Option<usize>; 3]>,
    /// Properties that hold where the cell is not empty.
    pub(super) rules: Vec<(&'static str, usize)>,
    /// Codes that a more specific one has to be used for.
    pub(super) is_abstract: Option<usize>,
    /// Of the circular.
    pub(super) is_of_2026: bool,
}

/// Levels of both layouts: code, Vietnamese and English name.
const LEVELS: [[&[&str]; 3]; 5] = [
    [&["MÃ CHƯƠNG", "PHẠM VI MÃ NHÓM BỆNH"], &["TÊN CHƯƠNG"], &["CHAPTER NAME"]],
    [
        &["MÃ NHÓM CHÍNH", "MÃ KHỐI"],
        &["TÊN NHÓM CHÍNH", "TÊN KHỐI"],
        &["MAIN GROUP NAME I", "MAIN GROUP NAME", "BLOCK NAME"],
    ],
    [
        &["MÃ NHÓM PHỤ 1", "MÃ NHÓM PHỤ I", "MÃ TIỂU KHỐI CẤP 1"],
        &["TÊN NHÓM PHỤ 1", "TÊN NHÓM PHỤ I", "TÊN TIỂU KHỐI CẤP 1"],
        &["SUB GROUP NAME I", "FIRST SUB-DIVISION NAME"],
    ],
    [
        &["MÃ NHÓM PHỤ 2", "MÃ NHÓM PHỤ II", "MÃ TIỂU KHỐI CẤP 2"],
        &["TÊN NHÓM PHỤ 2", "TÊN NHÓM PHỤ II", "TÊN TIỂU KHỐI CẤP 2"],
        &["SUB GROUP NAME II", "SECOND SUB-DIVISION NAME"],
    ],
    [
        &["MÃ LOẠI", "MÃ NHÓM BỆNH 3 KÝ TỰ"],
        &["TÊN LOẠI", "TÊN NHÓM BỆNH 3 KÝ TỰ"],
        &["TYPE NAME", "3-CHARACTER SUB-CATEGORY NAME"],
    ],
];

/// Properties, and words that are all in the header of their column.
const RULES: [(&str, &[&str]); 5] = [
    ("discouragedAsMainDiagnosis", &["khuyen khich", "benh chinh"]),
    ("notMainDiagnosis", &["khong duoc", "benh chinh"]),
    ("deathOnly", &["nguyen nhan tu vong"]),
    ("mostlyFemale", &["nu gioi"]),
    ("mostlyMale", &["nam gioi"]),
];

impl Columns {
    /// Finds the columns.
    pub(super) fn of<R: Read>(table: &Table<R>) -> Result<Self, TableError> {
        let any = |names: &[&str]| names.iter().find_map(|name| table.column(name));
        let [code, vietnamese] = table.columns(["MÃ BỆNH", "TÊN BỆNH"])?;
        let mut rules: Vec<(&'static str, usize)> = Vec::new();
        let mut is_abstract = None;
        for (place, header) in table.headers().enumerate() {
            let header = fold(header);
            let has = |words: &[&str]| words.iter().all(|word| header.contains(word));
            if has(&["khong duoc su dung", "cu the hon"]) {
                is_abstract = Some(place);
            } else if let Some((rule, _)) = RULES.iter().find(|(_, words)| has(words)) {
                rules.push((rule, place));
            }
        }
        let guidance = [
            "HƯỚNG DẪN MÃ HÓA BỔ SUNG CỦA WHO 2019",
            "ADDITIONAL CODING GUIDANCE WHO 2019 (ENGLISH)",
        ];
        Ok(Self {
            code,
            plain: table.column("MÃ BỆNH KHÔNG DẤU"),
            vietnamese,
            english: any(&["DISEASE NAME", "DISEASE NAME WHO 2019 (ENGLISH)"]),
            guidance: guidance.map(|name| table.column(name)),
            levels: LEVELS.iter().map(|names| names.map(any)).collect(),
            rules,
            is_abstract,
            is_of_2026: table.column("MÃ NHÓM BỆNH 3 KÝ TỰ").is_some(),
        })
    }
}
