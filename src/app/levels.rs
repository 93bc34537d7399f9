//! Whether the setting `profile_levels` names profiles that there are.

use std::collections::BTreeMap;

use crate::config::load::SettingsError;
use crate::config::settings::{Level, Settings};
use crate::definitions::library::Library;
use crate::fhir::kind::ResourceKind;
use crate::fhir::text::suggestion::nearest;
use crate::interaction::booklet::Levels;

/// The levels at which profiles are enforced.
pub(super) fn of(settings: &Settings) -> Levels {
    Levels::new(settings.profile_levels.clone(), settings.vital_signs_of_others)
}

/// Refuses an id that no definition has, of R4, the guide, the packages or those that clients stored. A
/// whole canonical may be that of a profile that is still to be stored.
pub(super) fn known(
    levels: &BTreeMap<String, Level>,
    library: &Library,
) -> Result<(), SettingsError> {
    if levels.is_empty() {
        return Ok(());
    }
    let names = library.names(ResourceKind::STRUCTURE_DEFINITION);
    let ids = || names.iter().filter_map(|name| name.url.rsplit('/').next());
    for id in levels.keys() {
        if names.iter().any(|name| *name.url == **id) || ids().any(|known| known == id) {
            continue;
        }
        if id.contains("://") {
            tracing::warn!(profile = id, "profile_levels names a profile that is not there yet");
            continue;
        }
        return Err(SettingsError::NoProfile {
            id: id.clone(),
            near: nearest(id, ids()).map(str::to_owned),
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_ids_are_refused_with_the_nearest() {
        let library = Library::default();
        let check = |id: &str| known(&BTreeMap::from([(id.to_owned(), Level::Off)]), &library);
        for id in [
            "mch-mother",
            "bodyweight",
            "https://mebe.example/fhir/StructureDefinition/mch-child",
            "https://other.example/StructureDefinition/x",
        ] {
            assert!(check(id).is_ok(), "{id}");
        }
        let fault = check("mch-mothr").expect_err("unknown").to_string();
        assert!(
            fault.contains("did you mean `mch-mother`?") && fault.contains("có phải là"),
            "{fault}"
        );
        let fault = check("something-else-altogether").expect_err("unknown").to_string();
        assert!(!fault.contains("mean"), "{fault}");
    }
}
