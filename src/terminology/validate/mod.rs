//! Validates codes, <https://hl7.org/fhir/R4/valueset-operation-validate-code.html> and
//! <https://hl7.org/fhir/R4/codesystem-operation-validate-code.html>.

pub mod answered;
pub(super) mod display;
pub mod rules;

use super::error::TerminologyError;
use super::finding::status::{of_system, of_value_set};
use super::finding::{self, CodePlace, Finding};
use super::scope::Scope;
use super::service::CodeRef;
use super::system::concept::Content;
use super::system::source::Source;
use super::value_set::circle;
use super::value_set::definition::ValueSet;
use super::value_set::found::{Found, Problem};
use super::value_set::presence::{Search, SoughtCode};
use crate::fhir::issue::Text;
use answered::{
    Answered, best, describe, is_deprecated, is_usable, known, objections, wrong_display,
};
use rules::Rules;

/// What is said of a code.
#[derive(Debug, Default)]
pub struct Verdict {
    /// Whether it is in the value set or the system, as far as can be said.
    pub is_in: bool,
    pub answered: Option<Answered>,
    pub findings: Vec<Finding>,
    /// The systems that could not be asked, with their versions.
    pub unknown_systems: Vec<Box<str>>,
}

impl Verdict {
    /// Whether it cannot be said that the code is in or not, because something is not known.
    pub fn is_unsure(&self) -> bool {
        !self.is_in && !self.findings.iter().any(|finding| finding.detail == "not-in-vs")
    }

    /// Whether nothing speaks against the code.
    pub fn holds(&self) -> bool {
        self.is_in && !self.findings.iter().any(|finding| finding.issue.severity.refuses())
    }
}

/// Validates a code against a value set.
pub fn in_value_set(
    scope: &Scope<'_>,
    value_set: &ValueSet,
    code: CodeRef<'_>,
    place: CodePlace,
    rules: &Rules<'_>,
) -> Result<Verdict, TerminologyError> {
    circle::check(scope, value_set)?;
    let mut verdict = Verdict::default();
    let name = value_set.canonical();
    let Some(system) = code.system else {
        verdict.findings.push(finding::not_in_set(place, code.code, &name));
        verdict.findings.push(finding::system::without_system(place));
        return Ok(verdict);
    };
    let asked = SoughtCode { system: Some(system), version: code.version, code: code.code };
    let mut search = Search::new(scope, asked);
    let mut found = match search.run(value_set) {
        Err(error @ TerminologyError::NoValueSet(_)) => {
            verdict.findings.push(Finding::of_error(&error));
            verdict.answered = known(scope, code, &mut verdict.findings, place, rules);
            return Ok(verdict);
        }
        other => other?,
    };
    let mut is_refused_inactive = search.is_inactive;
    if rules.active_only {
        let before = found.len();
        found.retain(|found| !found.concept.is_inactive);
        is_refused_inactive |= found.is_empty() && before > 0;
    }
    match best(found, code.display) {
        Some(found) => {
            verdict.is_in = true;
            of_problems(scope, &found.problems, place, &mut verdict);
            verdict.answered = Some(describe(&found, code, place, rules, &mut verdict.findings));
            verdict.findings.extend(objections(&found, code, place, rules));
            if found.listed.as_ref().is_some_and(|one| is_deprecated(&one.extensions)) {
                verdict.findings.push(finding::deprecated(place, code.code, &name));
            }
        }
        None => absent(scope, &search, (&name, system), (code, place, rules), &mut verdict),
    }
    if is_refused_inactive && let Some(outside) = &search.outside {
        verdict.findings.push(finding::inactive(place, &outside.concept, true));
    }
    verdict.findings.extend(of_value_set(value_set));
    verdict.findings.extend(search.value_sets.iter().flat_map(|one| of_value_set(one)));
    let experimental = value_set.is_experimental;
    let systems = search.systems.iter().filter(|one| *one.about().url == *system);
    verdict.findings.extend(systems.flat_map(|one| of_system(one.about(), experimental)));
    Ok(verdict)
}

/// Says why a code is not in a value set.
fn absent(
    scope: &Scope<'_>,
    search: &Search<'_, '_, '_>,
    (name, system): (&str, &str),
    (code, place, rules): (CodeRef<'_>, CodePlace, &Rules<'_>),
    verdict: &mut Verdict,
) {
    if !search.unresolved.is_empty() {
        of_problems(scope, &search.unresolved, place, verdict);
        verdict.answered = known(scope, code, &mut Vec::new(), place, rules);
        return;
    }
    if let Some(fragment) = &search.fragment {
        verdict.is_in = true;
        verdict.findings.push(finding::no_code(place, code.code, &fragment.about().url, true));
        return;
    }
    verdict.findings.push(finding::not_in_set(place, &shown(code), name));
    if let Some(outside) = &search.outside {
        let described = describe(outside, code, place, rules, &mut verdict.findings);
        verdict.answered = Some(described);
        verdict.findings.extend(wrong_display(outside, code, place, rules));
        return;
    }
    if !check_system(scope, system, place, &mut verdict.findings) {
        return;
    }
    if !scope.knows_system(system) {
        verdict.unknown_systems.push(system.into());
        let versions = scope.versions_of(system);
        verdict.findings.push(finding::system::unknown_system(
            place,
            system,
            code.version,
            &versions,
        ));
        return;
    }
    verdict.answered = known(scope, code, &mut verdict.findings, place, rules);
}

/// Validates a code against its own system.
pub fn in_system(
    scope: &Scope<'_>,
    code: CodeRef<'_>,
    place: CodePlace,
    rules: &Rules<'_>,
) -> Result<Verdict, TerminologyError> {
    let mut verdict = Verdict::default();
    let Some(system) = code.system else {
        verdict.findings.push(finding::system::without_system(place));
        return Ok(verdict);
    };
    if !check_system(scope, system, place, &mut verdict.findings) {
        return Ok(verdict);
    }
    let wanted = scope.versions.wanted(system, code.version);
    let version = wanted.version.as_deref();
    let source = scope.system(system, version).filter(is_usable);
    let Some(source) = source else {
        let problem = Problem::Unknown { system: system.into(), version: version.map(Into::into) };
        of_problems(scope, &[problem], place, &mut verdict);
        return Ok(verdict);
    };
    let about = source.about();
    if let Some(wanted) = scope.versions.refused(system, about.version.as_deref()) {
        let (version, wanted) = (about.version.clone(), wanted.into());
        let problem = Problem::Refused { system: system.into(), version, wanted };
        of_problems(scope, &[problem], place, &mut verdict);
    }
    match source.find(code.code)? {
        Some(concept) => {
            verdict.is_in = true;
            let found = Found {
                system: system.into(),
                version: about.version.clone(),
                source: Some(Source::clone(&source)),
                concept,
                listed: None,
                problems: Vec::new(),
            };
            verdict.answered = Some(describe(&found, code, place, rules, &mut verdict.findings));
            verdict.findings.extend(objections(&found, code, place, rules));
        }
        None => {
            verdict.is_in = about.content != Content::Complete;
            verdict.findings.push(finding::no_code(place, code.code, system, verdict.is_in));
        }
    }
    verdict.findings.extend(of_system(about, false));
    Ok(verdict)
}

/// The systems of a value set in which a code is, for one that is given without.
pub fn infer_systems(
    scope: &Scope<'_>,
    value_set: &ValueSet,
    code: &str,
) -> Result<Vec<Box<str>>, TerminologyError> {
    circle::check(scope, value_set)?;
    let asked = SoughtCode { system: None, version: None, code };
    let found = Search::new(scope, asked).run(value_set)?;
    let mut systems: Vec<Box<str>> = found.into_iter().map(|found| found.system).collect();
    systems.sort();
    systems.dedup();
    Ok(systems)
}

/// Whether the text of a system can be one at all.
fn check_system(
    scope: &Scope<'_>,
    system: &str,
    place: CodePlace,
    findings: &mut Vec<Finding>,
) -> bool {
    let why = match scope.system(system, None) {
        Some(source) if source.about().content == Content::Supplement => {
            let text = Text::new("đó là một phần bổ sung (supplement).", "it is a supplement.");
            ("CODESYSTEM_CS_NO_SUPPLEMENT", text)
        }
        Some(_) => return true,
        None if scope.is_value_set(system) => {
            let text = Text::new("đó là một bộ giá trị.", "it is a value set.");
            ("Terminology_TX_System_ValueSet2", text)
        }
        None if !system.contains(':') => {
            let text = Text::new("cần một URI tuyệt đối.", "an absolute URI is needed.");
            ("Terminology_TX_System_Relative", text)
        }
        None => return true,
    };
    findings.push(finding::system::not_a_system(place, system, why));
    false
}

fn of_problems(scope: &Scope<'_>, problems: &[Problem], place: CodePlace, verdict: &mut Verdict) {
    for problem in problems {
        let known = match problem {
            Problem::Unknown { system, version } => {
                let name: Box<str> = match version {
                    Some(version) => format!("{system}|{version}").into(),
                    None => system.clone(),
                };
                if !verdict.unknown_systems.contains(&name) {
                    verdict.unknown_systems.push(name);
                }
                scope.versions_of(system)
            }
            _ => Vec::new(),
        };
        verdict.findings.push(finding::system::version(place, problem, &known));
    }
}

/// A code as messages show it.
fn shown(code: CodeRef<'_>) -> String {
    let system = code.system.unwrap_or_default();
    let version = code.version.map(|version| format!("|{version}")).unwrap_or_default();
    format!("{system}{version}#{}", code.code)
}
