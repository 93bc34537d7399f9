//! What was found about the whole of a transaction, told entry by entry.

use crate::fhir::issue::Issue;

/// Adds the findings about each entry's resource to those of the entry; `kind` tells its type.
pub(super) fn tell<'k>(
    told: &[Issue],
    held: &mut Vec<(usize, Vec<Issue>)>,
    kind: impl Fn(usize) -> Option<&'k str>,
) {
    for issue in told {
        let Some((entry, path)) = issue.expression.as_deref().and_then(place) else { continue };
        let path = format!("{}{path}", kind(entry).unwrap_or("Resource"));
        let issue = Issue { expression: Some(path), ..issue.clone() };
        match held.iter_mut().find(|(number, _)| *number == entry) {
            Some((_, issues)) if issues.contains(&issue) => {}
            Some((_, issues)) => issues.push(issue),
            None => held.push((entry, vec![issue])),
        }
    }
}

/// The entry an expression is about, and its path below the entry's resource.
fn place(expression: &str) -> Option<(usize, String)> {
    let (number, below) = expression.strip_prefix("Bundle.entry[")?.split_once(']')?;
    let path = below.strip_prefix(".resource")?;
    Some((number.parse().ok()?, path.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_belongs_to_its_entry() {
        let found = place("Bundle.entry[3].resource.code.coding[0]");
        assert_eq!(found, Some((3, ".code.coding[0]".to_owned())));
        assert_eq!(place("Bundle.entry[3].resource"), Some((3, String::new())));
        assert_eq!(place("Bundle.entry[3].fullUrl"), None);
        assert_eq!(place("Bundle.type"), None);
    }
}
