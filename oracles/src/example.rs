//! The resources that are asked about.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// How many of one type are taken, and how large they may be: the second engine copies the resource
/// at every step.
const OF_A_TYPE: usize = 6;
const BYTES: usize = 24 * 1024;

pub struct Example {
    pub file: PathBuf,
    pub kind: String,
    pub resource: Value,
}

/// Official examples, and the resources of the sample families.
pub fn examples(folder: &Path) -> Result<Vec<Example>, Box<dyn Error>> {
    let mut files: Vec<PathBuf> = json_files(folder)?;
    files.sort();
    let mut found: BTreeMap<String, Vec<Example>> = BTreeMap::new();
    for file in files {
        let text = fs::read_to_string(&file)?;
        if text.len() > BYTES {
            continue;
        }
        let Ok(resource) = serde_json::from_str::<Value>(&text) else { continue };
        let Some(kind) = resource["resourceType"].as_str().map(str::to_owned) else { continue };
        let of_type = found.entry(kind.clone()).or_default();
        if of_type.len() < OF_A_TYPE {
            of_type.push(Example { file, kind, resource });
        }
    }
    let mut all: Vec<Example> = found.into_values().flatten().collect();
    all.extend(families()?);
    Ok(all)
}

/// Each resource of two families, in a file of its own.
fn families() -> Result<Vec<Example>, Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/families");
    let scratch = std::env::temp_dir().join(format!("mebe-oracles-{}", std::process::id()));
    fs::create_dir_all(&scratch)?;
    let mut files = json_files(&folder)?;
    files.sort();
    let mut all = Vec::new();
    for (number, file) in files.iter().take(2).enumerate() {
        let family: Value = serde_json::from_str(&fs::read_to_string(file)?)?;
        for (at, entry) in family["entry"].as_array().into_iter().flatten().enumerate() {
            let resource = entry["resource"].clone();
            let file = scratch.join(format!("{number}-{at}.json"));
            fs::write(&file, resource.to_string())?;
            let kind = resource["resourceType"].as_str().unwrap_or_default().to_owned();
            all.push(Example { file, kind, resource });
        }
    }
    Ok(all)
}

fn json_files(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let paths = fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path()));
    let paths: Vec<PathBuf> = paths.collect::<Result<_, _>>()?;
    Ok(paths.into_iter().filter(|path| path.extension().is_some_and(|e| e == "json")).collect())
}
