//! What is asked: the search parameters of a type, and its invariants, each on the elements that it
//! is for.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs;
use std::path::Path;

use serde_json::Value;

pub struct Question {
    /// `search clinical-patient` or `invariant qty-3`
    pub name: String,
    pub text: String,
}

/// Questions by the type of resource that they are for.
#[derive(Default)]
pub struct Questions(BTreeMap<String, Vec<Question>>);

impl Questions {
    pub fn of(&self, kind: &str) -> impl Iterator<Item = &Question> {
        self.0.get(kind).into_iter().flatten()
    }

    pub fn names(&self) -> BTreeSet<&str> {
        self.0.values().flatten().map(|question| &*question.name).collect()
    }

    fn add(&mut self, kind: &str, name: String, text: String) {
        let of_kind = self.0.entry(kind.to_owned()).or_default();
        if !of_kind.iter().any(|question| question.text == text) {
            of_kind.push(Question { name, text });
        }
    }
}

pub fn questions(folder: &Path) -> Result<Questions, Box<dyn Error>> {
    let mut questions = Questions::default();
    let structures = structures()?;
    searches(folder, &structures, &mut questions)?;
    for (name, structure) in &structures {
        if structure["kind"] == "resource" && structure["abstract"] != true {
            invariants(name, structure, &structures, &mut questions);
        }
    }
    Ok(questions)
}

type Structures = BTreeMap<String, Value>;

fn structures() -> Result<Structures, Box<dyn Error>> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../profiles/core/structures.ndjson.zst");
    let text = zstd::decode_all(fs::File::open(file)?)?;
    let mut found = Structures::new();
    for line in String::from_utf8(text)?.lines() {
        let structure: Value = serde_json::from_str(line)?;
        if let Some(name) = structure["type"].as_str() {
            found.insert(name.to_owned(), structure);
        }
    }
    Ok(found)
}

fn searches(
    folder: &Path,
    structures: &Structures,
    questions: &mut Questions,
) -> Result<(), Box<dyn Error>> {
    let paths = fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path()));
    let mut paths = paths.collect::<Result<Vec<_>, _>>()?;
    paths.retain(|path| {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        name.starts_with("SearchParameter-")
    });
    paths.sort();
    for path in paths {
        let parameter: Value = serde_json::from_str(&fs::read_to_string(path)?)?;
        let (Some(id), Some(text)) = (parameter["id"].as_str(), parameter["expression"].as_str())
        else {
            continue;
        };
        for base in parameter["base"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            let kinds: Vec<&str> = match base {
                "Resource" | "DomainResource" => ["Patient", "Observation"].into(),
                base if structures.contains_key(base) => [base].into(),
                _ => Vec::new(),
            };
            for kind in kinds {
                questions.add(kind, format!("search {id}"), text.to_owned());
            }
        }
    }
    Ok(())
}

fn elements(structure: &Value) -> impl Iterator<Item = &Value> {
    structure["snapshot"]["element"].as_array().into_iter().flatten()
}

fn constraints(element: &Value) -> impl Iterator<Item = (&str, &str)> {
    let all = element["constraint"].as_array().into_iter().flatten();
    all.filter_map(|constraint| {
        Some((constraint["key"].as_str()?, constraint["expression"].as_str()?))
    })
}

fn invariants(kind: &str, structure: &Value, structures: &Structures, questions: &mut Questions) {
    let mut add = |path: &str, key: &str, text: &str| {
        questions.add(kind, format!("invariant {key}"), format!("{path}.select({text})"));
    };
    let is_domain = !matches!(kind, "Binary" | "Bundle" | "Parameters");
    let above =
        ["Resource", "DomainResource"].into_iter().filter(|name| is_domain || *name == "Resource");
    for (key, text) in above
        .filter_map(|name| structures.get(name))
        .flat_map(|above| elements(above).flat_map(constraints))
    {
        add(kind, key, text);
    }
    for element in elements(structure) {
        let Some(path) = element["path"].as_str() else { continue };
        let plain = path.trim_end_matches("[x]");
        for (key, text) in constraints(element) {
            add(plain, key, text);
        }
        for of in element["type"].as_array().into_iter().flatten() {
            let Some(code) = of["code"].as_str() else { continue };
            let Some(below) = structures.get(code) else { continue };
            if matches!(code, "Resource" | "Element" | "BackboneElement")
                || below["kind"] == "resource"
            {
                continue;
            }
            let typed = match path.ends_with("[x]") {
                true => format!("{plain}.ofType({code})"),
                false => plain.to_owned(),
            };
            for inner in elements(below) {
                let inner_path = inner["path"].as_str().unwrap_or_default();
                let rest =
                    inner_path.strip_prefix(code).unwrap_or_default().trim_end_matches("[x]");
                for (key, text) in constraints(inner) {
                    add(&format!("{typed}{rest}"), key, text);
                }
            }
        }
        if path.contains('.') {
            for (key, text) in structures
                .get("Element")
                .into_iter()
                .flat_map(|of| elements(of).flat_map(constraints))
            {
                add(plain, key, text);
            }
        }
    }
}
