//! What a client is told whose request cannot even be read: actix answers it with a bare 400.
//!
//! The most common cause is text in the URL that is not percent-encoded, such as `?given=Ánh`.

use crate::fhir::issue::{Issue, IssueCode, Language, Text, operation_outcome};

/// How actix begins its answer to what it cannot read; every answer of this server has other headers.
const BARE: &[u8] = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n";

/// What is sent in place of a bare answer; none for any other.
pub(in crate::http) fn explained(answer: &[u8]) -> Option<Vec<u8>> {
    let head = answer.strip_prefix(BARE)?;
    let is_ours = head.windows(13).any(|part| part.eq_ignore_ascii_case(b"x-request-id:"));
    if is_ours || !head.ends_with(b"\r\n\r\n") {
        return None;
    }
    let text = Text::new(
        "Không đọc được dòng yêu cầu hay header. Ký tự ngoài ASCII trong URL phải được mã hóa phần trăm bằng UTF-8, ví dụ %C3%81nh cho Ánh, %20 cho dấu cách.",
        "The request line or a header cannot be read. What is not ASCII in a URL must be percent-encoded in UTF-8, such as %C3%81nh for Ánh, %20 for a blank.",
    );
    let issue = Issue::error(IssueCode::Structure, text);
    let body = operation_outcome(&[issue], Language::Vietnamese).to_string();
    let start = format!(
        "HTTP/1.1 400 Bad Request\r\ncontent-length: {}\r\ncontent-type: application/fhir+json; charset=utf-8\r\n",
        body.len()
    );
    Some([start.as_bytes(), head, body.as_bytes()].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_answer_is_explained_and_others_stay() {
        let bare = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\ndate: x\r\n\r\n";
        let told = String::from_utf8(explained(bare).expect("an answer")).expect("text");
        let (head, body) = told.split_once("\r\n\r\n").expect("a head");
        assert!(head.contains("connection: close"));
        assert!(head.contains(&format!("content-length: {}\r\n", body.len())));
        assert!(
            body.contains("\"resourceType\":\"OperationOutcome\"") && body.contains("%C3%81nh")
        );
        for other in [
            &b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"[..],
            b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nx-request-id: 1\r\n\r\n",
            b"HTTP/1.1 400 Bad Request\r\ncontent-length: 12\r\n\r\n",
            b"",
        ] {
            assert_eq!(explained(other), None);
        }
    }
}
