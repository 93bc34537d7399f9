//! Which version of a system a value set takes codes from, when one is asked for in a version,
//! <https://hl7.org/fhir/R4/terminologies-systems.html#versions>.

use std::sync::Arc;

use super::found::Problem;
use super::presence::Search;
use crate::terminology::system::concept::Content;
use crate::terminology::system::source::Source;
use crate::terminology::version::matches;

impl Search<'_, '_, '_> {
    /// The version of a system that is meant, and what is wrong with it.
    pub(in crate::terminology) fn resolve(
        &mut self,
        system: &str,
        said: Option<&str>,
        is_exclude: bool,
    ) -> (Option<Source>, Vec<Problem>) {
        let asked = self.asked.version.filter(|_| !is_exclude);
        let wanted = self.scope.versions.wanted(system, said);
        let known_asked = asked.and_then(|asked| self.scope.system(system, Some(asked)));
        let mut problems = Vec::new();
        let unknown = |version: Option<&str>| Problem::Unknown {
            system: system.into(),
            version: version.map(Into::into),
        };
        let source = match (wanted.version.as_deref(), asked) {
            (None, Some(asked)) => known_asked.or_else(|| {
                let latest = self.scope.system(system, None);
                let used = latest.as_ref().and_then(|source| source.about().version.clone());
                problems.push(unknown(Some(asked)));
                let (system, asked) = (system.into(), asked.into());
                problems.push(Problem::Unnamed { system, used, asked });
                latest
            }),
            (Some(version), Some(asked)) if matches(version, asked) => {
                if known_asked.is_none() {
                    problems.push(unknown(Some(asked)));
                }
                known_asked.or_else(|| self.scope.system(system, Some(version)))
            }
            (Some(version), Some(asked)) => {
                problems.push(Problem::Mismatch {
                    system: system.into(),
                    said: wanted.is_changed.then(|| said.unwrap_or_default().into()),
                    used: version.into(),
                    asked: asked.into(),
                });
                if known_asked.is_none() {
                    problems.push(unknown(Some(asked)));
                }
                self.scope.system(system, Some(version))
            }
            (version, None) => self.scope.system(system, version),
        };
        let usable = source.filter(|source| {
            !matches!(source.about().content, Content::NotPresent | Content::Supplement)
        });
        let Some(source) = usable else {
            problems.retain(|problem| !matches!(problem, Problem::Unnamed { .. }));
            let problem = unknown(wanted.version.as_deref().or(asked));
            if !problems.contains(&problem) {
                problems.push(problem);
            }
            return (None, problems);
        };
        let version = source.about().version.clone();
        if let Some(wanted) = self.scope.versions.refused(system, version.as_deref()) {
            let (system, wanted) = (system.into(), wanted.into());
            problems.push(Problem::Refused { system, version, wanted });
        }
        if !self.systems.iter().any(|known| Arc::ptr_eq(known, &source)) {
            self.systems.push(Arc::clone(&source));
        }
        (Some(source), problems)
    }
}
