//! XML text → the JSON tree.
//!
//! An XML text that is not well-formed, or that a limit ends, is a single finding and there is no
//! tree. Elements and attributes that FHIR does not have there are left out of the tree and become
//! findings, as many as there are.

use serde_json::Value;

use super::fault::{Fault, Wrong, position};
use super::object::Reading;
use super::path::Path;
use super::scope::Space;
use super::tokens::{DEPTH, Tokens};
use crate::definitions::shape::Shapes;
use crate::fhir::issue::Issue;
use crate::fhir::kind::ResourceKind;

/// A resource that was read.
#[derive(Debug)]
pub struct Read {
    pub resource: Value,
    /// What the tree has no place for, with line and column. A value that is not one of its type
    /// is in the tree as a string, so that validation has findings about the same places.
    pub issues: Vec<Issue>,
}

/// Reads a resource; the error says line, column and what to do.
pub fn read(bytes: &[u8], shapes: &Shapes) -> Result<Read, Issue> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let readable =
                String::from_utf8_lossy(bytes.get(..error.valid_up_to()).unwrap_or(bytes));
            return Err(Wrong::Utf8.at(readable.len()).issue(&readable));
        }
    };
    let (resource, findings) = tree(text, shapes).map_err(|fault| fault.issue(text))?;
    let place = |(at, issue)| Issue { position: Some(position(text, at)), ..issue };
    Ok(Read { resource, issues: findings.into_iter().map(place).collect() })
}

fn tree(text: &str, shapes: &Shapes) -> Result<(Value, Vec<(usize, Issue)>), Fault> {
    let mut tokens = Tokens::new(text, DEPTH)?;
    let root = tokens.root()?;
    if root.space != Space::Fhir {
        return Err(Wrong::Namespace(root.name.to_owned()).at(root.start));
    }
    let is_known = ResourceKind::parse(root.name).is_some();
    let path = Path::root(if is_known { root.name } else { "Resource" });
    let mut reading = Reading::new(tokens, shapes);
    let resource = reading.resource(&root, &path, 1)?;
    let (mut tokens, findings) = reading.end();
    tokens.finish()?;
    Ok((resource, findings))
}
