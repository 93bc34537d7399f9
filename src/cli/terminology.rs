//! `mebe terminology`

use std::fs::File;
use std::io::{BufRead, BufReader, Seek, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use figment::value::Dict;

use super::terminology_files::{Files, find};
use crate::config::load::{SettingsError, load};
use crate::config::settings::Settings;
use crate::store::terminology::import::{Counts, ImportError, import};
use crate::terminology::publisher::item::Item;
use crate::terminology::publisher::table::Separator;
use crate::terminology::publisher::{icd10, loinc, loinc_answers, rf2};
use crate::terminology::system::concept::About;

/// What to do with code systems.
#[derive(Debug, Subcommand)]
pub(super) enum Terminology {
    /// Import LOINC, SNOMED CT (RF2) or the Vietnamese ICD-10 from the publisher's files.
    Import(Import),
}

#[derive(Debug, Args)]
pub(super) struct Import {
    /// The folder of an unpacked release, or its files; the Ministry's ICD-10 as CSV.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The terminology database, when it is not the one of the settings.
    #[arg(long, value_name = "PATH")]
    into: Option<String>,
    /// The version, when the names of the files do not tell it.
    #[arg(long)]
    version: Option<String>,
    /// Settings file (TOML).
    #[arg(long)]
    config: Option<PathBuf>,
}

type Faults = Box<dyn std::error::Error>;
type Take<'t> = &'t mut dyn FnMut(Item<'_>) -> Result<(), ImportError>;

impl Import {
    pub(super) fn settings(&self) -> Result<Settings, SettingsError> {
        let mut flags = Dict::new();
        if let Some(path) = &self.into {
            flags.insert("terminology_database".into(), path.as_str().into());
        }
        load(self.config.as_deref(), flags)
    }
}

/// Imports every code system among the files.
pub(super) fn run(arguments: &Import, settings: &Settings) -> Result<ExitCode, Faults> {
    let files = find(&arguments.files)?;
    let into = Path::new(&settings.terminology_database);
    let version = arguments.version.as_deref();
    let mut is_done = false;
    if let Some(table) = &files.loinc {
        print_counts(loinc::SYSTEM, &import_loinc(into, &files, table, version)?)?;
        is_done = true;
    }
    if let Some(concepts) = &files.concepts {
        print_counts(rf2::SYSTEM, &import_snomed(into, &files, concepts, version)?)?;
        is_done = true;
    }
    for table in &files.icd10 {
        print_counts(icd10::SYSTEM, &import_icd10(into, table, version)?)?;
        is_done = true;
    }
    if !is_done {
        return Err(
            "there is no Loinc.csv, no sct2_Concept_Snapshot_….txt and no CSV of ICD-10".into()
        );
    }
    Ok(ExitCode::SUCCESS)
}

fn import_loinc(
    into: &Path,
    files: &Files,
    table: &Path,
    version: Option<&str>,
) -> Result<(String, Counts), Faults> {
    // The folder of a release is called `Loinc_2.77`.
    let of_folder = table.ancestors().find_map(|folder| {
        let name = folder.file_name()?.to_str()?;
        let version = name.strip_prefix("Loinc_")?;
        version.starts_with(|first: char| first.is_ascii_digit()).then(|| version.to_owned())
    });
    let version = version.map(ToOwned::to_owned).or(of_folder);
    let version = version.ok_or("say which LOINC it is: --version 2.77")?;
    let about = about((loinc::SYSTEM, &version), ("LOINC", "en"), false);
    let counts = import(into, about, |take: Take<'_>| {
        loinc::terms(open(table)?, files.part_links.is_some(), take)?;
        if let Some(links) = &files.part_links {
            loinc::part_links(open(links)?, take)?;
        }
        if let Some(hierarchy) = &files.hierarchy {
            loinc::hierarchy(open(hierarchy)?, take)?;
        }
        if let Some(answers) = &files.answers {
            let answers = loinc_answers::answers(open(answers)?, take)?;
            if let Some(links) = &files.answer_links {
                loinc_answers::links(open(links)?, &answers, take)?;
            }
        }
        files.variants.iter().try_for_each(|variant| loinc::variant(open(variant)?, take))
    })?;
    Ok((version, counts))
}

fn import_snomed(
    into: &Path,
    files: &Files,
    concepts: &Path,
    version: Option<&str>,
) -> Result<(String, Counts), Faults> {
    let version = match version {
        Some(version) => version.to_owned(),
        None => edition(concepts).ok_or(
            "say which edition it is: --version http://snomed.info/sct/MODULE/version/YYYYMMDD",
        )?,
    };
    if files.descriptions.is_empty() || files.relationships.is_empty() {
        return Err(
            "there is no sct2_Description_Snapshot… or no sct2_Relationship_Snapshot…".into()
        );
    }
    let about = about((rf2::SYSTEM, &version), ("SNOMED CT", "en"), true);
    let counts = import(into, about, |take: Take<'_>| {
        rf2::concepts(open(concepts)?, take)?;
        let mut preferred = rf2::Preferred::default();
        for language in &files.languages {
            rf2::language::<ImportError>(open(language)?, &mut preferred)?;
        }
        for descriptions in &files.descriptions {
            rf2::descriptions(open(descriptions)?, &preferred, take)?;
        }
        for members in &files.reference_sets {
            rf2::members(open(members)?, take)?;
        }
        files.relationships.iter().try_for_each(|file| rf2::relationships(open(file)?, take))
    })?;
    Ok((version, counts))
}

/// The version that `sct2_Concept_Snapshot_INT_20240101.txt` is of.
fn edition(concepts: &Path) -> Option<String> {
    let name = concepts.file_stem()?.to_str()?;
    let mut parts = name.rsplit('_');
    let (date, place) = (parts.next()?, parts.next()?);
    let is_date = date.len() == 8 && date.bytes().all(|digit| digit.is_ascii_digit());
    let module = rf2::INTERNATIONAL;
    (is_date && place == "INT").then(|| format!("{}/{module}/version/{date}", rf2::SYSTEM))
}

fn import_icd10(
    into: &Path,
    path: &Path,
    version: Option<&str>,
) -> Result<(String, Counts), Faults> {
    let separator = separator(path)?;
    let (name, source) = open(path)?;
    let mut table = Some(icd10::open(name, source, separator)?);
    let of_layout = table.as_ref().map(icd10::version).transpose()?.unwrap_or_default();
    let version = version.unwrap_or(of_layout);
    let about = about((icd10::SYSTEM, version), ("ICD-10", "vi"), false);
    let mut summary = icd10::Summary::default();
    let counts = import(into, about, |take: Take<'_>| {
        if let Some(table) = table.take() {
            summary = icd10::read(table, take)?;
        }
        Ok(())
    })?;
    let mut out = std::io::stdout().lock();
    for written in &summary.corrected {
        writeln!(out, "{name}: “{written}” was read by its code without a dot")?;
    }
    for written in &summary.refused {
        writeln!(out, "{name}: “{written}” is no code and was left out")?;
    }
    Ok((version.to_owned(), counts))
}

/// What the first line that has any separates its columns with.
fn separator(path: &Path) -> Result<Separator, Faults> {
    let mut text = String::new();
    let mut reader = BufReader::new(File::open(path)?);
    for _ in 0..10 {
        if reader.read_line(&mut text)? == 0 {
            break;
        }
    }
    reader.rewind()?;
    let count = |letter: char| text.chars().filter(|other| *other == letter).count();
    let all = [(Separator::Comma, ','), (Separator::Semicolon, ';'), (Separator::Tab, '\t')];
    let most = all.into_iter().max_by_key(|(_, letter)| count(*letter));
    Ok(most.map_or(Separator::Comma, |(separator, _)| separator))
}

fn open(path: &Path) -> Result<(&str, BufReader<File>), ImportError> {
    let name = path.to_str().unwrap_or("(a name that is not UTF-8)");
    let file =
        File::open(path).map_err(|source| ImportError::File { file: name.into(), source })?;
    Ok((name, BufReader::new(file)))
}

fn about(
    (url, version): (&str, &str),
    (name, language): (&str, &str),
    is_case_sensitive: bool,
) -> About {
    About {
        url: url.into(),
        version: Some(version.into()),
        name: Some(name.into()),
        title: Some(name.into()),
        is_case_sensitive,
        language: Some(language.into()),
        ..About::default()
    }
}

fn print_counts(system: &str, (version, counts): &(String, Counts)) -> std::io::Result<()> {
    let Counts { concepts, designations, properties, links, closure, .. } = counts;
    let done = if counts.is_replaced { "replaced" } else { "imported" };
    let mut out = std::io::stdout().lock();
    writeln!(out, "{system}|{version} {done}")?;
    writeln!(
        out,
        "  {concepts} concepts, {designations} designations, {properties} properties, {links} links, {closure} pairs of descendants and ancestors"
    )?;
    if counts.dangling > 0 {
        writeln!(
            out,
            "  {} rows name codes that are not there and were left out",
            counts.dangling
        )?;
    }
    if counts.circular > 0 {
        writeln!(out, "  {} links would put a concept below itself", counts.circular)?;
    }
    Ok(())
}
