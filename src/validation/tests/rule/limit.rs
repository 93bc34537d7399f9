//! What is left out when there is more to tell than is kept.

use serde_json::{Value, json};

use super::{VALIDATOR, asked, patient};
use crate::fhir::issue::{Issue, Severity};

fn found(resource: &Value) -> Vec<Issue> {
    VALIDATOR.check(resource, &asked(None))
}

fn number(issues: &[Issue], severity: Severity) -> usize {
    issues.iter().filter(|issue| issue.severity == severity).count()
}

/// A patient with many extensions that nobody knows, each a note, and other elements behind them.
fn noted(notes: usize, more: &Value) -> Value {
    let note = json!({ "url": "http://a.b/unknown", "valueBoolean": true });
    let mut patient = patient("extension", json!(vec![note; notes]));
    for (key, value) in more.as_object().expect("an object") {
        patient[key] = value.clone();
    }
    patient
}

#[test]
fn notes_make_room_for_warnings_and_never_hide_errors() {
    let few = found(&noted(200, &json!({})));
    assert_eq!((few.len(), number(&few, Severity::Information)), (200, 200));
    let odd = json!([{ "system": "cccd" }, { "system": "bhyt" }]);
    let issues = found(&noted(300, &json!({ "identifier": odd, "gender": "x" })));
    assert_eq!(number(&issues, Severity::Error), 1);
    assert_eq!(number(&issues, Severity::Warning), 2);
    // 198 notes, and one that says that there were more.
    assert_eq!(number(&issues, Severity::Information), 199);
    let last = issues.last().expect("a note");
    assert!(last.text.en.contains("No more than 200 errors"), "{}", last.text.en);
    let many = vec![json!({ "system": "cccd" }); 300];
    let issues = found(&noted(300, &json!({ "identifier": many })));
    assert_eq!(number(&issues, Severity::Warning), 200);
}

#[test]
fn the_last_of_many_errors_says_that_there_may_be_more() {
    let names = vec![json!({ "use": "nope" }); 250];
    let issues = found(&patient("name", json!(names)));
    assert_eq!(number(&issues, Severity::Error), 200);
    assert_eq!(number(&issues, Severity::Information), 1);
}
