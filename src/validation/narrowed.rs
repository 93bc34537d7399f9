//! Whether a derived definition only narrows its base, where codes have to be asked for: a value set
//! in the place of a required one has no other codes,
//! <https://hl7.org/fhir/R4/profiling.html#binding-strength>.

use crate::fhir::issue::{Issue, IssueCode, Text};
use crate::snapshot::binding::NarrowedBinding;
use crate::snapshot::service::Snapshot;
use crate::terminology::service::Terminology;

/// What is wrong with a definition, as its snapshot and the codes of its bindings tell.
pub fn findings(snapshot: &Snapshot, terminology: &Terminology) -> Vec<Issue> {
    let wider = snapshot.bindings.iter().filter_map(|binding| {
        let (system, code) = terminology.beyond(&binding.now, &binding.base)?;
        Some(wider(binding, &system, &code))
    });
    snapshot.issues.iter().cloned().chain(wider).collect()
}

fn wider(binding: &NarrowedBinding, system: &str, code: &str) -> Issue {
    let NarrowedBinding { id, base, now } = binding;
    let text = Text::new(
        format!(
            "Binding required của định nghĩa gốc là '{base}'; '{now}' có mã không thuộc bộ ấy, ví dụ {system}#{code}."
        ),
        format!(
            "The base definition binds it, required, to '{base}'; '{now}' has codes that are not in it, such as {system}#{code}."
        ),
    );
    Issue::error(IssueCode::BusinessRule, text).at(&**id)
}
