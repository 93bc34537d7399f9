//! Texts that add to those of the base,
//! <https://hl7.org/fhir/R4/elementdefinition.html#ElementDefinition.definition>: "If the derived
//! text starts with ..., it is appended".

/// What a differential says in place of, or after, what the base says.
pub(super) fn combined(base: Option<&str>, derived: &str) -> String {
    match (derived.strip_prefix("..."), base) {
        (Some(more), Some(base)) => format!("{base}\r\n{more}"),
        (Some(more), None) => more.to_owned(),
        (None, _) => derived.to_owned(),
    }
}

/// Makes the relative links of a text absolute that was written for the pages of the specification:
/// whoever reads the text elsewhere can follow them still. None when there are none.
pub(in crate::snapshot) fn with_absolute_links(text: &str) -> Option<String> {
    let mut whole = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("](") {
        whole.push_str(before);
        whole.push_str("](");
        if is_relative(after) {
            whole.push_str(SPECIFICATION);
        }
        rest = after;
    }
    let has_links = !whole.is_empty();
    whole.push_str(rest);
    (has_links && whole.len() != text.len()).then_some(whole)
}

const SPECIFICATION: &str = "http://hl7.org/fhir/";

fn is_relative(link: &str) -> bool {
    let target = link.split([')', ' ']).next().unwrap_or_default();
    let is_place = target.starts_with('#') || target.starts_with('/') || target.contains(':');
    !is_place && target.contains(".html")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(base: Option<&str>, derived: &str, expected: &str) {
        assert_eq!(combined(base, derived), expected);
    }

    #[test]
    fn three_dots_append() {
        check(Some("A name."), "Another.", "Another.");
        check(
            Some("A name."),
            "... In Vietnam the last word.",
            "A name.\r\n In Vietnam the last word.",
        );
        check(None, "...alone", "alone");
    }

    #[test]
    fn links_lead_to_the_specification() {
        let linked =
            with_absolute_links("See [a](a.html#b), [c](http://c.org/c.html) and [d](#d).");
        let expected =
            "See [a](http://hl7.org/fhir/a.html#b), [c](http://c.org/c.html) and [d](#d).";
        assert_eq!(linked.as_deref(), Some(expected));
        assert_eq!(with_absolute_links("None [here](http://c.org)."), None);
    }
}
