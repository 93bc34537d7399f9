//! Finds the publishers' files that are to be imported, by their names.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// How deep folders are looked into.
const DEPTH: usize = 8;

/// The files of an import.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Files {
    pub(super) loinc: Option<PathBuf>,
    pub(super) part_links: Option<PathBuf>,
    pub(super) hierarchy: Option<PathBuf>,
    pub(super) variants: Vec<PathBuf>,
    pub(super) concepts: Option<PathBuf>,
    pub(super) descriptions: Vec<PathBuf>,
    pub(super) relationships: Vec<PathBuf>,
    pub(super) languages: Vec<PathBuf>,
    pub(super) reference_sets: Vec<PathBuf>,
    pub(super) answers: Option<PathBuf>,
    pub(super) answer_links: Option<PathBuf>,
    pub(super) icd10: Vec<PathBuf>,
}

/// Sorts files by their names; of folders, only those whose names are known.
pub(super) fn find(paths: &[PathBuf]) -> io::Result<Files> {
    let mut files = Files::default();
    for path in paths {
        if path.is_dir() {
            collect(&mut files, path, 0)?;
            continue;
        }
        let file = fs::metadata(path);
        file.map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", path.display())))?;
        if !files.take(path) {
            files.icd10.push(path.clone());
        }
    }
    Ok(files)
}

fn collect(files: &mut Files, folder: &Path, depth: usize) -> io::Result<()> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder)? {
        paths.push(entry?.path());
    }
    paths.sort();
    for path in paths {
        if path.is_dir() && depth < DEPTH {
            collect(files, &path, depth + 1)?;
        } else {
            files.take(&path);
        }
    }
    Ok(())
}

impl Files {
    /// Takes a file whose name is known.
    fn take(&mut self, path: &Path) -> bool {
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        let is = |start: &str, end: &str| name.starts_with(start) && name.ends_with(end);
        let path = || path.to_path_buf();
        // Deltas and full histories lie beside the snapshots.
        let is_rf2 = |start: &str| is(start, ".txt") && name.contains("snapshot");
        match &*name {
            "loinc.csv" => self.loinc = Some(path()),
            "loincpartlink_primary.csv" => self.part_links = Some(path()),
            "componenthierarchybysystem.csv" | "multiaxialhierarchy.csv" => {
                self.hierarchy = Some(path());
            }
            "answerlist.csv" => self.answers = Some(path()),
            "loincanswerlistlink.csv" => self.answer_links = Some(path()),
            "linguisticvariants.csv" => {}
            _ if name.ends_with("linguisticvariant.csv") => self.variants.push(path()),
            _ if is_rf2("sct2_concept_") => self.concepts = Some(path()),
            _ if is_rf2("sct2_description_") => self.descriptions.push(path()),
            _ if is_rf2("sct2_relationship_") => self.relationships.push(path()),
            _ if is_rf2("der2_crefset_language") => self.languages.push(path()),
            _ if is_rf2("der2_refset_") => self.reference_sets.push(path()),
            _ => return false,
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_their_names() {
        let folder = tempfile::tempdir().expect("a folder");
        let names = [
            "LoincTable/Loinc.csv",
            "AccessoryFiles/viVN40LinguisticVariant.csv",
            "AccessoryFiles/LinguisticVariants.csv",
            "Snapshot/sct2_Concept_Snapshot_INT_20240101.txt",
            "Snapshot/sct2_Description_Snapshot-en_INT_20240101.txt",
            "Full/sct2_Concept_Full_INT_20240101.txt",
            "readme.csv",
        ];
        for name in names {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("a parent")).expect("made");
            fs::write(path, "").expect("written");
        }
        let files = find(&[folder.path().to_path_buf()]).expect("found");
        assert!(files.loinc.is_some() && files.variants.len() == 1);
        let concepts = files.concepts.expect("concepts");
        assert!(concepts.ends_with("sct2_Concept_Snapshot_INT_20240101.txt"));
        assert!(files.descriptions.len() == 1 && files.icd10.is_empty());
        let named = folder.path().join("readme.csv");
        assert_eq!(find(std::slice::from_ref(&named)).expect("found").icd10, [named]);
        assert!(find(&[folder.path().join("none.csv")]).is_err());
    }
}
