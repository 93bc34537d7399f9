//! Expressions in the place of a filter's value, and the parameters of a value set that they name:
//! extensions of HL7 (`cqf-expression`) and of its tools (`valueset-parameter`).

use serde_json::Value;

use crate::definitions::shape::Shapes;
use crate::fhir::issue::{Issue, IssueCode};
use crate::fhir::member::{member, members, text};
use crate::fhirpath::expression::Expression;
use crate::fhirpath::value::kind::Dialect;
use crate::validation::rule::finding::{error, shown};

const EXPRESSION: &str = "http://hl7.org/fhir/StructureDefinition/cqf-expression";
const PARAMETER: &str = "http://hl7.org/fhir/tools/StructureDefinition/valueset-parameter";
/// What every expression may name, <https://hl7.org/fhir/R4/fhirpath.html#variables>.
const KNOWN: [&str; 6] = ["resource", "rootResource", "context", "ucum", "sct", "loinc"];

/// What is wrong with the expression that gives the value of a filter.
pub(super) fn check(shapes: &Shapes, set: &Value, filter: &Value) -> Option<Issue> {
    let extensions = members(member(filter, "_value")?, "extension");
    let found = extensions.iter().find(|one| text(one, "url") == Some(EXPRESSION))?;
    let expression = member(found, "valueExpression")?;
    if text(expression, "language") != Some("text/fhirpath") {
        return None;
    }
    let written = text(expression, "expression")?;
    let mut plain = String::with_capacity(written.len());
    let mut parts = written.split('%');
    plain.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        let end = part.find(|c| !legal(c)).unwrap_or(part.len());
        let (name, rest) = part.split_at_checked(end)?;
        let is_known = KNOWN.contains(&name) || name.is_empty() || is_parameter(set, name);
        if !is_known {
            let name = shown(name);
            return Some(error(
                IssueCode::Exception,
                format!("Biểu thức dùng tham số “{name}” mà bộ giá trị không khai báo."),
                format!(
                    "The expression uses the parameter “{name}”, which the value set does not declare."
                ),
            ));
        }
        plain.push_str("%resource");
        plain.push_str(rest);
    }
    let fault = Expression::compile(shapes, None, Dialect::Definitions, &plain).err()?;
    Some(error(
        IssueCode::Exception,
        format!("Biểu thức “{}” sai: {}.", shown(written), fault.fault),
        format!("The expression “{}” is wrong: {}.", shown(written), fault.fault),
    ))
}

fn is_parameter(set: &Value, name: &str) -> bool {
    let parameters = members(set, "extension").iter();
    let mut parts = parameters
        .filter(|one| text(one, "url") == Some(PARAMETER))
        .flat_map(|one| members(one, "extension"));
    parts.any(|part| text(part, "url") == Some("name") && text(part, "valueCode") == Some(name))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::definitions::registry::Registry;

    #[test]
    fn expressions_name_parameters_of_their_value_set() {
        let shapes = Registry::r4().expect("R4").shapes;
        let set = json!({ "extension": [
            { "url": PARAMETER, "extension": [{ "url": "name", "valueCode": "p-age" }] }] });
        let is_wrong = |expression: &str| {
            let value = json!({ "language": "text/fhirpath", "expression": expression });
            let filter = json!({ "_value": { "extension": [
                { "url": EXPRESSION, "valueExpression": value }] } });
            check(&shapes, &set, &filter).is_some()
        };
        assert!(!is_wrong("%p-age") && !is_wrong("%p-age.toString() & 'x'"));
        assert!(is_wrong("%p-size") && is_wrong("$ and %p-age") && is_wrong("%p-age and"));
        assert!(check(&shapes, &set, &json!({ "value": "x" })).is_none());
    }
}
