//! Codes of SNOMED CT that cannot exist: they have a check digit, so that a mistyped code
//! is seen without knowing the terminology.
//!
//! SNOMED CT: 6 to 18 digits, the last a check digit by Verhoeff's method,
//! <https://docs.snomed.org/snomed-ct-specifications/snomed-ct-release-file-specification/component-features/6-sctid-representation>.
//! An expression (post-coordinated) is not looked into.

use serde_json::Value;

use super::finding::{error, shown, when_strict};
use crate::fhir::issue::IssueCode;
use crate::validation::element::items::Object;
use crate::validation::element::path::Path;
use crate::validation::walk::Walk;

pub(super) const SNOMED: &str = "http://snomed.info/sct";

/// The multiplication of the dihedral group of order 10.
const PRODUCT: [[u8; 10]; 10] = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    [1, 2, 3, 4, 0, 6, 7, 8, 9, 5],
    [2, 3, 4, 0, 1, 7, 8, 9, 5, 6],
    [3, 4, 0, 1, 2, 8, 9, 5, 6, 7],
    [4, 0, 1, 2, 3, 9, 5, 6, 7, 8],
    [5, 9, 8, 7, 6, 0, 4, 3, 2, 1],
    [6, 5, 9, 8, 7, 1, 0, 4, 3, 2],
    [7, 6, 5, 9, 8, 2, 1, 0, 4, 3],
    [8, 7, 6, 5, 9, 3, 2, 1, 0, 4],
    [9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
];

/// The first of Verhoeff's permutations; each other is the one before, permuted once more.
const PERMUTED: [u8; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];

/// Checks a coding.
pub(super) fn check(walk: &mut Walk<'_>, object: &Object, path: &Path<'_>) {
    let text = |key: &str| object.get(key).and_then(Value::as_str);
    let (Some(system), Some(code)) = (text("system"), text("code")) else { return };
    if is_impossible(system, code) {
        let code = shown(code);
        let issue = error(
            IssueCode::CodeInvalid,
            format!(
                "“{code}” không thể là mã SNOMED CT: mã có 6 đến 18 chữ số, chữ số cuối là số kiểm tra. Kiểm tra xem có gõ nhầm không."
            ),
            format!(
                "“{code}” cannot be a code of SNOMED CT: these have 6 to 18 digits, the last a check digit. Look for a typing mistake."
            ),
        );
        let issue = when_strict(walk, issue);
        walk.report(&path.child("code"), issue);
    }
}

/// Whether a code cannot be one of its system.
pub(super) fn is_impossible(system: &str, code: &str) -> bool {
    let is_expression = code.contains([' ', ':', '+', '|', '=', '<', '>', '{', '(']);
    system == SNOMED && !is_expression && !is_sctid(code)
}

fn is_sctid(code: &str) -> bool {
    let digits = code.bytes().all(|b| b.is_ascii_digit());
    digits && (6..=18).contains(&code.len()) && !code.starts_with('0') && verhoeff(code) == Some(0)
}

fn verhoeff(digits: &str) -> Option<u8> {
    let mut check = 0;
    for (at, digit) in digits.bytes().rev().enumerate() {
        let mut permuted = digit.checked_sub(b'0')?;
        for _ in 0..at % 8 {
            permuted = *PERMUTED.get(usize::from(permuted))?;
        }
        check = *PRODUCT.get(usize::from(check))?.get(usize::from(permuted))?;
    }
    Some(check)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(code: &str, expected: bool) {
        assert_eq!(is_impossible(SNOMED, code), expected, "{code}");
    }

    #[test]
    fn codes_without_a_right_check_digit_cannot_exist() {
        // Examples of the specification of R4.
        for good in ["276885007", "459231000124102", "11840006", "46224007", "322236009"] {
            check(good, false);
        }
        for bad in ["1", "2", "276885007x", "276885008", "11840060", "011840006", ""] {
            check(bad, true);
        }
        check("73211009 |Diabetes|: 363698007 = 113331007", false);
        assert!(!is_impossible("http://loinc.org", "1"));
    }
}
