//! Extensions that nobody can be expected to know,
//! <https://hl7.org/fhir/R4/extensibility.html>.

/// Whether nobody can be expected to know an extension: made up for examples and tests, made by the
/// tools of HL7 and DICOM, or an element of another release of FHIR,
/// <https://hl7.org/fhir/R4/versions.html#extensions>.
pub(super) fn may_be_unknown(url: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = rest.split_once('/').map_or(rest, |(host, _)| host);
    let made_up = ["example.org", "acme.com", "nema.org"];
    let is_below = |known: &str| {
        host.strip_suffix(known).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    if made_up.into_iter().any(is_below) {
        return true;
    }
    let Some(below) = rest.strip_prefix("hl7.org/fhir/") else { return false };
    ["test/", "tests/", "tools/"].into_iter().any(|folder| below.starts_with(folder))
        || is_of_another_release(below)
}

/// `5.0/StructureDefinition/extension-Patient.contact`
fn is_of_another_release(below: &str) -> bool {
    let Some((release, rest)) = below.split_once("/StructureDefinition/extension-") else {
        return false;
    };
    let type_name = rest.split_once('.').map_or(rest, |(name, _)| name);
    let is_type = type_name.starts_with(|first: char| first.is_ascii_uppercase());
    is_type && matches!(release, "1.0" | "3.0" | "4.0" | "4.3" | "5.0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(url: &str, expected: bool) {
        assert_eq!(may_be_unknown(url), expected, "{url}");
    }

    #[test]
    fn only_some_extensions_may_be_unknown() {
        check("http://example.org/fhir/StructureDefinition/x", true);
        check("https://fhir.acme.com/x", true);
        check("http://dicom.nema.org/x", true);
        check("http://notexample.org/x", false);
        check("http://example.com/x", false);
        check("http://hl7.org/fhir/tools/StructureDefinition/x", true);
        check("http://hl7.org/fhir/5.0/StructureDefinition/extension-Patient.contact", true);
        check("http://hl7.org/fhir/5.0/StructureDefinition/Patient", false);
        check("http://hl7.org/fhir/6.9/StructureDefinition/extension-Patient.contact", false);
        check("http://hl7.org/fhir/StructureDefinition/no-such-extension", false);
        check("http://hl7.org/fhir/us/core/StructureDefinition/x", false);
        check("http://hospital.vn/fhir/StructureDefinition/x", false);
    }
}
