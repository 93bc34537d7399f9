//! A page as a file for paper: any page of the booklet with `.pdf` behind its path.

use crate::interaction::failure::{Failure, Kind};
use crate::paper::{Fault, Paper, pdf};
use crate::ui::booklet::page::{Asked, Reply};
use crate::ui::frame;

/// What stands behind the path of a page.
const ENDING: &str = ".pdf";

/// What is answered: a page, or a file made of it.
pub(super) enum Done {
    Page(Reply),
    File(File),
}

/// A file.
pub(super) struct File {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
}

/// Takes the ending off a path; whether it was there.
pub(super) fn take(asked: &mut Asked) -> bool {
    let Some(path) = asked.path.strip_suffix(ENDING).map(str::to_owned) else { return false };
    asked.path = path;
    asked.query.retain(|(name, _)| name != "in");
    // What a page keeps folded is open on paper.
    asked.query.push(("in".to_owned(), "1".to_owned()));
    true
}

/// The file that a page becomes; a page that says what is wrong stays one.
pub(super) fn made(reply: Reply, asked: &Asked, foot: &str) -> Result<Done, Failure> {
    if reply.status != 200 || !reply.media.starts_with("text/html") {
        return Ok(Done::Page(reply));
    }
    let paper = match frame::asked(&asked.query, "kho") {
        Some("a5" | "A5") => Paper::A5,
        _ => Paper::A4,
    };
    let bytes = pdf(&reply.body, paper, foot).map_err(|fault| match fault {
        Fault::Spent(spent) => Failure::from(spent),
        fault => {
            tracing::error!(%fault, "a page has no file");
            Kind::Exception.because("Không làm được tệp PDF.", "The PDF could not be made.")
        }
    })?;
    Ok(Done::File(File { name: name(&asked.path), bytes }))
}

/// What a file is called: the page, and nobody's name or number.
fn name(path: &str) -> String {
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    match parts.as_slice() {
        ["so", _, page, ..] => format!("{page}{ENDING}"),
        ["den-han"] => format!("den-han{ENDING}"),
        _ => format!("so{ENDING}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_called_by_its_page_and_names_nobody() {
        let mut asked = Asked { path: "/so/me-anh/tiem-chung.pdf".to_owned(), ..Asked::default() };
        assert!(take(&mut asked));
        assert_eq!(asked.path, "/so/me-anh/tiem-chung");
        assert_eq!(frame::asked(&asked.query, "in"), Some("1"));
        assert_eq!(name(&asked.path), "tiem-chung.pdf");
        assert_eq!((name("/so/me-anh"), name("/den-han")), ("so.pdf".into(), "den-han.pdf".into()));
        assert!(!take(&mut asked));
    }
}
