//! Definitions that stand where others stand already.

use super::fault;
use super::known::Known;
use crate::definitions::npm::finding::Finding;
use crate::definitions::npm::packages::Definition;
use crate::fhir::kind::ResourceKind;

/// Says whether a definition has the URL of one of R4, or names what another one names.
pub(super) fn check(known: &Known<'_>, definition: &Definition) -> Vec<Finding> {
    let mut findings = Vec::new();
    let Definition { file, kind, url, .. } = definition;
    if known.library.is_of_r4(*kind, url) {
        let text = match known.is_hidden(definition) {
            true => fault::type_of_r4(url),
            false => fault::replaces_r4(url),
        };
        findings.push(Finding::warning(file, text));
    }
    if *kind == ResourceKind::NAMING_SYSTEM {
        for (value, files) in &known.named {
            let others = files.iter().take_while(|other| *other != file).next();
            if let Some(other) = others.filter(|_| files.contains(file)) {
                findings.push(Finding::warning(file, fault::named_twice(value, other)));
            }
        }
    }
    findings
}
